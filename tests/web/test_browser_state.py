"""What the desk keeps of a user: questions in the browser alone, verdicts on the server's disk, choices of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from kg.feedback import Feedback
from tests.web.pages import QUESTION, QUOTE, all_of, ask, once, open_tab, opened, settled, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def forgotten(browser: Chrome, address: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser that remembers nothing, before and after."""
    request.getfixturevalue("only_this_host")
    browser.get(f"{address}/healthz")
    browser.execute_script("localStorage.clear()")
    yield
    browser.get(f"{address}/healthz")
    browser.execute_script("localStorage.clear()")


def shown(browser: Chrome, selector: str) -> list[Any]:
    return [e for e in all_of(browser, selector) if e.is_displayed()]


def titled(browser: Chrome, title: str) -> bool:
    return bool(browser.title == title)


def test_the_last_questions_are_kept_in_the_browser_alone_and_cleared(
    browser: Chrome, address: str, built: Path
) -> None:
    before = {path for path in built.rglob("*") if path.is_file()}
    evil = "<img src=x onerror=\"document.title='owned'\">由谁审批？"
    for question in (QUESTION, evil, QUESTION):
        browser.get(f"{address}/?q={quote(question)}")
        text_of(browser, "answer", question)
    once(
        lambda: [e.text for e in shown(browser, "#history a")] == [QUESTION, evil], "the questions, the last one first"
    )
    assert all_of(browser, "#history img") == []
    assert json.loads(browser.execute_script("return localStorage['hk-history']")) == [QUESTION, evil]
    shown(browser, "#history a")[1].click()
    text_of(browser, "answer", evil)
    all_of(browser, "#history button")[0].click()
    once(lambda: not shown(browser, ".hk-history"), "nothing of them")
    assert json.loads(browser.execute_script("return localStorage['hk-history']")) == []
    assert {path for path in built.rglob("*") if path.is_file()} == before


def test_a_verdict_is_kept_given_out_and_erased(browser: Chrome, address: str, built: Path) -> None:
    kept = Feedback(built)
    assert kept.all() == []
    browser.get(f"{address}/?q={quote(QUESTION)}")
    text_of(browser, "answer", QUOTE)
    all_of(browser, "#answer [data-right=false]")[0].click()
    box = once(lambda: shown(browser, "#answer [name=comment]"), "the box for a comment")[0]
    assert browser.switch_to.active_element == box
    box.send_keys("=1+1 漏了一个\n")
    text_of(browser, "answer", "已记下。")
    (said,) = kept.all()
    assert (said.question, said.answer, said.right) == (QUESTION, "财政部、海关总署、税务总局", False)
    assert said.comment == "=1+1 漏了一个"
    assert said.time.endswith("+08:00")
    all_of(browser, "#kept summary")[0].click()
    text_of(browser, "kept", "已记 1 条")
    assert [urlsplit(a.get_attribute("href")).path.rsplit(".")[-1] for a in shown(browser, "#kept a")] == [
        "csv",
        "json",
    ]
    all_of(browser, "#kept button")[0].click()
    browser.switch_to.alert.dismiss()
    assert len(kept.all()) == 1
    all_of(browser, "#kept button")[0].click()
    browser.switch_to.alert.accept()
    text_of(browser, "kept", "已全部删除。")
    assert kept.all() == []


def test_what_is_copied_carries_its_citation(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?q={quote(QUESTION)}")
    text_of(browser, "answer", QUOTE)
    browser.execute_script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    all_of(browser, "#answer .hk-place .hk-copy")[0].click()
    cited = f"“{QUOTE}”（国发〔2023〕12号（十五））"
    once(lambda: browser.execute_script("return window.copied") == cited, "the quote")
    all_of(browser, "#answer .hk-said .hk-copy")[0].click()
    text_of(browser, "answer", "已复制")
    copied = browser.execute_script("return window.copied").split("\n")
    assert any(line.endswith("财政部、海关总署、税务总局") for line in copied)
    assert cited in copied


def test_the_chosen_language_holds_and_a_link_still_opens_what_it_names(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?clause=15")
    text_of(browser, "reader", "（十五）")
    next(a for a in shown(browser, "#head nav a") if a.text == "English").click()
    text_of(browser, "head", "Policy documents")
    assert browser.current_url == f"{address}/en/?clause=15"
    browser.get(f"{address}/?clause=16")
    text_of(browser, "reader", "（十六）")
    assert browser.current_url == f"{address}/en/?clause=16"
    next(a for a in shown(browser, "#head nav a") if a.text == "简体").click()
    text_of(browser, "head", "政策文件")
    assert browser.current_url == f"{address}/?clause=16"
    browser.get(f"{address}/zh-Hant/?clause=16")
    text_of(browser, "head", "條款與任務")


@pytest.mark.parametrize(
    ("accept", "path"), [("zh-HK,en", "/zh-Hant/"), ("zh-TW", "/zh-Hant/"), ("en-GB,zh", "/en/"), ("fr,zh-CN", "/")]
)
def test_a_first_visit_is_in_the_browser_s_language_and_a_choice_or_a_link_wins(
    browser: Chrome, address: str, accept: str, path: str
) -> None:
    browser.get(f"{address}/healthz")
    browser.execute_script("localStorage.clear()")
    browser.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": "x", "acceptLanguage": accept})
    try:
        browser.get(f"{address}/?clause=15")
        once(lambda: browser.current_url == f"{address}{path}?clause=15", f"the page at {path}")
        browser.get(f"{address}/?clause=15&lang=zh-Hant")
        once(lambda: browser.current_url == f"{address}/zh-Hant/?clause=15", "the language of the link")
        text_of(browser, "head", "條款與任務")
        next(a for a in shown(browser, "#head nav a") if a.text == "简体").click()
        once(lambda: browser.current_url == f"{address}/?clause=15", "the language that is chosen")
        text_of(browser, "head", "条款与任务")
        browser.get(f"{address}/?clause=16")
        text_of(browser, "head", "条款与任务")
        assert browser.current_url == f"{address}/?clause=16"
    finally:
        agent = browser.execute_cdp_cmd("Browser.getVersion", {})["userAgent"]
        browser.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": "zh-CN"})
        browser.execute_script("localStorage.clear()")


def test_each_view_has_its_address_and_title_and_the_step_back_loads_nothing_anew(
    browser: Chrome, address: str
) -> None:
    desk = "政策文件 · 条款与任务"
    opened(browser, address)
    browser.execute_script("window.same = true")
    ask(browser, QUESTION)
    text_of(browser, "answer", QUOTE)
    once(lambda: browser.title == f"{QUESTION} · {desk}", "the question as title")
    browser.find_element("css selector", "#answer .hk-place a").click()
    once(lambda: browser.title == f"（十五）实施货物分线管理 · {desk}", "the clause as title")
    open_tab(browser, "核查")
    once(lambda: urlsplit(browser.current_url).query == "view=coverage", "the address of the tab")
    assert browser.title == f"核查 · {desk}"
    open_tab(browser, "台账")
    once(lambda: urlsplit(browser.current_url).query == "view=ledger", "the address of the ledger")
    all_of(browser, "#filter-text textarea, #filter-text input")[0].send_keys("管理办法")
    filtered = "view=ledger&tier=A&text=管理办法"
    once(lambda: unquote(urlsplit(browser.current_url).query) == filtered, "the filter in the address")
    open_tab(browser, "原文")
    once(lambda: urlsplit(browser.current_url).query == "clause=15", "the clause that is read")
    for wanted in ("层级＝A 可核查；查找字词＝管理办法", "核查", "（十五）实施货物分线管理", QUESTION):
        browser.back()
        once(partial(titled, browser, f"{wanted} · {desk}"), wanted)
    assert shown(browser, "#answer mark")
    assert browser.execute_script("return window.same")


def test_of_steps_back_in_quick_succession_the_last_one_counts(browser: Chrome, address: str) -> None:
    desk = "政策文件 · 条款与任务"
    opened(browser, f"{address}/?clause=15")
    for tab in ("核查", "台账", "关于"):
        open_tab(browser, tab)
        once(partial(titled, browser, f"{tab} · {desk}"), tab)
    settled(browser)
    browser.execute_script("history.back(); setTimeout(() => history.back(), 60); setTimeout(() => history.back(), 90)")
    once(partial(titled, browser, f"（十五）实施货物分线管理 · {desk}"), "the clause")
    settled(browser)
    assert browser.title == f"（十五）实施货物分线管理 · {desk}"
    assert urlsplit(browser.current_url).query == "clause=15"


def test_a_slash_goes_to_the_question_and_is_typed_in_a_box(browser: Chrome, address: str) -> None:
    from selenium.webdriver import ActionChains

    opened(browser, f"{address}/?clause=15")
    ActionChains(browser).send_keys("/").perform()
    box = once(lambda: shown(browser, "#question textarea, #question input"), "the box")[0]
    once(lambda: browser.switch_to.active_element == box, "the focus")
    ActionChains(browser).send_keys("24/7").perform()
    assert box.get_attribute("value") == "24/7"
    outline = browser.execute_script("return getComputedStyle(arguments[0]).outlineWidth", box)
    assert outline == "3px"


def test_dark_or_light_is_chosen_and_remembered(browser: Chrome, address: str) -> None:
    opened(browser, address)
    once(lambda: shown(browser, ".hk-theme"), "the button")[0].click()
    assert browser.execute_script("return document.body.classList.contains('dark')")
    ink = "return getComputedStyle(document.querySelector('.hk-head li b')).color"
    assert browser.execute_script(ink) == "rgb(230, 234, 240)"
    opened(browser, f"{address}/en/")
    once(lambda: browser.execute_script("return document.body.classList.contains('dark')"), "dark again")
    assert shown(browser, ".hk-theme")[0].text == "Light"


def test_a_filter_is_kept_under_a_name_followed_and_removed(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?view=ledger&clause=15")
    once(lambda: all_of(browser, "#table tbody tr"), "the rows")
    count = len(all_of(browser, "#table tbody tr"))
    evil = "<img src=x onerror=alert(1)>"
    for name in ("口岸", evil):
        box = once(lambda: shown(browser, ".hk-saved input"), "the box for a name")[0]
        box.send_keys(f"{name}\n")
    once(lambda: [e.text for e in shown(browser, ".hk-saved a")] == [evil, "口岸"], "both of them")
    assert all_of(browser, ".hk-saved img") == []
    opened(browser, f"{address}/?view=ledger")
    once(lambda: len(all_of(browser, "#table tbody tr")) > count, "all rows")
    shown(browser, ".hk-saved a")[1].click()
    once(lambda: len(all_of(browser, "#table tbody tr")) == count, "those of the filter")
    assert "clause=15" in browser.current_url
    shown(browser, ".hk-saved li button")[0].click()
    once(lambda: [e.text for e in shown(browser, ".hk-saved a")] == ["口岸"], "one of them")
    kept = json.loads(browser.execute_script("return localStorage['hk-filters']"))
    assert [one["name"] for one in kept] == ["口岸"]
    # what somebody else wrote there leads nowhere but to the ledger
    browser.execute_script("localStorage['hk-filters'] = JSON.stringify([{name: 'x', query: 'https://evil.example/'}])")
    opened(browser, f"{address}/?view=ledger")
    assert shown(browser, ".hk-saved a") == []
