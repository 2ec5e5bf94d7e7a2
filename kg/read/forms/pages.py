"""Pages with lines in their places → the source text, and what of the file is not in it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import SourceError
from kg.read.forms.paragraphs import FileText, file_text
from kg.read.forms.pdf_columns import with_headed_tables
from kg.read.forms.pdf_layout import PrintedLine, PrintedPage, read_blocks

_NO_TEXT = 10
"""A page of fewer characters that holds something else is an image: a scanner's page has none, or its number alone."""


def has_text(lines: Sequence[PrintedLine]) -> bool:
    """Whether *lines* are more than the number of a page."""
    return sum(not c.isspace() for line in lines for c in line.text) >= _NO_TEXT or any(line.table for line in lines)


def pages_text(pages: Sequence[PrintedPage], name: str, fix: str) -> FileText:
    """Return the source text of *pages*; those that are images, and lines in doubt, are told in its notes.

    Raises `SourceError` with *fix* where most pages are images, and where there is no text.
    """
    images = [number for number, page in enumerate(pages, 1) if page.image]
    if 2 * len(images) > len(pages):
        problem = f"holds images and no text layer on {len(images)} of its {len(pages)} pages (scanned)"
        raise SourceError(name, problem, fix)
    read = read_blocks(pages, with_headed_tables)
    notes = [
        *(f"page {number} is an image without text and was not read" for number in images),
        *(
            f"page {at} was read by OCR, mean score {p.score:.2f}"
            for at, p in enumerate(pages, 1)
            if p.score is not None
        ),
        *read.notes,
    ]
    return file_text(read.blocks, name, notes=notes, scores=read.scores)
