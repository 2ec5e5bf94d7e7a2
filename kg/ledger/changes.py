"""A report and the edit somebody makes to it → what changes in it, or why it may not. Nothing here is stored."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kg.errors import ReportError
from kg.ledger.reports import Value, check, rules
from kg.models import Obligation
from kg.refusals import refused, within

MARKER: Final = "〔已隐去〕"
"""What stands where a name, a number or words were redacted."""

Change = tuple[str, Value, Value]
"""A field, its value before and its value after."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as the store knows it: by its id and by what the plan says."""

    task_id: str
    document: str
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants a task's report to say: field → value, None to empty the field.

    `revision` is the one it was written from; None if it is to hold whatever was reported meanwhile.
    """

    task: Task
    values: Mapping[str, Value]
    revision: int | None = None


@dataclass(slots=True)
class Reported:
    """What is reported of a task after *revision* changes; `report` has no empty field.

    `at` and `who` are of the last change; `status_by` reported the current status.
    """

    report: dict[str, Value] = field(default_factory=dict)
    revision: int = 0
    at: str = ""
    who: str = ""
    status_by: str = ""
    _reporters: dict[Value, str] = field(default_factory=dict, repr=False, compare=False)

    def take(self, name: str, value: Value, revision: int, at: str, who: str, *, undoing: bool = False) -> None:
        """Take over one field of a change. A status that *undoing* a change restores is still its first reporter's."""
        self.revision, self.at, self.who = revision, at, who
        if name == "status":
            self.status_by = self._reporters.get(value, who) if undoing else who
            self._reporters[value] = self.status_by
        self.report[name] = value
        if value is None:
            del self.report[name]


@dataclass(frozen=True, slots=True)
class BulkChange:
    """A save of several tasks at once: how many, by whom and through what.

    `undoes` is the number of the bulk change that it undoes, `undone_by` of the one that undoes it.
    """

    number: int
    at: str
    who: str
    through: str
    tasks: int
    undoes: int | None = None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a bulk change did: how many tasks are as they were, and which were changed since and were left."""

    tasks: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One field of one change. `redacted` is when words were taken out of it, None if none were.

    `bulk` is the number of the bulk change it belongs to, `undoes` of the one that it undoes.
    """

    revision: int
    at: str
    who: str
    through: str
    field: str
    old: Value
    new: Value
    redacted: str | None = None
    bulk: int | None = None
    undoes: int | None = None

    @property
    def means(self) -> str:
        """Through what it was changed, and as part of which bulk change."""
        if self.undoes is not None:
            return f"{self.through} (undoes #{self.undoes})"
        return self.through if self.bulk is None else f"{self.through} (#{self.bulk})"


class ConflictError(ReportError):
    """Somebody else reported on the same task meanwhile."""


def task_of(document: str, obligation: Obligation) -> Task:
    """Return *obligation*, of the document with that slug, as a task."""
    return Task(obligation.task_id, document, obligation.clause, obligation.quote)


def decoded(name: str, kept: str | None) -> Value:
    """Return a stored value; one of a field that this version does not know stays text."""
    value = None if kept is None else json.loads(kept)
    if isinstance(value, list):
        return tuple(value)
    known = rules().fields.get(name)
    if known and known.type == "date" and value not in (None, MARKER):
        return datetime.date.fromisoformat(value)
    return value


def encoded(value: Value) -> str | None:
    """Return a value as it is stored: JSON, None for nothing."""
    return None if value is None else json.dumps(value, ensure_ascii=False, default=datetime.date.isoformat)


def changed_fields(edit: Edit, state: Reported, who: str) -> list[Change]:
    """Return the fields that *edit* changes in what is reported.

    Raises:
        ConflictError: the edit was written from an older revision.
        ReportError: the report may not change like this.
    """
    if edit.revision is not None and edit.revision != state.revision:
        key = "changed-meanwhile" if state.who else "changed-by-another"
        raise refused(ConflictError, key, edit.task.task_id, who=state.who)
    if unknown := set(edit.values) - set(rules().fields):
        raise refused(ReportError, "no-such-field", ", ".join(sorted(unknown)))
    changed = [(n, state.report.get(n), v) for n, v in edit.values.items() if state.report.get(n) != v]
    if changed:
        after = {n: v for n, v in {**state.report, **edit.values}.items() if v is not None}
        try:
            check(state.report, after, another=who != state.status_by)
        except ReportError as error:
            raise within(edit.task.task_id, error) from error
    return changed


def undone_fields(events: Iterable[Event], state: Reported) -> list[Change] | None:
    """Return the changes that take *events* of a bulk change back; None if the report has moved on since.

    A field that was changed again, or a status that would lack what it depends on, leaves the task as it is.
    """
    back = [(event.field, event.new, event.old) for event in events]
    if any(state.report.get(name) != now for name, now, _ in back):
        return None
    after = {**state.report, **{name: was for name, _, was in back}}
    needs = rules().needs.get(after.get("status"), ())  # type: ignore[call-overload]
    return None if any(after.get(name) is None for name in needs) else back


def without(name: str, kept: str | None, words: str) -> str | None:
    """Return a stored value with *words* redacted; days, figures and statuses stay as they are."""
    known = rules().fields.get(name)
    if known and known.type not in ("text", "log", "list", "names"):
        return kept
    value = decoded(name, kept)
    if isinstance(value, tuple):
        redacted: Value = tuple(part.replace(words, MARKER) for part in value)
    else:
        redacted = value.replace(words, MARKER) if isinstance(value, str) else value
    return kept if redacted == value else encoded(redacted)
