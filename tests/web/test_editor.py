"""The editor of queries in a real browser: it highlights and helps, and the plain box holds the text all the while."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.web.pages import all_of, fetched, once, open_tab, opened, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

COUNTED = "SELECT ?force (COUNT(*) AS ?n) { ?o hk:force ?force } GROUP BY ?force ORDER BY ?force"


def editor(browser: Chrome) -> Any:  # noqa: ANN401 - Selenium's element
    return once(lambda: [e for e in all_of(browser, ".hk-editor .cm-content") if e.is_displayed()], "the editor")[0]


def held(browser: Chrome) -> str:
    """What the plain box holds."""
    return str(all_of(browser, "#query textarea")[0].get_attribute("value"))


def test_it_highlights_and_numbers_what_a_link_brings(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?sparql={quote('# 说明' + chr(10) + COUNTED)}")
    editor(browser)
    words = {kind: {e.text for e in all_of(browser, f".hk-editor .tok-{kind}")} for kind in ("keyword", "comment")}
    assert {"SELECT", "AS", "GROUP", "BY"} <= words["keyword"]
    assert words["comment"] == {"# 说明"}
    assert "?force" in {e.text for e in all_of(browser, ".hk-editor .tok-variableName")}
    assert {e.text for e in all_of(browser, ".hk-editor .cm-lineNumbers .cm-gutterElement")} >= {"1", "2"}
    assert editor(browser).accessible_name
    prefixes = browser.find_element("id", "prefixes")
    assert "hk:" in prefixes.text


def test_what_is_written_in_it_is_what_the_box_holds_and_what_is_run(browser: Chrome, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, f"{address}/?sparql={quote('ASK {}')}")
    text_of(browser, "rows", "是（true）")
    place = editor(browser)
    place.click()
    place.send_keys(Keys.CONTROL, "a")
    place.send_keys("SELECT (6*7 AS ?answer) {")
    once(lambda: held(browser) == "SELECT (6*7 AS ?answer) {}", "the text in the box")
    place.send_keys(Keys.SHIFT, Keys.ENTER)
    text_of(browser, "rows", "42")
    # it is kept while another tab is looked at
    open_tab(browser, "台账")
    open_tab(browser, "SPARQL")
    assert held(browser) == "SELECT (6*7 AS ?answer) {}"
    assert editor(browser).text == "SELECT (6*7 AS ?answer) {}"


def test_a_ready_made_query_comes_into_it(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?view=sparql")
    editor(browser)
    box = browser.find_element("css selector", "#choice input")
    box.click()
    once(lambda: [e for e in all_of(browser, "#choice [role=option]") if "zones" in e.text], "the list")[-1].click()
    once(lambda: "hk:Zone" in held(browser), "the query in the box")
    once(lambda: "hk:Zone" in editor(browser).text, "the query in the editor")


def test_it_offers_prefixes_and_the_terms_of_the_graph(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?sparql={quote('ASK {}')}")
    place = editor(browser)
    place.click()
    place.send_keys(" hk:inCl")
    offered = once(lambda: all_of(browser, ".hk-editor .cm-tooltip-autocomplete li"), "what it offers")
    assert "hk:inClause" in [e.text for e in offered]


def test_without_the_editor_the_plain_box_does_all(browser: Chrome, address: str) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*sparql-editor.min.js"]})
    try:
        opened(browser, f"{address}/?sparql={quote('ASK {}')}")
        text_of(browser, "rows", "是（true）")
        box = all_of(browser, "#query textarea")[0]
        assert box.is_displayed()
        box.clear()
        box.send_keys("SELECT (6*7 AS ?answer) {}")
        browser.find_element("id", "run").click()
        text_of(browser, "rows", "42")
        assert all_of(browser, ".cm-editor") == []
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
        browser.get_log("browser")


def test_counts_are_drawn_and_every_file_holds_the_rows(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?sparql={quote(COUNTED)}")
    once(lambda: all_of(browser, "#rows .hk-bars svg rect"), "the bars")
    shown = [e.text for e in all_of(browser, "#rows .hk-bar-number")]
    table = [row.text.split() for row in all_of(browser, "#rows tbody tr")]
    assert shown == [row[-1] for row in table]
    widths = [e.size["width"] for e in all_of(browser, "#rows .hk-bars rect")]
    assert widths.index(max(widths)) == shown.index(str(max(map(int, shown))))
    files = {link.get_attribute("download"): fetched(browser, link) for link in all_of(browser, "#rows .hk-files a")}
    assert set(files) == {"rows.csv", "rows.json", "rows.tsv"}
    rows = list(csv.DictReader(io.StringIO(files["rows.csv"].decode("utf-8-sig"))))
    assert [row["n"] for row in rows] == shown
    assert [row["n"]["value"] for row in json.loads(files["rows.json"])["results"]["bindings"]] == shown
    # there a number is written with its type
    assert [line.split('"')[1] for line in files["rows.tsv"].decode().splitlines()[1:]] == shown
