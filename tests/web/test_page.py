"""The desk in a real browser: each tab does its work, runs nobody's markup, asks no other host, mixes no two users."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pytest
from openpyxl import load_workbook

from kg.web.fragments.ledger import LISTED
from tests.chromium import find_chromium, open_chromium
from tests.conftest import GOLDEN
from tests.web.pages import QUESTION, QUOTE, all_of, ask, at_work, fetched, once, open_tab, opened, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

ALL = len((GOLDEN / "hetao-2023" / "obligations.jsonl").read_bytes().splitlines())
"""How many obligations the reviewed file has."""

CHECKABLE = (GOLDEN / "hetao-2023" / "obligations.jsonl").read_text("utf-8").count('"tier": "A"')
"""How many of them one can check, which the ledger opens on."""


BEFORE_THE_TABLE = """
const table = document.querySelector("#table table");
const controls = document.querySelectorAll("#tab-ledger :is(input, textarea, select, button)");
return [...controls].filter((e) => e.offsetParent && e.compareDocumentPosition(table) & 4).length;
"""
"""How many controls are seen before the ledger's table."""


@pytest.fixture(scope="module")
def other(browser: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The browser of a second user."""
    found = find_chromium()
    assert found is not None
    with open_chromium(found, tmp_path_factory.mktemp("other")) as driver:
        yield driver


def test_ask_see_the_quote_open_the_clause_and_take_the_ledger_along(browser: Chrome, address: str) -> None:
    opened(browser, address)
    text_of(browser, "foot", "机器提取，以正式公布文本为准。Machine-read; the gazetted text prevails.")
    assert "国发〔2023〕12号" in browser.find_element("id", "head").text
    ask(browser, QUESTION)
    answer = text_of(browser, "answer", QUOTE)
    assert all(body in answer for body in ("财政部", "海关总署", "税务总局"))
    assert [mark.text for mark in all_of(browser, "#answer mark")] == [QUOTE]
    assert unquote(urlsplit(browser.current_url).query) == f"q={QUESTION}"
    browser.find_element("css selector", "#answer .hk-place a").click()
    text_of(browser, "reader", "（十五）实施货物分线管理")
    assert urlsplit(browser.current_url).query == "clause=15"
    current = once(lambda: all_of(browser, "#contents a[aria-current]"), "the clause in the contents")
    assert [link.text for link in current] == ["（十五）实施货物分线管理"]
    open_tab(browser, "台账")
    text_of(browser, "table", f"{CHECKABLE} 项，共 {ALL} 项")
    assert f"另有 {ALL - CHECKABLE} 项方向性表述未列" in browser.find_element("id", "table").text
    rows = list(csv.reader(io.StringIO(fetched(browser, all_of(browser, ".hk-get-csv")[0]).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(fetched(browser, all_of(browser, ".hk-get-xlsx")[0])))["任务分解表"]
    assert len(rows) - 1 == sheet.max_row - 4 == CHECKABLE
    assert len(all_of(browser, "#table tbody tr")) == LISTED < CHECKABLE
    assert QUOTE in [row[6] for row in rows]


def test_enter_asks_as_the_button_does_and_an_example_asks_itself(browser: Chrome, address: str) -> None:
    opened(browser, address)
    once(lambda: all_of(browser, "#question textarea, #question input"), "the box")[0].send_keys(QUESTION + "\n")
    text_of(browser, "answer", QUOTE)
    opened(browser, address)
    example = once(lambda: all_of(browser, "#examples a"), "the examples")[1]
    asked = example.text
    example.click()
    text_of(browser, "answer", asked)
    box = all_of(browser, "#question textarea, #question input")[0]
    once(lambda: box.get_attribute("value") == asked, "the question in its box")


def test_a_refusal_says_why_and_gives_the_nearest_words(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?q={quote('园区今天的气温是多少？')}")
    assert once(lambda: all_of(browser, "#answer .hk-refused"), "the reason")[0].text
    assert all_of(browser, "#answer .hk-answers") == all_of(browser, "#answer mark") == []
    link = all_of(browser, "#answer .hk-nearest a")[0]
    heading = link.text
    link.click()
    once(lambda: heading in [a.text for a in all_of(browser, "#contents a[aria-current]")], "the nearest clause")


def test_a_question_that_cannot_be_read_is_told_on_the_page(browser: Chrome, address: str) -> None:
    opened(browser, address)
    once(lambda: all_of(browser, "#ask"), "the button")[0].click()
    text_of(browser, "answer", "没有内容")


def test_a_mark_in_the_text_unfolds_its_record_by_mouse_and_by_keyboard(browser: Chrome, address: str) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser.get(f"{address}/?clause=15")
    text_of(browser, "reader", "本条任务")

    def unfolded() -> list[str]:
        return [e.get_attribute("data-task") for e in all_of(browser, "#reader details[open]")]

    assert unfolded() == []
    task = all_of(browser, "#reader .hk-clause [data-task='15-04']")[0]
    # its first word: others of its words are names, with records of their own
    width = task.size["width"] // 2
    ActionChains(browser).move_to_element_with_offset(task, 8 - width, 12 - task.size["height"] // 2).click().perform()
    once(lambda: unfolded() == ["15-04"], "the record of what was clicked")
    assert "探索" in all_of(browser, "#reader details[open]")[0].text
    browser.switch_to.active_element.send_keys(Keys.TAB)
    once(lambda: unfolded() == ["15-05"], "the record of what has the focus")

    def on() -> set[str | None]:
        return {e.get_attribute("data-task") for e in all_of(browser, "#reader .hk-clause .hk-on")}

    # the browser tells of a record that was folded a moment after it is
    once(lambda: on() == {"15-05"}, "its words alone on")


def test_the_contents_are_walked_with_the_arrow_keys(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.get(f"{address}/?clause=1")
    text_of(browser, "reader", "（一）指导思想")
    links = all_of(browser, "#contents a")
    browser.execute_script("arguments[0].focus()", links[2])
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    text_of(browser, "reader", "（二）发展定位")


def test_links_open_cold_and_what_is_not_there_is_told(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?q={quote(QUESTION)}")
    assert "税务总局" in text_of(browser, "answer", QUOTE)
    browser.get(f"{address}/?clause=16")
    text_of(browser, "reader", "（十六）创新科研相关资金跨境流动监管")
    browser.get(f"{address}/?obligation=15-03")
    text_of(browser, "reader", "便利科技创新相关货物出入")
    assert [e.get_attribute("data-task") for e in all_of(browser, "#reader details[open]")] == ["15-03"]
    browser.get(f"{address}/?clause=99")
    text_of(browser, "notice", "没有编号为“99”的条款。")
    browser.get(f"{address}/?view=ledger&agent={quote('财政部')}")
    text_of(browser, "table", f"共 {ALL} 项")
    assert all("财政部" in row.text for row in all_of(browser, "#table tbody tr"))


def test_a_named_query_runs_and_a_wrong_one_is_one_line(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?sparql={quote('SELECT ?o WHERE { ?o a hk:Plan }')}")
    text_of(browser, "rows", "1 行")
    box = all_of(browser, "#query textarea")[0]
    box.clear()
    box.send_keys("SELEC * WHERE { ?s ?p ?o }")
    browser.find_element("id", "run").click()
    told = text_of(browser, "rows", "查询未能运行")
    assert "\n" not in told
    assert "Traceback" not in browser.find_element("tag name", "body").text
    chosen = all_of(browser, "#choice input")[0]
    chosen.click()
    option = once(
        lambda: [e for e in all_of(browser, "[role=option]") if "agent-obligations" in e.text], "the named query"
    )[0]
    option.click()
    value = once(
        lambda: [e for e in all_of(browser, "#value-0 textarea, #value-0 input") if e.is_displayed()], "its box"
    )[0]
    once(lambda: "主体名称或别名" in browser.find_element("id", "value-0").text, "what the parameter is")
    value.send_keys("財政部")
    browser.find_element("id", "run").click()
    text_of(browser, "rows", QUOTE)
    link = all_of(browser, "#rows a[download]")[0]
    assert QUOTE in fetched(browser, link).decode("utf-8-sig")


def test_the_ledger_is_filtered_down_to_nothing_and_back(browser: Chrome, address: str) -> None:
    opened(browser, address)
    open_tab(browser, "台账")
    text_of(browser, "table", f"{CHECKABLE} 项，共 {ALL} 项")
    controls = browser.execute_script(BEFORE_THE_TABLE)
    assert 2 < controls < 5
    all_of(browser, "#table .hk-left-out a")[0].click()
    text_of(browser, "table", f"{ALL} 项，共 {ALL} 项")
    assert urlsplit(browser.current_url).query == "view=ledger&tier=all"
    first = all_of(browser, "#table tbody tr")[0].text
    all_of(browser, "#table .hk-pager a[rel=next]")[0].click()
    text_of(browser, "table", "第 2 页")
    assert all_of(browser, "#table tbody tr")[0].text != first
    box = all_of(browser, "#filter-text textarea, #filter-text input")[0]
    box.send_keys("管理办法")
    once(lambda: len(all_of(browser, "#table tbody tr")) == 1, "the one row")
    box.send_keys("无此字样")
    text_of(browser, "table", "没有符合筛选的任务")
    assert all_of(browser, ".hk-get-csv") == []
    all_of(browser, "#table .hk-clear")[0].click()
    text_of(browser, "table", f"{CHECKABLE} 项，共 {ALL} 项")


def test_two_users_see_each_their_own(
    browser: Chrome, other: Chrome, address: str, repeats: Callable[[int, int], int]
) -> None:
    others = "优惠产业目录由谁制定？"
    opened(browser, address)
    opened(other, address)
    for _ in range(repeats(1, 20)):
        ask(browser, QUESTION)
        ask(other, others)
        assert others not in text_of(browser, "answer", QUESTION)
        assert QUESTION not in text_of(other, "answer", others)
    open_tab(other, "台账")
    text_of(other, "table", f"{CHECKABLE} 项，共 {ALL} 项")
    all_of(other, "#filter-text textarea, #filter-text input")[0].send_keys("无此字样")
    text_of(other, "table", "没有符合筛选的任务")
    open_tab(browser, "台账")
    text_of(browser, "table", f"{CHECKABLE} 项，共 {ALL} 项")


def test_one_user_s_slow_query_shows_that_it_is_at_work_and_holds_up_nobody(
    browser: Chrome, other: Chrome, address: str
) -> None:
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    for driver, query in ((other, slow), (browser, "SELECT (7 AS ?seven) {}")):
        opened(driver, f"{address}/?sparql={quote('ASK {}')}")
        # a new server takes longer over its first page than the page is watched for being still
        box = once(partial(all_of, driver, "#query textarea"), "the box for a query")[0]
        box.clear()
        box.send_keys(query)
    other.find_element("id", "run").click()
    once(partial(at_work, other, "rows"), "a sign of work")
    browser.find_element("id", "run").click()
    text_of(browser, "rows", "seven")
    assert at_work(other, "rows")
    text_of(other, "rows", "查询未能运行")


def test_the_page_speaks_the_language_that_was_chosen(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/en/?q={quote(QUESTION)}")
    text_of(browser, "answer", QUOTE)
    assert "Ask a question" in browser.find_element("tag name", "body").text
    assert "Ask" in [e.text for e in all_of(browser, "[role=tab]")]
    link = next(a for a in all_of(browser, "#head a") if a.text == "简体")
    link.click()
    text_of(browser, "head", "政策文件 · 条款与任务")


def test_kinds_are_switched_off_and_on_and_stay_so_from_clause_to_clause(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?clause=15")
    text_of(browser, "reader", "（十五）")
    background = "return getComputedStyle(document.querySelector('.hk-clause .hk-agent')).backgroundColor"
    before = browser.execute_script(background)
    browser.find_element("css selector", "[data-shows=agent]").click()
    once(lambda: browser.execute_script(background) == "rgba(0, 0, 0, 0)", "no mark of a body")
    assert browser.find_element("css selector", "[data-shows=agent]").get_attribute("aria-pressed") == "false"
    assert [e for e in all_of(browser, "#reader .hk-named[data-kind=agent]") if e.is_displayed()] == []
    link = next(link for link in all_of(browser, "#contents a") if "（三十）" in link.text)
    browser.execute_script("arguments[0].click()", link)
    text_of(browser, "reader", "（三十）加强组织实施")
    assert browser.execute_script(background) == "rgba(0, 0, 0, 0)"
    browser.find_element("css selector", "[data-shows=agent]").click()
    once(lambda: browser.execute_script(background) == before, "the marks of bodies")


def test_a_click_on_a_name_unfolds_its_record_and_not_that_of_its_task(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?clause=15")
    text_of(browser, "reader", "（十五）")
    name = next(e for e in all_of(browser, ".hk-clause [data-name]") if e.text == "财政部")
    name.click()
    open_ = once(lambda: all_of(browser, "#reader details[open]"), "a record")
    assert [e.get_attribute("data-name") for e in open_] == ["agent/财政部"]
    link = next(a for a in open_[0].find_elements("css selector", "a") if "项任务" in a.text)
    browser.execute_script("arguments[0].click()", link)  # the records may still be gliding to where it is in view
    text_of(browser, "thing", QUOTE)


def test_words_are_found_in_the_text_and_marked_in_their_clause(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?clause=1")
    box = once(lambda: all_of(browser, "#find textarea, #find input"), "the box")[0]
    box.send_keys("白名單")
    text_of(browser, "found", "见于")
    next(a for a in all_of(browser, "#found a") if "（二十）" in a.text).click()
    text_of(browser, "reader", "（二十）")
    assert {e.text for e in all_of(browser, "#reader .hk-find")} == {"白名单"}
    assert unquote(urlsplit(browser.current_url).query) == "clause=20&find=白名單"
    browser.get(f"{address}/?clause=20&find={quote('白名單')}")
    text_of(browser, "reader", "（二十）")
    assert all_of(browser, "#reader .hk-find")
    text_of(browser, "found", "见于")
    browser.get(f"{address}/?view=read&find={quote('无此字样')}")
    text_of(browser, "found", "全文没有“无此字样”。")


def test_a_clause_leads_to_those_near_it(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?clause=15")
    text_of(browser, "reader", "（十五）")
    links = once(lambda: all_of(browser, "#reader .hk-near a"), "clauses near it")
    assert len(links) == 3
    heading = links[0].text
    links[0].click()
    once(lambda: browser.title.startswith(heading), "the clause")
