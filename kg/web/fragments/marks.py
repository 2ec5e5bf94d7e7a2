"""A text and marks that nest or overlap → the text with elements around what is marked, every character unchanged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.models import Clause, Document, Span
from kg.read.offsets import text_offsets
from kg.web.fragments.tags import Html, closing, join, tag


@dataclass(frozen=True, slots=True, order=True)
class TextMark:
    """A marked range of a text. Of two that overlap, the one with the lower `rank` is outside; `name` is its kind."""

    rank: int
    start: int
    end: int
    kind: str
    name: str


Opening = Callable[[TextMark, bool], Html]
"""Returns the opening tag of a mark's element; the flag says whether it is the mark's first piece."""


def lines_html(text: str, marks: Sequence[TextMark], opening: Opening, element: str = "span") -> Html:
    """Return *text* with a `<p>` for each line and an *element* for each mark, cut where marks or lines end in it."""
    begun: set[TextMark] = set()
    paragraphs, start = [], 0
    for line in text.split("\n"):
        end = start + len(line)
        here = [mark for mark in marks if mark.start < end and start < mark.end]
        paragraphs.append(tag("p", _line(text, (start, end), here, opening, element, begun)))
        start = end + 1
    return join(paragraphs)


def places(document: Document, clause: Clause) -> Callable[[Span], tuple[int, int] | None]:
    """Return a function from a range of the source to the same range of `clause.text`, or None if it is not there."""
    offsets = text_offsets(document, clause)
    known = [(offset, i) for i, offset in enumerate(offsets) if offset is not None]
    sources = [offset for offset, _ in known]

    def place(span: Span) -> tuple[int, int] | None:
        first, behind = bisect_left(sources, span.start), bisect_left(sources, span.end)
        return (known[first][1], known[behind - 1][1] + 1) if first < behind else None

    return place


def title_mark(document: Document, clause: Clause) -> list[TextMark]:
    """Return the mark of the heading in the text of *clause*; none if it has no heading."""
    found = places(document, clause)(Span(clause.start, clause.body)) if clause.label or clause.title else None
    return [TextMark(0, *found, "title", "")] if found else []


def _line(
    text: str, bounds: tuple[int, int], marks: Sequence[TextMark], opening: Opening, element: str, begun: set[TextMark]
) -> Html:
    start, end = bounds
    ordered = sorted(marks, key=lambda mark: (mark.rank, mark.start, -mark.end, mark.kind, mark.name))
    cuts = {start, end, *(m.start for m in marks), *(m.end for m in marks)}
    parts: list[str] = []
    open_: list[TextMark] = []
    for here, there in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
        wanted = [mark for mark in ordered if mark.start <= here and there <= mark.end]
        kept = 0
        while kept < min(len(open_), len(wanted)) and open_[kept] == wanted[kept]:
            kept += 1
        parts += [closing(element)] * (len(open_) - kept)
        for mark in wanted[kept:]:
            parts.append(opening(mark, mark not in begun))
            begun.add(mark)
        parts.append(text[here:there])
        open_ = wanted
    return join([*parts, *[closing(element)] * len(open_)])
