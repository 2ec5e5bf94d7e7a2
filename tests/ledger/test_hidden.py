"""What is hidden in a workbook that is handed in is told, read and marked, or left out when asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.ledger.hidden import hidden_in, hidden_line, hidden_mark, without_hidden
from kg.ledger.importing import compare
from kg.ledger.reading import read_workbook
from kg.ledger.tasks import Terms, tasks_of
from kg.ledger.workbook import export_workbook
from kg.models import Records
from kg.vocab import LANGS
from tests.conftest import Need
from tests.ledger.filled import HEADER, Filled
from tests.ledger.test_export import SMALL
from tests.office import converted, find_office

TASKS, LEDGER, PROGRESS = "任务分解表", "督查督办台账", "进展情况表"


@pytest.fixture(scope="module")
def records() -> Records:
    (row,) = SMALL.obligations
    names = [f"case-{i:02}" for i in range(40)]
    return replace(SMALL, obligations=tuple(replace(row, id=name, task_id=name) for name in names))


@pytest.fixture
def book(records: Records, tmp_path: Path) -> Filled:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(export_workbook([records], {}, Terms()))
    return Filled(path)


def changes(sheets: Any, records: Records) -> dict[tuple[str, str], str]:  # noqa: ANN401
    """Task and field of each difference → what marks it as hidden."""
    found = compare(sheets, tasks_of([records], {}, Terms()), None, "甲", 2026)
    assert found.refused == ()
    return {(one.task_id, one.field): hidden_mark(one.cell, "en") for one in found.differences}


def hide(book: Filled, *rows: int) -> None:
    for row in rows:
        book.sheet(LEDGER).row_dimensions[row].hidden = True


def test_hidden_rows_are_named_read_and_marked(book: Filled, records: Records) -> None:
    book.put(LEDGER, "case-01", {"备注": "看得见"})
    book.put(LEDGER, "case-02", {"备注": "筛选留下的"})
    hide(book, HEADER + 3, HEADER + 5, HEADER + 6, HEADER + 7, HEADER + 99)
    sheets = read_workbook(book.save())
    told = {lang: hidden_line(hidden_in(sheets), lang) for lang in LANGS}
    assert told["zh-Hans"] == "工作簿里有隐藏的内容，也已读入：“督查督办台账”第7、9–11行"
    assert told["zh-Hant"] == "試算表有隱藏的內容，也已讀入：「督查督办台账」第7、9–11列"
    assert told["en"] == "Hidden in the workbook, and read too: 督查督办台账 rows 7, 9–11"
    assert changes(sheets, records) == {("case-01", "note"): "", ("case-02", "note"): "hidden row"}
    assert changes(without_hidden(sheets), records) == {("case-01", "note"): ""}


def test_a_hidden_sheet_and_a_hidden_column_are_named_and_marked(book: Filled, records: Records) -> None:
    book.put(TASKS, "case-01", {"建议牵头单位（非原文）": "市财政局"})
    book.put(LEDGER, "case-02", {"备注": "列里的", "认定依据": "看得见"})
    book.put(PROGRESS, "case-03", {"进展情况": "藏起来的"})
    book.sheet(TASKS).sheet_state = "veryHidden"
    note = book.cell(LEDGER, "case-02", "备注").column_letter
    book.sheet(LEDGER).column_dimensions[note].hidden = True
    # the plan's own words and the number of the version are hidden to save room, which is nobody's change
    for heading in ("任务编号", "原文摘录", "版本（勿改）"):
        book.sheet(LEDGER).column_dimensions[book.cell(LEDGER, "case-02", heading).column_letter].hidden = True
    sheets = read_workbook(book.save())
    line = hidden_line(hidden_in(sheets), "en")
    assert line == f"Hidden in the workbook, and read too: the sheet {TASKS}; {LEDGER} columns {note}"
    assert changes(sheets, records) == {
        ("case-01", "suggested_owner"): "hidden sheet",
        ("case-02", "note"): "hidden column",
        ("case-02", "due_basis"): "",
        ("case-03", "progress"): "",
    }
    assert set(changes(without_hidden(sheets), records)) == {("case-02", "due_basis"), ("case-03", "progress")}
    assert "left out" in hidden_line(hidden_in(sheets), "en", skipped=True)


def test_a_workbook_that_hides_nothing_is_told_nothing(book: Filled) -> None:
    assert hidden_line(hidden_in(read_workbook(book.save())), "en") == ""


def test_many_hidden_rows_are_counted_in_one_short_line(book: Filled) -> None:
    hide(book, *range(HEADER + 1, HEADER + 40, 2))
    line = hidden_line(hidden_in(read_workbook(book.save())), "zh-Hans")
    assert "等共20行" in line
    assert len(line) < 100


def test_a_cell_merged_into_a_hidden_row_is_hidden_there(book: Filled, records: Records) -> None:
    column = book.cell(TASKS, "case-01", "建议牵头单位（非原文）").column_letter
    first = book.rows(TASKS)["case-01"]
    book.sheet(TASKS)[f"{column}{first}"] = "市科技创新局"
    book.sheet(TASKS).merge_cells(f"{column}{first}:{column}{first + 1}")
    book.sheet(TASKS).row_dimensions[first + 1].hidden = True
    found = changes(read_workbook(book.save()), records)
    assert found == {("case-01", "suggested_owner"): "", ("case-02", "suggested_owner"): "hidden row"}


def test_what_libreoffice_hides_is_hidden(book: Filled, need: Need) -> None:
    program = find_office()
    need(program, "LibreOffice", "sudo apt-get install libreoffice-calc libreoffice-writer")
    assert program is not None
    hide(book, HEADER + 3)
    book.sheet(PROGRESS).sheet_state = "hidden"
    back = converted(program, book.save(), "ods", book.path.parent / "ods")
    sheets = read_workbook(converted(program, back, "xlsx", book.path.parent / "back"))
    assert [(one.sheet, one.whole, one.rows) for one in hidden_in(sheets)] == [
        (LEDGER, False, (HEADER + 3,)),
        (PROGRESS, True, ()),
    ]
