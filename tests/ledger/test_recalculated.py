"""The workbook's own formulas, worked out anew by LibreOffice, say what the program says."""

from __future__ import annotations

import datetime
import itertools
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kg.ledger.changes import Reported
from kg.ledger.reports import STATUSES, Value
from kg.ledger.standing import KINDS, convention, lights, rates
from kg.ledger.tasks import Terms, tasks_of
from kg.ledger.workbook import export_workbook
from kg.models import Due, Force, Records
from kg.vocab import FORCES
from tests.conftest import Need, few
from tests.ledger.filled import Filled
from tests.ledger.test_export import SMALL
from tests.office import converted, find_office

AS_OF = datetime.date(2025, 12, 31)
CASES = 200


@pytest.fixture(scope="session")
def office(need: Need) -> str:
    program = find_office()
    need(program, "LibreOffice", "sudo apt-get install libreoffice-calc libreoffice-writer")
    assert program is not None
    return program


def generated(count: int) -> tuple[Records, dict[str, Reported]]:
    """Tasks of every status, force and kind of date, around the day, and what is reported of them."""
    chance = random.Random(20251231)
    (row,) = SMALL.obligations
    statuses = itertools.cycle((None, *STATUSES))
    around = [-400, -31, -30, -8, -2, -1, 0, 1, 2, 29, 30, 31, 45, 400]
    rows, reports = [], {}

    def day() -> datetime.date:
        return AS_OF + datetime.timedelta(days=chance.choice(around))

    for i in range(count):
        status = next(statuses)
        force: Force = chance.choice(FORCES)
        due = chance.choice([None, Due("到那时", "by", day().isoformat()), Due("适时", "vague", None)])
        task_id = f"case-{i:03}"
        rows.append(replace(row, id=task_id, task_id=task_id, force=force, deadline=due))
        report: dict[str, Value] = {"status": status} if status else {}
        if chance.random() < 0.4:
            report["due"] = day()
        if status == "extended" or chance.random() < 0.1:
            report["extended_to"] = day()
        if status in ("done", "closed") and chance.random() < 0.8:
            report["done_on"] = day()
        if report:
            reports[task_id] = Reported(report, 1, "2025-12-01T00:00:00+00:00", "甲", "甲")
    return replace(SMALL, obligations=tuple(rows)), reports


def cells(path: Path, sheet: str) -> dict[str, dict[str, Any]]:
    """The rows of a sheet by 任务编号, by heading, as values."""
    found = load_workbook(path, data_only=True)[sheet]
    head = [cell.value for cell in found[4]]
    rows = [dict(zip(head, [cell.value for cell in row], strict=True)) for row in found.iter_rows(min_row=5)]
    return {row["任务编号"]: row for row in rows}


@pytest.mark.parametrize("name", few(lights().conventions, list(lights().conventions)[:2]))
def test_two_hundred_cases_stand_as_the_program_says(
    name: str, office: str, tmp_path: Path, repeats: Callable[[int, int], int]
) -> None:
    records, reports = generated(repeats(CASES, 2000))
    terms = Terms(AS_OF, lights=convention(name))
    made = tmp_path / "made.xlsx"
    # without the values that were put beside the formulas: only what is worked out anew counts
    made.write_bytes(export_workbook([records], reports, terms))
    bare = without_values(made, tmp_path / "bare.xlsx")
    worked_out = converted(office, bare, "xlsx", tmp_path / "out")
    rows = cells(worked_out, "督查督办台账")
    entries = tasks_of([records], reports, terms)
    assert len(rows) == len(entries)
    for entry in entries:
        row, stands = rows[entry.obligation.task_id], entry.standing
        due = row["截止日期"].date() if isinstance(row["截止日期"], datetime.datetime) else None
        days = None if row["剩余天数"] in (None, "") else int(row["剩余天数"])
        told = (row["办理情况"], due, days, row["亮灯"])
        assert told == (stands.said(), stands.due, stands.days, lights().colours[entry.light]["zh-Hans"])
    assert {entry.standing.kind for entry in entries} == set(KINDS)

    cover = {row[0].value: row[1].value for row in load_workbook(worked_out, data_only=True)["封面"].iter_rows()}
    found = rates([entry.standing for entry in entries], AS_OF)
    assert cover["任务总数"] == len(entries)
    assert (cover["计入办结率的任务"], cover["未计入（长期推进、已中止、无明确时限）"]) == (
        found.counted,
        found.total - found.counted,
    )
    assert cover["办结率"] == pytest.approx(found.finished_share)
    assert cover["按期办结率"] == pytest.approx(found.on_time_share)
    for kind in KINDS:
        counted = sum(entry.standing.kind == kind for entry in entries)
        assert cover[f"其中：{lights().standings[kind]['zh-Hans']}"] == counted


def without_values(made: Path, bare: Path) -> Path:
    """Write the workbook without the values of its formulas, so that none of them can be taken over."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(bare, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.startswith("xl/worksheets/"):
                text, count = re.subn(r"(<f>[^<]*</f>)<v>[^<]*</v>", r"\1", data.decode())
                assert count or "<f>" not in text
                data = text.encode()
            new.writestr(info, data)
    return bare


def test_the_values_beside_the_formulas_are_the_same(tmp_path: Path) -> None:
    records, reports = generated(CASES)
    made = tmp_path / "made.xlsx"
    made.write_bytes(export_workbook([records], reports, Terms(AS_OF)))
    rows = cells(made, "督查督办台账")
    for entry in tasks_of([records], reports, Terms(AS_OF)):
        row = rows[entry.obligation.task_id]
        assert (row["办理情况"], row["剩余天数"] if row["剩余天数"] != "" else None) == (
            entry.standing.said(),
            entry.standing.days,
        )


def test_no_formula_uses_a_function_that_an_old_program_lacks(tmp_path: Path) -> None:
    records, reports = generated(20)
    made = tmp_path / "made.xlsx"
    made.write_bytes(export_workbook([records], reports, Terms(AS_OF)))
    with zipfile.ZipFile(made) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = {formula for sheet in sheets for formula in re.findall(r"<f[^>]*>([^<]*)</f>", sheet)}
    assert len(formulas) > 50
    used = {name for formula in formulas for name in re.findall(r"([A-Z.]+)\(", formula)}
    assert used <= {"IF", "OR", "AND", "ISNUMBER", "N", "LEFT", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS"}
    assert not any("_xlfn" in formula or "[" in formula for formula in formulas)


def test_the_day_on_the_cover_is_what_the_formulas_go_by(office: str, tmp_path: Path) -> None:
    records, reports = generated(60)
    made = tmp_path / "made.xlsx"
    made.write_bytes(export_workbook([records], reports, Terms(AS_OF)))
    book = load_workbook(made)
    later = AS_OF + datetime.timedelta(days=40)
    book["封面"]["B2"] = datetime.datetime.combine(later, datetime.time())
    book["封面"]["B3"] = 7
    book.save(tmp_path / "later.xlsx")
    rows = cells(converted(office, tmp_path / "later.xlsx", "xlsx", tmp_path / "out"), "督查督办台账")
    for entry in tasks_of([records], reports, Terms(later, 7)):
        assert rows[entry.obligation.task_id]["办理情况"] == entry.standing.said()


# as people write a day into a cell that is to hold one: text, or a number that is none
TYPED: list[object] = [
    *("2027年6月底前", "2027年6月30日", "2027.6", "6月底前", "年底前", "2027年第二季度", "2027/6/30", "２０２７年６月"),
    *("适时", "待定", "见会议纪要", " ", "2027年上半年", "明年底"),
    *(2025.1, 2027, 2027.12, 6),
]


def test_a_day_in_words_waits_for_the_import_and_then_stands_as_the_program_says(office: str, tmp_path: Path) -> None:
    """Two hundred cells: none shows a light or a number of days that the program would not show."""
    records, _ = generated(CASES)
    made = tmp_path / "made.xlsx"
    made.write_bytes(export_workbook([records], {}, Terms(AS_OF)))
    filled = Filled(made)
    ids = [row.task_id for row in records.obligations]
    for i, task in enumerate(ids):
        heading = ("认定的截止日期", "延期至", "办结日期")[i % 3]
        filled.put("督查督办台账", task, {heading: TYPED[i % len(TYPED)], "完成状态": ("已办结", "推进中")[i % 2]})
    rows = cells(converted(office, filled.save(), "xlsx", tmp_path / "out"), "督查督办台账")
    for i, task in enumerate(ids):
        blank = TYPED[i % len(TYPED)] == " "
        row = rows[task]
        if i % 3 == 2 and i % 2:
            continue  # the day on which a task was finished says nothing of one that is not
        assert row["办理情况"] == "待系统认定", (task, row)
        assert (row["剩余天数"] or "") == "", (task, row)
        assert row["亮灯"] == lights().colours["grey"]["zh-Hans"], (task, row, blank)
