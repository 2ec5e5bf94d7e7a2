"""Tasks, and changes of them that are kept for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE = """
CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'nothing is removed from a ledger'); END;
CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} WHEN {changed}
BEGIN SELECT RAISE(ABORT, 'nothing is changed in a ledger'); END;
"""
_POSTGRESQL = """
CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'nothing is removed from a ledger'; END $$;
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays();
CREATE FUNCTION {table}_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF {changed} THEN RAISE EXCEPTION 'nothing is changed in a ledger'; END IF; RETURN NEW; END $$;
CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_unchanged();
"""
_KEPT = {
    "task": "1 = 1",
    "change": (
        "NEW.redacted IS NULL OR NEW.id <> OLD.id OR NEW.task_id <> OLD.task_id OR NEW.revision <> OLD.revision"
        " OR NEW.at <> OLD.at"
    ),
    "event": (
        "NEW.redacted IS NULL OR NEW.id <> OLD.id OR NEW.change_id <> OLD.change_id OR NEW.field <> OLD.field"
        " OR (NEW.old IS NULL) <> (OLD.old IS NULL) OR (NEW.new IS NULL) <> (OLD.new IS NULL)"
    ),
}
"""Table → when an update of a row is refused: all of them but those that mark the row as one words were taken out of.
"""


def upgrade() -> None:
    """Make the tables, and have the database itself refuse to take anything out of them."""
    op.create_table(
        "task",
        sa.Column("task_id", sa.String(200), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("clause", sa.String(200), nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("task_id", name="pk_task"),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("task_id", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("through", sa.String(300), nullable=False),
        sa.Column("redacted", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["task_id"], ["task.task_id"], name="fk_change_task_id"),
        sa.UniqueConstraint("task_id", "revision", name="uq_change_task_id_revision"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("change_id", sa.Integer, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("old", sa.Text),
        sa.Column("new", sa.Text),
        sa.Column("redacted", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name="fk_event_change_id"),
    )
    op.create_index("ix_event_change_id", "event", ["change_id"])
    form = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    for table, changed in _KEPT.items():
        for statement in form.format(table=table, changed=changed).strip().split("\nCREATE "):
            op.get_bind().exec_driver_sql(statement if statement.startswith("CREATE") else f"CREATE {statement}")
