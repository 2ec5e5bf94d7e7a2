"""Tasks as of a day → what a leader looks at: how much each agent has in which status, what is overdue or silent."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.ledger.assignment import assignees
from kg.ledger.days import moment
from kg.ledger.parts import responsible_agents, responsible_or_unnamed
from kg.ledger.standing import KINDS, Kind, Rates, rates
from kg.ledger.tasks import LedgerTask

QUIET_DAYS: Final = 30
"""A task that is not reported on for longer than this is 久未更新."""

ENDED: Final = frozenset({"finished", "late", "halted"})
"""Standings of tasks on which nothing more is expected."""


REPORTED: Final = ("status", "progress", "percent", "problems", "coordination", "next_steps", "done_on")
"""The fields in which somebody reports how a task goes; what the office sets beside them is no such report."""


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
class Unassigned:
    """How many tasks the office has given to nobody, told apart from those where the text names nobody.

    Of the `unassigned` the text names a responsible body for `named` and none for `unnamed`; `given` are tasks that the
    office gave to somebody where the text names nobody.
    """

    unassigned: int
    named: int
    unnamed: int
    given: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a ledger. A task of several agents or assignees counts for each: the totals exceed that of `all`.

    `agents` are those that the text names, `assignees` those that the office gave tasks to. Of the unfinished tasks,
    `overdue` are those reported on whose date has passed, `passed` those never reported on whose date has passed, so
    that they are to be verified, `soon` those due soon, `never` all that were never reported on, and `quiet` those last
    reported on more than `QUIET_DAYS` ago. `moving` were reported on since; `troubled` have problems or need
    coordination, `planned` have next steps.
    """

    as_of: datetime.date
    rates: Rates
    all: Share
    agents: tuple[Share, ...]
    assignees: tuple[Share, ...]
    unassigned: Unassigned
    chapters: tuple[Share, ...]
    overdue: tuple[LedgerTask, ...]
    passed: tuple[LedgerTask, ...]
    soon: tuple[LedgerTask, ...]
    never: tuple[LedgerTask, ...]
    quiet: tuple[LedgerTask, ...]
    moving: tuple[LedgerTask, ...]
    troubled: tuple[LedgerTask, ...]
    planned: tuple[LedgerTask, ...]


def summary(tasks: Sequence[LedgerTask], as_of: datetime.date) -> Summary:
    """Return the figures of *tasks* as of that day: agents and assignees by number, chapters in their order."""
    agents: dict[str, list[LedgerTask]] = {}
    given: dict[str, list[LedgerTask]] = {}
    chapters: dict[str, list[LedgerTask]] = {}
    for task in tasks:
        for name in responsible_or_unnamed(task.obligation):
            agents.setdefault(name, []).append(task)
        for name in assignees(task.reported.report, "assigned_to"):
            given.setdefault(name, []).append(task)
        chapters.setdefault(chapter_of(task), []).append(task)
    open_ones = [task for task in tasks if task.standing.kind not in ENDED]
    silent = quiet(tasks, as_of)
    silent_ids = {task.obligation.task_id for task in silent}
    return Summary(
        as_of,
        rates([task.standing for task in tasks], as_of),
        _share("", tasks),
        _shares(agents),
        _shares(given),
        _unassigned(tasks),
        tuple(_share(name, own) for name, own in chapters.items()),
        _by_date(tasks, "overdue"),
        _by_date(tasks, "unverified"),
        _by_date(tasks, "soon"),
        tuple(task for task in open_ones if not reported_on(task)),
        tuple(silent),
        tuple(t for t in tasks if t.value("progress") and t.obligation.task_id not in silent_ids),
        tuple(task for task in open_ones if task.value("problems") or task.value("coordination")),
        tuple(task for task in open_ones if task.value("next_steps")),
    )


def chapter_of(task: LedgerTask) -> str:
    """Return the heading of the chapter that the task is in, "" before the first."""
    return next((f"{c.label}{c.title}" for c in task.document.chapters if c.id == task.clause.chapter), "")


def quiet(tasks: Iterable[LedgerTask], as_of: datetime.date) -> list[LedgerTask]:
    """Return the unfinished tasks last reported on more than `QUIET_DAYS` ago, the longest silent first."""
    found = [
        (at, task)
        for task in tasks
        if task.standing.kind not in ENDED
        and reported_on(task)
        and (at := heard_on(task))
        and (as_of - at).days > QUIET_DAYS
    ]
    return [task for _, task in sorted(found, key=lambda pair: pair[0])]


def reported_on(task: LedgerTask) -> bool:
    """Whether anybody has reported how the task goes."""
    return any(task.value(name) is not None for name in REPORTED)


def heard_on(task: LedgerTask) -> datetime.date | None:
    """Return the day, in Shanghai, on which the task was last reported on."""
    return moment(task.reported.at).date() if task.reported.at else None


def _by_date(tasks: Iterable[LedgerTask], kind: Kind) -> tuple[LedgerTask, ...]:
    """Return the tasks that stand so, the earliest date first."""
    return tuple(sorted((t for t in tasks if t.standing.kind == kind), key=lambda task: task.standing.days or 0))


def _unassigned(tasks: Iterable[LedgerTask]) -> Unassigned:
    counts = Counter(
        (bool(assignees(task.reported.report, "assigned_to")), bool(responsible_agents(task.obligation)))
        for task in tasks
    )
    named, unnamed = counts[False, True], counts[False, False]
    return Unassigned(named + unnamed, named, unnamed, counts[True, False])


def _shares(tasks: Mapping[str, Sequence[LedgerTask]]) -> tuple[Share, ...]:
    return tuple(sorted((_share(name, own) for name, own in tasks.items()), key=lambda one: -one.total))


def _share(name: str, tasks: Sequence[LedgerTask]) -> Share:
    counts = {kind: sum(task.standing.kind == kind for task in tasks) for kind in KINDS}
    return Share(name, len(tasks), {kind: count for kind, count in counts.items() if count})
