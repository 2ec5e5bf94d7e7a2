"""The times of documents, or of some of their rows → dated ones in order, undated ones, and an axis of years."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kg.models import DeadlineKind, Records
from kg.views.things import PlacedObligation

UNDATED: Final[tuple[DeadlineKind, ...]] = ("by", "before", "recurring", "conditional", "vague")
"""The order of times without a date."""

_MOST_TICKS = 14


class StatedTime(NamedTuple):
    """A time in the document's words. `date` is None if these give none; a date is never made up.

    `quote` is what is dated; `row` is the obligation that has this time, or None.
    """

    document: str
    clause: str
    text: str
    kind: DeadlineKind
    date: str | None
    quote: str
    start: int
    row: PlacedObligation | None


class Dated(NamedTuple):
    """The times that share a date and its words."""

    date: str
    kind: DeadlineKind
    text: str
    times: tuple[StatedTime, ...]


class Times(NamedTuple):
    """All times: by date, then those without one by kind, then what is past."""

    dated: tuple[Dated, ...]
    undated: tuple[tuple[DeadlineKind, tuple[StatedTime, ...]], ...]
    past: tuple[StatedTime, ...]


def times_of_documents(records: Sequence[Records]) -> Times:
    """Return every time in *records*, including those of rows that no list of times has."""
    found = []
    for one in records:
        slug = one.document.slug
        rows = {(row.start, row.end): PlacedObligation(slug, row) for row in one.obligations}
        listed = [
            StatedTime(slug, t.clause, t.text, t.kind, t.date, t.quote, t.start, rows.get((t.start, t.end)))
            for t in one.deadlines
        ]
        known = {(time.row.row.id, time.text) for time in listed if time.row}
        more = [time for time in _of_rows(rows.values()) if time.row and (time.row.row.id, time.text) not in known]
        found += sorted([*listed, *more], key=lambda time: time.start)
    return _ordered(found)


def times_of_rows(rows: Iterable[PlacedObligation]) -> Times:
    """Return the times that *rows* have."""
    return _ordered(_of_rows(rows))


def _of_rows(rows: Iterable[PlacedObligation]) -> list[StatedTime]:
    return [
        StatedTime(
            placed.document, placed.row.clause, due.text, due.kind, due.date, placed.row.quote, placed.row.start, placed
        )
        for placed in rows
        if (due := placed.row.deadline)
    ]


def _ordered(times: Sequence[StatedTime]) -> Times:
    groups: dict[tuple[str, DeadlineKind, str], list[StatedTime]] = {}
    for time in times:
        if time.kind != "past" and time.date:
            groups.setdefault((time.date, time.kind, time.text), []).append(time)
    # reading order is kept within a date, because sorting is stable
    dated = [Dated(*key, tuple(groups[key])) for key in sorted(groups, key=lambda key: key[0])]
    undated = [(kind, tuple(t for t in times if t.kind == kind and not t.date)) for kind in UNDATED]
    past = sorted((t for t in times if t.kind == "past"), key=lambda time: time.date or "")
    return Times(tuple(dated), tuple((kind, here) for kind, here in undated if here), tuple(past))


# ------------------------------------------------------------------ the axis


class AxisMark(NamedTuple):
    """A date on the axis: its position from 0 to 1, and how many times fall on it. `row` keeps labels apart."""

    at: float
    date: str
    kind: DeadlineKind
    times: int
    row: int


class Year(NamedTuple):
    """A year on the axis: where it begins, and its middle, where the label cannot be read as the next year's."""

    start: float
    middle: float
    label: str


class Axis(NamedTuple):
    """Whole years from that of the first date to that of the last, and the dates in them."""

    years: tuple[Year, ...]
    marks: tuple[AxisMark, ...]


def axis(dated: Sequence[Dated], label: float = 0.12) -> Axis | None:
    """Return the axis of *dated*, or None if there are not two different days; dates that are not days are left out.

    A label is *label* of the axis wide; one that would touch the label before it goes to the next row.
    """
    counts: dict[tuple[datetime.date, DeadlineKind], int] = {}
    for one in dated:
        day = _day(one.date)
        if day is not None:
            counts[day, one.kind] = counts.get((day, one.kind), 0) + len(one.times)
    if len({day for day, _ in counts}) < 2:
        return None
    days = sorted(counts)
    first, last = days[0][0].year, days[-1][0].year + 1
    if last > datetime.MAXYEAR:
        return None
    start, end = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 1, 1).toordinal()

    def at(day: datetime.date) -> float:
        return (day.toordinal() - start) / (end - start)

    marks: list[AxisMark] = []
    ends: list[float] = []
    for day, kind in days:
        place = at(day)
        row = next((i for i, taken in enumerate(ends) if taken <= place), len(ends))
        ends[row:] = [place + label, *ends[row + 1 :]]
        marks.append(AxisMark(place, day.isoformat(), kind, counts[day, kind], row))
    step = math.ceil((last - first) / _MOST_TICKS)
    years = [
        Year(at(datetime.date(year, 1, 1)), at(datetime.date(year, 7, 2)), str(year))
        for year in range(first, last, step)
    ]
    return Axis(tuple(years), tuple(marks))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
