"""A month of an office with the ledger: given out, reported on, imported, summed up, saved and put back elsewhere."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from docx import Document
from icalendar import Calendar
from openpyxl import load_workbook

from kg.builds import load_build
from kg.ledger.accounts import Accounts
from kg.ledger.days import today
from kg.ledger.store import Ledger
from kg.ledger.summary import summary
from kg.ledger.tasks import tasks_of, terms_of
from kg.models import Obligation
from kg.web.desk.desk import Desk
from tests.conftest import ROOT, TIER
from tests.copies import copy_build
from tests.ledger.filled import Filled
from tests.web.conftest import PASSWORD
from tests.web.pages import all_of, complaints, once, opened
from tests.web.server import Server, serving

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

SHEET, PROGRESS = "督查督办台账", "进展情况表"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNITS = {"甲": "市科技局", "乙": "市口岸办", "丙": "市金融局"}
"""Who reports, and for which unit."""

GIVEN = {"市科技局": 22, "市口岸办": 10, "市金融局": 8}
"""How many tasks each unit is given; the first is more than are changed without asking."""

ASSISTED = 2
"""How many tasks of the first unit the second assists in."""

MANY = 20 if TIER == "soak" else 5
"""How many people are signed in at once."""


@pytest.fixture(scope="module")
def office(
    small_build: Path, hashed: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """A data folder with an office's accounts, a supervisor, an editor of each unit, and many more, and a document: in
    `make soak` the plan, and else a small notice.
    """
    built = request.getfixturevalue("built") if TIER == "soak" else small_build / "data"
    data = copy_build(built, tmp_path_factory.mktemp("office"), without=("feedback", "ledger"))
    kept = Accounts(data)
    kept.path.parent.mkdir()
    shutil.copy2(hashed, kept.path)
    # hashing a password is meant to take long: all have that of the supervisor
    boss = kept.all()["督查"]
    people = [boss, *(replace(boss, name=name, role="editor", unit=unit) for name, unit in UNITS.items())]
    people += [replace(boss, name=f"填报{n}", role="editor") for n in range(MANY)]
    kept.path.write_text(json.dumps([asdict(one) for one in people]), "utf-8")
    return data


@pytest.fixture(scope="module")
def served(office: Path) -> Iterator[Server]:
    with serving(office) as server:
        yield server


@pytest.fixture
def picture(browser: Chrome, tmp_path: Path) -> Callable[[str], None]:
    """`picture(name)`: in `make soak`, save what the browser shows, the whole page, beside the test's other files."""

    def take(name: str) -> None:
        if TIER == "soak":
            height = browser.execute_script("return Math.min(document.documentElement.scrollHeight, 4000)")
            size = {"width": 1280, "height": max(900, height), "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            assert browser.save_screenshot(str(tmp_path / f"{name}.png"))
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "height": 900})

    return take


@contextmanager
def signed_in(server: Server, name: str) -> Iterator[httpx.Client]:
    """Yield a client that has signed in as *name*."""
    with httpx.Client(base_url=server.address, timeout=120) as asking:
        assert asking.post("/desk/signin", data={"name": name, "password": PASSWORD}).status_code == 303
        yield asking


@pytest.fixture
def ledger(office: Path) -> Iterator[Ledger]:
    """The office's ledger, read beside the server."""
    kept = Ledger.open(office)
    yield kept
    kept.close()


@pytest.fixture
def boss(served: Server) -> Iterator[httpx.Client]:
    """The supervisor, signed in beside the browser."""
    with signed_in(served, "督查") as asking:
        yield asking


def date_of(row: Obligation) -> str:
    return (row.deadline and row.deadline.date) or ""


def press(browser: Chrome, text: str) -> None:
    """Press the first button with *text*, and wait for the page that comes of it."""
    old = all_of(browser, "body")
    next(one for one in all_of(browser, "button") if one.text == text).click()
    loaded = "return document.readyState === 'complete'"
    once(lambda: all_of(browser, "body") not in ([], old) and browser.execute_script(loaded), f"the page behind {text}")


def saved(browser: Chrome, selector: str) -> bytes:
    """Return the file behind a link of the page, for who is signed in there: the office's pages let no script fetch."""
    cookies = {one["name"]: one["value"] for one in browser.get_cookies()}
    reply = httpx.get(all_of(browser, selector)[0].get_attribute("href"), cookies=cookies, timeout=120)
    assert reply.status_code == 200
    return reply.content


def told(browser: Chrome, selector: str = ".note") -> str:
    return "\n".join(one.text for one in all_of(browser, selector))


def give(browser: Chrome, at: str, unit: str, count: int) -> list[str]:
    """Give the first *count* of the tasks listed *at* an address to *unit*, and return their ids."""
    browser.get(at)
    ticks = all_of(browser, "table.tasks input[type=checkbox]")[:count]
    browser.execute_script("for (const one of arguments[0]) one.checked = true", ticks)
    all_of(browser, "#f-assigned_to")[0].send_keys(unit)
    press(browser, "保存")
    return [one.get_attribute("aria-label") for one in all_of(browser, "input.tick:checked[aria-label]")]


@pytest.mark.browser
@pytest.mark.soak
def test_a_month_of_an_office_is_kept_whole_and_reads_the_same_on_another_machine(
    browser: Chrome,
    served: Server,
    office: Path,
    ledger: Ledger,
    boss: httpx.Client,
    tmp_path: Path,
    picture: Callable[[str], None],
) -> None:
    home = served.address
    browser.get_log("browser")

    # the supervisor signs in, and is led to what was asked for
    browser.get(f"{home}/desk/bulk?lang=zh-Hans&assigned=none&tier=A")
    picture("01-sign-in")
    all_of(browser, "#name")[0].send_keys("督查")
    all_of(browser, "#password")[0].send_keys(PASSWORD)
    press(browser, "登录")
    assert "未分办" in browser.find_element("tag name", "body").text

    # 40 tasks are given to three units; more than 20 at once only when that is confirmed
    free = f"{home}/desk/bulk?lang=zh-Hans&assigned=none&tier=A"
    give(browser, free, "市科技局", GIVEN["市科技局"])
    assert "将改动 22 项任务：承办单位＝市科技局" in told(browser)
    picture("02-asked-once-more")
    assert ledger.assignments() == {}
    press(browser, "确认改动 22 项")
    assert "已写入 22 项任务" in told(browser)
    picture("03-given-out")
    give(browser, free, "市金融局", GIVEN["市口岸办"])
    assert "已写入 10 项任务" in told(browser)

    # that was the wrong unit: it is undone and given out anew
    press(browser, "撤销")
    assert "已撤销，10 项任务恢复原状" in told(browser)
    picture("04-undone")
    give(browser, free, "市口岸办", GIVEN["市口岸办"])
    give(browser, free, "市金融局", GIVEN["市金融局"])
    given: dict[str, list[str]] = {unit: [] for unit in GIVEN}
    for task, report in ledger.assignments().items():
        given[report["assigned_to"][0]].append(task)  # type: ignore[index]
    assert {unit: len(tasks) for unit, tasks in given.items()} == GIVEN
    assisted = sorted(given["市科技局"])[:ASSISTED]
    for task in assisted:
        form = {"id": task, "revision": "1", "assigned_to": "市科技局", "assisting": "市口岸办"}
        assert boss.post("/desk/task", data=form).status_code == 303

    # the workbook that goes out, from the ledger's page
    opened(browser, f"{home}/?view=ledger&tier=all")
    picture("05-ledger")
    sent = saved(browser, ".hk-get-xlsx")

    # three units fill in a copy each, all three before any comes back
    copies = {}
    for name, unit in UNITS.items():
        path = tmp_path / f"{unit}.xlsx"
        path.write_bytes(sent)
        copies[name] = Filled(path)
        for task in given[unit]:
            copies[name].put(SHEET, task, {"完成状态": "推进中"})
            copies[name].put(PROGRESS, task, {"进展情况": f"2026.11.20：{unit}已开展工作"})
    ours = sorted(given["市科技局"])
    copies["甲"].put(PROGRESS, ours[0], {"存在问题": "口岸通关数据尚未共享", "下一步工作": "12月起草方案"})
    copies["乙"].put(PROGRESS, ours[0], {"存在问题": "数据口径不一"})
    theirs = sorted(given["市口岸办"])
    copies["乙"].put(SHEET, theirs[0], {"完成状态": "快好了", "原文摘录": "改过的原文"})
    last = sorted(given["市金融局"])[0]
    copies["丙"].put(SHEET, last, {"完成状态": "已完成", "佐证材料": "深金发〔2026〕8号", "办结日期": "2026-11-18"})
    files = {name: copy.save() for name, copy in copies.items()}

    # the first and the last have nothing that could not be kept
    for name in ("甲", "丙"):
        with signed_in(served, name) as asking:
            shown = asking.post("/desk/import", files={"file": (files[name].name, files[name].read_bytes(), XLSX)})
            assert shown.status_code == 200, shown.text
            token = re.search(r'name="token" value="([^"]+)"', shown.text)
            assert token
            reply = asking.post("/desk/import/apply", data={"token": token[1], "do": "apply", "take": ""})
        assert reply.status_code == 303
        assert parse_qs(urlsplit(reply.headers["location"]).query)["done"] == [str(GIVEN[UNITS[name]])]

    # the second sees what is refused and what somebody else has said, chooses, and the rest is kept
    browser.get(f"{home}/desk/import?lang=zh-Hans")
    press(browser, "退出")
    picture("06-signed-out")
    all_of(browser, "#name")[0].send_keys("乙")
    all_of(browser, "#password")[0].send_keys(PASSWORD)
    press(browser, "登录")
    browser.get(f"{home}/desk/import?lang=zh-Hans")
    picture("07-import")
    all_of(browser, "#file")[0].send_keys(str(files["乙"]))
    press(browser, "查看改动")
    picture("08-compared")
    assert "有 3 处不能接受" in told(browser)
    assert "口岸通关数据尚未共享" in browser.find_element("tag name", "body").text
    marked = load_workbook(io.BytesIO(saved(browser, "a[href*=marked]")))
    commented = [cell.value for sheet in marked for row in sheet.iter_rows() for cell in row if cell.comment]
    assert {"快好了", "改过的原文", "数据口径不一"} <= set(commented)
    browser.execute_script("arguments[0].value = 'file'", all_of(browser, "#take")[0])
    press(browser, "查看改动")
    assert "有 2 处不能接受" in told(browser)
    picture("09-conflict-settled")
    press(browser, "写入其余各处")
    assert f"已写入 {GIVEN['市口岸办'] + 1} 项任务" in told(browser)
    picture("10-imported")
    assert ledger.current()[ours[0]].report["problems"] == "数据口径不一"
    assert [one.new for one in ledger.history(ours[0]) if one.field == "problems"] == [
        "口岸通关数据尚未共享",
        "数据口径不一",
    ]
    assert "status" not in ledger.current()[theirs[0]].report

    # whoever is signed in finds the tasks of their unit, those that it assists in among them
    opened(browser, f"{home}/?view=ledger")
    mine = once(lambda: all_of(browser, "#table a.hk-mine"), "the link to the unit's tasks")[0]
    assert mine.text == "本单位的任务（市口岸办）"
    mine.click()
    once(lambda: len(all_of(browser, "#table tbody tr")) == GIVEN["市口岸办"] + ASSISTED, "the unit's tasks")
    assert "assignee=" in browser.current_url
    ids = {one.text.split()[0] for one in all_of(browser, "#table td.hk-c-task_id")}
    assert ids == {*theirs, *assisted}
    picture("11-our-tasks")
    browser.get(f"{home}/desk/bulk?lang=zh-Hans")
    next(
        one
        for one in all_of(browser, "a")
        if one.text == "本单位的任务（市口岸办）" and "bulk" in one.get_attribute("href")
    ).click()
    once(lambda: len(all_of(browser, "table.tasks tr")) == GIVEN["市口岸办"] + ASSISTED, "the unit's tasks")
    picture("12-our-tasks-at-once")

    # the briefing, with the office's own number and name
    asked = urlencode({"lang": "zh-Hans", "number": "第3期", "issuer": "市督查室"})
    browser.get(f"{home}/desk/summary?{asked}")
    picture("13-briefing")
    page = "\n".join(one.text for one in all_of(browser, "article.briefing > *"))
    paper = boss.get(f"/desk/briefing.docx?{asked}")
    lines = "\n".join(one.text for one in Document(io.BytesIO(paper.content)).paragraphs)
    rows = [row for one in load_build(office).records for row in one.obligations]
    dated = {row.task_id: row for row in rows if len(date_of(row)) == len("2025-12-31")}
    unsaid = [task for task in dated if task not in ledger.current()]
    assert unsaid
    # what was said of the first of theirs was no status
    past = [task for task in (*unsaid, theirs[0]) if date_of(dated[task]) < today().isoformat()]
    assert len(past) > 1
    for text in (page, lines):
        assert "（第3期）" in text
        assert "市督查室" in text
        assert all(unit in text for unit in GIVEN)
        assert "市口岸办已开展工作" in text
        assert "数据口径不一" in text
        assert "12月起草方案" in text
        # dates of the plan have passed without a report: they are listed, and nothing says that all is in time
        assert re.search(rf"有待核实的任务{len(past)}项", text)
        assert "没有逾期" not in text
        assert all(dated[task].quote in text for task in unsaid)
    # calendar and workbook as they are now
    events = Calendar.from_ical(boss.get("/ledger.ics").content).walk("VEVENT")
    assert len(events) == len(dated)
    opened(browser, f"{home}/?view=ledger&assigned=市金融局")
    file = boss.get("/desk/ledger.csv", params={"assignee": "市口岸办"}).content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(file))][1:] == [
        row.task_id for row in rows if row.task_id in {*theirs, *assisted}
    ]
    now = tmp_path / "now.xlsx"
    now.write_bytes(saved(browser, ".hk-get-xlsx"))
    book = Filled(now)
    assert set(book.rows(SHEET)) == set(given["市金融局"])
    assert book.cell(SHEET, last, "完成状态").value == "已完成"
    # of the sign-in asked for and the refused workbook
    assert [one for one in complaints(browser) if not re.search(r"status of (401|422) ", one)] == []

    # the same on another machine
    archive, other = tmp_path / "month.tar.gz", tmp_path / "other"
    for command, data in (("backup", office), ("restore", other)):
        # each a process of its own, as beside a server that runs
        line = [sys.executable, "-m", "kg.cli", command, str(archive), "--data", str(data)]
        subprocess.run(line, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    there = Ledger.open(other)
    assert there.current() == ledger.current()
    assert there.histories() == ledger.histories()
    assert there.assignments() == ledger.assignments()
    there.close()
    assert Accounts(other).all() == Accounts(office).all()
    counts = []
    for data in (office, other):
        desk = Desk(load_build(data))
        terms = terms_of(desk.keeping)
        counts.append(summary(tasks_of(desk.records, desk.reports(), terms), terms.as_of))
        desk.close()
    assert counts[0] == counts[1]


def test_many_people_signed_in_at_once_each_read_the_ledger_and_keep_their_report(
    served: Server, office: Path, ledger: Ledger
) -> None:
    rows = [row for one in load_build(office).records for row in one.obligations]
    turns = 1 if TIER == "test" else 10
    kept = ledger.current()
    tasks = [row.task_id for row in rows if row.task_id not in kept][: MANY * turns]
    assert len(tasks) == MANY * turns

    def work(n: int) -> list[tuple[str, str]]:
        name, own = f"填报{n}", tasks[n::MANY]
        said = []
        with signed_in(served, name) as asking:
            for task in own:
                listed = asking.get("/desk/bulk", params={"lang": "zh-Hans"})
                assert (listed.status_code, f"{name}（填报）" in listed.text, task in listed.text) == (200, True, True)
                form = {"id": task, "revision": "0", "status": "under_way", "note": f"{name}所报"}
                assert asking.post("/desk/task", data=form).status_code == 303
                page = asking.get("/desk/task", params={"id": task, "lang": "zh-Hans"})
                assert (page.status_code, f"{name}所报" in page.text) == (200, True)
                said.append((task, name))
        return said

    with ThreadPoolExecutor(MANY) as pool:
        said = dict(pair for pairs in pool.map(work, range(MANY)) for pair in pairs)
    assert sorted(said) == sorted(tasks)
    now = ledger.current()
    assert {task: report for task, report in now.items() if task not in said} == kept
    for task, name in said.items():
        assert now[task].report == {"status": "under_way", "note": f"{name}所报"}
        assert {one.who for one in ledger.history(task)} == {name}
