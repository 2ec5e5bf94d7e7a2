"""Words that give a time → typed times with their ISO date, leaving out programme names and document numbers."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from kg.patterns import Rule, rules
from kg.read.markers import to_int

if TYPE_CHECKING:
    from kg.models import DeadlineKind


_FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_UP_TO = ("到", "至", "力争", "争取")
_YEARS_ON = {"明": 1, "后": 2}


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time at plain offsets [start, end). `date` is ISO: a day, or for what is past a month or a year as well."""

    start: int
    end: int
    text: str
    kind: DeadlineKind
    date: str | None


@lru_cache(maxsize=1024)  # the rows of a document and its timetable ask for the same ones
def times(text: str, start: int = 0, end: int | None = None, issued: str | None = None) -> tuple[TimeExpression, ...]:
    """Return the times in `text[start:end]`, in order, none overlapping; the rules' order says which one wins.

    *issued* is the document's own date in ISO 8601: without it 今年底 and 12月20日前 have no date.
    """
    end = len(text) if end is None else end
    taken = bytearray(end - start)
    found: list[TimeExpression] = []
    for rule in rules("dates"):
        if rule.sets.kind is None:  # a part of other rules
            continue
        for match in rule.regex.finditer(text, start, end):
            a, b = match.start() - start, match.end() - start
            if any(taken[a:b]):
                continue
            taken[a:b] = b"\1" * (b - a)
            if rule.sets.kind != "none":
                found.append(_time(rule, match, issued))
    return tuple(sorted(found, key=lambda t: t.start))


def _time(rule: Rule, match: re.Match[str], issued: str | None) -> TimeExpression:
    kind = cast("DeadlineKind", rule.sets.kind)
    parts = {name: value for name, value in match.groupdict().items() if value}
    iso = None
    if not rule.sets.undated and kind in {"by", "before", "past"}:
        try:
            iso = _iso(kind, parts, date.fromisoformat(issued) if issued else None)
        except ValueError:  # 2025年13月, and the years before the first and behind the last
            iso = None
        if rule.sets.ahead and (issued is None or (iso is not None and iso < issued)):
            stated = "y" in parts or "plan" in parts
            kind = "past" if stated and (issued is not None or "plan" not in parts) and not _ends(match) else kind
            iso = _as_past(iso, parts) if kind == "past" else iso
    if kind == "by" and match.group().endswith("前") and not match.group().startswith(_UP_TO):
        kind = "before"
    return TimeExpression(match.start(), match.end(), match.group(), kind, iso)


def _ends(match: re.Match[str]) -> bool:
    """Whether the words themselves say that something is due then: 2024年一季度前."""
    return match.group().endswith(("前", "底", "末"))


def _as_past(iso: str | None, parts: dict[str, str]) -> str | None:
    """Return what is past to the month or the year that is named."""
    return iso if iso is None or "d" in parts else iso[:7] if "m" in parts else iso[:4]


def _iso(kind: DeadlineKind, parts: dict[str, str], issued: date | None) -> str | None:
    """Return the ISO date of a match: the last day of what is named, for a year with 前 the day before it.

    到2025年 is 2025-12-31, 2025年前 2024-12-31, 2025年底前 2025-12-31 (its own year's end), 9月前 the end of that
    September, 12月31日前 that day, 2017年7月 2017-07.

    Raises:
        ValueError: there is no such day.
    """
    year = _year(parts, issued)
    if year is None:
        return None
    month, day = (to_int(parts[k]) if k in parts else None for k in ("m", "d"))
    if ("m" in parts and month is None) or ("d" in parts and day is None):
        return None
    if quarter := parts.get("q") or parts.get("q2"):
        month = 3 * (to_int(quarter) or 0)
    elif half := parts.get("half") or parts.get("half2"):
        month = 6 if half == "上" else 12
    if part := parts.get("part"):
        day = {"上": 10, "中": 20}.get(part)
    if kind == "past":
        date(year, month or 1, day or 1)
        return "-".join([f"{year:04d}", *(f"{p:02d}" for p in (month, day) if p is not None)])
    if kind == "before" and month is None and "end" not in parts:
        return (date(year, 1, 1) - timedelta(days=1)).isoformat() if year > 1 else None
    due = _last(year, month or 12, day)
    if issued and not {"y", "rel", "plan"} & parts.keys() and due < issued:  # 2月底前, written in October
        due = _last(year + 1, month or 12, day)
    return due.isoformat()


def _last(year: int, month: int, day: int | None) -> date:
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _year(parts: dict[str, str], issued: date | None) -> int | None:
    """Return the year that is named, by its figures, by its place among the plan periods, or by the document's."""
    if "y" in parts:
        return int(parts["y"].translate(_FIGURES))
    if "plan" in parts:
        return 2005 + 5 * (to_int(parts["plan"]) or 0)  # the eleventh ended with 2010
    return None if issued is None else issued.year + _YEARS_ON.get(parts.get("rel", "")[:1], 0)
