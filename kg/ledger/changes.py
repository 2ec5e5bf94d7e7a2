"""A report and what somebody wants it to say → what changes in it, or why it may not. Nothing here is kept anywhere."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kg.ledger.reports import Report, ReportError, Value, check, rules
from kg.models import Obligation

MARKER: Final = "〔已隐去〕"
"""What stands where a name, a number or words were taken out."""

Change = tuple[str, Value, Value]
"""A field, what it held and what it holds from now on."""


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
class State:
    """What a task's changes have come to so far; `values` has no field that is empty."""

    values: dict[str, Value] = field(default_factory=dict)
    revision: int = 0
    at: str = ""
    who: str = ""
    status_by: str = ""

    def take(self, name: str, value: Value, revision: int, at: str, who: str) -> None:
        """Go on by one field of a change."""
        self.revision, self.at, self.who = revision, at, who
        if name == "status":
            self.status_by = who
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def reported(self) -> Reported:
        """Return it as it stands."""
        return Reported(dict(self.values), self.revision, self.at, self.who, self.status_by)


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


def changed_fields(edit: Edit, state: State, who: str) -> list[Change]:
    """Return the fields that *edit* changes in what is reported, from and to.

    Raise a `ConflictError` where it was written from an older state, a `ReportError` where it may not follow.
    """
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


def without(name: str, kept: str | None, words: str) -> str | None:
    """Return a value as it is kept, with *words* taken out of it where they stand; days, figures and statuses stay."""
    known = rules().fields.get(name)
    if known and known.kind not in ("text", "log", "list"):
        return kept
    value = decoded(name, kept)
    if isinstance(value, str) and words in value:
        return encoded(value.replace(words, MARKER))
    if isinstance(value, tuple) and any(words in part for part in value):
        return encoded(tuple(part.replace(words, MARKER) for part in value))
    return kept
