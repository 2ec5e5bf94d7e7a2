"""Every view at twice and at four times the size: nothing is cut off, nothing wider than the window (WCAG 1.4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.serve.pages import all_of, ask, opened, text_of
from tests.serve.test_axe import PATHS, VIEWS
from tests.serve.test_page import QUESTION, QUOTE

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

WIDTH, HEIGHT = 1280, 900

CUT = """
return [...document.querySelectorAll("button, a, label, input, textarea, select, p, li, h1, h2, h3, h4, summary")]
  // Gradio keeps a second row of tabs out of sight, to measure which of them fit
  .filter((e) => !e.closest("[tabindex='-1'], [aria-hidden=true]"))
  .filter((e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width > 2 && box.right > innerWidth + 1 && !within(e))
  .map(([e]) => e.outerHTML.slice(0, 160));
function within(e) {
  // what lies in a box that scrolls by itself is reached by scrolling it
  for (let p = e.parentElement; p; p = p.parentElement) {
    if (p === document.body) return false;
    if (/auto|scroll/.test(getComputedStyle(p).overflowX) && p.scrollWidth > p.clientWidth) return true;
  }
  return false;
}
"""


@pytest.fixture(params=[2, 4], ids=["200 %", "400 %"])
def zoomed(request: pytest.FixtureRequest, browser: Chrome) -> Iterator[int]:
    """A window in which everything is so many times as large: as many fewer pixels of the page's own fit into it."""
    times: int = request.param
    plain = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    larger = {"width": WIDTH // times, "height": HEIGHT // times, "deviceScaleFactor": times}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", plain | larger)
    yield times
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", plain)


@pytest.mark.parametrize("lang", PATHS)
def test_no_view_is_wider_than_its_window(lang: str, zoomed: int, browser: Chrome, address: str) -> None:
    told = []
    for view in VIEWS:
        opened(browser, f"{address}{PATHS[lang]}{view}")
        assert browser.execute_script("return innerWidth") == WIDTH // zoomed
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        told += [(view, f"{wide} pixels")] if wide > WIDTH // zoomed else []
        told += [(view, cut) for cut in browser.execute_script(CUT)]
    assert told == []


def test_a_question_is_asked_and_its_clause_opened(zoomed: int, browser: Chrome, address: str) -> None:
    opened(browser, address)
    ask(browser, QUESTION)
    text_of(browser, "answer", QUOTE)
    link = browser.find_element("css selector", "#answer .hk-place a")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    text_of(browser, "reader", "（十五）实施货物分线管理")
    clause = all_of(browser, "#reader .hk-clause")[0]
    assert 0 < clause.size["width"] <= WIDTH // zoomed


@pytest.mark.parametrize(
    "path",
    [
        "/desk/summary",
        "/desk/task?id=15-03",
        "/desk/summary?lang=en",
        "/desk/bulk?clause=15",
        "/desk/import",
        "/desk/task?id=15-03&lang=en",
    ],
)
def test_the_office_s_pages_are_no_wider_either(path: str, zoomed: int, browser: Chrome, address: str) -> None:
    browser.get(f"{address}{path}")
    assert all_of(browser, "h1")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= WIDTH // zoomed
    assert browser.execute_script(CUT) == []
