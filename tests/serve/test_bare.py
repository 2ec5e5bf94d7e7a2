"""The desk where something is missing: no build, no model, nothing found, a build or a server that goes meanwhile."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from kg import pipeline
from tests.serve.asking import serving
from tests.serve.pages import all_of, ask, complaints, once, open_tab, opened, requested, text_of
from tests.serve.test_running import ended, running
from tests.small_plan import write_small_plan

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser


def test_where_there_is_no_build_one_is_made_and_shown(browser: Chrome, model_folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        opened(browser, server.address)
        text_of(browser, "head", "国发〔2023〕12号")
        browser.get("about:blank")
    assert (tmp_path / "data" / "current").read_text().strip()


@pytest.mark.parametrize(
    ("path", "said"), [("/", "仅按词语查找"), ("/zh-Hant/", "僅按詞語查找"), ("/en/", "by words alone")]
)
def test_without_a_model_the_page_answers_and_says_that_it_goes_by_words(
    path: str, said: str, browser: Chrome, lexical: str
) -> None:
    question = {"/": "具体补助办法由谁制定？", "/zh-Hant/": "具體補助辦法由誰制定？"}.get(
        path, "Who grants the subsidy?"
    )
    requested(browser)
    browser.get_log("browser")
    opened(browser, f"{lexical}{path}")
    ask(browser, question)
    text_of(browser, "answer", said)
    assert requested(browser) == {urlsplit(lexical).netloc}
    assert complaints(browser) == []


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("lexical")
    pipeline.build([write_small_plan(folder)], folder / "data")
    with serving(folder / "data") as server:
        yield server.address


def test_a_build_that_goes_while_it_is_shown_is_told_on_the_page_in_one_line(
    browser: Chrome, built: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built, data, symlinks=True)
    with running(data) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        opened(browser, address)
        shutil.rmtree(data / "builds")
        ask(browser, "货物分线管理的具体管理办法由谁制定？")
        told = once(lambda: [e.text for e in all_of(browser, "#answer .hk-notice")], "a line of what is wrong")
        assert len(told) == 1
        assert "hetao build" in told[0]
        open_tab(browser, "SPARQL")
        browser.get(f"{address}/?sparql={quote('ASK {}')}")
        once(lambda: [e.text for e in all_of(browser, ".hk-notice") if "hetao build" in e.text], "the same of a query")
        browser.get("about:blank")
        assert "Traceback" not in ended(process, signal.SIGINT)


def test_a_server_that_goes_is_told_on_the_page(browser: Chrome, lexical_data: Path) -> None:
    with running(lexical_data) as process:
        assert process.stdout
        opened(browser, process.stdout.readline().strip())
        assert [e for e in all_of(browser, ".hk-lost") if e.is_displayed()] == []
        process.kill()
        process.communicate(timeout=60)
        open_tab(browser, "台账")
        once(lambda: [e for e in all_of(browser, ".hk-lost") if e.is_displayed()], "that the connection is lost")
    browser.get("about:blank")
    browser.get_log("browser")  # it complains of what it could not reach, and that is what was wanted


@pytest.fixture
def lexical_data(tmp_path: Path) -> Path:
    pipeline.build([write_small_plan(tmp_path)], tmp_path / "data")
    return tmp_path / "data"


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


def test_stopping_it_leaves_nothing_running(lexical_data: Path) -> None:
    with running(lexical_data) as process:
        assert process.stdout
        process.stdout.readline()
        ended(process, signal.SIGTERM)
    found = subprocess.run(["pgrep", "-f", str(lexical_data)], capture_output=True, text=True)
    assert found.stdout == ""
