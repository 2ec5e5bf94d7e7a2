"""Every view at its usual size and at 400 %: nothing serious that axe-core finds, nothing cut off, no control unnamed.

What axe-core finds in Gradio's own markup is listed by rule, in a list that may only shrink. At 400 % nothing is wider
than the window (WCAG 1.4.10), which is narrower than a phone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.conftest import IN_EVERY_LANGUAGE, ROOT
from tests.web.pages import LANGUAGE_PATHS, QUESTION, QUOTE, all_of, ask, opened, settled, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

Resize = Callable[[int, int, int], None]

LISTED = Path(__file__).with_name("axe_of_gradio.json")
"""Rule → what of Gradio's own markup breaks it. A rule that is no longer broken has to go from it."""

VIEWS = (
    f"?q={quote(QUESTION)}",
    "?view=ledger&force=exploratory&sort=deadline",
    "?obligation=15-03",
    f"?view=graph&around={quote('agent/财政部')}",
    f"?agent={quote('财政部')}",
    "",
    f"?q={quote('园区今天的气温是多少？')}",
    f"?zone={quote('福田保税区')}",
    "?view=things",
    "?view=things&show=zones",
    f"?sparql={quote('SELECT ?z ?km WHERE { ?z hk:areaKm2 ?km }')}",
    f"?view=ledger&text={quote('无此字样')}",
    "?view=graph",
    "?view=coverage",
    "?view=about",
)
PLAIN = (
    "desk/task?id=15-03",
    f"id/agent/{quote('财政部')}",
    "id/guofa-2023-12/clause/15",
    "sparql",
    "desk/summary",
    "desk/bulk?clause=15",
    "desk/import",
)
"""Pages that need no script. Of both kinds `make test` looks at the first ones, each laid out in its own way."""

WIDTH, HEIGHT, ZOOM = 1280, 900, 4

RUN = """
const done = arguments[0];
axe.run(document, {resultTypes: ["violations"], iframes: false}).then((found) => done(found.violations.flatMap(
  (rule) => rule.nodes.map((node) => {
    const element = document.querySelector(node.target.at(-1));
    // Gradio puts what we write into .html-container; a page without Gradio is ours as a whole
    const ours = !document.querySelector(".gradio-container") || Boolean(element?.closest(".html-container"));
    return {rule: rule.id, impact: node.impact, html: node.html.slice(0, 200), ours, why: node.failureSummary};
  }))), (error) => done([{rule: "axe", impact: "critical", html: String(error), ours: true, why: ""}]));
"""

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


def look(browser: Chrome) -> list[dict[str, Any]]:
    """What axe-core finds on the page that is open."""
    browser.execute_script((ROOT / "tests" / "vendor" / "axe.min.js").read_text("utf-8"))
    browser.set_script_timeout(60)
    found: list[dict[str, Any]] = browser.execute_async_script(RUN)
    return found


def serious(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["ours"] and one["impact"] in ("serious", "critical")]


def nameless(browser: Chrome) -> list[str]:
    """The controls that a screen reader has no name for; of links, of which there are hundreds, axe-core tells."""
    controls = all_of(browser, ":is(input, textarea, button, select, summary):not([aria-hidden=true] *)")
    return [e.get_attribute("outerHTML") for e in controls if e.is_displayed() and not e.accessible_name]


def cut_off(browser: Chrome, resize: Resize, zoom: int = ZOOM) -> list[str]:
    """What is cut off, or wider than the window, where everything is *zoom* times as large."""
    resize(WIDTH // zoom, HEIGHT // zoom, zoom)
    settled(browser)
    assert browser.execute_script("return innerWidth") == WIDTH // zoom
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    found: list[str] = browser.execute_script(CUT)
    resize(WIDTH, HEIGHT, 1)
    return found + ([f"{wide} pixels"] if wide > WIDTH // zoom else [])


@pytest.mark.parametrize("lang", IN_EVERY_LANGUAGE)
def test_every_view_can_be_read_by_everybody_and_no_rule_is_broken_by_gradio_anew(
    lang: str, browser: Chrome, address: str, screen: Resize, repeats: Callable[[int, int], int]
) -> None:
    told: list[tuple[str, object]] = []
    of_gradio = defaultdict(list)
    for view in VIEWS[: repeats(5, len(VIEWS))]:
        opened(browser, f"{address}{LANGUAGE_PATHS[lang]}{view}")
        found = look(browser)
        told += [(view, one) for one in (*serious(found), *nameless(browser), *cut_off(browser, screen))]
        for one in found:
            if not one["ours"]:
                of_gradio[one["rule"]].append(one["html"])
    for path in PLAIN[: repeats(2, len(PLAIN))]:
        browser.get(f"{address}/{path}{'&' if '?' in path else '?'}lang={lang}")
        assert all_of(browser, "h1")
        told += [(path, one) for one in (*serious(look(browser)), *cut_off(browser, screen))]
    assert told == []
    listed = json.loads(LISTED.read_text("utf-8"))
    assert {rule: where for rule, where in of_gradio.items() if rule not in listed} == {}
    assert set(listed) - set(of_gradio) == set(), "no longer broken: take it from the list"


@pytest.mark.soak
@pytest.mark.parametrize("lang", LANGUAGE_PATHS)
def test_nothing_is_cut_off_in_a_view_that_is_opened_at_200_or_400_percent(
    lang: str, browser: Chrome, address: str, screen: Resize
) -> None:
    for zoom in (2, ZOOM):
        for view in VIEWS:
            screen(WIDTH // zoom, HEIGHT // zoom, zoom)
            opened(browser, f"{address}{LANGUAGE_PATHS[lang]}{view}")
            assert cut_off(browser, screen, zoom) == [], view


def test_a_question_is_asked_and_its_clause_opened_at_400_percent(
    browser: Chrome, address: str, screen: Resize
) -> None:
    screen(WIDTH // ZOOM, HEIGHT // ZOOM, ZOOM)
    opened(browser, address)
    ask(browser, QUESTION)
    text_of(browser, "answer", QUOTE)
    link = browser.find_element("css selector", "#answer .hk-place a")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    text_of(browser, "reader", "（十五）实施货物分线管理")
    clause = all_of(browser, "#reader .hk-clause")[0]
    assert 0 < clause.size["width"] <= WIDTH // ZOOM


def test_a_fault_would_be_found_and_whose_it_is(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/")
    fault = "<img src=data:,><button style=padding:9px></button>"
    plant = f"document.querySelector(arguments[0]).insertAdjacentHTML('beforeend', '{fault}')"
    browser.execute_script(plant, "#foot footer")
    browser.execute_script(plant, "#tabs")
    found = {(one["rule"], one["ours"]) for one in look(browser) if one["impact"] in ("serious", "critical")}
    assert found == {(rule, ours) for rule in ("image-alt", "button-name") for ours in (True, False)}
    assert [html.partition(" ")[0] for html in nameless(browser)] == ["<button"] * 2
