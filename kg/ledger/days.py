"""A day as people write it → a date: 2025年12月底前, 2025.12, ２０２５/１２/３１, a cell's own date."""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from zoneinfo import ZoneInfo

from kg.errors import HetaoError
from kg.patterns import rules

ZONE = ZoneInfo("Asia/Shanghai")
"""The time zone of every ledger: where its days begin and end."""

_QUARTERS = {**{digit: i for i, digit in enumerate("一二三四", 1)}, **{str(i): i for i in range(1, 5)}}


class DayError(HetaoError):
    """Something written as a day that cannot be read as one."""


def moment(at: str) -> datetime.datetime:
    """Return the stored time *at*, ISO 8601, as a time of `ZONE`."""
    return datetime.datetime.fromisoformat(at).astimezone(ZONE)


def today() -> datetime.date:
    """Return today's date in Shanghai."""
    return datetime.datetime.now(ZONE).date()


def iso_day(text: str) -> datetime.date | None:
    """Return the day that *text* is in ISO 8601; None for a month or a year alone, and for anything else."""
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def read_day(written: object, year: int | None = None) -> datetime.date:
    """Return the day that *written* says; one without a year is taken to be of *year*.

    Raises:
        DayError: it cannot be read as a day, or its year is not between 1949 and 2199.
    """
    fix = "write it as 2025-12-31 or 2025年12月31日"
    if isinstance(written, datetime.date):
        day = written.date() if isinstance(written, datetime.datetime) else written
    else:
        text = "".join(unicodedata.normalize("NFKC", str(written)).split())
        found = next((match for form in rules("days") if (match := form.regex.fullmatch(text))), None)
        if found is None:
            raise DayError(str(written), "it cannot be read as a day", fix)
        parts = found.groupdict()
        of_year = int(parts["y"]) if parts.get("y") else year
        if of_year is None:
            raise DayError(str(written), "it names no year", fix)
        month = _QUARTERS[parts["q"]] * 3 if parts.get("q") else int(parts.get("m") or 12)
        try:
            last = calendar.monthrange(of_year, month)[1]
            day = datetime.date(of_year, month, int(parts["d"]) if parts.get("d") else last)
        except ValueError as error:
            raise DayError(str(written), "there is no such day", fix) from error
    # a cell that lost its date format holds 45992, which reads as a year of its own, or a day of 1900
    if not 1949 <= day.year <= 2199:
        raise DayError(str(written), f"the year {day.year} is out of range", fix)
    return day
