"""Visible lines → paragraphs: soft wraps joined, giant lines cut where an indent stands inside them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from kg.models import Span
from kg.read.layout import layout
from kg.read.lines import Line, Page

_SPACES = re.compile(r"\s{2,}")
_WIDE = "　\xa0  "
_GIANT = 1000
_ENDS = "。！？"


def read_paragraphs(text: str, page: Page, starts: Sequence[int]) -> list[Span]:
    """Return the paragraphs of *page* in order; *starts* (sorted) are offsets at which a heading begins.

    No paragraph goes over the beginning of a heading or out of a cell, or holds a copy; none is blank. Page numbers
    lie in the middle of a paragraph that goes on behind them, or in none.
    """
    found: list[Span] = []
    before: Line | None = None
    for line in page.lines:
        if line.page:
            continue
        pieces = _pieces(text, line, starts)
        if before is not None and found and _joins(text, page, before, line, starts):
            found[-1] = Span(found[-1].start, pieces[0].end)
            pieces = pieces[1:]
        found.extend(pieces)
        before = line
    return found


def _joins(text: str, page: Page, before: Line, line: Line, starts: Sequence[int]) -> bool:
    """Whether *line* goes on with the paragraph that *before* ends in."""
    if before.doubled and line.doubled:
        return before.copies[0].start < before.start and line.start < line.copies[0].start
    if page.width is None or before.doubled or line.doubled or before.contents or line.contents:
        return False
    if not page.full(before) or before.copies or before.cell or line.cell:
        return False
    if text[before.end - 1] in _ENDS and (before.width <= page.width - 4 or line.width <= page.first):
        return False
    at = bisect_left(starts, line.start)
    if at < len(starts) and starts[at] == line.start:
        return False
    rules = layout()
    return not any(sign.pattern.match(text, line.start, line.end) for sign in (rules.bullet, rules.box))


def _pieces(text: str, line: Line, starts: Sequence[int]) -> list[Span]:
    """Return the paragraphs inside one line."""
    cuts = set(starts[bisect_right(starts, line.start) : bisect_left(starts, line.end)])
    cuts.update([] if line.cell else _indents(text, line))
    edges = [line.start, *sorted(cuts), line.end]
    pieces: list[Span] = []
    for start, end in pairwise(edges):
        shown = text[start:end]
        if shown.strip():
            lead = len(shown) - len(shown.lstrip())
            pieces.append(Span(start + lead, start + len(shown.rstrip())))
    return pieces


def _indents(text: str, line: Line) -> list[int]:
    """Return where a paragraph's indent stands inside the line: wide white space behind the end of a sentence, and in
    a giant line any wide white space that does not spread out two characters of a word (总　　则).
    """
    giant = line.end - line.start > _GIANT
    cuts: list[int] = []
    for run in _SPACES.finditer(text, line.start, line.end):
        if not any(c in _WIDE for c in run.group()):
            continue
        start, end = run.span()
        if text[start - 1] in _ENDS or (giant and not _spread(text, line, start, end)):
            cuts.append(end)
    return cuts


def _spread(text: str, line: Line, start: int, end: int) -> bool:
    alone_before = start - 2 >= line.start and text[start - 2].isspace()
    alone_after = end + 1 >= line.end or text[end + 1].isspace()
    return alone_before and alone_after and text[start - 1].isalpha() and text[end].isalpha()


def join_lines(shown: str) -> str:
    """Return *shown* without line wraps: white space goes, but for one space between two Latin words or figures."""
    words = shown.split()
    joined: list[str] = []
    for word in words:
        if joined and _latin(joined[-1][-1]) and _latin(word[0]):
            joined.append(" ")
        joined.append(word)
    return "".join(joined)


def _latin(c: str) -> bool:
    return c.isascii() and (c.isalnum() or c in ".,;:()'&")
