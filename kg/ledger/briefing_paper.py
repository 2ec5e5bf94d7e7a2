"""A briefing → a Word file laid out by GB/T 9704-2012."""

from __future__ import annotations

import io
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from kg.ledger.briefing import Briefing, briefing_words
from kg.ledger.layout import paper_words
from kg.ledger.paper_page import new_paper, write_line


def briefing_paper(one: Briefing) -> bytes:
    """Return *one* as .docx: title, number, sections, who issues it and when, page numbers."""
    fonts, sizes = paper_words().fonts, paper_words().sizes
    second = briefing_words().fonts["second"]
    paper = new_paper(one.title)
    for text, font, size in ((one.title, "title", "title"), (one.number, "body", "annex")):
        if text:
            line = paper.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            write_line(line, text, fonts[font], sizes[size])  # type: ignore[index]
    for section in one.sections:
        write_line(_indented(paper.add_paragraph()), section.heading, fonts["heading"], sizes["annex"])
        for told in section.lines:
            font = second if told.level == 2 else fonts["body"]
            write_line(_indented(paper.add_paragraph()), told.text, font, sizes["annex"])
    for text in (one.issuer, one.day):
        line = paper.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(4 * sizes["annex"])
        write_line(line, text, fonts["body"], sizes["annex"])
    write_line(paper.add_paragraph(), one.source, fonts["body"], sizes["text"])
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _indented(line: Any) -> Any:  # noqa: ANN401 - python-docx's own
    line.paragraph_format.first_line_indent = Pt(2 * paper_words().sizes["annex"])
    return line
