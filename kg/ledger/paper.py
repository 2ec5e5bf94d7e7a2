"""Tasks → their list as a Word file, laid out as the annex of an official document (GB/T 9704-2012)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kg.ledger.catalogue import Column, standing_in
from kg.ledger.cells import words_of
from kg.ledger.layout import MADE, day_words, paper_words, source_of, title_of
from kg.ledger.tasks import LedgerTask, Terms
from kg.models import Records

TYPE_AREA: Final = 156
"""Millimetres that a line of the page has."""


def export_paper(records: Sequence[Records], tasks: Sequence[LedgerTask], terms: Terms) -> bytes:
    """Return the tasks as .docx: 附件, the title, a table whose head is repeated on every page, the source."""
    words, columns = paper_words(), standing_in("docx")
    fonts, sizes = words.fonts, words.sizes
    paper = Document()
    paper.core_properties.created = MADE
    paper.core_properties.modified = MADE
    paper.core_properties.title = title_of(records)
    # without it a program may set the marks as in Traditional Chinese, in the middle of their square
    language = next(paper.styles.element.iter(qn("w:lang")))
    language.set(qn("w:eastAsia"), "zh-CN")
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(28)
    _number_pages(page.footer.paragraphs[0])
    _line(paper.add_paragraph(), words.annex, fonts["heading"], sizes["annex"])
    day = words.day.format(day=day_words(terms.as_of), count=len(tasks))
    for text, font, size in ((title_of(records), "title", "title"), (day, "body", "day")):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _line(line, text, fonts[font], sizes[size])  # type: ignore[index]
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
    _line(paper.add_paragraph(), source_of(records), fonts["body"], sizes["text"])
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def widths_of(columns: Sequence[Column]) -> list[float]:
    """Return the widths of *columns* in millimetres, which add up to the type area."""
    widths = [column.docx.width for column in columns if column.docx]
    return [width * TYPE_AREA / sum(widths) for width in widths]


def _line(paragraph: Any, text: str, font: str, size: float) -> None:  # noqa: ANN401 - python-docx's own
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(28 if size > 12 else 15)
    paragraph.paragraph_format.space_after = Pt(0)


def _fill(cell: Any, text: str, font: str, *, centred: bool) -> None:  # noqa: ANN401 - python-docx's own
    for i, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        _line(paragraph, line, font, paper_words().sizes["text"])
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _mark(row: Any, what: str) -> None:  # noqa: ANN401 - python-docx's own
    row._tr.get_or_add_trPr().append(OxmlElement(what))


def _number_pages(paragraph: Any) -> None:  # noqa: ANN401 - python-docx's own
    """Write “— 1 —” in 四号半角宋体 (GB/T 9704, 7.5)."""
    say = paper_words()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in ((None, "— "), ("begin", None), ("instr", " PAGE "), ("end", None), (None, " —")):
        run = paragraph.add_run(text if kind is None else "")
        run.font.size = Pt(say.sizes["page"])
        run.font.name = say.fonts["page"]
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), say.fonts["page"])
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
        elif kind == "instr":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._element.append(instruction)
