"""A day as people write it → a date: 2025年12月底前, 2025.12, ２０２５/１２/３１, a cell's own date."""

from __future__ import annotations

import calendar
import datetime
import unicodedata
from zoneinfo import ZoneInfo

from kg.errors import HetaoError
from kg.patterns import rules
from kg.refusals import refused, shortened

ZONE = ZoneInfo("Asia/Shanghai")
"""The time zone of every ledger: where its days begin and end."""

FIRST, LAST = datetime.date(1949, 1, 1), datetime.date(2199, 12, 31)
"""The days between which every day of a ledger is."""

FIRST_NUMBER, LAST_NUMBER = ((day - datetime.date(1899, 12, 30)).days for day in (FIRST, LAST))
"""Their numbers in a sheet."""

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


def is_day_number(value: object) -> bool:
    """Return whether *value* is the number of a day in a sheet, with or without a time of that day.

    2025.1, 2027 and 20251231 are none: somebody typed the day's own figures.
    """
    return isinstance(value, int | float) and FIRST_NUMBER <= value < LAST_NUMBER + 1


def read_day(written: object, year: int | None = None) -> datetime.date:
    """Return the day that *written* says; one without a year is taken to be of *year*.

    Raises:
        DayError: it cannot be read as a day, or its year is not between 1949 and 2199.
    """
    if isinstance(written, datetime.date):
        day = written.date() if isinstance(written, datetime.datetime) else written
    else:
        text = "".join(unicodedata.normalize("NFKC", str(written)).split())
        found = next((match for form in rules("days") if (match := form.regex.fullmatch(text))), None)
        if found is None:
            raise refused(DayError, "no-day", shortened(written))
        parts = found.groupdict()
        of_year = int(parts["y"]) if parts.get("y") else year
        if of_year is None:
            raise refused(DayError, "no-year", shortened(written))
        month = _QUARTERS[parts["q"]] * 3 if parts.get("q") else int(parts.get("m") or 12)
        try:
            last = calendar.monthrange(of_year, month)[1]
            day = datetime.date(of_year, month, int(parts["d"]) if parts.get("d") else last)
        except ValueError as error:
            raise refused(DayError, "no-such-day", shortened(written)) from error
    if not FIRST <= day <= LAST:
        raise refused(DayError, "year-out-of-range", shortened(written), year=day.year)
    return day
