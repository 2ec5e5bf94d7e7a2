"""An OFD document (GB/T 33190) → the lines of its text with their places, and of these its paragraphs.

A page is what its template and its content draw: text, lines and images. Seals and annotations are left out.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.errors import SourceError
from kg.read.forms.package import Parts, attribute, child, children, local
from kg.read.forms.pages import has_text, pages_text
from kg.read.forms.paragraphs import FileText
from kg.read.forms.pdf_layout import PrintedLine, PrintedPage
from kg.read.forms.pdf_tables import MOST_RULES, RuledLine, drawn, with_tables

MAX_PAGES = 2000
_POINTS = 72 / 25.4
"""OFD counts in millimetres."""

_A4 = (0.0, 0.0, 210.0, 297.0)
_DEEPEST = 32
_SCANNED = "open it in its program and save it as PDF, whose images OCR can read"
_LATIN = re.compile("[A-Za-z]")
_PATH = re.compile(r"([A-Za-z])|(-?\d*\.?\d+(?:[eE][-+]?\d+)?)")


def read_ofd(data: bytes, name: str) -> FileText:
    """Return the source text of an OFD document: its paragraphs and tables, without page numbers and running headers.

    Pages without text and lines whose place is in doubt are told in its notes. Raises `SourceError` where it is
    damaged, is another kind of file, has more than `MAX_PAGES` pages, or no text.
    """
    parts = _Parts(data, name)
    if "OFD.xml" not in parts:
        what = "a Word document" if "word/document.xml" in parts else "a ZIP archive"
        raise SourceError(name, f"is {what}, not an OFD document", "name the file by what it is")
    pages = [page for document in parts.documents() for page in _OfdDocument(parts, document).pages(name)]
    if not pages:
        raise parts.damaged("it has no pages")
    return pages_text(pages, name, _SCANNED)


class _Parts(Parts):
    """The parts of an OFD document."""

    kind = "OFD"
    program = "its program"

    def documents(self) -> Iterator[str]:
        """Yield the part of each document in the file."""
        for body in children(self.root("OFD.xml"), "DocBody"):
            part = self.at("OFD.xml", _words(child(body, "DocRoot")))
            if part is None:
                raise self.damaged("its document is not in it")
            yield part

    def at(self, part: str, location: str | None) -> str | None:
        """Return the part that *location* names in *part*: from its folder, or from the root; None if it is missing."""
        if not location:
            return None
        path = location.replace("\\", "/")
        wanted = (posixpath.join(posixpath.dirname(part), path.lstrip("/")), path.lstrip("/"))
        ways = reversed(wanted) if path.startswith("/") else wanted
        return next((way for one in ways if (way := posixpath.normpath(one)) in self), None)


class _OfdDocument:
    """A document of the file: its pages and the templates that they stand on."""

    def __init__(self, parts: _Parts, part: str) -> None:
        self._parts, self._part = parts, part
        self._root = parts.root(part)
        common = child(self._root, "CommonData")
        self._box = _box(_words(child(common, "PageArea", "PhysicalBox"))) or _A4
        self._templates = {
            attribute(one, "ID"): self._parts.at(part, attribute(one, "BaseLoc"))
            for one in children(common, "TemplatePage")
        }

    def pages(self, name: str) -> Iterator[PrintedPage]:
        listed = list(children(child(self._root, "Pages"), "Page"))
        if len(listed) > MAX_PAGES:
            problem = f"has {len(listed):,} pages, more than the limit of {MAX_PAGES:,}"
            raise SourceError(name, problem, "give the part that holds the plan")
        for number, page in enumerate(listed, 1):
            part = self._parts.at(self._part, attribute(page, "BaseLoc"))
            if part is None:
                raise self._parts.damaged(f"page {number} is not in it")
            yield self._page(self._parts.root(part))

    def _page(self, root: Any) -> PrintedPage:  # noqa: ANN401 - lxml carries no types
        box = _box(_words(child(root, "Area", "PhysicalBox"))) or self._box
        drawing = _Drawing(box[1] + box[3])
        for one in children(root, "Template"):
            template = self._templates.get(attribute(one, "TemplateID"))
            if template is not None:
                drawing.add(self._parts.root(template))
        drawing.add(root)
        lines = with_tables(_together(drawing.lines, drawing.rules), drawing.rules)
        image = drawing.has_image and not has_text(lines)
        return PrintedPage(lines, 0.0, box[3] * _POINTS, image=image, pieces=drawing.lines)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How the places in an object become places on the page: x' = ax + cy + e, y' = bx + dy + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def of(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def scale(self) -> float:
        return math.sqrt(abs(self.a * self.d - self.b * self.c)) or 1.0


class _Drawing:
    """What is drawn on a page of a height: lines of text in the order of the file, rules, and whether an image."""

    def __init__(self, height: float) -> None:
        self._height = height
        self.lines: list[PrintedLine] = []
        self.rules: list[RuledLine] = []
        self.has_image = False

    def add(self, root: Any) -> None:  # noqa: ANN401
        for layer in children(child(root, "Content"), "Layer"):
            self._block(layer, 0)

    def _block(self, parent: Any, depth: int) -> None:  # noqa: ANN401
        for thing in parent:
            kind = local(thing)
            if attribute(thing, "Visible") == "false":
                continue
            if kind == "TextObject":
                self._text(thing)
            elif kind == "PathObject":
                self._path(thing)
            elif kind == "ImageObject":
                self.has_image = True
            elif kind == "PageBlock" and depth < _DEEPEST:
                self._block(thing, depth + 1)

    def _text(self, thing: Any) -> None:  # noqa: ANN401
        place = _place(thing)
        size = _number(attribute(thing, "Size"), 0.0)
        wide = size * _number(attribute(thing, "HScale"), 1.0)
        x = y = 0.0
        for code in children(thing, "TextCode"):
            # one that has no place of its own stands where the last one does
            x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
            words = "".join(code.itertext()).strip("\r\n\t")
            if not words.strip() or size <= 0:
                continue
            steps = _steps(attribute(code, "DeltaX"), len(words) - 1)
            length = sum(steps) + (wide if words[-1] > "\u2e7f" else wide / 2)
            length += sum(wide if c > "\u2e7f" else wide / 2 for c in words[len(steps) : -1])
            left, base = place.of(x, y)
            right, _ = place.of(x + length, y)
            high = size * place.scale
            bottom = (self._height - base - 0.2 * high) * _POINTS
            self.lines.append(PrintedLine(words, left * _POINTS, right * _POINTS, bottom, bottom + high * _POINTS))

    def _path(self, thing: Any) -> None:  # noqa: ANN401
        if len(self.rules) > MOST_RULES:
            return
        place = _place(thing)
        for (left, up), (right, down) in _strokes(_words(child(thing, "AbbreviatedData")) or ""):
            one, other = place.of(left, up), place.of(right, down)
            xs, ys = sorted((one[0], other[0])), sorted((self._height - one[1], self._height - other[1]))
            rule = RuledLine(*(n * _POINTS for n in (xs[0], ys[0], xs[1], ys[1])))
            self.rules += drawn(rule)


def _together(lines: Iterable[PrintedLine], rules: Sequence[RuledLine]) -> list[PrintedLine]:
    """Return *lines* with those that the file has in pieces, a word or a character each, put together."""
    walls = [rule for rule in rules if rule.upright]
    found: list[PrintedLine] = []
    for line in lines:
        before = found[-1] if found else None
        gap = line.left - before.right if before else 0.0
        if (
            before
            and abs(before.bottom - line.bottom) < 0.3 * line.size
            and -0.5 * line.size < gap < 2 * line.size
            and not any(before.left < wall.left < line.right and wall.crosses(line) for wall in walls)
        ):
            apart = gap > 0.2 * line.size and _LATIN.match(before.text[-1]) and _LATIN.match(line.text[0])
            space = " " if apart else ""
            found[-1] = replace(before, text=before.text + space + line.text, right=line.right)
        else:
            found.append(line)
    return [replace(line, text=line.text.strip()) for line in found]


def _strokes(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight strokes of a path (AbbreviatedData: S, M and L with a point, C closes, others curve)."""
    points: list[tuple[float, float]] = []
    for command, numbers in _commands(path):
        end = (numbers[-2], numbers[-1]) if len(numbers) > 1 else None
        if command in "SM" and end:
            points = [end]
        elif command == "C" and points:
            yield points[-1], points[0]
        elif command == "L" and end and points:
            yield points[-1], end
            points.append(end)
        elif end:
            points.append(end)


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for match in _PATH.finditer(path):
        if match[1]:
            if command:
                yield command, numbers
            command, numbers = match[1].upper(), []
        else:
            numbers.append(float(match[2]))
    if command:
        yield command, numbers


def _place(thing: Any) -> _Frame:  # noqa: ANN401
    """Return where an object stands: its own matrix, then the corner of its boundary."""
    box = _box(attribute(thing, "Boundary")) or (0.0, 0.0, 0.0, 0.0)
    matrix = _numbers(attribute(thing, "CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return _Frame(a, b, c, d, e + box[0], f + box[1])


def _steps(deltas: str | None, most: int) -> list[float]:
    """Return how far it is from each character to the next; `g 12 5` stands for twelve times 5."""
    found: list[float] = []
    words = iter((deltas or "").split())
    for word in words:
        if word == "g":
            count, step = _number(next(words, None), 0.0), _number(next(words, None), 0.0)
            found += [step] * min(max(0, int(count)), most)
        else:
            found.append(_number(word, 0.0))
    return found[:most]


def _words(element: Any) -> str | None:  # noqa: ANN401
    return None if element is None or element.text is None else str(element.text).strip()


def _number(word: str | None, otherwise: float) -> float:
    numbers = _numbers(word)
    return numbers[0] if numbers else otherwise


def _numbers(words: str | None) -> list[float]:
    """Return the numbers in an attribute; what is none, and what no page can hold, is left out."""
    found = []
    for word in (words or "").split():
        try:
            number = float(word)
        except ValueError:
            continue
        if abs(number) < 1e6:  # neither a NaN nor infinite
            found.append(number)
    return found


def _box(words: str | None) -> tuple[float, float, float, float] | None:
    numbers = _numbers(words)
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None
