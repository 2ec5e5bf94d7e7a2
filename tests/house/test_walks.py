"""The four walks of CONTRIBUTING, in a copy of the package: what is edited in one place shows everywhere."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.conftest import ROOT
from tests.small_plan import write_small_plan
from tests.web.markup import classed, elements

RULE = """
- id: opening
  pattern: '开园之日前'
  sets: {kind: conditional}
  examples:
    - {text: 开园之日前完成, hits: true}
    - {text: 开园以来, hits: false}
"""

TAB = '''"""A tab that says hello."""

from kg.web.desk.tabs.tab import Tab


class NotesTab(Tab):
    """One line."""

    name = "notes"

    def build(self) -> None:
        self.piece("notes", "hello")
'''
TAB_ENTRY = """
- name: notes
  title: {zh-Hans: 笔记, zh-Hant: 筆記, en: Notes}
"""

COLUMNS = """
- key: chapter
  source: clause.chapter
  title: {zh-Hans: 所在章, zh-Hant: 所在章, en: Chapter}
  desk: {usual: true, after: quote}
  csv: {after: clause}
  sheets:
    tasks: {width: 8, after: quote}
  docx: {width: 12, after: clause_marked}
- key: length
  source: plan.length
  type: number
  title: {zh-Hans: 字数, zh-Hant: 字數, en: Length}
  csv: {}
  json: true
- key: budget
  source: report
  title: {zh-Hans: 经费安排, zh-Hant: 經費安排, en: Budget}
  csv: {after: percent}
  sheets:
    progress: {width: 14, after: percent}
"""
FUNCTION = """    "plan.length": lambda task: len(task.obligation.quote),
    # how the task stands"""

PROGRAM = """
import json, sys
from pathlib import Path

source, out = map(Path, sys.argv[1:])

from kg import pipeline
from kg.builds import load_build
from kg.ledger.catalogue import standing_in
from kg.ledger.filters import Filter
from kg.ledger.importing import compare
from kg.ledger.paper import TYPE_AREA, widths_of
from kg.ledger.reading import read_workbook
from kg.ledger.tasks import Terms, tasks_of
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import ledger_html
from kg.web.office.sessions import Person
from kg.web.office.task_page import task_page
from search_app import TABS, build_page
from tests.ledger.filled import Filled

pipeline.build([source], out / "data")
desk = Desk(load_build(out / "data"))
(one,) = desk.records
for form in ("csv", "json", "docx", "xlsx"):
    (out / f"ledger.{form}").write_bytes(desk.export(form))
(out / "ledger.html").write_text(ledger_html(desk, "en", Filter()), "utf-8")
tasks = tasks_of([one], {}, Terms())
page = bytes(task_page(tasks[0], [], "en", Person("", "supervisor", False)).body).decode()
first = one.obligations[0].task_id


def imported(sheet, heading, value):
    filled = Filled(out / "ledger.xlsx")
    filled.path = out / "filled.xlsx"
    filled.put(sheet, first, {heading: value})
    found = compare(read_workbook(filled.save()), tasks, None, "甲", 2025)
    return [[d.task_id, d.field, d.new] for d in found.differences], [one.why("en") for one in found.refused]


parts = build_page(desk, "en").config["components"]
chapters = {clause.id: clause.chapter or "" for clause in one.document.clauses}
seen = {
    "kg": sys.modules["kg"].__path__[0],
    "deadlines": [[row.quote, row.deadline.text, row.deadline.kind] for row in one.obligations if row.deadline],
    "message": desk.ask("谁来清理河道淤泥？").message,
    "tabs": [[tab.name for tab in TABS], [one["props"]["label"] for one in parts if one["type"] == "tabitem"]],
    "chapters": [chapters[row.clause] for row in one.obligations],
    "quotes": [row.quote for row in one.obligations],
    "first": first,
    "boxes": page,
    "docx_width": [sum(widths_of(standing_in("docx"))), TYPE_AREA],
    "reported": imported("进展情况表", "经费安排", "二百万元"),
    "refused": imported("任务分解表", "所在章", "别的"),
}
desk.close()
(out / "seen.json").write_text(json.dumps(seen, ensure_ascii=False), "utf-8")
"""


def edit(path: Path, old: str, new: str) -> None:
    """Put *new* in the place of the first text that is like *old*, a regular expression."""
    text, count = re.subn(old, lambda _: new, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert count, (path.name, old)
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what one process, run in an edited copy of the package, wrote: files, and `seen.json`."""
    home, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("out")
    for name in ("kg", "ontology", "corpus"):
        copytree(ROOT / name, home / name, ignore=ignore_patterns("__pycache__"))
    for name in ("search_app.py", "pyproject.toml"):
        (home / name).write_bytes((ROOT / name).read_bytes())
    edit(home / "kg/rules/dates.yaml", r"\Z", RULE)
    edit(home / "kg/rules/messages.yaml", "^  who: .*$", '  who: "依{clause}，由{names}负责。"')
    (home / "kg/web/desk/tabs/notes.py").write_text(TAB, "utf-8")
    edit(home / "kg/rules/tabs.yaml", r"\Z", TAB_ENTRY)
    edit(home / "kg/rules/columns.yaml", r"\Z", COLUMNS)
    edit(home / "kg/ledger/columns.py", "^    # how the task stands", FUNCTION)
    source = write_small_plan(out)
    edit(source, "支持沿岸企业参与堤岸修复。", "市园林局要在开园之日前完成堤岸修复。")
    path = os.pathsep.join(map(str, (home, ROOT)))
    command = [sys.executable, "-c", PROGRAM, str(source), str(out)]
    done = subprocess.run(command, cwd=home, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "seen.json").read_text("utf-8"))["kg"] == str(home / "kg")
    return out


@pytest.fixture(scope="module")
def seen(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "seen.json").read_text("utf-8"))
    return found


def test_a_deadline_rule_that_is_added_gives_its_sentence_a_deadline(seen: dict[str, Any]) -> None:
    assert ["开园之日前", "conditional"] in [deadline[1:] for deadline in seen["deadlines"]]


def test_an_answers_wording_that_is_changed_shows_in_the_answer(seen: dict[str, Any]) -> None:
    assert re.fullmatch("依（一）清理河道，由市水务局负责。", seen["message"])


def test_a_tab_that_is_added_is_on_the_desk_behind_the_others(seen: dict[str, Any]) -> None:
    names, shown = seen["tabs"]
    assert names[:2] == ["ask", "ledger"]
    assert (names[-1], shown[-1]) == ("notes", "Notes")
    assert len(names) == len(shown)


def test_a_column_that_is_added_stands_on_the_desk_and_in_every_file(out: Path, seen: dict[str, Any]) -> None:
    expected, lengths = seen["chapters"], [str(len(quote)) for quote in seen["quotes"]]
    assert any(expected)
    html = (out / "ledger.html").read_text("utf-8")
    heads = [e.text for e in elements(html) if e.name == "th"]
    assert heads[heads.index("Words of the text") + 1] == "Chapter"
    assert [e.text for e in classed(html, "hk-c-chapter")] == expected
    boxes = re.findall(r'id="f-(\w+)"', seen["boxes"])
    assert boxes[boxes.index("note") + 1] == "budget"

    head, *rows = csv.reader((out / "ledger.csv").read_text("utf-8-sig").splitlines())
    assert head[head.index("条款 clause") + 1] == "所在章 chapter"
    assert head[head.index("完成进度 percent") + 1] == "经费安排 budget"
    assert [row[head.index("所在章 chapter")] for row in rows] == expected
    assert [row[head.index("字数 length")] for row in rows] == lengths

    listed = json.loads((out / "ledger.json").read_text("utf-8"))["obligations"]
    assert [row["length"] for row in listed] == lengths

    (table,) = Document(str(out / "ledger.docx")).tables
    assert [row.cells[2].text for row in table.rows] == ["所在章", *expected]
    assert seen["docx_width"][0] == pytest.approx(seen["docx_width"][1])

    sheet = load_workbook(out / "ledger.xlsx")["任务分解表"]
    heads = [cell.value for cell in sheet[4]]
    assert heads[heads.index("原文摘录") + 1] == "所在章"
    assert [row[heads.index("所在章")].value or "" for row in sheet.iter_rows(min_row=5)] == expected


def test_a_column_that_is_added_comes_back_from_a_workbook_if_people_report_it(seen: dict[str, Any]) -> None:
    assert seen["reported"] == [[[seen["first"], "budget", "二百万元"]], []]
    differences, (why,) = seen["refused"]
    assert differences == []
    assert "the plan's own" in why
