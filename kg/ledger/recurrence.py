"""A time that comes again, in a plan's words → its days: in which months, by which day of them, in which years."""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from dataclasses import dataclass
from itertools import count
from typing import Final

from kg.patterns import rules

MONTHS: Final = {
    "yearly": (12,),
    "half-yearly": (6, 12),
    "quarterly": (3, 6, 9, 12),
    "monthly": tuple(range(1, 13)),
}
"""The last months of each period; `rules/recurrences.yaml` has the words for it."""

_THIRDS: Final = {"上": 10, "中": 20, "下": 31}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """By the day `day` of each of the `months`, or by the month's last day if it has fewer, in the years `since` to
    `until`.

    `exact`: the words say which day; otherwise it is the period's last one.
    """

    months: tuple[int, ...]
    day: int
    exact: bool
    since: int | None = None
    until: int | None = None

    def first(self, after: datetime.date) -> datetime.date | None:
        """Return the first of its days that is not before *after*; None if its last year is over by then."""
        for year in count(max(after.year, self.since or after.year)):
            if self.until is not None and year > self.until:
                return None
            for month in self.months:
                day = datetime.date(year, month, min(self.day, calendar.monthrange(year, month)[1]))
                if day >= after:
                    return day
        raise AssertionError("the years do not end")

    def rule(self) -> dict[str, object]:
        """Return it as the parts of an RRULE (RFC 5545, 3.3.10)."""
        days: dict[str, object] = {"BYMONTHDAY": -1 if self.day == 31 else self.day}
        if self.day in (29, 30):
            # a month without this day would be left out
            days = {"BYMONTHDAY": list(range(28, self.day + 1)), "BYSETPOS": -1}
        often = {"FREQ": "YEARLY" if len(self.months) == 1 else "MONTHLY"}
        months = {} if len(self.months) == 12 else {"BYMONTH": list(self.months)}
        ending = {} if self.until is None else {"UNTIL": datetime.date(self.until, 12, 31)}
        return {**often, **months, **days, **ending}


def read_recurrence(words: str) -> Recurrence | None:
    """Return the recurrence that *words* say, None if they say none whose days are known."""
    text = "".join(unicodedata.normalize("NFKC", words).split())
    found = next(((rule.id, match) for rule in rules("recurrences") if (match := rule.regex.fullmatch(text))), None)
    if found is None:
        return None
    period, match = found
    parts = {name: value for name, value in match.groupdict().items() if value}
    months = MONTHS[period]
    if "month" in parts:
        months = (_number(parts["month"]),)
    elif "quarter" in parts:
        months = (3 * _number(parts["quarter"]),)
    elif "half" in parts:
        months = (6 if parts["half"] == "上" else 12,)
    elif "first" in parts:
        months = tuple(month - 2 for month in months)
    elif period == "yearly" and {"day", "third"} & set(parts):
        return None  # a day of no month
    day = _number(parts["day"]) if "day" in parts else _THIRDS[parts.get("third", "下")]
    if not all(1 <= month <= 12 for month in months):
        return None
    # of a leap year: the 29th of February is a day, the 30th is none
    if "day" in parts and not 1 <= day <= max(calendar.monthrange(2024, month)[1] for month in months):
        return None
    exact = bool({"day", "third", "end"} & set(parts))
    since, until = (int(parts[name]) if name in parts else None for name in ("since", "until"))
    return Recurrence(months, day, exact, since, until)


def _number(written: str) -> int:
    from cn2an import cn2an  # 0.2 s that a calendar without such a time need not pay

    return int(cn2an(written, "smart"))
