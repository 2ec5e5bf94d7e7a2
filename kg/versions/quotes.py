"""Quotes of an old and a new version → the fields in which their own words differ."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from kg.extract import extract
from kg.models import Obligation
from kg.read import parse, read_bytes
from kg.versions.differences import FIELDS, FieldChange

_END = "。\n"


def said_differently(quotes: Sequence[tuple[str, str]]) -> list[tuple[FieldChange, ...]]:
    """Return for each pair of quotes, old and new, the fields that differ, each quote read by itself.

    What a row has from the words around it (the body that its sentence opens with) is not seen. A quote in which
    nothing is read by itself differs in no field.
    """
    differing = [at for at, (old, new) in enumerate(quotes) if old != new]
    rows = _read_alone([quote for at in differing for quote in quotes[at]])
    found: list[tuple[FieldChange, ...]] = [()] * len(quotes)
    for at, old, new in zip(differing, rows[::2], rows[1::2], strict=True):
        if old and new:
            found[at] = tuple(
                FieldChange(name, before, after)
                for name in FIELDS
                if (before := _said(name, old)) != (after := _said(name, new))
            )
    return found


def _read_alone(quotes: Sequence[str]) -> list[list[Obligation]]:
    """The obligations in each quote, as if it were a paragraph of its own."""
    found: list[list[Obligation]] = [[] for _ in quotes]
    if quotes:
        starts = list(accumulate((len(quote) + len(_END) for quote in quotes), initial=0))
        text = "".join(f"{quote}{_END}" for quote in quotes)
        for row in extract(parse(read_bytes(text.encode(), "quotes.txt")), None).obligations:
            found[bisect_right(starts, row.start) - 1].append(row)
    return found


def _said(name: str, rows: Sequence[Obligation]) -> str:
    """What *rows*, of one quote, say of a field; several values with a semicolon between them."""
    return "；".join(dict.fromkeys(said for row in rows if (said := FIELDS[name](row))))
