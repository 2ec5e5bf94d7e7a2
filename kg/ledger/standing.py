"""An obligation, its report and a day → how it stands: due soon, overdue by how many days, in which light."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self, get_args

from pydantic import model_validator

from kg.errors import HetaoError
from kg.ledger.days import iso_day
from kg.ledger.reports import ENDED, Report
from kg.models import Obligation
from kg.rules import Said, Strict, load
from kg.vocab import Lang

Kind = Literal["finished", "late", "halted", "standing", "undated", "unverified", "overdue", "soon", "behind", "normal"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SOON: Final = 30
"""Days before its date from which a task is due soon, unless set otherwise."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands as of a day.

    `due` is the day that counts, and `days` how many days are left, negative once it has passed; of a finished task,
    how many days before its date it was finished. Both are None if there is no date; `days` also if the task is halted
    or standing, or if nobody recorded when it was finished.
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


class Convention(Strict):
    """Which light an office gives to which standing; grey stands for none."""

    words: Said
    lights: dict[Kind, str]
    unfair: str

    def light(self, standing: Standing, force: str) -> str:
        """Return the colour for a task of *force*: grey without a date; what is not firm is never a broken duty."""
        if standing.due is None:
            return "grey"
        if standing.kind == "overdue" and force != "firm":
            return self.unfair
        return self.lights.get(standing.kind, "grey")


class Lights(Strict):
    """`rules/lights.yaml`."""

    standings: dict[Kind, Said]
    colours: dict[str, dict[Lang | Literal["fill"], str]]
    conventions: dict[str, Convention]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if lacking := set(KINDS) - set(self.standings):
            raise ValueError(f"the standings lack {', '.join(sorted(lacking))}")
        for name, one in self.conventions.items():
            if unknown := {*one.lights.values(), one.unfair} - set(self.colours):
                raise ValueError(f"conventions.{name}: {', '.join(sorted(unknown))} is not a colour")
        return self


def lights() -> Lights:
    """Return `rules/lights.yaml`."""
    return load("lights", Lights)


def convention(name: str = "") -> Convention:
    """Return the convention of that name, by default the first. Raises HetaoError if there is none."""
    known = lights().conventions
    if name and name not in known:
        raise HetaoError(f"convention {name}", "there is no such convention", f"give one of {', '.join(known)}")
    return known[name or next(iter(known))]


def due_day(stated: str | None, report: Report) -> datetime.date | None:
    """Return the day that counts: the extension's, else the one a person determined, else *stated*, the plan's own.

    A month or a year alone in the plan is no day.
    """
    for name in ("extended_to", "due"):
        day = report.get(name)
        if isinstance(day, datetime.date):
            return day
    return iso_day(stated or "")


def standing(obligation: Obligation, report: Report, as_of: datetime.date, soon: int = SOON) -> Standing:
    """Return how the task stands as of that day; it is due soon from *soon* days before its date, inclusive.

    If its date passed without a report it is to be verified: the plan cannot know whether it was done.
    """
    return standing_by(obligation.deadline.date if obligation.deadline else None, report, as_of, soon)


def standing_by(stated: str | None, report: Report, as_of: datetime.date, soon: int = SOON) -> Standing:
    """Return the same of a task whose date in the plan is *stated*."""
    due = due_day(stated, report)
    status = report.get("status")
    if status in ENDED:
        finished = report.get("done_on")
        if due is None or not isinstance(finished, datetime.date):
            return Standing("finished", due)
        return Standing("finished" if finished <= due else "late", due, (due - finished).days)
    if status in ("halted", "standing"):
        return Standing("halted" if status == "halted" else "standing", due)
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
    """How much is finished. Neither rate counts standing, halted and undated tasks; `left_out` has their numbers.

    `finished_share` is a share of `counted`; `on_time_share` of `matured`, the counted ones whose date has come. A
    share of nothing is None.
    """

    total: int
    counted: int
    finished: int
    matured: int
    on_time: int
    left_out: Mapping[str, int]

    @property
    def finished_share(self) -> float | None:
        """办结率."""
        return self.finished / self.counted if self.counted else None

    @property
    def on_time_share(self) -> float | None:
        """按期办结率."""
        return self.on_time / self.matured if self.matured else None


def rates(standings: Iterable[Standing], as_of: datetime.date) -> Rates:
    """Return the rates of tasks with these *standings* as of that day."""
    found = list(standings)
    counted = [one for one in found if one.due is not None and one.kind not in ("standing", "halted")]
    matured = [one for one in counted if one.due is not None and one.due <= as_of]
    left = {kind: sum(one.kind == kind for one in found) for kind in ("standing", "halted")}
    left["undated"] = len(found) - len(counted) - sum(left.values())
    return Rates(
        total=len(found),
        counted=len(counted),
        finished=sum(one.kind in ("finished", "late") for one in counted),
        matured=len(matured),
        # nobody knows whether a task was on time if nobody recorded when it was finished
        on_time=sum(one.kind == "finished" and one.days is not None for one in matured),
        left_out=left,
    )
