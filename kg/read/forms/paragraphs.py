"""Paragraphs → the source text of a file that is no plain text: one paragraph a line, nothing invisible in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.errors import SourceError

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls, soft hyphens and marks of width nought: no reader sees them, and a quote with one inside is found by
nobody who types it."""


def source_text(paragraphs: Iterable[str], name: str) -> str:
    """Return the source text of *paragraphs*, a line each; a break inside one stays. Blank ones are left out.

    Raises `SourceError` where nothing is left.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        shown = _INVISIBLE.sub("", _BREAKS.sub("\n", paragraph))
        lines += [line for raw in shown.split("\n") if (line := raw.strip())]
    if not lines:
        raise SourceError(name, "has no text in it", "give a file with text in it")
    return "\n".join(lines) + "\n"


def table_row(cells: Sequence[Sequence[str]]) -> list[str]:
    """Return the paragraphs of one row of a table; *cells* holds the paragraphs of each cell, in reading order.

    A row of short cells is one line with tabs between, as it is read. Where a cell has several paragraphs (a table
    that only lays out a page) each of them is a line.
    """
    filled = [shown for cell in cells if (shown := [p for p in cell if p.strip()])]
    if all(len(cell) == 1 for cell in filled):
        line = "\t".join(cell[0].strip() for cell in filled)
        return [line] if line else []
    return [paragraph for cell in filled for paragraph in cell]
