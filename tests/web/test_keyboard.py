"""The desk by keyboard alone: everything is reached, seen to be reached, worked, and left again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.conftest import few
from tests.web.pages import QUESTION, QUOTE, all_of, once, opened, text_of
from tests.web.test_accessibility import VIEWS

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

MOST = 160
"""Stops that are walked of a view; the table of a ledger has hundreds of links."""

LOOK = """
const e = document.activeElement;
if (!e || e === document.body) return null;
const ring = (x) => {
  const s = getComputedStyle(x);
  return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
};
// a box within another may show by the ring of what holds it
let shown = false;
for (let x = e, up = 0; x && up < 4; x = x.parentElement, up += 1) shown ||= ring(x);
const box = e.getBoundingClientRect();
window.hkSeen ??= new Set();
const again = window.hkSeen.has(e);
window.hkSeen.add(e);
return {html: e.outerHTML.slice(0, 200), ring: shown, size: box.width * box.height, again,
        tabs: e.getAttribute("role") === "tab", text: e.textContent.trim().slice(0, 40), id: e.id};
"""


def press(browser: Chrome, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def stops(browser: Chrome) -> list[dict[str, object]]:
    """What has the focus, one Tab after the other, until the page is left, comes round, or `MOST` is reached."""
    from selenium.webdriver.common.keys import Keys

    found: list[dict[str, object]] = []
    for _ in range(MOST):
        press(browser, Keys.TAB)
        stop = browser.execute_script(LOOK)
        if stop is None or stop["again"]:
            if stop is None and not found:
                continue
            break
        found.append(stop)
    return found


def walk_to(browser: Chrome, selector: str) -> None:
    """Press Tab until what has the focus is one that *selector* names."""
    from selenium.webdriver.common.keys import Keys

    for _ in range(MOST):
        press(browser, Keys.TAB)
        if browser.execute_script("return Boolean(document.activeElement?.matches(arguments[0]))", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.mark.parametrize("view", few(VIEWS, VIEWS[:2]))
def test_every_stop_is_seen_and_none_holds_fast(view: str, browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/{view}")
    browser.execute_script("document.activeElement.blur(); window.scrollTo(0, 0); delete window.hkSeen")
    found = stops(browser)
    assert len(found) > 8
    assert [stop["html"] for stop in found if not stop["ring"]] == []
    assert [stop["html"] for stop in found if not stop["size"]] == []
    assert [stop for stop in found if stop["tabs"]], "no tab is reached"


def test_a_question_its_clause_and_back_without_a_mouse(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, address)
    press(browser, "/")
    once(lambda: browser.execute_script("return document.activeElement.matches('#question *')"), "the box")
    press(browser, QUESTION, Keys.ENTER)
    text_of(browser, "answer", QUOTE)
    walk_to(browser, "#answer .hk-place a")
    press(browser, Keys.ENTER)
    text_of(browser, "reader", "（十五）实施货物分线管理")
    walk_to(browser, "#reader .hk-record summary")
    press(browser, Keys.ENTER)
    once(lambda: all_of(browser, "#reader details[open]"), "the record")
    browser.back()
    text_of(browser, "answer", QUOTE)


def test_the_first_stop_skips_to_what_is_open_and_arrows_change_tabs(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, address)
    press(browser, Keys.TAB)
    assert browser.execute_script("return document.activeElement.className") == "hk-skip"
    press(browser, Keys.ENTER)
    inside = "return Boolean(document.activeElement.closest('#tabs [role=tabpanel]'))"
    once(partial(browser.execute_script, inside), "the focus in the panel")
    opened(browser, address)
    walk_to(browser, "[role=tab][aria-selected=true]")
    focused = "return document.activeElement.dataset.tabId"
    press(browser, Keys.ARROW_RIGHT)
    assert browser.execute_script(focused) == "ledger"
    press(browser, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert browser.execute_script(focused) == "about"
    press(browser, Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)
    once(lambda: all_of(browser, "#contents a"), "the contents")
    once(lambda: urlsplit(browser.current_url).query, "its address")


def test_a_query_is_written_run_and_left_without_a_mouse(browser: Chrome, address: str) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    opened(browser, f"{address}/?view=sparql")
    walk_to(browser, ".cm-content")
    ActionChains(browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    press(browser, Keys.DELETE, "SELECT ?o WHERE { ?o a hk:Plan }")
    press(browser, Keys.TAB)
    assert not browser.execute_script("return document.activeElement.matches('.cm-content')")
    walk_to(browser, "#run")
    press(browser, Keys.ENTER)
    text_of(browser, "rows", "1 行")


def test_the_ledger_is_filtered_and_sorted_without_a_mouse(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, f"{address}/?view=ledger")
    walk_to(browser, "#filter-text :is(input, textarea)")
    press(browser, "货物分线")
    once(lambda: len(all_of(browser, "#table tbody tr")) < 30, "the rows that have it")
    walk_to(browser, "#table a.hk-sort")
    press(browser, Keys.ENTER)
    once(lambda: all_of(browser, "#table th[aria-sort]"), "the order")
    assert "sort=" in browser.current_url
