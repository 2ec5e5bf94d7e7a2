"""Tasks and their changes, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kg.ledger.migrations.append_only import make_append_only

revision = "0001"
down_revision = None

_REFUSED = {
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
"""Table → when an update of a row is refused: unless it marks the row as redacted."""


def upgrade() -> None:
    """Make the tables."""
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
    for table, refused in _REFUSED.items():
        make_append_only(table, refused)
