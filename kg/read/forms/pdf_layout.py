"""Lines with their places on pages → paragraphs: running headers and page numbers left out, wraps joined.

Lines are joined where their places say so: a line that goes to the right edge, and one behind it that begins at the
left edge. What is doubtful stays a line of its own: the reader of the text joins wrapped lines by what they say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.read.layout import layout

_MARGIN = 0.12
"""How much of a page's height at its top and bottom may hold running lines. GB/T 9704-2012 leaves 37 and 35 of 297 mm
free, with the page number in it."""

_NUMBER = re.compile(r"\d{1,4}")
_AROUND_NUMBER = re.compile(r"[-—–－―·.\s/第页共page of]*", re.IGNORECASE)
_LATIN_END = re.compile(r"[A-Za-z0-9.,;:)]$")
_LATIN_TEXT = re.compile(r"(?:^|[\x20-\x7e]\s)[\x21-\x7e]+$")
_ENDS = "。！？；：.;:"
_SENTENCE_ENDS = "。！？；"
_Key = tuple[str, ...] | tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its place in points, from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def size(self) -> float:
        """The height of its first character's place: the size of the type."""
        return max(self.top - self.bottom, 1.0)


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order of the file; `bottom` and `top` are its edges. `image`: it holds hardly any text
    and something that is none.
    """

    lines: list[Line]
    bottom: float
    top: float
    image: bool = False


def read_paragraphs(pages: Sequence[Page]) -> list[str]:
    """Return the paragraphs of *pages* in order, also those that go on over the end of a page."""
    lines = [line for page in without_running_lines(pages) for line in _merged(page.lines)]
    if not lines:
        return []
    edges = _Edges.of(lines)
    found: list[str] = []
    for index, line in enumerate(lines):
        if index and edges.joins(lines[index - 1], line):
            found[-1] = _joined(found[-1], line.text)
        else:
            found.append(line.text)
    return found


# ------------------------------------------------------------------ running lines


def without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """Return *pages* without the lines in their margins that repeat from page to page.

    A line repeats where it says the same, or the same but for one number that counts up with the pages. A number
    alone has to do so on two pages (or to be 1 on the only page), other words on three and on a quarter of all.
    """
    counts: Counter[_Key] = Counter()
    for number, page in enumerate(pages):
        counts.update({key for line in page.lines if _in_margin(line, page) for key in _keys(line, number)})

    def runs(key: _Key) -> bool:
        if len(key) == 3 and _AROUND_NUMBER.fullmatch(f"{key[0]}{key[1]}"):
            return counts[key] >= 2 or (len(pages) == 1 and key[2] == 1)
        return counts[key] >= max(3, len(pages) / 4)

    kept: list[Page] = []
    for number, page in enumerate(pages):
        lines = [
            line
            for line in page.lines
            if not (_in_margin(line, page) and any(runs(key) for key in _keys(line, number)))
        ]
        kept.append(Page(lines, page.bottom, page.top))
    return kept


def _in_margin(line: Line, page: Page) -> bool:
    height = page.top - page.bottom
    return line.top > page.top - _MARGIN * height or line.bottom < page.bottom + _MARGIN * height


def _keys(line: Line, page: int) -> list[_Key]:
    """Return what a line may repeat as: its text, and its text round each number with how far that is from *page*."""
    text = "".join(line.text.split())[:200]
    keys: list[_Key] = [(text,)]
    for match in _NUMBER.finditer(text):
        keys.append((text[: match.start()], text[match.end() :], int(match.group()) - page))
    return keys


# ------------------------------------------------------------------ paragraphs


def _merged(lines: Iterable[Line]) -> list[Line]:
    """Return *lines* with pieces of one printed line put together, where the file has them one behind the other."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if before and _beside(before, line):
            gap = " " if line.left - before.right > 0.3 * line.size else ""
            found[-1] = Line(before.text + gap + line.text, before.left, line.right, before.bottom, before.top)
        else:
            found.append(line)
    return found


def _beside(before: Line, line: Line) -> bool:
    overlap = min(before.top, line.top) - max(before.bottom, line.bottom)
    return overlap > 0.6 * min(before.size, line.size) and line.left >= before.right - 0.2 * line.size


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where the body's lines begin and end, and the size of its type."""

    left: float
    right: float
    size: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Edges:
        """Return the edges of *lines*: the outermost that many of them reach."""
        sizes = Counter[float]()
        for line in lines:
            sizes[round(line.size)] += len(line.text)
        size = max(sizes, key=lambda s: (sizes[s], s))
        body = [line for line in lines if abs(line.size - size) < 0.15 * size] or list(lines)
        lefts, rights = Counter(round(line.left) for line in body), Counter(round(line.right) for line in body)
        often = max(2, len(body) // 20)
        left = min((at for at in lefts if lefts[at - 1] + lefts[at] + lefts[at + 1] >= often), default=min(lefts))
        right = max((at for at in rights if rights[at - 1] + rights[at] + rights[at + 1] >= often), default=max(rights))
        return cls(left, right, size)

    def joins(self, before: Line, line: Line) -> bool:
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

    def _centred(self, line: Line) -> bool:
        middle = (self.left + self.right) / 2
        return abs((line.left + line.right) / 2 - middle) < line.size and line.left > self.left + line.size


def _opens(text: str) -> bool:
    rules = layout()
    return any(pattern.match(text) for pattern in (rules.marker, rules.bullet, rules.box))


def _joined(text: str, more: str) -> str:
    """Return two lines as one. White space comes between Latin words alone, and not inside a figure (20|23, 5|G)."""
    if text[-1] == "-" and text[-2:-1].isalpha() and text[-2:-1].isascii() and more[0].islower():
        return text[:-1] + more
    if not (_LATIN_END.search(text) and more[0].isascii() and more[0].isalnum()):
        return text + more
    words = text[-1].isalpha() and more[0].isalpha()
    return f"{text} {more}" if words or _LATIN_TEXT.search(text) else text + more
