"""Lines with their places on pages → paragraphs: running headers and page numbers left out, wraps joined.

Two columns are read one after the other, footnotes behind the paragraph that a page ends in. Lines are joined where
their places say so: a line that goes to the right edge, and one behind it that begins at the left edge. What is
doubtful stays a line of its own: the reader of the text joins wrapped lines by what they say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kg.read.forms.grid import Block, Grid, Note, flat
from kg.read.layout import layout

_MARGIN = 0.12
"""How much of a page's height at its top and bottom may hold running lines. GB/T 9704-2012 leaves 37 and 35 of 297 mm
free, with the page number in it."""

_NUMBER = re.compile(r"\d{1,4}")
_LATIN_END = re.compile(r"[A-Za-z0-9.,;:)]$")
_LATIN_TEXT = re.compile(r"(?:^|[\x20-\x7e]\s)[\x21-\x7e]+$")
_ENDS = "。！？；：.;:"
_SENTENCE_ENDS = "。！？；"
_MARK = re.compile(r"[①-⑳❶-❿*＊†‡]|[\[［〔(（]\s?\d{1,2}\s?[\]］〕)）]|\d{1,2}\s?(?=[^\d\s.．、])|注\s?\d{0,2}\s?[：:]")
_SMALL = 0.88
"""Footnotes are set in type of at most so much of the body's size."""

_FEW = 5
_Key = tuple[str, ...] | tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table on a page, and where its columns begin and end: one that goes on over the page has the same."""

    grid: Grid
    xs: tuple[float, ...]

    def goes_on(self, other: PageTable) -> bool:
        """Whether *other*, the next thing on the next page, has the columns of this one."""
        return len(self.xs) == len(other.xs) and all(abs(a - b) < 4 for a, b in zip(self.xs, other.xs, strict=True))


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line and its place in points, from the lower left corner of the page.

    `column` counts the columns of a page that has several, from 1; their places are all told from the first one's.
    A table stands as a line without words.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    column: int = 0
    table: PageTable | None = None

    @property
    def size(self) -> float:
        """The height of its first character's place: the size of the type."""
        return max(self.top - self.bottom, 1.0)


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The lines of a page in the order of the file; `bottom` and `top` are its edges. `image`: it holds hardly any text
    and something that is none. `score`: the mean score of what OCR read on it, None where its text is its own.
    `pieces`: its lines cut at smaller gaps, for a table without rules; None where none is looked for.
    """

    lines: list[PrintedLine]
    bottom: float
    top: float
    image: bool = False
    score: float | None = None
    pieces: list[PrintedLine] | None = None


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """What pages hold, in order, and a line for each place where it is in doubt what goes on where.

    `scores`: for each block the lowest score of the pages that it stands on, None where OCR read none of it.
    """

    blocks: list[Block]
    notes: tuple[str, ...]
    scores: tuple[float | None, ...] = ()


def read_paragraphs(pages: Sequence[PrintedPage]) -> list[str]:
    """Return the paragraphs of *pages* in order; see `read_blocks`."""
    return flat(read_blocks(pages).blocks)


def read_blocks(
    pages: Sequence[PrintedPage], tables: Callable[[Sequence[PrintedPage]], Sequence[PrintedPage]] = list
) -> PageBlocks:
    """Return the paragraphs, footnotes and tables of *pages* in order, also those that go on over the end of a page.

    *tables* puts tables in the place of lines, once those that run from page to page are left out.
    """
    sheets = [_merged(in_columns(page.lines)) for page in tables(without_running_lines(pages))]
    body, single = ([line for lines in sheets for line in lines if (line.column > 0) is one] for one in (True, False))
    edges = {True: _Edges.of(body), False: _Edges.of(single)}
    found = _Found()
    notes: list[str] = []
    before: PrintedLine | None = None
    last: PageTable | None = None
    for number, (page, lines) in enumerate(zip(pages, sheets, strict=True), 1):
        found.score = page.score
        footnotes = _footnotes(lines, edges)
        for line in lines:
            if id(line) in footnotes:
                found.add_note(line.text)
                continue
            if line.table is not None:
                grid = line.table.grid
                if last is not None and last.goes_on(line.table) and not found.waiting:
                    grid = Grid((*last.grid.rows, *grid.rows))
                    found.put_last(grid)
                else:
                    found.add(grid)
                before, last = None, replace(line.table, grid=grid)
                continue
            edge = edges[line.column > 0]
            goes_on = before is not None and (before.column > 0) is (line.column > 0) and edge.joins(before, line)
            if goes_on and isinstance(found.blocks[-1], str):
                found.put_last(joined(found.blocks[-1], line.text))
            else:
                if before is not None and edges[before.column > 0].breaks_off(before, line):
                    notes.append(f"page {number}: it is in doubt what goes on behind “{before.text[-24:]}”")
                found.add(line.text)
            before, last = line, None
    found.end()
    return PageBlocks(found.blocks, tuple(notes), tuple(found.scores))


class _Found:
    """The blocks found so far, with the score of the pages that each stands on."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.scores: list[float | None] = []
        self.score: float | None = None  # of the page that is read
        self.waiting: list[tuple[Note, float | None]] = []  # footnotes, till the paragraph that a page ends in is whole

    def add(self, block: Block) -> None:
        self.end()
        self.blocks.append(block)
        self.scores.append(self.score)

    def put_last(self, block: Block) -> None:
        """Put *block*, the last one with what goes on from it on this page, in its place."""
        self.blocks[-1] = block
        self.scores[-1] = min((s for s in (self.scores[-1], self.score) if s is not None), default=None)

    def add_note(self, text: str) -> None:
        if self.waiting and not _MARK.match(text):
            note, score = self.waiting[-1]
            self.waiting[-1] = (Note(joined(note, text)), score)
        else:
            self.waiting.append((Note(text), self.score))

    def end(self) -> None:
        for note, score in self.waiting:
            self.blocks.append(note)
            self.scores.append(score)
        self.waiting = []


def _footnotes(lines: Sequence[PrintedLine], edges: dict[bool, _Edges]) -> set[int]:
    """Return which of a page's lines (by `id`) are footnotes: the last ones, in smaller type, the first with a mark."""
    small: list[PrintedLine] = []
    for line in reversed(lines):
        if line.table is not None or line.size > _SMALL * edges[line.column > 0].size:
            break
        small.append(line)
    while small and not _MARK.match(small[-1].text):
        small.pop()
    return {id(line) for line in small}


# ------------------------------------------------------------------ columns


def in_columns(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return the lines of a page in the order they are read: where it has two columns, the left one first.

    A line over both columns parts what stands above it from what stands below.
    """
    gutter = _gutter([line for line in lines if line.table is None])
    if gutter is None:
        return list(lines)
    right = [line for line in lines if line.table is None and line.left >= gutter]
    left = [line for line in lines if line.table is None and line.right <= gutter]
    shift = min(line.left for line in right) - min(line.left for line in left)
    sides = {id(line): 1 for line in left} | {id(line): 2 for line in right}
    bands: list[tuple[list[PrintedLine], list[PrintedLine]]] = [([], [])]
    found: list[PrintedLine] = []
    for line in sorted(lines, key=lambda one: (-round(one.top), one.left)):
        side = sides.get(id(line))
        if side is None:
            found += [*bands[-1][0], *bands[-1][1], line]
            bands.append(([], []))
        elif side == 1:
            bands[-1][0].append(replace(line, column=1))
        else:
            bands[-1][1].append(replace(line, left=line.left - shift, right=line.right - shift, column=2))
    return [*found, *bands[-1][0], *bands[-1][1]]


def _gutter(lines: Sequence[PrintedLine]) -> float | None:
    """Return where the right one of two columns begins; None on a page that has one."""
    if len(lines) < 2 * _FEW:
        return None
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    size = Counter(round(line.size) for line in lines).most_common(1)[0][0]
    for at in sorted({round(line.left, 1) for line in lines}):
        if not 0.35 < (at - start) / (end - start) < 0.65:
            continue
        right = [line for line in lines if line.left >= at - 0.1]
        left = [line for line in lines if line.right < at - 0.5 * size]
        if min(len(left), len(right)) < _FEW or len(left) + len(right) < 0.8 * len(lines):
            continue
        overlap = min(left[0].top, right[0].top) - max(left[-1].bottom, right[-1].bottom)
        full = [
            sum(line.right - line.left > 0.7 * wide for line in some)
            for some, wide in ((left, at - start), (right, end - at))
        ]
        if overlap > 0 and full[0] >= 0.4 * len(left) and full[1] >= 0.4 * len(right):
            return at - 0.1
    return None


# ------------------------------------------------------------------ running lines


def without_running_lines(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """Return *pages* without the lines in their margins that repeat from page to page.

    A line repeats where it says the same, or the same but for one number that counts up with the pages. A number
    alone has to do so on two pages (or to be 1 on the only page), other words on three and on a quarter of all.
    """
    counts: Counter[_Key] = Counter()
    for number, page in enumerate(pages):
        counts.update({key for line in page.lines if _in_margin(line, page) for key in _keys(line, number)})

    around_page = layout().around_page.pattern

    def runs(key: _Key) -> bool:
        if len(key) == 3 and around_page.fullmatch(f"{key[0]}{key[1]}"):
            return counts[key] >= 2 or (len(pages) == 1 and key[2] == 1)
        return counts[key] >= max(3, len(pages) / 4)

    kept: list[PrintedPage] = []
    for number, page in enumerate(pages):
        lines = [
            line
            for line in page.lines
            if not (_in_margin(line, page) and any(runs(key) for key in _keys(line, number)))
        ]
        kept.append(replace(page, lines=lines))
    return kept


def _in_margin(line: PrintedLine, page: PrintedPage) -> bool:
    if line.table is not None:
        return False
    height = page.top - page.bottom
    return line.top > page.top - _MARGIN * height or line.bottom < page.bottom + _MARGIN * height


def _keys(line: PrintedLine, page: int) -> list[_Key]:
    """Return what a line may repeat as: its text, and its text round each number with how far that is from *page*."""
    text = "".join(line.text.split())[:200]
    keys: list[_Key] = [(text,)]
    for match in _NUMBER.finditer(text):
        keys.append((text[: match.start()], text[match.end() :], int(match.group()) - page))
    return keys


# ------------------------------------------------------------------ paragraphs


def _merged(lines: Iterable[PrintedLine]) -> list[PrintedLine]:
    """Return *lines* with pieces of one printed line put together, where the file has them one behind the other."""
    found: list[PrintedLine] = []
    for line in lines:
        before = found[-1] if found else None
        if before and before.column == line.column and _beside(before, line):
            gap = " " if line.left - before.right > 0.3 * line.size else ""
            found[-1] = replace(before, text=before.text + gap + line.text, right=line.right)
        else:
            found.append(line)
    return found


def _beside(before: PrintedLine, line: PrintedLine) -> bool:
    if before.table is not None or line.table is not None:
        return False
    overlap = min(before.top, line.top) - max(before.bottom, line.bottom)
    return overlap > 0.6 * min(before.size, line.size) and line.left >= before.right - 0.2 * line.size


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where the body's lines begin and end, and the size of its type."""

    left: float
    right: float
    size: float

    @classmethod
    def of(cls, lines: Sequence[PrintedLine]) -> _Edges:
        """Return the edges of *lines*: the outermost that many of them reach."""
        lines = [line for line in lines if line.table is None]
        if not lines:
            return cls(0, 0, 1)
        sizes = Counter[float]()
        for line in lines:
            sizes[round(line.size)] += len(line.text)
        size = max(sizes, key=lambda s: (sizes[s], s))
        body = [line for line in lines if abs(line.size - size) < 0.15 * size] or list(lines)
        lefts = Counter(round(line.left) for line in body)
        often = max(2, len(body) // 20)
        left = min((at for at in lefts if lefts[at - 1] + lefts[at] + lefts[at + 1] >= often), default=min(lefts))
        # no mark may begin a line and no figure be cut, so that full lines end up to a character before the edge
        rights = sorted(line.right for line in body)
        ends = (at for index, at in enumerate(rights) if index + 1 - bisect_left(rights, at - size) >= often)
        right = max(ends, default=rights[-1])
        if sum(at > right + size for at in rights) > 0.2 * len(rights):
            # that some lines end alike is chance: none of them is wrapped there
            right = rights[-1]
        return cls(left, right, size)

    def joins(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Whether *line* goes on with the paragraph that *before* is the last line of."""
        if abs(before.size - line.size) > 0.12 * max(before.size, line.size):
            return False
        if self._centred(before) and self._centred(line) and line.size > 1.15 * self.size:
            return before.text[-1] not in _ENDS and not layout().marker.match(line.text)
        if before.right < self.right - 1.6 * line.size:
            return False
        indented = line.left > self.left + 0.8 * line.size
        if indented and (line.left > before.left + 0.8 * line.size or before.text[-1] in _ENDS):
            return False
        return not (before.text[-1] in _SENTENCE_ENDS and _opens(line.text))

    def breaks_off(self, before: PrintedLine, line: PrintedLine) -> bool:
        """Whether *before* fills its line and stops in mid-sentence, though *line* does not go on with it."""
        if before.table is not None or abs(before.size - self.size) > 0.2 * self.size:
            return False
        full = before.right >= self.right - 1.6 * before.size
        return full and before.text[-1] not in _ENDS + "”’）)》" and not _opens(line.text)

    def _centred(self, line: PrintedLine) -> bool:
        middle = (self.left + self.right) / 2
        return abs((line.left + line.right) / 2 - middle) < line.size and line.left > self.left + line.size


def _opens(text: str) -> bool:
    rules = layout()
    return any(pattern.match(text) for pattern in (rules.marker, rules.bullet.pattern, rules.box.pattern))


def joined(text: str, more: str) -> str:
    """Return two lines as one. White space comes between Latin words alone, and not inside a figure (20|23, 5|G)."""
    if text[-1] == "-" and text[-2:-1].isalpha() and text[-2:-1].isascii() and more[0].islower():
        return text[:-1] + more
    if not (_LATIN_END.search(text) and more[0].isascii() and more[0].isalnum()):
        return text + more
    words = text[-1].isalpha() and more[0].isalpha()
    return f"{text} {more}" if words or _LATIN_TEXT.search(text) else text + more
