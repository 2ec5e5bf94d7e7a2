"""A day as people write it → a date: 2025年12月底前, 2025.12, ２０２５/１２/３１, a cell's own date."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from zoneinfo import ZoneInfo

from kg.errors import HetaoError

ZONE = ZoneInfo("Asia/Shanghai")
"""Where days begin and end for every user of a ledger."""

_END = r"(?:底|末)?(?:之?前|以前)?"
_WRITTEN = (
    re.compile(rf"(?P<y>\d{{4}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?{_END}"),
    re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(rf"(?P<y>\d{{4}})年(?P<m>\d{{1,2}})月(?:份)?{_END}"),
    re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}}){_END}"),
    re.compile(rf"(?P<y>\d{{4}})年第?(?P<q>[一二三四1-4])季度{_END}"),
    re.compile(r"(?P<y>\d{4})年(?:年?底|末)(?:之?前|以前)?"),
    re.compile(rf"(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]{_END}"),
    re.compile(r"(?P<m>\d{1,2})月(?:底|末)(?:之?前|以前)?"),
    re.compile(r"(?:今年|本年)?年底(?:之?前|以前)?"),
)
"""From the fullest to the barest. A month is read as its last day, a quarter and the end of a year likewise. A bare
年份前 (2025年前) is read by none of them: whether that year still counts is for a person to say."""

_QUARTERS = {**{digit: i for i, digit in enumerate("一二三四", 1)}, **{str(i): i for i in range(1, 5)}}


class DayError(HetaoError):
    """Something written as a day that cannot be read as one."""


def moment(at: str) -> datetime.datetime:
    """Return when something was reported, as the store keeps it, by the clock of `ZONE`."""
    return datetime.datetime.fromisoformat(at).astimezone(ZONE)


def today() -> datetime.date:
    """Return the day it is in Shanghai."""
    return datetime.datetime.now(ZONE).date()


def iso_day(text: str) -> datetime.date | None:
    """Return the day that *text* is in ISO 8601; None for a month or a year alone, and for what is no day."""
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def read_day(written: object, year: int | None = None) -> datetime.date:
    """Return the day that *written* says; one without a year is of *year*. A `DayError` where it says none."""
    if isinstance(written, datetime.datetime):
        return _in_reach(written.date(), written)
    if isinstance(written, datetime.date):
        return _in_reach(written, written)
    text = "".join(unicodedata.normalize("NFKC", str(written)).split())
    found = next((match for form in _WRITTEN if (match := form.fullmatch(text))), None)
    if found is None:
        raise DayError(str(written), "it cannot be read as a day", "write it as 2025-12-31 or 2025年12月31日")
    parts = found.groupdict()
    of_year = int(parts["y"]) if parts.get("y") else year
    if of_year is None:
        raise DayError(str(written), "it names no year", "write it as 2025-12-31 or 2025年12月31日")
    month = _QUARTERS[parts["q"]] * 3 if parts.get("q") else int(parts.get("m") or 12)
    try:
        last = calendar.monthrange(of_year, month)[1]
        day = datetime.date(of_year, month, int(parts["d"]) if parts.get("d") else last)
    except ValueError as error:
        raise DayError(str(written), "there is no such day", "write it as 2025-12-31") from error
    return _in_reach(day, written)


def _in_reach(day: datetime.date, written: object) -> datetime.date:
    # a sheet whose cell lost its date holds 45992, which reads as a year of its own, or a day of 1900
    if not 1949 <= day.year <= 2199:
        raise DayError(str(written), f"the year {day.year} is out of reach", "write it as 2025-12-31")
    return day
