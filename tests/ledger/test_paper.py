"""The list of tasks as a Word file: every task, the layout of an official annex, pages that are drawn."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kg.ledger.paper import export_paper
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Records
from tests.office import converted, find_office

TERMS = Terms(datetime.date(2025, 12, 31))


def paper_of(records: Records) -> bytes:
    return export_paper([records], tasks_of([records], {}, TERMS), TERMS)


def bare(text: str) -> str:
    """Return *text* without marks."""
    return "".join(c for c in text if c.isalnum())


def test_every_task_is_a_row_with_its_quote_and_nobody_made_up(records: Records) -> None:
    (table,) = Document(io.BytesIO(paper_of(records))).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[2] for row in rows] == [o.quote for o in records.obligations]
    assert [row[0] for row in rows] == [str(i) for i in range(1, len(rows) + 1)]
    bodies = {row[2]: row[4] for row in rows}
    assert bodies["具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"].startswith("财政部、海关总署、税务总局")
    unnamed = [o.quote for o in records.obligations if not o.agents]
    assert unnamed
    assert all(bodies[quote] == "原文未明确" for quote in unnamed)
    dated = next(o for o in records.obligations if o.deadline and o.deadline.text == "2025年前")
    assert dict(zip([r[2] for r in rows], [r[6] for r in rows], strict=True))[dated.quote] == "2025年前\n2024.12.31"


def test_it_is_laid_out_as_an_annex_of_an_official_document(records: Records) -> None:
    paper = Document(io.BytesIO(paper_of(records)))
    page = paper.sections[0]
    # GB/T 9704-2012, 5.2: the type area of A4 is 156 by 225 millimetres, 37 from the top and 28 from the left
    sizes = (
        page.page_width,
        page.page_height,
        page.top_margin,
        page.left_margin,
        page.bottom_margin,
        page.right_margin,
    )
    wide, tall, top, left, bottom, right = (round((size or Mm(0)) / Mm(1)) for size in sizes)
    assert (wide, tall, top, left) == (210, 297, 37, 28)
    assert (wide - left - right, tall - top - bottom) == (156, 225)
    assert round(sum((column.width or Mm(0)) / Mm(1) for column in paper.tables[0].columns)) == 156
    first, title = paper.paragraphs[:2]
    assert (first.text, first.runs[0].font.size) == ("附件", Pt(16))
    assert (title.text, title.runs[0].font.size) == ("《河套深港科技创新合作区深圳园区发展规划》任务台账", Pt(22))
    fonts = [next(p.runs[0]._element.iter(qn("w:rFonts"))).get(qn("w:eastAsia")) for p in (first, title)]
    assert fonts == ["黑体", "方正小标宋简体"]
    assert len(list(paper.tables[0].rows[0]._tr.iter(qn("w:tblHeader")))) == 1
    footer = page.footer.paragraphs[0]
    assert footer.text.replace(" ", "") == "——"
    assert any("PAGE" in (e.text or "") for e in footer._element.iter(qn("w:instrText")))


def test_its_pages_are_drawn_with_the_head_on_each(
    records: Records, tmp_path: Path, need: Callable[[object, str, str], None]
) -> None:
    program = find_office()
    need(program, "LibreOffice", "sudo apt-get install libreoffice-calc libreoffice-writer")
    assert program is not None
    file = tmp_path / "paper.docx"
    some = replace(records, obligations=records.obligations[:60])
    file.write_bytes(paper_of(some))
    pages = pypdfium2.PdfDocument(converted(program, file, "pdf", tmp_path / "out"))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pages]
    pages.close()
    assert len(texts) > 2
    assert texts[0].startswith("附件")
    assert all("办理情况" in text for text in texts[:-1])
    for number, text in enumerate(texts, 1):
        assert f"—{number}—" in text
    whole = "".join(texts)
    # where a line is broken at a mark, its place in the page's text is not where it is read
    missing = [o.quote for o in some.obligations if bare(o.quote)[:8] not in bare(whole)]
    assert missing == []
