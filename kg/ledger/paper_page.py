"""A page of an official document (GB/T 9704-2012): its type area, its lines, its numbers."""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kg.ledger.layout import MADE, paper_words


def new_paper(title: str) -> Any:  # noqa: ANN401 - python-docx's own
    """Return an empty document with the type area of 5.2 and page numbers as in 7.5."""
    paper = Document()
    paper.core_properties.created = MADE
    paper.core_properties.modified = MADE
    paper.core_properties.title = title
    # without it a program may set the marks as in Traditional Chinese, in the middle of their square
    language = next(paper.styles.element.iter(qn("w:lang")))
    language.set(qn("w:eastAsia"), "zh-CN")
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(28)
    _number_pages(page.footer.paragraphs[0])
    return paper


def write_line(paragraph: Any, text: str, font: str, size: float) -> None:  # noqa: ANN401 - python-docx's own
    """Append *text* to *paragraph* in *font*, *size* in points, the lines 28 or, in tables, 15 points apart."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(28 if size > 12 else 15)
    paragraph.paragraph_format.space_after = Pt(0)


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
