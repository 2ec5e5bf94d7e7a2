"""What people report of tasks, kept as changes: who, when, from, to, through what. Nothing is ever changed or removed.

The current report of a task is what its changes add up to; there is no second copy of it that could say otherwise.
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

from kg.ledger.changes import (
    MARKER,
    Change,
    ConflictError,
    Edit,
    Event,
    Reported,
    State,
    Task,
    changed_fields,
    decoded,
    encoded,
    without,
)  # fmt: skip
from kg.ledger.engine import guarded, one_writer, open_engine, reading, store_file
from kg.ledger.reports import Report, ReportError
from kg.ledger.tables import change, event, review, task

_MANY: Final = 500
"""Parameters of one statement: databases have a limit."""


class Ledger:
    """The reports in one store. Threads and processes may share it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, data: Path, url: str = "") -> Ledger:
        """Return the ledger of a data folder, or the one at *url*; made where there is none."""
        return cls(open_engine(data, url))

    @classmethod
    def find(cls, data: Path, url: str = "") -> Ledger | None:
        """Return the ledger of a data folder, or the one at *url*; None in a folder where nothing was ever reported.

        What only reads asks for it so: a folder that nobody may write can be read all the same.
        """
        return cls.open(data, url) if url or store_file(data).exists() else None

    @classmethod
    @contextmanager
    def lent(cls, data: Path, url: str = "") -> Iterator[Ledger | None]:
        """Yield what `find` gives, and let go of it."""
        found = cls.find(data, url)
        try:
            yield found
        finally:
            if found is not None:
                found.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def current(self, task_ids: Collection[str] | None = None) -> dict[str, Reported]:
        """Return what is reported, by task; of all tasks where none are named. One without a report is not in it."""
        with reading(self.engine) as connection:
            states = _states(connection, task_ids)
        return {key: state.reported() for key, state in states.items()}

    def as_of_revision(self, task_id: str, revision: int) -> Report:
        """Return what was reported of a task when it had that revision."""
        with reading(self.engine) as connection:
            return _states(connection, [task_id], revision).get(task_id, State()).values

    def history(self, task_id: str) -> list[Event]:
        """Return all that was ever reported of a task, the oldest first."""
        with reading(self.engine) as connection:
            return [_event(row) for row in _rows(connection, [task_id])]

    def histories(self) -> dict[str, list[Event]]:
        """Return all that was ever reported, by task, the oldest first."""
        found: dict[str, list[Event]] = {}
        with reading(self.engine) as connection:
            for row in _rows(connection, None):
                found.setdefault(row.task_id, []).append(_event(row))
        return found

    def version(self) -> str:
        """Return a text that is another one as soon as anything was reported or taken out."""
        with reading(self.engine) as connection:
            last = connection.execute(sa.select(sa.func.max(change.c.id))).scalar() or 0
            taken = [
                connection.execute(
                    sa.select(sa.func.count(), sa.func.max(table.c.redacted)).where(table.c.redacted.is_not(None))
                ).one()
                for table in (change, event)
            ]
        told = "-".join(map(str, (last, *(part for pair in taken for part in pair))))
        return hashlib.sha256(told.encode()).hexdigest()[:16]  # of who took something out no trace is given away

    def tasks(self) -> dict[str, Task]:
        """Return what the plan said of every task something was reported of, when that was first done."""
        with reading(self.engine) as connection:
            return {row.task_id: Task(*row) for row in connection.execute(sa.select(*task.c))}

    def save(self, edits: Sequence[Edit], who: str, through: str) -> int:
        """Keep *edits*, all or none of them, and return how many tasks they changed.

        Raise a `ConflictError` where a task was changed since the revision an edit was written from, a `ReportError`
        where what it says cannot follow what was said before. What says nothing new is no change.
        """
        if not who.strip():
            raise ReportError("who", "a change has to say whose it is", "give a name")
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            states = _states(connection, {edit.task.task_id for edit in edits})
            known = _known(connection, {edit.task.task_id for edit in edits})
            changed = 0
            for edit in edits:
                state = states.setdefault(edit.task.task_id, State())
                events = changed_fields(edit, state, who)
                if not events:
                    continue
                if edit.task.task_id not in known:
                    _remember(connection, edit.task)
                    known.add(edit.task.task_id)
                _write(connection, edit.task.task_id, state, events, (at, who, through))
                changed += 1
        return changed

    def open_tasks(self) -> dict[str, Task]:
        """Return the tasks that carry a report by now; one whose report went on under another does not."""
        carried = self.current()
        return {key: one for key, one in self.tasks().items() if carried[key].report}

    def move(self, pairs: Sequence[tuple[Task, Task]]) -> None:
        """Let what is reported of each first task go on under the second, all of them or none.

        The second one's first change has everything the first one's report had; the first one is left without any, and
        its last event says where it went.
        """
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with guarded(self.engine), self.engine.begin() as connection:
            one_writer(connection)
            states = _states(connection, {one.task_id for pair in pairs for one in pair})
            known = _known(connection, {new.task_id for _, new in pairs})
            for old, new in pairs:
                state, other = states[old.task_id], states.get(new.task_id, State())
                if other.values:
                    raise ConflictError(new.task_id, "it has a report of its own by now", "look at both")
                if new.task_id not in known:
                    _remember(connection, new)
                by = state.status_by or state.who
                carried: list[Change] = [(n, None, v) for n, v in state.values.items()]
                emptied: list[Change] = [(n, v, None) for n, v in state.values.items()]
                _write(connection, new.task_id, other, carried, (at, by, f"moved from {old.task_id}"))
                _write(connection, old.task_id, state, emptied, (at, by, f"moved to {new.task_id}"))

    def redact(self, words: str, who: str) -> int:
        """Take *words* out of everything ever reported, by whom and through what, and return of how many entries.

        A marker stands where they were. The database keeps no copy of them, in its files neither.
        """
        if not words.strip():
            raise ReportError("words", "nothing is to be taken out", "give the name, number or words")
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
                    now = {name: _taken_out(value, words, table.c[name]) for name, value in was.items()}
                    if now != was:
                        connection.execute(table.update().where(table.c.id == row.id).values(redacted=at, **now))
                        touched += 1
        if touched and self.engine.dialect.name == "sqlite":
            # what was written before lies in the log until it is folded into the file, outside any transaction
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()
        return touched


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of `_rows`
    old, new = decoded(row.field, row.old), decoded(row.field, row.new)
    return Event(row.revision, row.at, row.who, row.through, row.field, old, new, row.redacted)


def _write(
    connection: Connection,
    task_id: str,
    state: State,
    events: list[Change],
    by: tuple[str, str, str],
) -> None:
    at, who, through = by
    revision = state.revision + 1
    row = {"task_id": task_id, "revision": revision, "at": at, "who": who[:200], "through": through[:300]}
    try:
        made = connection.execute(change.insert().values(row)).inserted_primary_key
    except IntegrityError as error:
        raise ConflictError(task_id, "it was changed meanwhile by another", "look at it and do it again") from error
    assert made is not None
    kept = [{"change_id": made[0], "field": n, "old": encoded(old), "new": encoded(new)} for n, old, new in events]
    connection.execute(event.insert(), kept)
    for name, _, new in events:
        state.take(name, new, revision, at, who)


def _taken_out(value: str, words: str, column: sa.Column[Any]) -> str:
    """Return *value* with a marker for *words*, as long as *column* can hold."""
    return value.replace(words, MARKER)[: getattr(column.type, "length", None)]


def _remember(connection: Connection, one: Task) -> None:
    connection.execute(task.insert().values(asdict(one)))


def _known(connection: Connection, task_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in _parts(task_ids):
        found |= set(connection.execute(sa.select(task.c.task_id).where(task.c.task_id.in_(some))).scalars())
    return found


def _states(connection: Connection, task_ids: Collection[str] | None, revision: int | None = None) -> dict[str, State]:
    states: dict[str, State] = {}
    for row in _rows(connection, task_ids):
        if revision is None or row.revision <= revision:
            value = decoded(row.field, row.new)
            states.setdefault(row.task_id, State()).take(row.field, value, row.revision, row.at, row.who)
    return states


def _rows(connection: Connection, task_ids: Collection[str] | None) -> Iterator[Any]:
    """Changes with their events, in the order they were made."""
    wanted = (
        sa.select(
            change.c.task_id,
            change.c.revision,
            change.c.at,
            change.c.who,
            change.c.through,
            event.c.field,
            event.c.old,
            event.c.new,
            event.c.redacted,
        )
        .join(event, event.c.change_id == change.c.id)
        .order_by(change.c.task_id, change.c.revision, event.c.id)
    )
    if task_ids is None:
        yield from connection.execute(wanted)
        return
    for some in _parts(task_ids):
        yield from connection.execute(wanted.where(change.c.task_id.in_(some)))


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for i in range(0, len(ordered), _MANY):
        yield ordered[i : i + _MANY]
