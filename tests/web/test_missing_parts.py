"""The desk where something is missing: no build, no model, nothing found, a build or a server that goes meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import gradio as gr
import pytest

import kg.cli
import kg.cli.builds
import search_app
from kg import pipeline
from kg.builds import load_build
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.desk.tabs import tab_kinds
from tests.conftest import IN_EVERY_LANGUAGE, OnceARun
from tests.copies import copy_exports
from tests.small_plan import TEXT, write_small_plan
from tests.web.pages import LANGUAGE_PATHS, all_of, ask, complaints, once, open_tab, opened, requested, text_of
from tests.web.server import Server, ended, running, serving

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

QUESTION = "具体补助办法由谁制定？"
"""A question that the small notice answers."""


def test_where_there_is_no_build_one_is_made_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, served = tmp_path / "data", list[Desk]()
    monkeypatch.setattr(pipeline, "plans", lambda: [write_small_plan(tmp_path)])
    monkeypatch.setattr(kg.cli.builds, "_model", lambda: None)
    monkeypatch.setattr(search_app, "serve", lambda desk, *_: served.append(desk))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert kg.cli.run(["serve", "--port", "0", "--data", str(data)]) == 0
    (desk,) = served
    assert desk.build.folder.name == (data / "current").read_text().strip()
    assert desk.records[0].document.source.text == TEXT
    desk.close()


@pytest.mark.browser
@pytest.mark.soak
def test_where_there_is_no_build_that_of_the_plan_is_made_and_shown(
    browser: Chrome, built: Path, tmp_path: Path
) -> None:
    with serving(copy_exports(built, tmp_path / "data")) as server:
        assert server.get("/healthz").json["status"] == "ok"
        opened(browser, server.address)
        text_of(browser, "head", "国发〔2023〕12号")
        browser.get("about:blank")
    assert (tmp_path / "data" / "current").read_text().strip()


@pytest.mark.browser
@pytest.mark.parametrize("lang", IN_EVERY_LANGUAGE)
def test_without_a_model_the_page_answers_and_says_that_it_goes_by_words(
    lang: str, browser: Chrome, two_served: Server
) -> None:
    question, said = {
        "zh-Hans": (QUESTION, "仅按词语查找"),
        "zh-Hant": ("具體補助辦法由誰制定？", "僅按詞語查找"),
        "en": ("Who grants the subsidy?", "by words alone"),
    }[lang]
    requested(browser)
    browser.get_log("browser")
    opened(browser, f"{two_served.address}{LANGUAGE_PATHS[lang]}")
    ask(browser, question)
    text_of(browser, "answer", said)
    assert requested(browser) == {urlsplit(two_served.address).netloc}
    assert complaints(browser) == []


@pytest.mark.browser
def test_a_build_and_then_a_server_that_go_are_told_on_the_page_which_stays(browser: Chrome, data: Path) -> None:
    with running(data) as (process, server):
        assert server.get("/healthz").json["status"] == "ok"
        shutil.rmtree(data / "builds")
        browser.get(f"{server.address}/?sparql={quote('ASK {}')}")
        once(lambda: [e.text for e in all_of(browser, ".hk-notice") if "hetao build" in e.text], "a line of a query")
        opened(browser, server.address)
        ask(browser, QUESTION)
        told = once(lambda: [e.text for e in all_of(browser, "#answer .hk-notice")], "a line of what is wrong")
        assert len(told) == 1
        assert "hetao build" in told[0]
        assert [e for e in all_of(browser, ".hk-lost") if e.is_displayed()] == []
        ended(process)
    assert subprocess.run(["pgrep", "-f", str(data)], capture_output=True).stdout == b"", "something is left running"
    open_tab(browser, "台账")
    text_of(browser, "head", "与系统的连接断了")
    open_tab(browser, "提问")
    assert told[0] in text_of(browser, "answer", "hetao build")
    browser.get("about:blank")
    browser.get_log("browser")  # it complains of what it could not reach, and that is what was wanted


@pytest.fixture(scope="module")
def idle(once_a_run: OnceARun) -> Path:
    """A data folder with the build of a plan without a task."""

    def make(folder: Path) -> None:
        text = folder / "idle.txt"
        text.write_text("关于机构名称的通知\n\n一、名称\n\n附件一览表。\n", "utf-8")
        pipeline.build([text], folder / "data")

    return once_a_run("idle", make) / "data"


def test_a_plan_without_a_task_is_shown_in_every_tab_and_the_ledger_says_so(idle: Path) -> None:
    desk = Desk(load_build(idle))
    shown: dict[str, str] = {}

    async def lay_out() -> None:
        # where a loop runs Gradio makes none of its own, which nobody would close
        with gr.Blocks():
            for kind in tab_kinds():
                tab = kind(desk, "zh-Hans")
                tab.build()
                shown[tab.name] = str(list(tab.open(read_visit(desk, {"view": tab.name}, "zh-Hans")).values()))

    asyncio.run(lay_out())
    desk.close()
    assert shown.keys() >= {"read", "things", "graph", "coverage", "about"}
    assert "hk-empty" in shown["ledger"]


@pytest.mark.browser
@pytest.mark.soak
def test_a_plan_without_a_task_is_shown_and_says_so(browser: Chrome, idle: Path) -> None:
    with serving(idle) as server:
        opened(browser, f"{server.address}/?view=ledger")
        once(lambda: all_of(browser, "#table .hk-empty"), "that there is nothing")
        for view in ("read", "things", "graph", "coverage", "about"):
            opened(browser, f"{server.address}/?view={view}")
        assert complaints(browser) == []
        browser.get("about:blank")
