"""What axe-core finds in every view in every language: nothing serious in markup of ours, and of Gradio's only what is
listed by rule, in a list that may only shrink.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.conftest import ROOT
from tests.serve.pages import opened

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]

LISTED = Path(__file__).with_name("axe_of_gradio.json")
"""Rule → what of Gradio's own markup breaks it. A rule that is no longer broken has to go from it."""

VIEWS = (
    "",
    f"?q={quote('货物分线管理的具体管理办法由谁制定？')}",
    f"?q={quote('园区今天的气温是多少？')}",
    "?obligation=15-03",
    f"?agent={quote('财政部')}",
    f"?zone={quote('福田保税区')}",
    "?view=things",
    f"?sparql={quote('SELECT ?z ?km WHERE { ?z hk:areaKm2 ?km }')}",
    "?view=ledger&force=exploratory&sort=deadline",
    f"?view=ledger&text={quote('无此字样')}",
    f"?view=graph&agent={quote('财政部')}",
    "?view=coverage",
    "?view=about",
)
PATHS = {"zh-Hans": "/", "zh-Hant": "/zh-Hant/", "en": "/en/"}
PLAIN = (
    f"/id/agent/{quote('财政部')}",
    "/id/guofa-2023-12/clause/15",
    "/sparql",
    "/desk/summary",
    "/desk/task?id=15-03",
    "/desk/bulk?clause=15",
    "/desk/import",
)

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


def look(browser: Chrome) -> list[dict[str, Any]]:
    """What axe-core finds on the page that is open."""
    browser.execute_script((ROOT / "tests" / "vendor" / "axe.min.js").read_text("utf-8"))
    browser.set_script_timeout(60)
    found: list[dict[str, Any]] = browser.execute_async_script(RUN)
    return found


def serious(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["ours"] and one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("lang", PATHS)
def test_nothing_serious_stands_in_markup_of_ours_and_no_rule_is_broken_by_gradio_anew(
    lang: str, browser: Chrome, address: str
) -> None:
    told, of_gradio = [], defaultdict(list)
    for view in VIEWS:
        opened(browser, f"{address}{PATHS[lang]}{view}")
        found = look(browser)
        told += [(view, one) for one in serious(found)]
        for one in found:
            if not one["ours"]:
                of_gradio[one["rule"]].append(one["html"])
    assert told == []
    listed = json.loads(LISTED.read_text("utf-8"))
    assert {rule: where for rule, where in of_gradio.items() if rule not in listed} == {}
    assert set(listed) - set(of_gradio) == set(), "no longer broken: take it from the list"


@pytest.mark.parametrize("path", PLAIN)
def test_nor_in_the_pages_that_need_no_script(path: str, browser: Chrome, address: str) -> None:
    browser.get(f"{address}{path}")
    assert serious(look(browser)) == []


def test_a_fault_would_be_found_and_whose_it_is(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/")
    plant = "document.querySelector(arguments[0]).insertAdjacentHTML('beforeend', '<img src=data:,>')"
    browser.execute_script(plant, "#foot footer")
    browser.execute_script(plant, "#tabs")
    found = [(one["rule"], one["ours"]) for one in look(browser) if one["impact"] in ("serious", "critical")]
    assert sorted(found) == [("image-alt", False), ("image-alt", True)]
