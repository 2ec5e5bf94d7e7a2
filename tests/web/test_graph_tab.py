"""The tab of the graph in a real browser: drawn, unfolded, filtered, saved, and told where it cannot be."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import networkx
import pytest

from kg.vocab import thing
from tests.conftest import few
from tests.web.pages import all_of, fetched, once, open_tab, opened, text_of

if TYPE_CHECKING:
    from selenium.webdriver import ActionChains, Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

BODY = thing("agent", "财政部")
CLAUSE_15 = thing("guofa-2023-12", "clause", "15")


def drawn(browser: Chrome) -> set[str]:
    """The things in the picture, by their IRI."""
    return set(browser.execute_script("return (window.hkGraphShown?.cy?.nodes() ?? []).map((node) => node.id())"))


def visit(browser: Chrome, address: str, around: str, path: str = "/") -> None:
    opened(browser, f"{address}{path}?view=graph&around={quote(around)}")
    once(lambda: drawn(browser), "the picture")


def over(browser: Chrome, name: str) -> ActionChains:
    """The mouse, moved to the thing *name* in the picture."""
    from selenium.webdriver import ActionChains

    place = browser.find_element("css selector", "#graph .hk-g-picture")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", place)
    x, y = browser.execute_script(
        "const at = window.hkGraphShown.cy.getElementById(arguments[0]).renderedPosition();"
        "const box = arguments[1].getBoundingClientRect();"
        "return [Math.round(at.x - box.width / 2), Math.round(at.y - box.height / 2)];",
        name,
        place,
    )
    return ActionChains(browser).move_to_element_with_offset(place, x, y)


def listed(browser: Chrome) -> list[str]:
    return [e.get_attribute("data-id") for e in all_of(browser, "#graph .hk-g-list li button")]


def choose(browser: Chrome, box: str, word: str) -> None:
    next(e for e in all_of(browser, f"#{box} label") if e.text == word).click()


def test_the_library_is_asked_for_when_the_tab_is_opened_and_not_before(browser: Chrome, address: str) -> None:
    opened(browser, address)
    script = "return performance.getEntriesByType('resource').map((e) => e.name).filter((n) => n.includes('/vendor/'))"
    assert browser.execute_script(script) == []
    open_tab(browser, "关系图")
    start = once(lambda: [e for e in all_of(browser, "#graph .hk-g-start a") if e.is_displayed()], "what to begin with")
    assert not browser.find_element("css selector", "#graph .hk-g-picture").is_displayed()
    name = start[0].text
    start[0].click()
    text_of(browser, "graph", "条关系")
    assert [url.rpartition("/")[2] for url in browser.execute_script(script)] == ["cytoscape.min.js"]
    assert once(lambda: all_of(browser, "#graph .hk-g-list h3"), "the list")[0].text == name
    assert browser.find_element("css selector", "#graph-around input").get_attribute("value") == f"{name} · 主体"
    assert parse_qs(urlsplit(browser.current_url).query)["view"] == ["graph"]


def test_a_link_draws_a_thing_and_a_click_unfolds_the_next(browser: Chrome, address: str) -> None:
    visit(browser, address, "agent/财政部")
    before = drawn(browser)
    assert {BODY, CLAUSE_15} <= before
    over(browser, CLAUSE_15).click().perform()
    once(lambda: len(drawn(browser)) > len(before), "what the clause is tied to")
    assert before <= drawn(browser)
    assert once(lambda: all_of(browser, "#graph .hk-g-list h3"), "the list")[0].get_attribute("data-id") == CLAUSE_15
    # and is folded up again
    next(e for e in all_of(browser, "#graph .hk-g-do button") if e.text == "收起").click()
    once(lambda: drawn(browser) == before, "what was there before")


def test_bodies_and_places_have_the_names_of_the_page_s_language(browser: Chrome, address: str) -> None:
    visit(browser, address, BODY, "/en/")
    (name,) = once(lambda: all_of(browser, "#graph .hk-g-list h3 span"), "the list")
    assert (name.text, name.get_attribute("lang")) == ("Ministry of Finance", "en")
    browser.execute_script("window.hkGraphShown.unfold(arguments[0])", CLAUSE_15)
    once(lambda: thing("agent", "税务总局") in drawn(browser), "the clause's bodies")
    labels = browser.execute_script("return window.hkGraphShown.cy.nodes().map((node) => node.data('label'))")
    assert "State Taxation Administration" in labels
    assert "税务总局" not in labels
    box = browser.find_element("css selector", "#graph-around input")
    assert str(box.get_attribute("value")).startswith("Ministry of Finance ·")


def test_a_thing_that_was_moved_stays_there(browser: Chrome, address: str) -> None:
    visit(browser, address, "agent/财政部")
    where = (
        "const {x, y} = window.hkGraphShown.cy.getElementById(arguments[0]).position(); return [x, y].map(Math.round)"
    )
    before = browser.execute_script(where, CLAUSE_15)
    over(browser, CLAUSE_15).click_and_hold().move_by_offset(20, 15).move_by_offset(20, 15).release().perform()
    after = browser.execute_script(where, CLAUSE_15)
    assert after != before
    all_of(browser, "#graph .hk-g-list li button")[0].click()
    once(lambda: len(drawn(browser)) > 6, "what was unfolded")
    assert browser.execute_script(where, CLAUSE_15) == after


def test_the_list_beside_it_says_the_same_and_works_by_keyboard(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, address, "agent/财政部")
    once(lambda: set(listed(browser)) | {BODY} == drawn(browser), "the same in the list")
    button = next(e for e in all_of(browser, "#graph li button") if e.get_attribute("data-id") == CLAUSE_15)
    button.send_keys(Keys.ENTER)
    once(lambda: len(listed(browser)) > 10, "the clause's neighbours")
    focused = browser.switch_to.active_element
    assert focused.get_attribute("data-id") == CLAUSE_15
    link = next(e for e in all_of(browser, "#graph .hk-g-do a") if e.text == "打开")
    link.send_keys(Keys.ENTER)
    text_of(browser, "reader", "（十五）实施货物分线管理")
    assert urlsplit(browser.current_url).query == "clause=15"


def test_filters_leave_out_what_does_not_fit(browser: Chrome, address: str) -> None:
    visit(browser, address, "zone/福田保税区")
    every = drawn(browser)
    choose(browser, "graph-kinds", "条款")
    once(lambda: all("/clause/" in name for name in drawn(browser) - {thing("zone", "福田保税区")}), "clauses alone")
    assert drawn(browser) < every
    choose(browser, "graph-kinds", "条款")
    once(lambda: drawn(browser) == every, "everything again")
    choose(browser, "graph-forces", "探索")
    once(lambda: drawn(browser) < every, "fewer tasks")
    forces = browser.execute_script("return window.hkGraphShown.cy.nodes('.obligation').map((n) => n.data('force'))")
    assert set(forces) <= {"exploratory"}


def test_too_much_is_cut_and_said(browser: Chrome, address: str) -> None:
    visit(browser, address, "zone/深圳园区")
    assert len(drawn(browser)) == 100
    text_of(browser, "graph", "只画了")
    text_of(browser, "graph", "项未画出")


def test_the_picture_and_the_graph_are_saved(browser: Chrome, address: str, tmp_path: Path) -> None:
    visit(browser, address, "agent/财政部")
    button = next(e for e in all_of(browser, "#graph li button") if e.get_attribute("data-id") == CLAUSE_15)
    button.click()
    once(lambda: len(drawn(browser)) > 10, "what was unfolded")
    link = browser.find_element("css selector", "#graph .hk-g-graphml")
    read = networkx.read_graphml(io.BytesIO(fetched(browser, link)), force_multigraph=True)
    assert set(dict(read.nodes(data="iri")).values()) == drawn(browser)
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    next(e for e in all_of(browser, "#graph .hk-g-tools button") if e.text == "存为图片").click()
    saved: Any = once(lambda: list(tmp_path.glob("*.png")), "the picture")[0]
    content = saved.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert min(width, height) > 300
    assert len(content) > 20_000


@pytest.mark.parametrize("around", few(["agent/没有这一家", "nonsense", "<img src=x>"], ["<img src=x>"]))
def test_what_the_graph_does_not_have_is_told(around: str, browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?view=graph&around={quote(around)}")
    text_of(browser, "graph", "图中没有这一项")
    assert drawn(browser) == set()
    # that the server said so too is what was to be tested
    log = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert all("/api/graph?" in line and "404" in line for line in log)


def test_without_the_library_it_is_told_and_the_page_goes_on(browser: Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*cytoscape.min.js"]})
    try:
        opened(browser, f"{address}/?view=graph&around=agent/{quote('财政部')}")
        text_of(browser, "graph", "图未能画出")
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    browser.get_log("browser")
    open_tab(browser, "原文")
    text_of(browser, "reader", "本条")


def test_shapes_and_words_say_what_colours_do_and_dark_has_its_own(browser: Chrome, address: str) -> None:
    visit(browser, address, "zone/深圳园区", "/en/")
    look = """
        return Object.fromEntries(window.hkGraphShown.cy.nodes().map((node) =>
          [node.data('kind'), [node.style('shape'), node.style('background-color'), node.style('color')]]))
    """
    light = browser.execute_script(look)
    assert len({shape for shape, _, _ in light.values()}) == len(light) == 4 + ("agent" in light)
    legend = browser.find_element("css selector", "#graph .hk-g-legend").text
    assert all(word in legend for word in ("body", "zone", "policy", "clause", "task"))
    lines = browser.execute_script(
        "return Object.fromEntries(window.hkGraphShown.cy.nodes('.obligation')"
        ".map((n) => [n.data('force'), n.style('border-style')]))"
    )
    assert len(set(lines.values())) == len(lines) > 1
    browser.execute_script("document.body.classList.add('dark')")
    try:
        once(lambda: browser.execute_script(look)["zone"][2] != light["zone"][2], "the dark dress")
    finally:
        browser.execute_script("document.body.classList.remove('dark')")
