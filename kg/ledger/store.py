"""What people report of tasks, kept as changes: who, when, from, to, through what. Nothing is ever changed or removed.

The current report of a task is what its changes add up to; there is no second copy of it that could say otherwise.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from kg.ledger.engine import guarded, one_writer, open_engine, reading, shown, store_file
from kg.ledger.reports import Report, ReportError, Value, check, rules
from kg.ledger.tables import change, event, task
from kg.models import Obligation

MARKER: Final = "〔已隐去〕"
"""What stands where a name, a number or words were taken out."""

_MANY: Final = 500
"""Parameters of one statement: databases have a limit."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task by what the plan says of it."""

    task_id: str
    document: str
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants a task's report to say from now on: field → value, None to empty it.

    `revision` is the one that was seen when it was written, None where it holds whatever was said meanwhile.
    """

    task: Task
    values: Mapping[str, Value]
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What is reported of a task, and by the last of how many changes; `status_by` reported the status it has."""

    report: Report = field(default_factory=dict)
    revision: int = 0
    at: str = ""
    who: str = ""
    status_by: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One field of one change. `redacted` is when words were taken out of it, None where none were."""

    revision: int
    at: str
    who: str
    through: str
    field: str
    old: Value
    new: Value
    redacted: str | None = None


class ConflictError(ReportError):
    """Somebody else reported of the same task meanwhile."""


@dataclass(slots=True)
class _State:
    values: dict[str, Value] = field(default_factory=dict)
    revision: int = 0
    at: str = ""
    who: str = ""
    status_by: str = ""

    def take(self, row: Any) -> None:  # noqa: ANN401 - a row of change and event
        self.revision, self.at, self.who = row.revision, row.at, row.who
        value = decoded(row.field, row.new)
        if row.field == "status":
            self.status_by = row.who
        if value is None:
            self.values.pop(row.field, None)
        else:
            self.values[row.field] = value

    def reported(self) -> Reported:
        return Reported(dict(self.values), self.revision, self.at, self.who, self.status_by)


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

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def place(self) -> str:
        """Where the store is, for people."""
        return shown(self.engine)

    def current(self, task_ids: Collection[str] | None = None) -> dict[str, Reported]:
        """Return what is reported, by task; of all tasks where none are named. One without a report is not in it."""
        with reading(self.engine) as connection:
            states = _states(connection, task_ids)
        return {key: state.reported() for key, state in states.items()}

    def as_of_revision(self, task_id: str, revision: int) -> Report:
        """Return what was reported of a task when it had that revision."""
        with reading(self.engine) as connection:
            return _states(connection, [task_id], revision).get(task_id, _State()).values

    def history(self, task_id: str) -> list[Event]:
        """Return all that was ever reported of a task, the oldest first."""
        with reading(self.engine) as connection:
            return [_event(row) for row in _rows(connection, [task_id])]

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
                state = states.setdefault(edit.task.task_id, _State())
                events = _events(edit, state, who)
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
                state, other = states[old.task_id], states.get(new.task_id, _State())
                if other.values:
                    raise ConflictError(new.task_id, "it has a report of its own by now", "look at both")
                if new.task_id not in known:
                    _remember(connection, new)
                by = state.status_by or state.who
                carried: list[tuple[str, Value, Value]] = [(n, None, v) for n, v in state.values.items()]
                emptied: list[tuple[str, Value, Value]] = [(n, v, None) for n, v in state.values.items()]
                _write(connection, new.task_id, other, carried, (at, by, f"moved from {old.task_id}"))
                _write(connection, old.task_id, state, emptied, (at, by, f"moved to {new.task_id}"))

    def redact(self, words: str, who: str) -> int:
        """Take *words* out of everything ever reported and of who reported it, and return of how many entries.

        A marker stands where they were. The database keeps no copy of them, in its files neither.
        """
        if not words.strip():
            raise ReportError("words", "nothing is to be taken out", "give the name, number or words")
        at = f"{datetime.datetime.now(datetime.UTC).isoformat(timespec='seconds')} {who}"[:40]
        with guarded(self.engine), self.engine.begin() as connection:
            touched = 0
            for row in connection.execute(sa.select(event)).all():
                old, new = (_without(row.field, value, words) for value in (row.old, row.new))
                if (old, new) != (row.old, row.new):
                    connection.execute(event.update().where(event.c.id == row.id).values(old=old, new=new, redacted=at))
                    touched += 1
            for row in connection.execute(sa.select(change).where(change.c.who == words)).all():
                connection.execute(change.update().where(change.c.id == row.id).values(who=MARKER, redacted=at))
                touched += 1
        if touched and self.engine.dialect.name == "sqlite":
            # what was written before lies in the log until it is folded into the file, outside any transaction
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()
        return touched


def task_of(document: str, row: Obligation) -> Task:
    """Return the task that *row* of the document with that slug is."""
    return Task(row.task_id, document, row.clause, row.quote)


def decoded(name: str, kept: str | None) -> Value:
    """Return a value as it was kept; a field that this version does not know stays text."""
    if kept is None:
        return None
    value = json.loads(kept)
    if isinstance(value, list):
        return tuple(value)
    known = rules().fields.get(name)
    if known and known.kind == "date" and value != MARKER:
        return datetime.date.fromisoformat(value)
    return value  # type: ignore[no-any-return]


def encoded(value: Value) -> str | None:
    """Return a value as it is kept: JSON, None for nothing."""
    if value is None:
        return None
    if isinstance(value, datetime.date):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def _events(edit: Edit, state: _State, who: str) -> list[tuple[str, Value, Value]]:
    """The fields that *edit* changes in what is reported, from and to; raises where it may not."""
    if edit.revision is not None and edit.revision != state.revision:
        raise ConflictError(
            edit.task.task_id, f"it was changed meanwhile by {state.who or 'another'}", "look at it and do it again"
        )
    if unknown := set(edit.values) - set(rules().fields):
        raise ReportError(", ".join(sorted(unknown)), "there is no such field", "leave it out")
    after = {**state.values, **edit.values}
    changed = [(n, state.values.get(n), v) for n, v in edit.values.items() if state.values.get(n) != v]
    if changed:
        try:
            check(state.values, {n: v for n, v in after.items() if v is not None}, another=who != state.status_by)
        except ReportError as error:
            raise ReportError(f"{edit.task.task_id} {error.subject}", error.problem, error.fix) from error
    return changed


def _write(
    connection: Connection,
    task_id: str,
    state: _State,
    events: list[tuple[str, Value, Value]],
    by: tuple[str, str, str],
) -> None:
    at, who, through = by
    row = {"task_id": task_id, "revision": state.revision + 1, "at": at, "who": who[:200], "through": through[:300]}
    try:
        made = connection.execute(change.insert().values(row)).inserted_primary_key
    except IntegrityError as error:
        raise ConflictError(task_id, "it was changed meanwhile by another", "look at it and do it again") from error
    assert made is not None
    kept = [{"change_id": made[0], "field": n, "old": encoded(old), "new": encoded(new)} for n, old, new in events]
    connection.execute(event.insert(), kept)
    state.revision += 1
    state.at, state.who = at, who
    for name, _, new in events:
        state.values[name] = new
        if name == "status":
            state.status_by = who
    state.values = {name: value for name, value in state.values.items() if value is not None}


def _remember(connection: Connection, one: Task) -> None:
    connection.execute(task.insert().values(asdict(one)))


def _known(connection: Connection, task_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in _parts(task_ids):
        found |= set(connection.execute(sa.select(task.c.task_id).where(task.c.task_id.in_(some))).scalars())
    return found


def _states(connection: Connection, task_ids: Collection[str] | None, revision: int | None = None) -> dict[str, _State]:
    states: dict[str, _State] = {}
    for row in _rows(connection, task_ids):
        if revision is None or row.revision <= revision:
            states.setdefault(row.task_id, _State()).take(row)
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


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of change and event
    old, new = decoded(row.field, row.old), decoded(row.field, row.new)
    return Event(row.revision, row.at, row.who, row.through, row.field, old, new, row.redacted)


def _without(name: str, kept: str | None, words: str) -> str | None:
    value = decoded(name, kept)
    if isinstance(value, str) and words in value:
        return encoded(value.replace(words, MARKER))
    if isinstance(value, tuple) and any(words in part for part in value):
        return encoded(tuple(part.replace(words, MARKER) for part in value))
    return kept
