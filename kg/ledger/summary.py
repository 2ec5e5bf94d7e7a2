"""Tasks as of a day → what a leader looks at: how much each agent has in which status, what is overdue or silent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.ledger.days import moment
from kg.ledger.parts import responsible_or_unnamed
from kg.ledger.standing import KINDS, Kind, Rates, rates
from kg.ledger.tasks import LedgerTask

QUIET_DAYS: Final = 30
"""A task that is not reported on for longer than this is 久未更新."""

ENDED: Final = frozenset({"finished", "late", "halted"})
"""Standings of tasks on which nothing more is expected."""


@dataclass(frozen=True, slots=True)
class Share:
    """The tasks under one heading, counted by standing; standings without a task are left out."""

    name: str
    total: int
    by_kind: Mapping[Kind, int]

    @property
    def finished(self) -> int:
        """How many are finished, on time or late."""
        return self.by_kind.get("finished", 0) + self.by_kind.get("late", 0)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a ledger. A task of several agents counts for each, so their totals exceed that of `all`."""

    as_of: datetime.date
    rates: Rates
    all: Share
    agents: tuple[Share, ...]
    chapters: tuple[Share, ...]
    overdue: tuple[LedgerTask, ...]
    quiet: tuple[LedgerTask, ...]


def summary(tasks: Sequence[LedgerTask], as_of: datetime.date) -> Summary:
    """Return the figures of *tasks* as of that day: agents by number of tasks, chapters in the document's order."""
    agents: dict[str, list[LedgerTask]] = {}
    chapters: dict[str, list[LedgerTask]] = {}
    for task in tasks:
        for name in responsible_or_unnamed(task.obligation):
            agents.setdefault(name, []).append(task)
        chapters.setdefault(chapter_of(task), []).append(task)
    overdue = [task for task in tasks if task.standing.kind == "overdue"]
    return Summary(
        as_of,
        rates([task.standing for task in tasks], as_of),
        _share("", tasks),
        tuple(sorted((_share(name, own) for name, own in agents.items()), key=lambda one: -one.total)),
        tuple(_share(name, own) for name, own in chapters.items()),
        tuple(sorted(overdue, key=lambda task: task.standing.days or 0)),
        tuple(quiet(tasks, as_of)),
    )


def chapter_of(task: LedgerTask) -> str:
    """Return the heading of the chapter that the task is in, "" before the first."""
    return next((f"{c.label}{c.title}" for c in task.document.chapters if c.id == task.clause.chapter), "")


def quiet(tasks: Iterable[LedgerTask], as_of: datetime.date) -> list[LedgerTask]:
    """Return the unfinished tasks last reported on more than `QUIET_DAYS` ago, the longest silent first."""
    found = [
        (at, task)
        for task in tasks
        if task.standing.kind not in ENDED and (at := heard_on(task)) and (as_of - at).days > QUIET_DAYS
    ]
    return [task for _, task in sorted(found, key=lambda pair: pair[0])]


def heard_on(task: LedgerTask) -> datetime.date | None:
    """Return the day, in Shanghai, on which the task was last reported on."""
    return moment(task.reported.at).date() if task.reported.at else None


def _share(name: str, tasks: Sequence[LedgerTask]) -> Share:
    counts = {kind: sum(task.standing.kind == kind for task in tasks) for kind in KINDS}
    return Share(name, len(tasks), {kind: count for kind, count in counts.items() if count})
