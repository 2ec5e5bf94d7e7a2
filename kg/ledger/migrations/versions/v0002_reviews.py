"""What people say of extracted rows, kept for good as changes are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_CHANGED = (
    "NEW.redacted IS NULL OR NEW.id <> OLD.id OR NEW.task_id <> OLD.task_id OR NEW.number <> OLD.number"
    " OR NEW.document <> OLD.document OR NEW.at <> OLD.at OR NEW.verdict <> OLD.verdict OR NEW.seen <> OLD.seen"
    " OR (NEW.corrected IS NULL) <> (OLD.corrected IS NULL) OR NEW.corrected <> OLD.corrected"
)
"""When an update is refused: but where it marks the row as one from whose name, path or reason words were taken."""

_SQLITE = (
    "CREATE TRIGGER review_stays BEFORE DELETE ON review"
    " BEGIN SELECT RAISE(ABORT, 'nothing is removed from a ledger'); END",
    f"CREATE TRIGGER review_unchanged BEFORE UPDATE ON review WHEN {_CHANGED}"
    " BEGIN SELECT RAISE(ABORT, 'nothing is changed in a ledger'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION review_stays() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'nothing is removed from a ledger'; END $$",
    "CREATE TRIGGER review_stays BEFORE DELETE OR TRUNCATE ON review"
    " FOR EACH STATEMENT EXECUTE FUNCTION review_stays()",
    "CREATE FUNCTION review_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN IF {_CHANGED} THEN RAISE EXCEPTION 'nothing is changed in a ledger'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER review_unchanged BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION review_unchanged()",
)


def upgrade() -> None:
    """Make the table, and have the database itself refuse to take anything out of it."""
    op.create_table(
        "review",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("task_id", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("through", sa.String(300), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("corrected", sa.Text),
        sa.Column("redacted", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("task_id", "number", name="uq_review_task_id_number"),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)
