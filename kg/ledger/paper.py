"""Entries → the list of tasks as a Word file, laid out as the annex of an official document (GB/T 9704-2012)."""

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

from kg.ledger.cells import words_of
from kg.ledger.cover import cover_title
from kg.ledger.entries import Entry, Terms
from kg.ledger.export import wording
from kg.ledger.filters import owners
from kg.ledger.layout import MADE, day_words, source_of
from kg.models import Records

BODY: Final = "仿宋_GB2312"
HEADING: Final = "黑体"
TITLE: Final = "方正小标宋简体"
"""Fonts by name: none is embedded, and a machine that lacks one puts its own in its place."""

SIZES: Final = {"二号": 22, "三号": 16, "四号": 14, "五号": 10.5}
COLUMNS: Final = (
    ("序号", 10), ("条款", 20), ("任务事项（原文摘录）", 51), ("力度", 12), ("单位", 26), ("完成时限", 22),
    ("办理情况", 15),
)  # fmt: skip
"""Heads and their widths in millimetres: 156 in all, the width of the type area."""


def export_paper(records: Sequence[Records], entries: Sequence[Entry], terms: Terms) -> bytes:
    """Return the tasks as .docx: 附件, the title, a table whose head stands on every page, the source."""
    paper = Document()
    paper.core_properties.created = MADE
    paper.core_properties.modified = MADE
    paper.core_properties.title = cover_title(records)
    # without it a program may set the marks as in Traditional Chinese, in the middle of their square
    language = next(paper.styles.element.iter(qn("w:lang")))
    language.set(qn("w:eastAsia"), "zh-CN")
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(28)
    _number_pages(page.footer.paragraphs[0])
    _line(paper.add_paragraph(), "附件", HEADING, "三号")
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(title, cover_title(records), TITLE, "二号")
    of_day = paper.add_paragraph()
    of_day.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(of_day, f"（截至{day_words(terms.as_of)}，共{len(entries)}项）", BODY, "四号")
    table = paper.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)  # before there are rows: each new one takes it over
    for cell, (head, _) in zip(table.rows[0].cells, COLUMNS, strict=True):
        _fill(cell, head, HEADING, centred=True)
    _mark(table.rows[0], "w:tblHeader")
    for number, entry in enumerate(entries, 1):
        row = table.add_row()
        _mark(row, "w:cantSplit")
        texts = _texts(number, entry)
        for i, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, BODY, centred=i in (0, 3, 5, 6))
    _line(paper.add_paragraph(), source_of(records), BODY, "五号")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _texts(number: int, entry: Entry) -> tuple[str, ...]:
    words = words_of(entry)
    leading = [party.name for party in entry.row.agents if party.role == "lead" and party.basis == "explicit"]
    others = [name for name in owners(entry.row) if name not in leading]
    named = (("牵头：", leading), ("", others), ("配合：", [words["cooperating"]] if words["cooperating"] else []))
    between = wording()["separator"]
    bodies = [f"{what}{between.join(names)}" for what, names in named if names]
    if not leading and not others:
        bodies.insert(0, wording()["unnamed"])
    due = entry.standing.due
    dates = [text for text in (words["deadline_text"], f"{due:%Y.%m.%d}" if due else "") if text]
    state = "\n".join(text for text in (words["status"], entry.standing.said()) if text)
    force = words["force"]
    clause = words["clause"] if entry.row.review == "extracted" else f"{words['clause']}\n〔{words['review']}〕"
    return (str(number), clause, entry.row.quote, force, "\n".join(bodies), "\n".join(dates) or "无", state)


def _line(paragraph: Any, text: str, font: str, size: str) -> None:  # noqa: ANN401 - python-docx's own
    run = paragraph.add_run(text)
    run.font.size = Pt(SIZES[size])
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(28 if SIZES[size] > 12 else 15)
    paragraph.paragraph_format.space_after = Pt(0)


def _fill(cell: Any, text: str, font: str, *, centred: bool) -> None:  # noqa: ANN401 - python-docx's own
    for i, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        _line(paragraph, line, font, "五号")
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _mark(row: Any, what: str) -> None:  # noqa: ANN401 - python-docx's own
    row._tr.get_or_add_trPr().append(OxmlElement(what))


def _number_pages(paragraph: Any) -> None:  # noqa: ANN401 - python-docx's own
    """Write “— 1 —” in 四号半角宋体 (GB/T 9704, 7.5)."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in ((None, "— "), ("begin", None), ("instr", " PAGE "), ("end", None), (None, " —")):
        run = paragraph.add_run(text if kind is None else "")
        run.font.size = Pt(SIZES["四号"])
        run.font.name = "宋体"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
        elif kind == "instr":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._element.append(instruction)
