"""Entries as of a day → what a leader looks at: who has how much in which status, what is overdue or silent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.ledger.days import moment
from kg.ledger.entries import Entry
from kg.ledger.export import owners_of
from kg.ledger.standing import KINDS, Kind, Rates, rates

QUIET_DAYS: Final = 30
"""A report that says nothing new for longer than this is 久未更新."""

ENDED: Final = frozenset({"finished", "late", "halted"})
"""Standings that are waited for no more."""


@dataclass(frozen=True, slots=True)
class Share:
    """Tasks under one heading, by how they stand: only standings that one of them has, in their usual order."""

    name: str
    total: int
    by_kind: Mapping[Kind, int]

    @property
    def finished(self) -> int:
        """How many are finished, in time or late."""
        return self.by_kind.get("finished", 0) + self.by_kind.get("late", 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """What entries come to. A task of several bodies stands under each of them: their rows add up to more than all."""

    as_of: datetime.date
    rates: Rates
    all: Share
    bodies: tuple[Share, ...]
    chapters: tuple[Share, ...]
    overdue: tuple[Entry, ...]
    quiet: tuple[Entry, ...]


def summary(entries: Sequence[Entry], as_of: datetime.date) -> Summary:
    """Return what *entries* come to as of that day: bodies by how many tasks they have, chapters as they stand."""
    bodies: dict[str, list[Entry]] = {}
    chapters: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in owners_of(entry.row):
            bodies.setdefault(name, []).append(entry)
        chapters.setdefault(chapter_of(entry), []).append(entry)
    overdue = [entry for entry in entries if entry.standing.kind == "overdue"]
    return Summary(
        as_of,
        rates([entry.standing for entry in entries], as_of),
        _share("", entries),
        tuple(sorted((_share(name, own) for name, own in bodies.items()), key=lambda one: -one.total)),
        tuple(_share(name, own) for name, own in chapters.items()),
        tuple(sorted(overdue, key=lambda entry: entry.standing.days or 0)),
        tuple(quiet(entries, as_of)),
    )


def chapter_of(entry: Entry) -> str:
    """Return the heading of the chapter the task stands in, empty before the first."""
    return next((f"{c.label}{c.title}" for c in entry.document.chapters if c.id == entry.clause.chapter), "")


def quiet(entries: Iterable[Entry], as_of: datetime.date) -> list[Entry]:
    """Return the tasks under way of which nothing was said for more than `QUIET_DAYS`, the longest silent first."""
    found = [
        (at, entry)
        for entry in entries
        if entry.standing.kind not in ENDED and (at := heard_on(entry)) and (as_of - at).days > QUIET_DAYS
    ]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def heard_on(entry: Entry) -> datetime.date | None:
    """Return the day, in the plan's own zone of time, on which something was last reported."""
    return moment(entry.reported.at).date() if entry.reported.at else None


def _share(name: str, entries: Sequence[Entry]) -> Share:
    counts = {kind: sum(entry.standing.kind == kind for entry in entries) for kind in KINDS}
    return Share(name, len(entries), {kind: count for kind, count in counts.items() if count})
