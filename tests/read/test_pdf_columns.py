"""A table without rules is read by the places of its words, where known heads say that it hands out work."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from kg.extract import extract
from kg.models import SourceText
from kg.read import parse
from kg.read.forms.paragraphs import FileText
from kg.read.forms.pdf import read_pdf

HEADS = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限")
XS = (60, 100, 280, 360, 450)
ROWS = [
    ("1", "制定社区食堂补贴办法|并向社会公布", "市民政局", "市财政局、|市审计局", "2024年6月底前"),
    ("2", "建设社区食堂200家", "市民政局", "各区人民政府", "2025年底"),
    ("3", "新增护理专业学位300个", "市教育局", "市人社局", "2025年9月前"),
    ("4", "开展食品安全检查并|公布结果", "市市场监管局", "", "长期坚持"),
]
Row = Sequence[str]


def drawn(
    pages: Sequence[Sequence[Row]],
    xs: Sequence[float] = XS,
    *,
    pitch: float = 34,
    middle: bool = False,
    before: str = "",
) -> bytes:
    """A PDF of tables without rules; *middle*: each cell stands in the middle of its row, otherwise at its top."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    for number, rows in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(290, 40, f"— {number} —")
        if before:
            canvas.drawString(60, 760, before)
        y = 700.0
        for row in rows:
            most = max(cell.count("|") for cell in row)
            for x, cell in zip(xs, row, strict=True):
                shift = (most - cell.count("|")) * 7 if middle else 0
                for at, line in enumerate(cell.split("|")):
                    canvas.drawString(x, y - shift - 14 * at, line)
            y -= pitch if pitch > 20 else pitch * (most + 1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def table(read: FileText) -> list[list[str]]:
    (only,) = read.tables
    return [["" if cell is None else cell.of(read.text) for cell in row] for row in only.rows]


def expected(rows: Sequence[Row]) -> list[list[str]]:
    return [[cell.replace("|", "") for cell in row] for row in rows]


@pytest.mark.parametrize(("pitch", "middle"), [(34, False), (34, True), (14, False)])
def test_each_row_is_one_whether_its_cells_stand_at_the_top_or_in_the_middle(pitch: float, middle: bool) -> None:
    read = read_pdf(drawn([[HEADS, *ROWS]], pitch=pitch, middle=middle, before="附件：重点任务分工表"), "a.pdf")
    assert table(read) == expected([HEADS, *ROWS])
    assert read.text.startswith("附件：重点任务分工表\n序号\t重点任务\t")


def test_the_columns_may_stand_in_any_order_and_without_numbers() -> None:
    rows = [(due, who, "市财政局", task.replace("|", ""), "无") for _, task, who, _, due in ROWS]
    heads = ("完成时限", "责任单位", "配合单位", "工作任务", "备注")
    read = read_pdf(drawn([[heads, *rows]], (60, 150, 240, 320, 520)), "a.pdf")
    assert table(read) == expected([heads, *rows])


@pytest.mark.parametrize("again", [True, False])
def test_a_table_goes_on_over_pages_with_its_heads_again_or_without(again: bool) -> None:
    more = [(str(n), *row[1:]) for n, row in enumerate(ROWS, 5)]
    read = read_pdf(drawn([[HEADS, *ROWS], [HEADS, *more] if again else more]), "a.pdf")
    found = extract(parse(SourceText("a.pdf", read.text, "utf-8", "0" * 64, "pdf", read.tables)))
    assert len(found.obligations) == 8
    first, last = found.obligations[0], found.obligations[-1]
    assert first.quote == "制定社区食堂补贴办法并向社会公布"
    assert [(agent.name, agent.role) for agent in first.agents] == [
        ("市民政局", "lead"),
        ("市财政局", "cooperating"),
        ("市审计局", "cooperating"),
    ]
    assert first.deadline is not None
    assert first.deadline.date == "2024-06-30"
    assert [agent.name for agent in last.agents] == ["市市场监管局"]
    assert last.deadline is not None
    assert (last.deadline.text, last.deadline.date) == ("长期坚持", None)


def test_heads_that_hand_out_no_work_open_no_table() -> None:
    rows = [("1", "青石区", "300", "20", "有"), ("2", "白水区", "200", "10", "无")]
    read = read_pdf(drawn([[("序号", "区县", "人口", "食堂", "备注"), *rows]]), "a.pdf")
    assert read.tables == ()
    assert "青石区" in read.text


def test_rows_that_cannot_be_told_apart_stay_lines() -> None:
    rows = [("", "制定办法|并公布|和实施", "市民政局|市财政局", "", "2024年6月底前"), ("", "建设", "市民政局", "", "")]
    read = read_pdf(drawn([[HEADS, *rows]], pitch=14), "a.pdf")
    assert read.tables == ()
    assert all(words in read.text for words in ("制定办法", "市财政局", "2024年6月底前"))
