"""Whom the office gave a task to stands in every file beside whom the text names, and is read back from a workbook."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Mapping
from pathlib import Path

import icalendar
import pytest
from docx import Document
from openpyxl import load_workbook
from rdflib import Literal, URIRef

from kg.graph.terms import HK
from kg.ledger.calendar import export_calendar
from kg.ledger.changes import Edit, Reported, task_of
from kg.ledger.files import LEDGER_FORMS, ledger_file
from kg.ledger.filters import Filter, Obligations, Wanted
from kg.ledger.importing import compare
from kg.ledger.paper import export_paper
from kg.ledger.provenance import reports_graph
from kg.ledger.reading import read_workbook
from kg.ledger.reports import Report
from kg.ledger.store import Ledger
from kg.ledger.summary import Unassigned, summary
from kg.ledger.tasks import LedgerTask, Terms, tasks_of
from kg.ledger.workbook import export_workbook
from kg.models import Records
from kg.vocab import thing
from tests.graph.conftest import make_records
from tests.ledger.filled import Filled

TERMS = Terms(datetime.date(2025, 6, 1))
SHEETS = ("任务分解表", "督查督办台账", "进展情况表")
LED: Report = {
    "assigned_to": ("市口岸办", "财政部"),
    "assisting": ("市住房局",),
    "officer": "王小明",
    "phone": "13800138000",
}


@pytest.fixture
def records() -> Records:
    return make_records()


def said(report: Report, revision: int = 1) -> Reported:
    return Reported(dict(report), revision, "2025-05-01T02:00:00.000+00:00", "甲", "甲")


def reports_of(records: Records) -> dict[str, Reported]:
    """The first row, of which the text names nobody, is given to somebody; the third is named and given to nobody."""
    return {records.obligations[0].task_id: said(LED)}


def entries_of(records: Records, reports: Mapping[str, Reported]) -> list[LedgerTask]:
    return tasks_of([records], reports, TERMS)


def test_each_sheet_has_the_units_and_the_officer_only_on_request(records: Records, tmp_path: Path) -> None:
    task = records.obligations[0].task_id
    for personal in (False, True):
        path = tmp_path / "台账.xlsx"
        path.write_bytes(export_workbook([records], reports_of(records), Terms(TERMS.as_of, personal=personal)))
        book = Filled(path)
        for name in SHEETS:
            assert book.cell(name, task, "承办单位").value == "市口岸办、财政部"
            assert book.cell(name, task, "协办单位").value == "市住房局"
            assert ("承办人" in book.columns(name)) == personal
            # the text's own column is as it was
            assert book.cell(name, records.obligations[0].task_id, "任务编号").value == task
        assert book.cell("任务分解表", task, "责任单位").value == "原文未明确"
        words = "".join(str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row)
        assert ("王小明" in words) == ("13800138000" in words) == personal


def test_every_other_file_has_the_units_and_no_person(records: Records) -> None:
    reports = reports_of(records)
    files = {form: ledger_file(form, [records], reports, TERMS) for form in LEDGER_FORMS}
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert [row["承办单位 assigned_to"] for row in rows] == ["市口岸办、财政部", "", "", "", "", ""]
    assert rows[0]["协办单位 assisting"] == "市住房局"
    first, *others = json.loads(files["json"])["obligations"]
    assert first["report"] == {"assigned_to": ["市口岸办", "财政部"], "assisting": ["市住房局"]}
    assert not any(row["report"] for row in others)
    paper = export_paper([records], entries_of(records, reports), TERMS)
    (table,) = Document(io.BytesIO(paper)).tables
    heads = [cell.text for cell in table.rows[0].cells]
    cells = [row.cells[heads.index("承办单位")].text for row in table.rows[1:]]
    assert cells == ["市口岸办、财政部\n协办：市住房局", *["未分办"] * 5]
    assert table.rows[1].cells[heads.index("单位")].text == "原文未明确"
    (event,) = icalendar.Calendar.from_ical(export_calendar(entries_of(records, reports))).walk("VEVENT")
    assert "承办单位：市口岸办、财政部" in str(event["DESCRIPTION"])
    assert "协办单位：市住房局" in str(event["DESCRIPTION"])
    (bare,) = icalendar.Calendar.from_ical(export_calendar(entries_of(records, {}))).walk("VEVENT")
    assert "承办单位：未分办" in str(bare["DESCRIPTION"])
    for name in ("csv", "json", "ics"):
        assert "王小明" not in files[name].replace(b"\r\n ", b"").decode()


def test_a_filled_in_workbook_assigns_and_a_conflict_is_told(records: Records, tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "data")
    one, two, three = (row.task_id for row in records.obligations[:3])
    rows = {row.task_id: row for row in records.obligations}
    personal = Terms(TERMS.as_of, personal=True)

    def give(task: str, **values: object) -> None:
        ledger.save([Edit(task_of(records.document.slug, rows[task]), values)], "乙", "x")  # type: ignore[arg-type]

    give(three, assigned_to=("旧单位",))
    path = tmp_path / "台账.xlsx"
    path.write_bytes(export_workbook([records], ledger.current(), personal))
    give(three, assigned_to=("别的单位",))
    book = Filled(path)
    # said on one sheet only, with another's signs between the names
    book.put("督查督办台账", one, {"承办单位": "市口岸办，财政部", "承办人": "王小明"})
    book.put("进展情况表", two, {"协办单位": "市住房局；市住房局"})
    book.put("任务分解表", three, {"承办单位": "第三个单位"})
    read = read_workbook(book.save())
    tasks = tasks_of([records], ledger.current(), personal)
    found = compare(read, tasks, ledger, "甲", 2025)
    assert {(d.task_id, d.field, d.new) for d in found.differences} == {
        (one, "assigned_to", ("市口岸办", "财政部")),
        (one, "officer", "王小明"),
        (two, "assisting", ("市住房局",)),
    }
    (refused,) = found.refused
    assert refused.why("zh-Hans") == "乙其间已把“承办单位”改为：别的单位"
    taken = compare(read, tasks, ledger, "甲", 2025, "file")
    ledger.save(taken.edits, "甲", "import", together=True)
    assert ledger.assignments()[three] == {"assigned_to": ("第三个单位",)}
    ledger.undo(ledger.bulk_changes()[0].number, "甲", "x")
    assert ledger.assignments() == {three: {"assigned_to": ("别的单位",)}}
    ledger.close()


def test_the_text_s_bodies_and_the_office_s_units_are_filtered_apart(records: Records) -> None:
    every = Obligations([records])
    first, *others = (row.id for row in records.obligations)
    assignments = {records.obligations[0].task_id: LED}

    def ids(wanted: Wanted) -> list[str]:
        return [row.id for one in every.chosen(wanted, assignments) for row in one.obligations]

    assert ids(Wanted(assigned=["財政部"])) == [first]
    # of those the text names it is another task
    assert first not in ids(Wanted(agents=["财政部"]))
    assert ids(Wanted(assigned=["市住房局"])) == []
    for nobody in ("未分办", "未分辦", "none"):
        assert ids(Filter(assigned=nobody).wanted()) == others
    assert ids(Wanted(assigned=["none", "市口岸办"])) == [first, *others]
    assert ids(Filter(text="住房局").wanted()) == [first]
    assert [row.id for one in every.chosen(Wanted(assigned=["none"])) for row in one.obligations] == [first, *others]


def test_who_the_text_leaves_open_and_what_the_office_left_open_are_counted_apart(records: Records) -> None:
    reports = reports_of(records) | {
        records.obligations[1].task_id: said({"assigned_to": ("财政部",), "status": "halted"})
    }
    found = summary(entries_of(records, reports), TERMS.as_of)
    assert [(one.name, one.total) for one in found.assignees] == [("财政部", 2), ("市口岸办", 1)]
    assert found.unassigned == Unassigned(unassigned=4, named=1, unnamed=3, given=2)
    named = {one.name: one.total for one in found.agents}
    assert named["原文未明确"] == found.unassigned.unnamed + found.unassigned.given
    assert named["财政部"] == 1


def test_the_graph_of_reports_has_the_units_and_no_officer(records: Records, tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    task = task_of(records.document.slug, records.obligations[0])
    ledger.save([Edit(task, LED)], "王小明", "x", together=True)
    ledger.undo(1, "王小明", "x")
    ledger.undo(2, "王小明", "x")
    graph = reports_graph(ledger.tasks(), ledger.histories(), [records])
    ledger.close()
    report = URIRef(thing(task.document, "report", task.task_id))
    assert set(graph.objects(report, HK.reportAssignedTo)) == {Literal("市口岸办"), Literal("财政部")}
    assert set(graph.objects(report, HK.reportAssisting)) == {Literal("市住房局")}
    assert list(graph.objects(report, HK.assignedTo)) == [URIRef(thing("agent", "财政部"))]
    change = [URIRef(thing(task.document, "change", task.task_id, str(n))) for n in (1, 2, 3)]
    assert set(graph.subject_objects(HK.undoes)) == {(change[1], change[0]), (change[2], change[1])}
    assert "王小明" not in graph.serialize(format="nt").encode().decode("unicode_escape")
