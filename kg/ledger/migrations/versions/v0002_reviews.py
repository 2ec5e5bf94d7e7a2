"""Reviews of extracted obligations, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kg.ledger.migrations.append_only import make_append_only

revision = "0002"
down_revision = "0001"

_REFUSED = (
    "NEW.redacted IS NULL OR NEW.id <> OLD.id OR NEW.task_id <> OLD.task_id OR NEW.number <> OLD.number"
    " OR NEW.document <> OLD.document OR NEW.at <> OLD.at OR NEW.verdict <> OLD.verdict OR NEW.seen <> OLD.seen"
    " OR (NEW.corrected IS NULL) <> (OLD.corrected IS NULL) OR NEW.corrected <> OLD.corrected"
)
"""When an update is refused: unless it marks the row as redacted in its name, path or reason."""


def upgrade() -> None:
    """Make the table."""
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
    make_append_only("review", _REFUSED)
