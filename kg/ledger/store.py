"""What people report of tasks, stored as changes: who, when, from, to, through what. Nothing is changed or removed.

The current report of a task is the sum of its changes; there is no second copy that could contradict it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from kg.errors import ReportError
from kg.ledger.assignment import ASSIGNED
from kg.ledger.changes import (
    MARKER,
    BulkChange,
    Change,
    ConflictError,
    Edit,
    Event,
    Reported,
    Task,
    Undone,
    changed_fields,
    decoded,
    encoded,
    undone_fields,
    without,
)  # fmt: skip
from kg.ledger.engine import guarded, one_writer, open_engine, reading, store_file
from kg.ledger.reports import Report, Value
from kg.ledger.tables import bulk, change, event, review, task
from kg.refusals import refused

_MANY: Final = 500
"""Parameters of one statement; databases have a limit."""


class Ledger:
    """The reports in one store. Threads and processes may share it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, data: Path, url: str = "") -> Ledger:
        """Return the ledger of a data folder, or the one at *url*, made if there is none."""
        return cls(open_engine(data, url))

    @classmethod
    def find(cls, data: Path, url: str = "") -> Ledger | None:
        """Return the ledger of a data folder, or the one at *url*; None for a folder where nothing was ever reported.

        For callers that only read: it works in a folder that cannot be written.
        """
        return cls.open(data, url) if url or store_file(data).exists() else None

    @classmethod
    @contextmanager
    def lent(cls, data: Path, url: str = "") -> Iterator[Ledger | None]:
        """Yield what `find` returns, and close it."""
        found = cls.find(data, url)
        try:
            yield found
        finally:
            if found is not None:
                found.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self.engine.dispose()

    def current(self, task_ids: Collection[str] | None = None) -> dict[str, Reported]:
        """Return what is reported, by task; of all tasks if none are named. A task without a report is not in it."""
        with reading(self.engine) as connection:
            return _states(connection, task_ids)

    def as_of_revision(self, task_id: str, revision: int) -> Report:
        """Return what was reported of a task at that revision."""
        with reading(self.engine) as connection:
            return _states(connection, [task_id], revision).get(task_id, Reported()).report

    def assignments(self) -> dict[str, Report]:
        """Return to whom the office gave each task; a task without a lead or assisting assignee is not in it."""
        found: dict[str, dict[str, Value]] = {}
        with reading(self.engine) as connection:
            for row in connection.execute(_changes().where(event.c.field.in_(ASSIGNED))):
                found.setdefault(row.task_id, {})[row.field] = decoded(row.field, row.new)
        return {task_id: kept for task_id, fields in found.items() if (kept := _filled(fields))}

    def history(self, task_id: str) -> list[Event]:
        """Return all that was ever reported of a task, oldest first."""
        with reading(self.engine) as connection:
            return [_event(row) for row in _rows(connection, [task_id])]

    def histories(self) -> dict[str, list[Event]]:
        """Return all that was ever reported, by task, oldest first."""
        found: dict[str, list[Event]] = {}
        with reading(self.engine) as connection:
            for row in _rows(connection, None):
                found.setdefault(row.task_id, []).append(_event(row))
        return found

    def version(self) -> str:
        """Return a text that changes whenever anything is reported or redacted."""
        with reading(self.engine) as connection:
            last = connection.execute(sa.select(sa.func.max(change.c.id))).scalar() or 0
            taken = [
                connection.execute(
                    sa.select(sa.func.count(), sa.func.max(table.c.redacted)).where(table.c.redacted.is_not(None))
                ).one()
                for table in (change, event)
            ]
        told = "-".join(map(str, (last, *(part for pair in taken for part in pair))))
        return hashlib.sha256(told.encode()).hexdigest()[:16]  # it must not reveal who redacted something

    def tasks(self) -> dict[str, Task]:
        """Return every task that was reported on, as the plan had it when that was first done."""
        with reading(self.engine) as connection:
            return {row.task_id: Task(*row) for row in connection.execute(sa.select(*task.c))}

    def save(self, edits: Sequence[Edit], who: str, through: str, *, together: bool = False) -> int:
        """Store *edits*, all or none of them, and return how many tasks they changed; repeating a value is no change.

        *together* they are a bulk change, which `undo` takes back.

        Raises:
            ConflictError: a task was changed after the revision that an edit was written from.
            ReportError: a report may not change like this.
        """
        if not who.strip():
            raise refused(ReportError, "no-name")
        at = now()
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            states = _states(connection, {edit.task.task_id for edit in edits})
            known = _known(connection, {edit.task.task_id for edit in edits})
            changed, number = 0, None
            for edit in edits:
                state = states.setdefault(edit.task.task_id, Reported())
                events = changed_fields(edit, state, who)
                if not events:
                    continue
                if edit.task.task_id not in known:
                    _remember(connection, edit.task)
                    known.add(edit.task.task_id)
                if together and number is None:
                    number = _begin_bulk(connection, at)
                _write(connection, edit.task.task_id, state, events, (at, who, through), number)
                changed += 1
        return changed

    def bulk_changes(self, most: int | None = None) -> list[BulkChange]:
        """Return the bulk changes, the latest first, at most that many."""
        undoing = bulk.alias()
        wanted = (
            sa.select(
                bulk.c.id,
                bulk.c.at,
                sa.func.min(change.c.who).label("who"),
                sa.func.min(change.c.through).label("through"),
                sa.func.count().label("tasks"),
                bulk.c.undoes,
                sa.func.min(undoing.c.id).label("undone_by"),
            )
            .join(change, change.c.bulk_id == bulk.c.id)
            .outerjoin(undoing, undoing.c.undoes == bulk.c.id)
            .group_by(bulk.c.id, bulk.c.at, bulk.c.undoes)
            .order_by(bulk.c.id.desc())
            .limit(most)
        )
        with reading(self.engine) as connection:
            return [BulkChange(*row) for row in connection.execute(wanted)]

    def bulk_events(self, number: int) -> dict[str, list[Event]]:
        """Return what the bulk change *number* changed, by task."""
        with reading(self.engine) as connection:
            return _bulk_events(connection, number)

    def undo(self, number: int, who: str, through: str) -> Undone:
        """Take the bulk change *number* back by one more, and return what it did; both stay in the history.

        A task that was reported on since in one of the fields is left as it is.

        Raises:
            ReportError: there is no such bulk change, it is undone already, or nothing of it is left to undo.
        """
        if not who.strip():
            raise refused(ReportError, "no-name")
        at = now()
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            events = _bulk_events(connection, number)
            if not events:
                raise refused(ReportError, "no-bulk-change", number=number)
            if connection.execute(sa.select(bulk.c.id).where(bulk.c.undoes == number)).first():
                raise refused(ReportError, "undone-already", number=number)
            states = _states(connection, events)
            found = {task_id: undone_fields(made, states[task_id]) for task_id, made in events.items()}
            back = {task_id: changes for task_id, changes in found.items() if changes is not None}
            if not back:
                raise refused(ReportError, "all-changed-since", number=number)
            undoing = _begin_bulk(connection, at, number)
            for task_id, changes in back.items():
                _write(connection, task_id, states[task_id], changes, (at, who, through), undoing)
        return Undone(len(back), tuple(task_id for task_id in events if task_id not in back))

    def open_tasks(self) -> dict[str, Task]:
        """Return the tasks that have a report now; a task whose report moved to another has none."""
        carried = self.current()
        return {key: one for key, one in self.tasks().items() if carried[key].report}

    def move(self, pairs: Sequence[tuple[Task, Task]]) -> None:
        """Move the report of each first task to the second, all of them or none.

        The first change of the second task has the whole report of the first, whose last event says where it went.
        """
        at = now()
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            states = _states(connection, {one.task_id for pair in pairs for one in pair})
            known = _known(connection, {new.task_id for _, new in pairs})
            for old, new in pairs:
                state, other = states[old.task_id], states.get(new.task_id, Reported())
                if other.report:
                    raise ConflictError(new.task_id, "it has a report of its own now", "look at both")
                if new.task_id not in known:
                    _remember(connection, new)
                by = state.status_by or state.who
                carried: list[Change] = [(n, None, v) for n, v in state.report.items()]
                emptied: list[Change] = [(n, v, None) for n, v in state.report.items()]
                _write(connection, new.task_id, other, carried, (at, by, f"moved from {old.task_id}"))
                _write(connection, old.task_id, state, emptied, (at, by, f"moved to {new.task_id}"))

    def redact(self, words: str, who: str) -> int:
        """Redact *words* wherever they were reported, with a marker in their place; return how many rows had them.

        The database keeps no copy of them, nor do its files.
        """
        if not words.strip():
            raise ReportError("words", "there is nothing to redact", "give the name, number or words")
        at = f"{datetime.datetime.now(datetime.UTC).isoformat(timespec='seconds')} {who}"[:40]
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            touched = 0
            for row in connection.execute(sa.select(event)).all():
                old, new = (without(row.field, value, words) for value in (row.old, row.new))
                if (old, new) != (row.old, row.new):
                    connection.execute(event.update().where(event.c.id == row.id).values(old=old, new=new, redacted=at))
                    touched += 1
            for table, names in ((change, ("who", "through")), (review, ("who", "through", "reason"))):
                for row in connection.execute(sa.select(table)).all():
                    was = {name: getattr(row, name) for name in names}
                    # a marker may be longer than the words, and a column has its limit
                    after = {
                        n: v.replace(words, MARKER)[: getattr(table.c[n].type, "length", None)] for n, v in was.items()
                    }
                    if after != was:
                        connection.execute(table.update().where(table.c.id == row.id).values(redacted=at, **after))
                        touched += 1
        if touched and self.engine.dialect.name == "sqlite":
            # the words stay in the log until it is merged into the file, which no transaction can do
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()
        return touched


def _filled(fields: dict[str, Value]) -> Report:
    return {name: value for name, value in fields.items() if value is not None}


def now() -> str:
    """Return the time as the store keeps it: ISO 8601 in UTC, to the millisecond."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of `_rows`
    old, new = decoded(row.field, row.old), decoded(row.field, row.new)
    return Event(row.revision, row.at, row.who, row.through, row.field, old, new, row.redacted, row.bulk_id, row.undoes)


def _begin_bulk(connection: Connection, at: str, undoes: int | None = None) -> int:
    made = connection.execute(bulk.insert().values(at=at, undoes=undoes)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _bulk_events(connection: Connection, number: int) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for row in connection.execute(_changes().where(change.c.bulk_id == number)):
        found.setdefault(row.task_id, []).append(_event(row))
    return found


def _write(
    connection: Connection,
    task_id: str,
    state: Reported,
    events: list[Change],
    by: tuple[str, str, str],
    bulk_id: int | None = None,
) -> None:
    at, who, through = by
    revision = state.revision + 1
    row = {"task_id": task_id, "revision": revision, "at": at, "who": who[:200], "through": through[:300]}
    row["bulk_id"] = bulk_id
    try:
        made = connection.execute(change.insert().values(row)).inserted_primary_key
    except IntegrityError as error:
        raise refused(ConflictError, "changed-by-another", task_id) from error
    assert made is not None
    kept = [{"change_id": made[0], "field": n, "old": encoded(old), "new": encoded(new)} for n, old, new in events]
    connection.execute(event.insert(), kept)
    for name, _, new in events:
        state.take(name, new, revision, at, who)


def _remember(connection: Connection, one: Task) -> None:
    connection.execute(task.insert().values(asdict(one)))


def _known(connection: Connection, task_ids: Collection[str]) -> set[str]:
    wanted = sa.select(task.c.task_id)
    return {row.task_id for row in _of_tasks(connection, wanted, task.c.task_id, task_ids)}


def _states(
    connection: Connection, task_ids: Collection[str] | None, revision: int | None = None
) -> dict[str, Reported]:
    states: dict[str, Reported] = {}
    for row in _rows(connection, task_ids):
        if revision is None or row.revision <= revision:
            value = decoded(row.field, row.new)
            state, undoing = states.setdefault(row.task_id, Reported()), row.undoes is not None
            state.take(row.field, value, row.revision, row.at, row.who, undoing=undoing)
    return states


def _rows(connection: Connection, task_ids: Collection[str] | None) -> Iterator[Any]:
    return _of_tasks(connection, _changes(), change.c.task_id, task_ids)


def _changes() -> sa.Select[Any]:
    """Changes with their events, in the order they were made."""
    made, said = change.c, event.c
    wanted = sa.select(made.task_id, made.revision, made.at, made.who, made.through, made.bulk_id, bulk.c.undoes)
    wanted = wanted.add_columns(said.field, said.old, said.new, said.redacted).join(event, said.change_id == made.id)
    return wanted.outerjoin(bulk, bulk.c.id == made.bulk_id).order_by(made.task_id, made.revision, said.id)


def _of_tasks(
    connection: Connection, wanted: sa.Select[Any], column: sa.ColumnElement[Any], task_ids: Collection[str] | None
) -> Iterator[Any]:
    """The rows of *wanted* whose *column* is one of *task_ids*, in as many statements as the database needs."""
    if task_ids is None:
        yield from connection.execute(wanted)
        return
    ordered = sorted(task_ids)
    for i in range(0, len(ordered), _MANY):
        yield from connection.execute(wanted.where(column.in_(ordered[i : i + _MANY])))
