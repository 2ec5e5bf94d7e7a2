"""A date as official documents print it → ISO 8601."""

from __future__ import annotations

import re
from datetime import date

from kg.models import strip_space
from kg.read.layout import layout
from kg.read.markers import to_int

_ZEROS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def iso_date(match: re.Match[str]) -> str | None:
    """Return the ISO date of a match with the groups y, m and d, None where there is no such day."""
    year, month, day = (match.group(name) for name in "ymd")
    months, days = to_int(month), to_int(day)
    if months is None or days is None:
        return None
    try:
        return date(int(year.translate(_ZEROS)), months, days).isoformat()
    except ValueError:
        return None


def line_date(line: str) -> str | None:
    """Return the ISO date of a line that holds a date and nothing else (brackets round it may be)."""
    if len(line) > 200:
        return None
    match = layout().front.date.match(strip_space(line))
    return iso_date(match) if match else None
