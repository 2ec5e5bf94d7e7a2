"""Tasks → their list as a Word file, laid out as the annex of an official document (GB/T 9704-2012)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm

from kg.ledger.catalogue import Column, standing_in
from kg.ledger.cells import words_of
from kg.ledger.layout import day_words, paper_words, source_of, title_of
from kg.ledger.paper_page import new_paper, write_line
from kg.ledger.tasks import LedgerTask, Terms
from kg.models import Records

TYPE_AREA: Final = 156
"""Millimetres that a line of the page has."""


def export_paper(records: Sequence[Records], tasks: Sequence[LedgerTask], terms: Terms) -> bytes:
    """Return the tasks as .docx: 附件, the title, a table whose head is repeated on every page, the source."""
    words, columns = paper_words(), standing_in("docx")
    fonts, sizes = words.fonts, words.sizes
    paper = new_paper(title_of(records))
    write_line(paper.add_paragraph(), words.annex, fonts["heading"], sizes["annex"])
    day = words.day.format(day=day_words(terms.as_of), count=len(tasks))
    for text, font, size in ((title_of(records), "title", "title"), (day, "body", "day")):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write_line(line, text, fonts[font], sizes[size])  # type: ignore[index]
    table = paper.add_table(rows=1, cols=len(columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_of(columns), strict=True):
        column.width = Mm(width)  # before there are rows: each new one takes it over
    for cell, one in zip(table.rows[0].cells, columns, strict=True):
        _fill(cell, one.heading("docx"), fonts["heading"], centred=True)
    _mark(table.rows[0], "w:tblHeader")
    for task in tasks:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for cell, one in zip(row.cells, columns, strict=True):
            _fill(cell, words_of(one, task), fonts["body"], centred=one.docx is not None and one.docx.centred)
    write_line(paper.add_paragraph(), source_of(records), fonts["body"], sizes["text"])
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def widths_of(columns: Sequence[Column]) -> list[float]:
    """Return the widths of *columns* in millimetres, which add up to the type area."""
    widths = [column.docx.width for column in columns if column.docx]
    return [width * TYPE_AREA / sum(widths) for width in widths]


def _fill(cell: Any, text: str, font: str, *, centred: bool) -> None:  # noqa: ANN401 - python-docx's own
    for i, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        write_line(paragraph, line, font, paper_words().sizes["text"])
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _mark(row: Any, what: str) -> None:  # noqa: ANN401 - python-docx's own
    row._tr.get_or_add_trPr().append(OxmlElement(what))
