"""A PDF file → the lines of its text layer with their places, and of these its paragraphs."""

from __future__ import annotations

import ctypes
from typing import Any

from kg.errors import SourceError
from kg.read.forms.paragraphs import source_text
from kg.read.forms.pdf_layout import Line, Page, read_paragraphs

MAX_PAGES = 2000
"""A file of more pages is refused: the longest plan seen fills 57."""

_NO_TEXT = 10
"""A page of fewer characters that holds something else is an image: a scanner's page has none, or its number alone."""

_PASSWORD, _SECURITY = 4, 5
_OCR = "run OCR over it (a scanner's program can) and give the PDF or the text that comes of it"
_WHOLE = "get the whole file again"


def read_pdf(data: bytes, name: str) -> str:
    """Return the source text of a PDF: its paragraphs, without page numbers and running headers.

    Raises `SourceError` where it is damaged or cut off, has a password, more than `MAX_PAGES` pages, or no text layer.
    """
    pages = _pages(data, name)
    images = sum(page.image for page in pages)
    if 2 * images > len(pages):
        problem = f"holds images and no text layer on {images} of its {len(pages)} pages (scanned)"
        raise SourceError(name, problem, _OCR)
    return source_text(read_paragraphs(pages), name)


def _pages(data: bytes, name: str) -> list[Page]:
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
    pages: list[Page] = []
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
            _, bottom, _, top = page.get_bbox()
            lines = _lines(text)
            pages.append(Page(lines, bottom, top, image=_is_image(page, lines)))
        except pypdfium2.PdfiumError as error:
            raise SourceError(name, f"is a damaged PDF: page {number + 1} cannot be read", _WHOLE) from error
        text.close()
        page.close()
    document.close()
    return pages


def _is_image(page: Any, lines: list[Line]) -> bool:  # noqa: ANN401 - a page of the library's
    from pypdfium2 import raw

    if sum(not c.isspace() for line in lines for c in line.text) >= _NO_TEXT:
        return False
    return any(thing.type != raw.FPDF_PAGEOBJ_TEXT for thing in page.get_objects())


def _lines(page: Any) -> list[Line]:  # noqa: ANN401
    """Return the lines of a page in the order of the file, each with its place in points from the lower left."""
    from pypdfium2 import raw

    lines: list[Line] = []
    shown: list[tuple[int, str]] = []
    handle = page.raw
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            _end_line(handle, shown, lines)
            shown = []
        elif code in (2, 0xFFFE):  # what the library makes of a hyphen at the end of a line
            shown.append((index, "-"))
        elif 0 < code <= 0x10FFFF:
            shown.append((index, chr(code)))
    _end_line(handle, shown, lines)
    return lines


def _end_line(handle: Any, shown: list[tuple[int, str]], lines: list[Line]) -> None:  # noqa: ANN401
    visible = [(index, c) for index, c in shown if not c.isspace()]
    if not visible:
        return
    first, last = _box(handle, visible[0][0]), _box(handle, visible[-1][0])
    # a character beyond the first 65,536 comes as the two halves that UTF-16 has of it
    halves = "".join(c for _, c in shown).encode("utf-16-le", "surrogatepass")
    text = halves.decode("utf-16-le", "ignore").strip()
    if not text:
        return
    lines.append(Line(text, left=first[0], right=last[1], bottom=first[2], top=first[3]))


def _box(handle: Any, index: int) -> tuple[float, float, float, float]:  # noqa: ANN401
    """Return left, right, bottom and top of a character's whole place, the white of it included."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(box))
    return box.left, box.right, box.bottom, box.top
