"""Giving tasks out in the browser: many at once, undone again, and found in the ledger by whom they were given to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.ledger.store import Ledger
from tests.web.pages import all_of, complaints, once, opened
from tests.web.server import Server, serving

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


@pytest.fixture
def served(data: Path) -> Iterator[Server]:
    with serving(data) as server:
        yield server


def test_tasks_are_given_out_at_once_found_by_it_and_taken_back(browser: Chrome, served: Server, data: Path) -> None:
    browser.get_log("browser")
    browser.get(f"{served.address}/desk/bulk?lang=en")
    ticks = all_of(browser, "table.tasks input[type=checkbox]")
    assert len(ticks) > 2
    assert not [one for one in all_of(browser, "input[type=checkbox]") if one.is_selected()]
    box = all_of(browser, "#f-assigned_to")[0]
    offered = all_of(browser, f"datalist#{box.get_attribute('list')} option")
    assert "市水务局" in [one.get_attribute("value") for one in offered]
    box.send_keys("市水务局、市林业局")
    all_of(browser, "#who")[0].send_keys("张三")
    for one in ticks[:2]:
        one.click()
    next(one for one in all_of(browser, "button") if one.text == "Save").click()
    once(lambda: [one for one in all_of(browser, ".note") if "2 tasks" in one.text], "what was saved")
    assert len(Ledger.open(data).assignments()) == 2
    opened(browser, f"{served.address}/en/?view=ledger&assigned=市林业局")
    once(lambda: len(all_of(browser, "#table tbody tr")) == 2, "the tasks of the one")
    assert {one.text for one in all_of(browser, "#table td.hk-c-assigned_to")} == {"市水务局、市林业局"}
    opened(browser, f"{served.address}/en/?view=ledger&assigned=none")
    once(lambda: len(all_of(browser, "#table tbody tr")) == len(ticks) - 2, "the tasks of nobody")
    assert all_of(browser, "#filter-assigned input")[0].get_attribute("value").startswith("not assigned")
    browser.get(f"{served.address}/desk/bulk?lang=en")
    all_of(browser, "#undo-who")[0].send_keys("李四")
    all_of(browser, "button[name=number]")[0].click()
    once(lambda: [one for one in all_of(browser, ".note") if "Undone: 2" in one.text], "what was undone")
    assert Ledger.open(data).assignments() == {}
    assert complaints(browser) == []


def test_each_of_several_names_is_offered_behind_those_that_stand_there(browser: Chrome, served: Server) -> None:
    browser.get_log("browser")
    browser.get(f"{served.address}/desk/bulk?lang=zh-Hans")
    box = all_of(browser, "#f-assisting")[0]

    def offered() -> list[str | None]:
        options = all_of(browser, f"datalist#{box.get_attribute('list')} option")
        return [one.get_attribute("value") for one in options]

    names = offered()
    first, second, *_ = names
    assert first
    assert second
    # a browser without a window draws no list, so what it would offer is looked at instead of chosen
    box.send_keys(first)
    assert offered() == names
    box.send_keys("、")
    assert offered() == [f"{first}、{name}" for name in names if name != first]
    box.send_keys(f"{second}; ")
    assert offered() == [f"{first}、{second}; {name}" for name in names if name not in (first, second)]
    box.clear()
    box.send_keys(first[:1])
    assert offered() == names
    box.send_keys("（甲、")
    assert offered() == []
    assert complaints(browser) == []
