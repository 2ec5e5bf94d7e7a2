"""The tables of the ledger's store, as the newest migration leaves them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

task: Final = Table(
    "task",
    metadata,
    Column("task_id", String(200), primary_key=True),
    Column("document", String(200), nullable=False),
    Column("clause", String(200), nullable=False),
    Column("quote", Text, nullable=False),
)
"""What the plan said of a task when it was first reported on, by which the obligations of a later build are matched."""

bulk: Final = Table(
    "bulk",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    # of two who undo the same bulk change the second one fails, whatever the database
    Column("undoes", Integer, ForeignKey("bulk.id"), unique=True),
)
"""A save of several tasks at once, which one further row undoes. Its changes say who made it, and through what."""

change: Final = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("task_id", String(200), ForeignKey("task.task_id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("who", String(200), nullable=False),
    Column("through", String(300), nullable=False),
    Column("redacted", String(40)),
    Column("bulk_id", Integer, ForeignKey("bulk.id")),
    Index(None, "bulk_id"),
    # of two writers who start from the same revision the second one fails, whatever the database
    UniqueConstraint("task_id", "revision"),
)
"""One save of one task, the n-th with the revision n. `at` is ISO 8601 in UTC, `through` the command, page or file."""

event: Final = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("change_id", Integer, ForeignKey("change.id"), nullable=False),
    Column("field", String(60), nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("redacted", String(40)),
    Index(None, "change_id"),
)
"""One field that a save changed, from and to, as JSON. `redacted`: when words of it were redacted."""

review: Final = Table(
    "review",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("task_id", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("document", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("who", String(200), nullable=False),
    Column("through", String(300), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("corrected", Text),
    Column("redacted", String(40)),
    UniqueConstraint("task_id", "number"),
)
"""What a person said of an extracted obligation, the n-th time with the number n. `seen` is the obligation as it was
extracted, `corrected` has the fields as they should be, both as JSON. There is no key to `task`, which has only what
was reported on."""

APPEND_ONLY: Final = ("task", "bulk", "change", "event", "review")
"""The tables whose rows the database itself refuses to remove, or to change except by redaction."""
