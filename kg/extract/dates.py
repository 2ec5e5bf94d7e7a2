"""Words that give a time → typed times with their ISO date; programme names and document numbers are none."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from kg.extract.rules import Rule, rules
from kg.read.markers import to_int

if TYPE_CHECKING:
    from kg.models import DeadlineKind


_FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class Time:
    """A time at plain offsets [start, end). `date` is ISO: a day, or for what is past a month or a year as well."""

    start: int
    end: int
    text: str
    kind: DeadlineKind
    date: str | None


def times(text: str, start: int = 0, end: int | None = None) -> list[Time]:
    """Return the times in `text[start:end]`, in order, none overlapping; the rules' order says which one wins."""
    end = len(text) if end is None else end
    taken = bytearray(end - start)
    found: list[Time] = []
    for rule in rules("dates"):
        if rule.sets.kind is None:  # a part of other rules
            continue
        for match in rule.regex.finditer(text, start, end):
            a, b = match.start() - start, match.end() - start
            if any(taken[a:b]):
                continue
            taken[a:b] = b"\1" * (b - a)
            if rule.sets.kind != "none":
                found.append(_time(rule, match))
    return sorted(found, key=lambda t: t.start)


def _time(rule: Rule, match: re.Match[str]) -> Time:
    kind = cast("DeadlineKind", rule.sets.kind)
    parts = match.groupdict()
    iso = None if rule.sets.undated or not parts.get("y") else _iso(kind, parts)
    return Time(match.start(), match.end(), match.group(), kind, iso)


def _iso(kind: DeadlineKind, parts: dict[str, str | None]) -> str | None:
    """Return the ISO date of a match: the last day of what is named for `by`, the day before it for `before`.

    到2025年 is 2025-12-31, 2025年前 2024-12-31, 2025年底前 2025-12-31 (its own year's end), 2017年7月 2017-07.
    """
    year = int((parts["y"] or "0").translate(_FIGURES))
    month, day = (to_int(digits) if (digits := parts.get(k)) else None for k in ("m", "d"))
    if any(parts.get(k) and value is None for k, value in (("m", month), ("d", day))) or not 1 <= year <= 9999:
        return None
    if not 1 <= (month or 1) <= 12 or not 1 <= (day or 1) <= calendar.monthrange(year, month or 1)[1]:
        return None
    if kind == "past":
        return "-".join([f"{year:04d}", *(f"{p:02d}" for p in (month, day) if p is not None)])
    if kind == "before" and not parts.get("end"):
        first = date(year, month or 1, day or 1)
        return (first - timedelta(days=1)).isoformat() if first > date.min else None
    last_month = month or 12
    return date(year, last_month, day or calendar.monthrange(year, last_month)[1]).isoformat()
