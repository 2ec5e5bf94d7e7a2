"""Changes of several tasks at once, which can be undone at once; suggested leads that tasks were given to."""

from __future__ import annotations

import datetime
import json
import re

import sqlalchemy as sa
from alembic import op

from kg.ledger.migrations.append_only import make_append_only, remake_unchanged

revision = "0003"
down_revision = "0002"

THROUGH = "upgraded from suggested_owner"
"""How an assignee came to be the one a task was given to."""

_REFUSED = (
    "NEW.redacted IS NULL OR NEW.id <> OLD.id OR NEW.task_id <> OLD.task_id OR NEW.revision <> OLD.revision"
    " OR NEW.at <> OLD.at OR COALESCE(NEW.bulk_id, 0) <> COALESCE(OLD.bulk_id, 0)"
)
"""When an update of a change is refused: as before, and also if it is put into another bulk change."""


def upgrade() -> None:
    """Make the table, let changes belong to one of its rows, and carry over what was assigned."""
    op.create_table(
        "bulk",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_bulk"),
        sa.ForeignKeyConstraint(["undoes"], ["bulk.id"], name="fk_bulk_undoes"),
        sa.UniqueConstraint("undoes", name="uq_bulk_undoes"),
    )
    make_append_only("bulk", "1 = 1")
    # as SQL: Alembic adds a foreign key in a statement of its own, which SQLite does not have
    op.execute("ALTER TABLE change ADD COLUMN bulk_id INTEGER CONSTRAINT fk_change_bulk_id REFERENCES bulk (id)")
    op.create_index("ix_change_bulk_id", "change", ["bulk_id"])
    remake_unchanged("change", _REFUSED)
    _carry_over(op.get_bind())


def _carry_over(connection: sa.Connection) -> None:
    """Give each task that has an 交办日期 to its 建议牵头单位, as a further change by whoever suggested it.

    Without that date a suggestion is only one, and stays so.
    """
    latest: dict[str, int] = {}
    reported: dict[str, dict[str, tuple[str | None, str]]] = {}
    wanted = (
        "SELECT change.task_id, change.revision, change.who, event.field, event.new FROM change"
        " LEFT JOIN event ON event.change_id = change.id ORDER BY change.task_id, change.revision, event.id"
    )
    for row in connection.execute(sa.text(wanted)):
        latest[row.task_id] = row.revision
        if row.field in ("suggested_owner", "assigned"):
            reported.setdefault(row.task_id, {})[row.field] = (row.new, row.who)
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    change = sa.table("change", *map(sa.column, ("id", "task_id", "revision", "at", "who", "through")))
    event = sa.table("event", *map(sa.column, ("change_id", "field", "new")))
    for task_id, fields in sorted(reported.items()):
        (name, who), (day, _) = (fields.get(field, (None, "")) for field in ("suggested_owner", "assigned"))
        if name is None or day is None:
            continue
        made = {"task_id": task_id, "revision": latest[task_id] + 1, "at": at, "who": who, "through": THROUGH}
        connection.execute(change.insert().values(made))
        where = (change.c.task_id == task_id) & (change.c.revision == made["revision"])
        number = connection.execute(sa.select(change.c.id).where(where)).scalar_one()
        names = [one.strip() for one in re.split(r"[、；;\n]", json.loads(name)) if one.strip()]
        new = json.dumps(names, ensure_ascii=False)
        connection.execute(event.insert().values(change_id=number, field="assigned_to", new=new))
