"""The workbook's own formulas, worked out anew by LibreOffice, say what the program says."""

from __future__ import annotations

import datetime
import itertools
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kg.ledger.changes import Reported
from kg.ledger.importing import compare
from kg.ledger.layout import layout
from kg.ledger.reading import read_workbook
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
    with warnings.catch_warnings():
        # openpyxl says of 20251231 in a cell for a day that it is none
        warnings.simplefilter("ignore", UserWarning)
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
    assert used <= {
        *("IF", "OR", "AND", "NOT", "ISNUMBER", "ISERROR", "N", "INT", "LEFT"),
        *("COUNT", "COUNTA", "COUNTIF", "COUNTIFS"),
    }
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


# as people write a day into a cell that is to hold one: words that say a day, words that say none, and numbers
WORDS: list[object] = [
    *("2027年6月底前", "2027年6月30日", "2027.6", "6月底前", "年底前", "2027年第二季度", "2027/6/30", "２０２７年６月"),
    *("12月底", "12月底前", "2025年12月", "2025年12月底", "2025年12月31日前", "2025-12-31", "２０２５．１２．３１ "),
    *(
        "2026/3/1",
        "2026.3.1",
        "20260301",
        "2026-03",
        "2026年3月1号",
        "2026年年底",
        "2026年末前",
        "今年年底",
        "本年年底前",
    ),
    *(
        "2025年第四季度",
        "2025年第1季度底前",
        "1月31日前",
        "12月31日",
        " 2026年1月15日 ",
        "2026年\n1月",
        "2025.10",
        "2025.1",
    ),
    *("2026-06-30_x000D_", "2026年6月_x000D_\n底前"),
    *(
        "适时",
        "待定",
        "见会议纪要",
        " ",
        "　",
        "2027年上半年",
        "明年底",
        "2025年前",
        "尽快",
        "2025年13月",
        "2025-02-30",
    ),
    *("2025年", "6月", "31日", "2025.12.31.1", "2025/12-31", "1900-01-01", "2300年1月1日", "#N/A", "#VALUE!", "#REF!"),
    *("每年1月31日前", "2025年12月31日（暂定）", "12/31", "Dec 31, 2025", "31.12.2025", "TRUE", "-", "/", "无", "0"),
    *(2025.1, 2025.12, 2027, 2027.12, 2027.6, 6, 0, -1, 0.5, 20251231, 20261, 202512, 1e10, True),
]
DAYS: list[object] = [
    *(datetime.datetime(2025, 12, 30, hour) for hour in (0, 1, 9, 13, 23)),
    *(datetime.datetime(2025, 12, 31, 17, 30), datetime.datetime(2026, 1, 1, 0, 1), datetime.date(2027, 6, 30)),
    *(datetime.datetime(1949, 1, 1), datetime.datetime(2199, 12, 31, 23, 59)),
    *(45992, 46022, 46023.75, 46388, 47000),
]
BEYOND: list[object] = [17898, 109575]
FIELDS = ("认定的截止日期", "延期至", "办结日期")
REPORTED: list[dict[str, object]] = [
    {"完成状态": "推进中"}, {"完成状态": "已完成", "佐证材料": "函"}, {"完成状态": " 办结", "佐证材料": "函"}, {},
]  # fmt: skip


def cells_typed(count: int) -> list[dict[str, object]]:
    """At most so many rows as people fill them in: each way of writing a day in each column for one, by each status."""
    written = itertools.product((*WORDS, *DAYS, *BEYOND), FIELDS, REPORTED)
    every: list[dict[str, object]] = [{heading: typed, **report} for typed, heading, report in written]
    assert len(every) > CASES
    return every if count >= len(every) else random.Random(7).sample(every, count)


def stood(row: dict[str, Any]) -> tuple[str, float | None, str]:
    """How a row of a sheet says its task stands: in words, by days, by its light."""
    return row["办理情况"], None if row["剩余天数"] in (None, "") else row["剩余天数"], row["亮灯"]


def test_what_people_type_for_a_day_stands_as_the_program_says_before_and_after_the_import(
    office: str, tmp_path: Path, repeats: Callable[[int, int], int]
) -> None:
    """No cell makes the sheet show what the program would not, and after the import the two agree on every one."""
    typed = cells_typed(repeats(40, 10_000))
    (row,) = SMALL.obligations
    due = (None, Due("到那时", "by", "2025-12-30"), Due("到那时", "by", "2026-12-31"))
    chance = random.Random(11)
    rows = [
        replace(row, id=name, task_id=name, deadline=chance.choice(due), force=chance.choice(FORCES))
        for name in (f"case-{i:03}" for i in range(len(typed)))
    ]
    records, terms = replace(SMALL, obligations=tuple(rows)), Terms(AS_OF)
    made = tmp_path / "made.xlsx"
    made.write_bytes(export_workbook([records], {}, terms))
    book = Filled(made)
    for one, changes in zip(rows, typed, strict=True):
        book.put("督查督办台账", one.task_id, changes)
    before = cells(converted(office, book.save(), "xlsx", tmp_path / "before"), "督查督办台账")

    found = compare(read_workbook(made), tasks_of([records], {}, terms), None, "甲", AS_OF.year)
    reports = {
        edit.task.task_id: Reported(dict(edit.values), 1, "2025-12-01T00:00:00+00:00", "甲", "甲")
        for edit in found.edits
    }
    entries = tasks_of([records], reports, terms)
    refused = {one.cell.where for one in found.refused}
    assert refused
    assert len(reports) > len(typed) / 2
    told = {
        entry.obligation.task_id: (entry.standing.said(), entry.standing.days, lights().colours[entry.light]["zh-Hans"])
        for entry in entries
    }
    unread = (layout()["unread"], None, lights().colours["grey"]["zh-Hans"])
    for one, changes in zip(rows, typed, strict=True):
        seen = stood(before[one.task_id])
        assert seen in (unread, told[one.task_id]), (changes, seen, told[one.task_id])
        # a day in its own right, with a status that the sheet knows, does not wait for the import
        if next(iter(changes.values())) in DAYS and changes.get("完成状态") != " 办结":
            assert seen == told[one.task_id], changes

    again = tmp_path / "again.xlsx"
    again.write_bytes(export_workbook([records], reports, terms))
    bare = without_values(again, tmp_path / "again-bare.xlsx")
    after = cells(converted(office, bare, "xlsx", tmp_path / "after"), "督查督办台账")
    assert {task_id: stood(row) for task_id, row in after.items()} == told
