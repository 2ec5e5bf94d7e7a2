"""A PDF file → the lines of its text layer with their places, and of these its paragraphs."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from kg.errors import SourceError
from kg.read.forms.ocr import MAX_SCANNED, MISSING, NOTHING_READ, Ocr, has_ocr, take_time
from kg.read.forms.pages import has_text, pages_text
from kg.read.forms.paragraphs import FileText
from kg.read.forms.pdf_columns import may_head
from kg.read.forms.pdf_layout import PrintedLine, PrintedPage
from kg.read.forms.pdf_tables import RuledLine, page_rules, with_tables

MAX_PAGES = 2000
"""A file of more pages is refused: the longest plan seen fills 57."""

_FAR = 2.0
"""A gap of so many sizes ends a line."""

_PIECES = 0.6
"""A gap of so many sizes may part two columns."""

_Box = tuple[float, float, float, float]
_Shown = tuple[str, _Box | None]
_PASSWORD, _SECURITY = 4, 5
_WHOLE = "get the whole file again"


def read_pdf(data: bytes, name: str) -> FileText:
    """Return the source text of a PDF: its paragraphs and tables, without page numbers and running headers.

    A page that is an image is read by OCR where the extra for it is installed. Pages without text and lines whose place
    is in doubt are told in its notes. Raises `SourceError` where it is damaged or cut off, has a password, more than
    `MAX_PAGES` pages, or no text.
    """
    return pages_text(_pages(data, name), name, NOTHING_READ if has_ocr() else MISSING)


def _pages(data: bytes, name: str) -> list[PrintedPage]:
    import pypdfium2

    # a reader mends a file that was cut off and shows the pages it has: half a plan would pass for the whole
    if b"%%EOF" not in data[-4096:]:
        raise SourceError(name, "is a damaged PDF: its end is missing", _WHOLE)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (_PASSWORD, _SECURITY):
            raise SourceError(name, "is protected with a password", "save it without one") from error
        raise SourceError(name, "is a damaged PDF", _WHOLE) from error
    if len(document) > MAX_PAGES:
        problem = f"has {len(document):,} pages, more than the limit of {MAX_PAGES:,}"
        raise SourceError(name, problem, "give the part that holds the plan")
    pages: list[PrintedPage] = []
    scanned = _Scanned(name)
    headed = False  # whether a table without rules may begin on a page or go on from one before
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
            _, bottom, _, top = page.get_bbox()
            rules = page_rules(page)
            lines = _lines(text, rules)
            headed = headed or may_head(lines)
            image = _is_image(page, lines)
            seen = scanned.read(page) if image else None
            pieces = _lines(text, rules, _PIECES) if headed else None
            pages.append(seen or PrintedPage(with_tables(lines, rules), bottom, top, image=image, pieces=pieces))
        except pypdfium2.PdfiumError as error:
            raise SourceError(name, f"is a damaged PDF: page {number + 1} cannot be read", _WHOLE) from error
        text.close()
        page.close()
    document.close()
    return pages


class _Scanned:
    """The pages of a file that OCR reads; its models are loaded for the first of them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._ocr: Ocr | None = None
        self._count = 0

    def read(self, page: Any) -> PrintedPage | None:  # noqa: ANN401 - a page of the library's
        """Return what stands on *page*, an image; None without OCR and where it reads nothing."""
        if not has_ocr():
            return None
        self._count += 1
        if self._count > MAX_SCANNED:
            problem = f"has more than {MAX_SCANNED} pages that are images"
            raise SourceError(self._name, problem, "give the part that holds the plan")
        take_time()
        self._ocr = self._ocr or Ocr()
        found = self._ocr.read(page)
        if found is None:
            return None
        return PrintedPage(found.lines, 0.0, page.get_height(), score=found.score, pieces=found.lines)


def _is_image(page: Any, lines: list[PrintedLine]) -> bool:  # noqa: ANN401 - a page of the library's
    from pypdfium2 import raw

    return not has_text(lines) and any(thing.type != raw.FPDF_PAGEOBJ_TEXT for thing in page.get_objects())


def _lines(page: Any, rules: Sequence[RuledLine], gap: float = _FAR) -> list[PrintedLine]:  # noqa: ANN401
    """Return the lines of a page in the order of the file, each with its place in points from the lower left.

    A line ends where one of the *rules* stands upright in it, and at a *gap* of so many sizes. One of the usual width
    that ideographic spaces of the text fill ends none.
    """
    from pypdfium2 import raw

    walls = [rule for rule in rules if rule.upright]
    lines: list[PrintedLine] = []
    shown: list[_Shown] = []
    handle = page.raw
    wide = False  # an ideographic space since the last visible character
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            _end_line(shown, lines)
            shown, wide = [], False
        elif code in (2, 0xFFFE):  # what the library makes of a hyphen at the end of a line
            shown.append(("-", _box(handle, index)))
        elif 0 < code <= 0x10FFFF:
            character = chr(code)
            if character.isspace():
                wide = wide or character == "\u3000"
                shown.append((character, None))
                continue
            box = _box(handle, index)
            before = next((place for _, place in reversed(shown) if place), None)
            if before and (_walled(before, box, walls) or (not (wide and gap == _FAR) and _far(before, box, gap))):
                _end_line(shown, lines)
                shown = []
            shown.append((character, box))
            wide = False
    _end_line(shown, lines)
    return lines


def _end_line(shown: Sequence[_Shown], lines: list[PrintedLine]) -> None:
    boxes = [box for _, box in shown if box]
    if not boxes:
        return
    # a character beyond the first 65,536 comes as the two halves that UTF-16 has of it
    halves = "".join(c for c, _ in shown).encode("utf-16-le", "surrogatepass")
    text = halves.decode("utf-16-le", "ignore").strip()
    if not text:
        return
    # 一 has a low place of its own in some fonts: the line's height is that of all its characters
    bottom, top = min(box[2] for box in boxes), max(box[3] for box in boxes)
    lines.append(PrintedLine(text, left=boxes[0][0], right=boxes[-1][1], bottom=bottom, top=top))


def _walled(before: _Box, box: _Box, walls: Sequence[RuledLine]) -> bool:
    start, end = (before[0] + before[1]) / 2, (box[0] + box[1]) / 2
    height = (box[2] + box[3]) / 2
    return any(start < wall.left < end and wall.bottom <= height <= wall.top for wall in walls)


def _far(before: _Box, box: _Box, gap: float) -> bool:
    size = max(before[3] - before[2], box[3] - box[2], before[1] - before[0])
    return box[0] - before[1] > gap * size


def _box(handle: Any, index: int) -> _Box:  # noqa: ANN401
    """Return left, right, bottom and top of a character's whole place, the white of it included."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(box))
    return box.left, box.right, box.bottom, box.top
