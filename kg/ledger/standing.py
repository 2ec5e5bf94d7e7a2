"""A task, what is reported of it and a day → how it stands: due, due soon, overdue, by how many days, in what light."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

from kg.errors import HetaoError, RuleError
from kg.ledger.days import iso_day
from kg.ledger.reports import ENDED, Report
from kg.ledger.terms import Lang
from kg.models import Obligation
from kg.resources import load_yaml, rules_dir

Kind = Literal["finished", "late", "halted", "standing", "undated", "unverified", "overdue", "soon", "behind", "normal"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SOON: Final = 30
"""Days before its date from which on a task is due soon, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands as of a day.

    `due` is the day that counts and `days` how many are left to it, negative once it has passed; for a finished task
    the days it was finished before its date. Both are None where there is no date, `days` also where a task is halted,
    standing, or finished on a day that nobody wrote down.
    """

    kind: Kind
    due: datetime.date | None = None
    days: int | None = None

    def said(self, lang: Lang = "zh-Hans") -> str:
        """Return it in words: 逾期3天, 临期."""
        word = lights().standings[self.kind][lang]
        if self.kind != "overdue" or self.days is None:
            return word
        return f"{word}{-self.days}天" if lang != "en" else f"{word} by {-self.days} d"


@dataclass(frozen=True, slots=True)
class Convention:
    """Which light an office gives to which standing; a standing without one gets none but grey."""

    name: str
    words: Mapping[Lang, str]
    lights: Mapping[Kind, str]
    unfair: str

    def light(self, standing: Standing, force: str) -> str:
        """Return the colour for *standing* of a task of *force*: what is not firm cannot be a broken duty.

        Without a date there is no light.
        """
        if standing.due is None:
            return "grey"
        if standing.kind == "overdue" and force != "firm":
            return self.unfair
        return self.lights.get(standing.kind, "grey")


@dataclass(frozen=True, slots=True)
class Lights:
    """`rules/lights.yaml`, read and checked."""

    standings: Mapping[Kind, Mapping[Lang, str]]
    colours: Mapping[str, Mapping[str, str]]
    conventions: Mapping[str, Convention]


@cache
def lights() -> Lights:
    """Return the lights; a `RuleError` where the file is not as it should be."""
    path = rules_dir() / "lights.yaml"
    plain: dict[str, Any] = load_yaml(path)
    try:
        found = Lights(
            plain["standings"],
            plain["colours"],
            {n: Convention(n, c["words"], c["lights"], c["unfair"]) for n, c in plain["conventions"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleError(path, f"{error} is not as it should be", "correct it") from error
    if set(found.standings) != set(KINDS):
        raise RuleError(path, f"the standings are not {', '.join(KINDS)}", "name each of them")
    for one in found.conventions.values():
        if not set(one.lights) <= set(KINDS) or not {*one.lights.values(), one.unfair} <= set(found.colours):
            raise RuleError(path, f"{one.name} names a standing or a colour that is none", "correct it")
    return found


def convention(name: str = "") -> Convention:
    """Return the convention of that name, the usual one for none; a `HetaoError` where there is none such."""
    known = lights().conventions
    if not name:
        return next(iter(known.values()))
    if name not in known:
        raise HetaoError(f"convention {name}", "there is no such one", f"give one of {', '.join(known)}")
    return known[name]


def plan_day(row: Obligation) -> datetime.date | None:
    """Return the day the plan itself gives, None where it gives none: a month or a year alone is no day."""
    return iso_day(row.deadline.date) if row.deadline and row.deadline.date else None


def due_day(row: Obligation, report: Report) -> datetime.date | None:
    """Return the day that counts: the extension's, else the one a person determined, else the plan's own."""
    for name in ("extended_to", "due"):
        day = report.get(name)
        if isinstance(day, datetime.date):
            return day
    return plan_day(row)


def standing(row: Obligation, report: Report, as_of: datetime.date, soon: int = SOON) -> Standing:
    """Return how the task stands as of that day; one is due soon from *soon* days before its date, that day included.

    A date that passed with no word of the task is to be verified: the plan cannot know whether it was done.
    """
    due = due_day(row, report)
    status = report.get("status")
    if status in ENDED:
        finished = report.get("done_on")
        if due is None or not isinstance(finished, datetime.date):
            return Standing("finished", due)
        return Standing("finished" if finished <= due else "late", due, (due - finished).days)
    if status == "halted":
        return Standing("halted", due)
    if status == "standing":
        return Standing("standing", due)
    if due is None:
        return Standing("behind" if status == "behind" else "undated")
    days = (due - as_of).days
    if days < 0:
        return Standing("overdue" if status else "unverified", due, days)
    if days <= soon:
        return Standing("soon", due, days)
    return Standing("behind" if status == "behind" else "normal", due, days)


@dataclass(frozen=True, slots=True)
class Rates:
    """How much is finished. Standing, halted and undated tasks are in neither rate; how many they are is said.

    `finished_share` is of `counted`; `on_time_share` is of `matured`, the counted ones whose date has come. A share
    is None where there is nothing to be divided by.
    """

    total: int
    counted: int
    finished: int
    matured: int
    on_time: int
    left_out: Mapping[Kind, int]

    @property
    def finished_share(self) -> float | None:
        """办结率."""
        return self.finished / self.counted if self.counted else None

    @property
    def on_time_share(self) -> float | None:
        """按期办结率."""
        return self.on_time / self.matured if self.matured else None


def rates(standings: Iterable[Standing], as_of: datetime.date) -> Rates:
    """Return the rates of tasks that stand as *standings* as of that day."""
    found = list(standings)
    counted = [one for one in found if one.due is not None and one.kind not in ("standing", "halted")]
    matured = [one for one in counted if one.due is not None and one.due <= as_of]
    left: dict[Kind, int] = {"standing": 0, "halted": 0, "undated": 0}
    for one in found:
        if one.kind in ("standing", "halted"):
            left[one.kind] += 1
        elif one.due is None:
            left["undated"] += 1
    return Rates(
        total=len(found),
        counted=len(counted),
        finished=sum(one.kind in ("finished", "late") for one in counted),
        matured=len(matured),
        # finished on a day nobody wrote down is not known to have been on time
        on_time=sum(one.kind == "finished" and one.days is not None for one in matured),
        left_out=left,
    )
