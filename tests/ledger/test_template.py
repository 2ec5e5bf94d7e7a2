"""An office's own workbook: filled in by its own headings, in its own looks, and read back."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kg.cli import run
from kg.ledger.changes import Reported
from kg.ledger.importing import compare
from kg.ledger.reading import WorkbookError, read_workbook
from kg.ledger.tasks import Terms, tasks_of
from kg.ledger.template import fill_template
from kg.models import Records

DAY = datetime.date(2026, 3, 31)
HEADS = (
    "序号",
    "任务编号",
    "本局分类",
    "原文摘录",
    "牵头单位",
    "完成状态",
    "认定的截止日期",
    "办理情况",
    "联系人",
    "备注",
)


def template(path: Path, heads: tuple[str, ...] = HEADS, above: int = 2, below: str | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "本局台账"
    sheet["A1"] = "某某局督办台账"
    for column, head in enumerate(heads, 1):
        sheet.cell(above + 1, column, head).font = Font(name="黑体", bold=True)
        sheet.cell(above + 2, column).fill = PatternFill("solid", fgColor="EEEEEE")
    sheet.row_dimensions[above + 2].height = 33
    rule = DataValidation(type="list", formula1='"推进中,已完成"')
    rule.add(f"F{above + 2}")
    sheet.add_data_validation(rule)
    colour = CellIsRule(operator="equal", formula=['"推进中"'], fill=PatternFill("solid", bgColor="FFC7CE"))
    sheet.conditional_formatting.add(f"F{above + 2}", colour)
    if below:
        sheet.cell(above + 3, 1, below)
    book.create_sheet("说明")["A1"] = "填表说明"
    book.save(path)
    return path


def filled(path: Path, records: Records, terms: Terms | None = None, **values: object) -> tuple[bytes, Any]:
    terms = terms or Terms(DAY)
    reports = {records.obligations[0].task_id: Reported(values, 3, "2026-03-01T00:00:00+00:00", "甲", "甲")}  # type: ignore[arg-type]
    content = fill_template(path, tasks_of([records], reports, terms), terms)
    return content, load_workbook(io.BytesIO(content))


def test_every_task_has_a_row_below_the_office_s_own_headings_in_its_own_looks(
    records: Records, tmp_path: Path
) -> None:
    due = datetime.date(2026, 3, 1)
    _, book = filled(template(tmp_path / "t.xlsx"), records, status="under_way", due=due, contact="王小明", note="好")
    sheet = book["本局台账"]
    assert sheet["A1"].value == "某某局督办台账"
    assert book["说明"]["A1"].value == "填表说明"
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == list(range(1, len(records.obligations) + 1))
    assert [row[1] for row in rows] == [row.task_id for row in records.obligations]
    assert [row[3] for row in rows] == [row.quote for row in records.obligations]
    assert {row[2] for row in rows} == {None}
    first = rows[0]
    assert first[5:] == ("推进中", datetime.datetime(2026, 3, 1), "逾期30天", None, "好")
    assert {row[4] for row in rows} >= {"原文未明确"}
    last = sheet.cell(3 + len(rows), 1)
    assert last.fill.fgColor.rgb.endswith("EEEEEE")
    assert sheet.row_dimensions[last.row].height == 33
    (rule,) = sheet.data_validations.dataValidation
    assert f"F{last.row}" in rule.sqref
    assert any(f"F{last.row}" in one.sqref for one in sheet.conditional_formatting)
    _, book = filled(tmp_path / "t.xlsx", records, replace(Terms(DAY), personal=True), contact="王小明")
    assert book["本局台账"]["I4"].value == "王小明"


def test_a_percentage_stands_as_its_column_shows_it_and_is_read_back(records: Records, tmp_path: Path) -> None:
    path = template(tmp_path / "t.xlsx", (*HEADS, "完成进度"))
    book = load_workbook(path)
    book["本局台账"]["K4"].number_format = "0%"
    book.save(path)
    content, book = filled(path, records, percent=60)
    assert book["本局台账"]["K4"].value == 0.6
    path.write_bytes(content)
    rows = read_workbook(path)[0].rows
    reports = {records.obligations[0].task_id: Reported({"percent": 60}, 3, "2026-03-01T00:00:00+00:00", "甲", "甲")}
    found = compare(read_workbook(path), tasks_of([records], reports, Terms(DAY)), None, "乙", 2026)
    assert len(rows) == len(records.obligations)
    assert (found.refused, found.differences) == ((), ())


def test_what_begins_as_a_formula_is_text(records: Records, tmp_path: Path) -> None:
    _, book = filled(template(tmp_path / "t.xlsx"), records, note='=HYPERLINK("http://x")')
    cell = book["本局台账"]["J4"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_it_is_read_back_and_says_what_was_changed_in_it_alone(records: Records, tmp_path: Path) -> None:
    content, book = filled(template(tmp_path / "t.xlsx"), records)
    path = tmp_path / "filled.xlsx"
    path.write_bytes(content)
    entries = tasks_of([records], {}, Terms(DAY))
    untouched = compare(read_workbook(path), entries, None, "乙", 2026)
    assert (untouched.refused, untouched.differences) == ((), ())
    assert untouched.added == ("本局分类",)
    book["本局台账"]["F5"] = "推进中"
    book["本局台账"]["C5"] = "甲类"
    book.save(path)
    found = compare(read_workbook(path), entries, None, "乙", 2026)
    assert found.refused == ()
    assert [(d.task_id, d.field, d.new) for d in found.differences] == [
        (records.obligations[1].task_id, "status", "under_way")
    ]


@pytest.mark.parametrize(
    ("heads", "below", "line"),
    [
        (("序号", "编号"), None, "no sheet has a column 任务编号"),
        (HEADS, "合计", "本局台账!A5: there is something below the headings"),
        ((*HEADS, "备注"), None, "the heading 备注 is there twice"),
    ],
)
def test_a_template_that_has_no_place_for_them_is_one_line(
    heads: tuple[str, ...], below: str | None, line: str, records: Records, tmp_path: Path
) -> None:
    with pytest.raises(WorkbookError, match=line) as told:
        fill_template(
            template(tmp_path / "t.xlsx", heads, below=below), tasks_of([records], {}, Terms(DAY)), Terms(DAY)
        )
    assert "\n" not in str(told.value)


def test_from_the_command_line(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, out = template(tmp_path / "t.xlsx"), tmp_path / "out.xlsx"
    words = ["export", "--format", "xlsx", "--template", str(own), "-o", str(out), "--data", str(built)]
    assert run(words) == 0
    assert load_workbook(out)["本局台账"].max_row > 100
    assert run([word.replace("xlsx", "csv") if word == "xlsx" else word for word in words]) == 2
    assert "csv takes no template" in capsys.readouterr().err
    own.write_bytes(b"no workbook")
    before = out.read_bytes()
    assert run(words) == 2
    assert "it is not an Excel workbook" in capsys.readouterr().err
    assert out.read_bytes() == before
