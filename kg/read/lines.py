"""A text → its visible lines: doubled headings told apart, soft wraps and page numbers recognised."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.models import Span, strip_space
from kg.read.layout import layout
from kg.read.tables import Tables

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_WIDE = re.compile("[⺀-\U0010ffff“”‘’—…·]")
_FULLSTOPS = "。！？；：.;:”）"
_DIGITS = re.compile(r"[-—–\s]*(\d{1,4})[-—–\s]*")
_MIN_DOUBLED = 5
_MAX_DOUBLED = 400
_MIN_LINES = 6
_MIN_WIDTH, _MAX_WIDTH = 16, 160


@dataclass(slots=True)
class Line:
    """A line with something visible on it, or what a cell of a table has on a line (`cell`). `start` to `end` is what
    counts, without white space at the edges and without `copies`; `width` is its printed width in half-width columns.
    """

    start: int
    end: int
    width: int
    copies: tuple[Span, ...] = ()
    doubled: bool = False
    page: bool = False
    contents: bool = False
    cell: bool = False


@dataclass(slots=True)
class Page:
    """All visible lines of a text; `width` is the width its paragraphs are wrapped at, None where they are not.

    `first` is the width at most that a paragraph's first line has where indents were lost and tell it from the others,
    0 where they do not.
    """

    lines: list[Line]
    width: int | None = None
    first: int = 0
    copies: list[Span] = field(default_factory=list)

    def full(self, line: Line) -> bool:
        """Whether *line* goes to the edge of the page, so that a wrap may follow."""
        return self.width is not None and line.width >= 0.85 * self.width


def read_lines(text: str, tables: Tables | None = None) -> Page:
    """Return the lines of *text*, copies of doubled headings set apart, tables of contents and page numbers marked.

    What stands in *tables* is cut at their cells, of which none is taken for anything else.
    """
    lines = list(_lines(text, tables or Tables(())))
    page = Page(lines)
    _mark_doubles(text, page)
    page.copies = sorted(copy for line in lines for copy in line.copies)
    page.lines = [line for line in lines if line.start < line.end]
    rules = layout()
    for line in page.lines:
        tail = text[max(line.start, line.end - 60) : line.end]
        line.contents = not line.cell and rules.contents.leader.search(tail) is not None
    page.width = _wrap_width(text, page.lines)
    if page.width is not None:
        _mark_pages(text, page.lines)
        page.first = _first_width(text, page, page.width)
    return page


def _lines(text: str, tables: Tables) -> Iterator[Line]:
    for found in _LINE.finditer(text):
        cell = bool(tables) and found.start() in tables
        cuts = tables.edges(found.start(), found.end()) if cell else []
        for start, end in pairwise([found.start(), *cuts, found.end()]):
            if line := _trimmed(text, start, end):
                line.cell = cell
                yield line


def _trimmed(text: str, start: int, end: int) -> Line | None:
    piece = text[start:end]
    shown = piece.strip()
    if not shown:
        return None
    start += len(piece) - len(piece.lstrip())
    return Line(start, start + len(shown), _width(shown))


def _width(shown: str) -> int:
    if len(shown) > 2 * _MAX_WIDTH:  # no wrapped line; any larger width will do
        return 2 * len(shown)
    return len(shown) + (0 if shown.isascii() else len(_WIDE.findall(shown)))


# ------------------------------------------------------------------ doubled headings


def _mark_doubles(text: str, page: Page) -> None:
    """Set apart the second copies of headings that stand twice in a row, on one line or on two.

    A heading that is spread over several doubled lines (AB AB / CD CD) is kept where its halves meet: the last copy
    of the first line and the first of the second make one span without other text between.
    """
    lines = page.lines
    halves = [_half(text, line) for line in lines]
    for i, line in enumerate(lines):
        cut = halves[i]
        if cut is None or line.cell:
            continue
        line.doubled = True
        first, second = Span(line.start, cut[0]), Span(cut[1], line.end)
        ahead = i + 1 < len(lines) and halves[i + 1] is not None and _goes_on(text, first, lines[i + 1])
        follows = i > 0 and halves[i - 1] is not None and lines[i - 1].copies[0].start < lines[i - 1].start
        kept, copy = (second, first) if ahead and not follows else (first, second)
        line.start, line.end, line.copies = kept.start, kept.end, (copy,)
        line.width //= 2
    for before, line in pairwise(lines):
        if before.doubled or line.doubled or line.cell or not _MIN_DOUBLED <= line.end - line.start <= _MAX_DOUBLED:
            continue
        if before.end - before.start != line.end - line.start or not _heading_like(text[line.start : line.end]):
            continue
        if before.start < before.end and text[before.start : before.end] == text[line.start : line.end]:
            line.copies = (Span(line.start, line.end),)
            line.start = line.end


def _half(text: str, line: Line) -> tuple[int, int] | None:
    """Return the ends of the first copy and the start of the second where the line is one heading twice."""
    if line.end - line.start > _MAX_DOUBLED:
        return None
    shown = strip_space(text[line.start : line.end])
    half = len(shown) // 2
    if len(shown) % 2 or half < _MIN_DOUBLED or shown[:half] != shown[half:]:
        return None
    if not _heading_like(shown[:half]) or (shown + shown).find(shown, 1) != half:
        return None
    seen = 0
    for at in range(line.start, line.end):
        if not text[at].isspace():
            seen += 1
            if seen == half:
                second = at + 1
                while text[second].isspace():
                    second += 1
                return at + 1, second
    return None


def _heading_like(shown: str) -> bool:
    return shown[-1] not in "。！？；，" and any(c.isalpha() for c in shown)


def _goes_on(text: str, first: Span, after: Line) -> bool:
    """Whether a doubled line is the beginning of a heading that the next doubled line ends."""
    rules = layout()
    start = rules.decoration.match(text, after.start, after.end)
    at = start.end() if start else after.start
    return rules.marker.match(text, at, after.end) is None and text[first.end - 1] not in _FULLSTOPS


# ------------------------------------------------------------------ wraps and pages


def _wrap_width(text: str, lines: Sequence[Line]) -> int | None:
    """Return the width at which the text is wrapped, None where each line is a paragraph.

    In a wrapped text many lines are of nearly one width, and most of these break off in the middle of a sentence.
    """
    measured = [line for line in lines if not line.contents and not line.cell]
    if len(measured) < _MIN_LINES:
        return None
    counts = Counter(line.width for line in measured if _MIN_WIDTH <= line.width <= _MAX_WIDTH)
    clusters = {width: sum(counts[w] for w in range(width * 9 // 10, width + 1)) for width in counts}
    if not clusters:
        return None
    width = max(clusters, key=lambda w: (clusters[w], w))
    full = [line for line in measured if 0.9 * width <= line.width <= width]
    broken = sum(text[line.end - 1] not in _FULLSTOPS for line in full)
    return width if len(full) >= 0.35 * len(measured) and broken >= 0.6 * len(full) else None


def _first_width(text: str, page: Page, width: int) -> int:
    """Return how wide first lines are where an indent of two characters was lost in front of them, else 0.

    A line behind a short one begins a paragraph: where nearly all such lines that break off in mid-sentence are two
    characters narrower than the others, that is what tells a first line.
    """
    usual = Counter(line.width for line in page.lines if not line.cell).most_common(1)[0][0]
    firsts = [
        line.width
        for before, line in pairwise(page.lines)
        if before.width < 0.8 * width
        and not before.page
        and not before.cell
        and not line.cell
        and 0.8 * width <= line.width <= width
        if text[line.end - 1] not in _FULLSTOPS
    ]
    narrow = sum(w <= usual - 3 for w in firsts)
    return usual - 3 if len(firsts) >= 3 and narrow >= 0.8 * len(firsts) else 0


def _mark_pages(text: str, lines: Sequence[Line]) -> None:
    """Mark lines that hold a page number: three or more bare numbers that count up through the text."""
    numbered: list[tuple[Line, int]] = []
    for line in lines:
        if line.width <= 12 and not line.cell and (match := _DIGITS.fullmatch(text, line.start, line.end)):
            numbered.append((line, int(match.group(1))))
    run: list[Line] = []
    last = 0
    for line, number in numbered:
        if not run or number == last + 1:
            run.append(line)
            last = number
    if len(run) >= 3:
        for line in run:
            line.page = True
