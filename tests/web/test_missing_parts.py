"""The desk where something is missing: no build, no model, nothing found, a build or a server that goes meanwhile."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from kg import pipeline
from tests.conftest import IN_EVERY_LANGUAGE
from tests.copies import copy_exports
from tests.web.pages import LANGUAGE_PATHS, all_of, ask, complaints, once, open_tab, opened, requested, text_of
from tests.web.server import Server, ended, running, serving

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

QUESTION = "具体补助办法由谁制定？"
"""A question that the small notice answers."""


def test_where_there_is_no_build_one_is_made_and_shown(browser: Chrome, built: Path, tmp_path: Path) -> None:
    with serving(copy_exports(built, tmp_path / "data")) as server:
        assert server.get("/healthz").json["status"] == "ok"
        opened(browser, server.address)
        text_of(browser, "head", "国发〔2023〕12号")
        browser.get("about:blank")
    assert (tmp_path / "data" / "current").read_text().strip()


@pytest.fixture(scope="module")
def lexical(small_build: Path) -> Iterator[Server]:
    """A server over a build that was made without a model."""
    with serving(small_build / "data") as server:
        yield server


@pytest.mark.parametrize("lang", IN_EVERY_LANGUAGE)
def test_without_a_model_the_page_answers_and_says_that_it_goes_by_words(
    lang: str, browser: Chrome, lexical: Server
) -> None:
    question, said = {
        "zh-Hans": (QUESTION, "仅按词语查找"),
        "zh-Hant": ("具體補助辦法由誰制定？", "僅按詞語查找"),
        "en": ("Who grants the subsidy?", "by words alone"),
    }[lang]
    requested(browser)
    browser.get_log("browser")
    opened(browser, f"{lexical.address}{LANGUAGE_PATHS[lang]}")
    ask(browser, question)
    text_of(browser, "answer", said)
    assert requested(browser) == {urlsplit(lexical.address).netloc}
    assert complaints(browser) == []


def test_a_build_that_goes_while_it_is_shown_is_told_on_the_page_in_one_line(browser: Chrome, data: Path) -> None:
    with running(data) as (process, server):
        opened(browser, server.address)
        shutil.rmtree(data / "builds")
        ask(browser, QUESTION)
        told = once(lambda: [e.text for e in all_of(browser, "#answer .hk-notice")], "a line of what is wrong")
        assert len(told) == 1
        assert "hetao build" in told[0]
        browser.get(f"{server.address}/?sparql={quote('ASK {}')}")
        once(lambda: [e.text for e in all_of(browser, ".hk-notice") if "hetao build" in e.text], "the same of a query")
        browser.get("about:blank")
        ended(process)
    assert subprocess.run(["pgrep", "-f", str(data)], capture_output=True).stdout == b"", "something is left running"


def test_a_server_that_goes_is_told_on_the_page_which_stays(browser: Chrome, data: Path) -> None:
    with running(data) as (process, server):
        opened(browser, f"{server.address}/?q={quote(QUESTION)}")
        shown = text_of(browser, "answer", "财政部")
        assert [e for e in all_of(browser, ".hk-lost") if e.is_displayed()] == []
        process.kill()
        process.communicate(timeout=60)
        open_tab(browser, "台账")
        text_of(browser, "head", "与系统的连接断了")
        open_tab(browser, "提问")
        assert text_of(browser, "answer", "财政部") == shown
    browser.get("about:blank")
    browser.get_log("browser")  # it complains of what it could not reach, and that is what was wanted


def test_a_plan_without_a_task_is_shown_and_says_so(browser: Chrome, tmp_path: Path) -> None:
    text = tmp_path / "empty.txt"
    text.write_text("关于机构名称的通知\n\n一、名称\n\n附件一览表。\n", "utf-8")
    pipeline.build([text], tmp_path / "data")
    with serving(tmp_path / "data") as server:
        opened(browser, f"{server.address}/?view=ledger")
        once(lambda: all_of(browser, "#table .hk-empty"), "that there is nothing")
        for view in ("read", "things", "graph", "coverage", "about"):
            opened(browser, f"{server.address}/?view={view}")
        assert complaints(browser) == []
        browser.get("about:blank")
