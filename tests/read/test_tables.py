"""A table that hands out work gives one obligation a row, in every form; any other keeps its cells apart."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import Workbook

from kg.extract import extract
from kg.models import Document, Obligation, Records, strip_space
from kg.read import parse, read_bytes, read_file
from kg.records import document_file, load_records, record_files
from tests.read.conftest import check_partition

CASES = Path(__file__).with_name("cases")
LIMIT = 1 << 25


class Row(NamedTuple):
    """What a table says of one task."""

    task: str
    lead: tuple[str, ...]
    cooperating: tuple[str, ...]
    due: str
    date: str | None


SUBSIDY = Row("制定社区食堂补贴办法", ("市民政局",), ("市财政局",), "2024年6月底前", "2024-06-30")
CANTEENS = Row("建设社区食堂200家", ("市民政局",), ("各县（区）人民政府",), "2025年底", "2025-12-31")
PLACES_TO_STUDY = Row("新增护理专业学位300个", ("市教育局",), ("市人社局",), "2025年9月前", "2025-09-30")
TRAINING = Row("每年组织护理员培训5000人次", ("市人社局",), ("市民政局", "市财政局"), "长期坚持", None)
PLATFORM = Row("建设助餐信息平台", ("市数据局",), ("市民政局", "市财政局"), "2024年12月底前", "2024-12-31")
EXPECTED = {
    "tasks-merged.docx": (SUBSIDY, CANTEENS, PLACES_TO_STUDY, TRAINING),
    "tasks-grouped.md": (SUBSIDY, CANTEENS, PLACES_TO_STUDY, TRAINING),
    "tasks.html": (SUBSIDY, CANTEENS),
    "tasks.xlsx": (
        SUBSIDY,
        Row("开展食品安全检查", ("市市场监管局",), ("各区人民政府",), "长期坚持", None),
        PLATFORM,
        Row("完善老年食堂布局", ("市数据局",), ("各街道办事处",), "2024年12月底前", "2024-12-31"),
    ),
}
PLACES = {"tasks-merged.docx": 4, "tasks-grouped.md": 4, "tasks.html": 3, "tasks.xlsx": 4}


@cache
def read(name: str) -> Records:
    return extract(parse(read_file(CASES / name, LIMIT)))


def row(one: Obligation) -> Row:
    lead, cooperating = (tuple(a.surface for a in one.agents if a.role == role) for role in ("lead", "cooperating"))
    assert one.deadline is not None
    return Row(one.quote, lead, cooperating, one.deadline.text, one.deadline.date)


def records(name: str, data: bytes) -> Records:
    found = extract(parse(read_bytes(data, name)))
    check_partition(found.document)
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_each_row_is_one_task_with_bodies_and_date_of_its_columns(name: str) -> None:
    found = read(name)
    assert len(found.obligations) == PLACES[name]
    rows = {one.quote: row(one) for one in found.obligations}
    assert [rows[one.task] for one in EXPECTED[name]] == list(EXPECTED[name])
    text = found.document.source.text
    assert all(strip_space(text[one.start : one.end]) == one.quote for one in found.obligations)
    assert all(a.basis == "explicit" for one in found.obligations for a in one.agents)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_character_of_a_table_has_one_place_and_a_row_one_clause(name: str) -> None:
    document = read(name).document
    check_partition(document)
    texts = [clause.text for clause in document.clauses]
    assert "1\n完善服务网络\n制定社区食堂补贴办法\n市民政局\n市财政局\n2024年6月底前" in texts or (
        "1\n制定社区食堂补贴办法\n市民政局\n市财政局\n2024年6月底前" in texts
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_the_bodies_of_the_columns_are_bodies_of_the_document_where_they_stand(name: str) -> None:
    found = read(name)
    known = {agent.name: agent for agent in found.agents}
    assert {a.name for one in found.obligations for a in one.agents} <= set(known)
    text = found.document.source.text
    places = [(m.start, m.end) for agent in found.agents for m in agent.mentions]
    assert len(places) == len(set(places))
    assert all(text[m.start : m.end] == m.surface for agent in found.agents for m in agent.mentions)


def test_the_table_of_a_build_is_read_back_as_it_was(tmp_path: Path) -> None:
    found = read("tasks-merged.docx")
    for name, content in {**record_files(found), "document.json": document_file(found)}.items():
        (tmp_path / name).write_bytes(content)
    assert load_records(tmp_path) == found
    merged = [one.rows[2][1] for one in found.document.source.tables]
    assert [cell.of(found.document.source.text) for cell in merged if cell] == ["完善服务网络"]


PAGE = """<p>青石市重点工作分工方案</p><p>一、总体要求</p><p>市政府要加强领导。</p><p>二、任务分工</p><table>
<tr><th rowspan=2>完成时限<th rowspan=2>责任单位<th colspan=2>重点任务</tr><tr><th>目标<th>具体措施</tr>
<tr><td colspan=4>（一）养老服务（2项）</td></tr>
<tr><td rowspan=2>2024年10月<td>市民政局牵头，市财政局配合<td>服务<td>1.建设食堂。开展检查。</tr>
<tr><td>市教育局<br>市卫健委<td>服务<td>加强监管</tr>
<tr><th rowspan=1>完成时限<th>责任单位<th>目标<th>具体措施</tr>
<tr><td>2024年12月31日<td>市审计局等部门<td>审计<td>开展审计</tr>
</table><p>市政府办公室要每季度通报进展。</p>"""


def test_columns_may_stand_in_any_order_under_two_rows_of_heads_that_come_again() -> None:
    found = records("plan.html", PAGE.encode())
    rows = [
        (one.clause, one.quote, [(a.name, a.role) for a in one.agents], one.deadline and one.deadline.date)
        for one in found.obligations
    ]
    leading = [("市民政局", "lead"), ("市财政局", "cooperating")]
    assert rows[1:-1] == [
        ("ch2", "建设食堂。开展检查", leading, "2024-10-31"),
        ("ch2", "加强监管", [("市教育局", "responsible"), ("市卫健委", "responsible")], "2024-10-31"),
        ("ch2", "开展审计", [("市审计局", "responsible")], "2024-12-31"),
    ]
    assert [one.open_list for one in found.obligations[1:-1]] == [False, False, True]
    assert (rows[0][1], rows[-1][1]) == ("市政府要加强领导", "市政府办公室要每季度通报进展")


def test_a_table_that_hands_out_no_work_is_read_cell_by_cell_and_is_no_task() -> None:
    page = (
        "<p>青石市发展规划</p><p>一、目标</p><p>到2025年建成食堂。</p><table><tr><td>指标<td>2023年<td>2025年</tr>"
        "<tr><td>建成社区食堂（家）<td>100<td>200</tr><tr><td>2024年3月5日<td>一、甲<td>（二）乙</tr></table>"
    )
    found = records("plan.html", page.encode())
    assert [one.quote for one in found.obligations] == ["到2025年建成食堂"]
    assert found.document.clauses[-1].text.split("\n")[1:4] == ["指标", "2023年", "2025年"]
    assert found.document.issued is None
    assert [clause.id for clause in found.document.clauses] == ["preamble", "ch1"]


def book(*rows: tuple[object, ...], merged: str = "", more: str = "") -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "分工"
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    if more:
        made.create_sheet(more).append(("甲", "乙"))
        made[more].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def document(data: bytes) -> Document:
    return parse(read_bytes(data, "plan.xlsx"))


def test_a_day_a_number_and_a_share_read_as_a_sheet_shows_them() -> None:
    data = book(("序号", "指标", "时限"), (1.0, 0.25, date(2024, 6, 30)), (2, True, None))
    read = document(data)
    assert read.source.text == "序号\t指标\t时限\n1\t0.25\t2024年6月30日\n2\t是\n"
    assert (read.source.form, read.source.encoding, len(read.source.tables)) == ("xlsx", "utf-8", 1)


def test_an_empty_row_parts_two_tables_and_a_hidden_sheet_is_said() -> None:
    data = book(("工作方案", None), ("甲", "乙"), ("丙", "丁"), (None, None), ("戊", "己"), ("庚", "辛"), more="草稿")
    read = document(data)
    assert [len(table.rows) for table in read.source.tables] == [2, 2]
    assert read.source.notes == ("sheet 草稿 is hidden and was not read",)
