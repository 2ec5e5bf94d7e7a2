"""The ledger as a workbook, read back by another library: every row, every word, real dates, and no formula."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kg.ledger.layout import MAX_CELL, layout
from kg.ledger.workbook import export_workbook
from kg.models import Due, Records
from tests.ledger.test_export import SMALL, with_one

HEADER = 4
"""The row of the header, counted from 1 as a sheet does."""


def sheet_of(data: bytes) -> Any:  # noqa: ANN401 - openpyxl has no types
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["封面", "任务分解表", "督查督办台账", "进展情况表"]
    return book["任务分解表"]


def rows_of(data: bytes) -> list[dict[str, Any]]:
    sheet = sheet_of(data)
    head = [cell.value for cell in sheet[HEADER]]
    assert len(set(head)) == len(head)
    return [dict(zip(head, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(min_row=HEADER + 1)]


def test_every_obligation_is_a_row_with_its_quote_untouched(records: Records) -> None:
    rows = rows_of(export_workbook([records]))
    assert len(rows) > 200
    assert [row["任务编号"] for row in rows] == [o.task_id for o in records.obligations]
    assert [row["原文摘录"] for row in rows] == [o.quote for o in records.obligations]
    assert [row["序号"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["任务来源"] for row in rows} == {"国发〔2023〕12号"}
    assert rows[0]["条款"] == "文首（第一章之前）"


def test_owners_modality_and_force_are_in_words_and_nobody_is_made_up(records: Records) -> None:
    rows = {row["原文摘录"]: row for row in rows_of(export_workbook([records]))}
    row = rows["具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"]
    assert row["条款"] == "（十五）实施货物分线管理"
    assert (row["牵头单位"], row["责任单位"]) == ("原文未明确", "财政部、海关总署、税务总局")
    assert (row["性质"], row["力度"]) == ("事项", "明确")
    words = {(row["性质"], row["力度"]) for row in rows.values()}
    assert ("许可", "探索") in words
    assert all("一" <= word[0] <= "鿿" for pair in words for word in pair)


def test_a_deadline_is_a_real_date_beside_its_words_and_none_is_made_of_mere_words(records: Records) -> None:
    rows = rows_of(export_workbook([records]))
    found = {(row["时限（原文）"], row["截止日期"]) for row in rows if row["时限（原文）"]}
    assert ("到2025年", datetime.datetime(2025, 12, 31)) in found
    assert ("2025年前", datetime.datetime(2024, 12, 31)) in found
    assert ("适时", None) in found
    assert len([row for row in rows if row["截止日期"]]) == len(
        [o for o in records.obligations if o.deadline and o.deadline.date]
    )


def test_what_is_no_day_stays_text() -> None:
    due = Due("到2025年12月", "by", "2025-12")
    (row,) = rows_of(export_workbook([with_one(SMALL, deadline=due)]))
    assert row["截止日期"] == "2025-12"


def test_the_head_names_the_document_and_says_which_text_prevails_and_what_was_chosen(records: Records) -> None:
    sheet = sheet_of(export_workbook([records], scope="力度＝探索"))
    assert sheet["A1"].value == "《河套深港科技创新合作区深圳园区发展规划》（国发〔2023〕12号）任务分解表"
    assert "国发〔2023〕12号" in sheet["A2"].value
    assert "机器提取，以正式公布文本为准。Machine-read; the gazetted text prevails" in sheet["A2"].value
    assert f"共{len(records.obligations)}项" in sheet["A3"].value
    assert sheet["A3"].value.endswith("筛选：力度＝探索。")


def test_the_figures_are_those_of_the_rows(records: Records) -> None:
    data = export_workbook([records])
    rows, told = rows_of(data), sheet_of(data)["A3"].value
    assert f"原文未明确{sum(row['责任单位'] == '原文未明确' for row in rows)}项" in told
    assert f"有截止日期{sum(row['截止日期'] is not None for row in rows)}项" in told
    assert f"未写时限{sum(not row['时限（原文）'] for row in rows)}项" in told


def test_it_is_ready_to_print_and_to_filter(records: Records) -> None:
    sheet = sheet_of(export_workbook([records]))
    last = HEADER + len(records.obligations)
    assert sheet.freeze_panes == f"C{HEADER + 1}"
    assert sheet.auto_filter.ref == f"A{HEADER}:{sheet.cell(HEADER, sheet.max_column).column_letter}{last}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)  # 1 is the default
    assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
    assert sheet.oddFooter.center.text == "第&P页 共&N页"
    header = sheet.cell(HEADER, 1)
    assert header.fill.fgColor.rgb == "FFD9D9D9"
    assert sheet.cell(HEADER + 1, 5).alignment.wrap_text


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "＝", "{=", "http://", "mailto:", "internal:", "1", "TRUE"])
def test_no_cell_is_a_formula_a_link_or_a_number_whatever_it_begins_with(first: str) -> None:
    text = f"{first}1+HYPERLINK(1)" if first not in ("1", "TRUE") else first
    one = with_one(SMALL, quote=text, condition=text, task_id=text)
    one = replace(one, document=replace(one.document, title=text, identifier=text))
    data = export_workbook([one], scope=text)
    (row,) = rows_of(data)
    assert (row["原文摘录"], row["条件"], row["任务编号"]) == (text, text, text)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    # but for the row's number and its version
    texts = sheet_of(data)[HEADER + 1][1:-1]
    assert {cell.data_type for cell in texts if cell.value is not None} == {"s"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1))
def test_any_words_of_a_document_come_back_as_they_were(text: str) -> None:
    (row,) = rows_of(export_workbook([with_one(SMALL, quote=text)]))
    assert row["原文摘录"] == text


def test_what_no_cell_can_hold_is_cut_and_says_so() -> None:
    (row,) = rows_of(export_workbook([with_one(SMALL, quote="长" * (MAX_CELL + 1))]))
    assert len(row["原文摘录"]) == MAX_CELL
    assert row["原文摘录"].endswith(layout()["cut"])


def test_the_same_ledger_is_the_same_file(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    first = export_workbook([records])
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert export_workbook([records]) == first


def test_a_ledger_without_a_row_is_a_sheet_that_opens() -> None:
    assert rows_of(export_workbook([replace(SMALL, obligations=())])) == []
    assert rows_of(export_workbook([])) == []


def test_several_documents_stand_in_one_sheet_each_row_with_its_own(records: Records) -> None:
    other = replace(SMALL, document=replace(SMALL.document, identifier="国发〔2000〕1号"))
    data = export_workbook([other, replace(records, obligations=records.obligations[:2])])
    assert sheet_of(data)["A1"].value == "2份文件任务分解表"
    assert next(row["任务来源"] for row in rows_of(data)) == "国发〔2000〕1号"
    assert [row["序号"] for row in rows_of(data)] == [1, 2, 3]
