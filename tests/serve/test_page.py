"""The desk in a real browser: it answers, marks the quote, runs nobody's markup and asks no other host."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from tests.serve.test_http import start

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

QUESTION = "货物分线管理的具体管理办法由谁制定？"
QUOTE = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
LOCAL = ("data", "blob", "chrome", "about")


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with start(built, "--port", "0") as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def text_of(browser: Chrome, element: str, wanted: str, seconds: float = 40) -> str:
    """The text of *element* once *wanted* stands in it."""
    until = time.monotonic() + seconds
    text = ""
    while time.monotonic() < until:
        found = browser.find_elements("id", element)
        text = found[0].text if found else ""
        if wanted in text:
            return text
        time.sleep(0.2)
    raise AssertionError(f"{wanted!r} does not come up in #{element}: {text!r}")


def requested(browser: Chrome) -> set[str]:
    """The hosts the pages asked since the last call."""
    hosts = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
            parameters = message["params"]
            url = urlsplit(parameters["request"]["url"] if "request" in parameters else parameters["url"])
            if url.scheme not in LOCAL:
                hosts.add(url.netloc)
    return hosts


def test_a_question_typed_in_is_answered_with_its_quote_marked(browser: Chrome, address: str) -> None:
    browser.get(address)
    text_of(browser, "reader", "印发")
    body = browser.find_element("tag name", "body").text
    assert "国发〔2023〕12号" in body
    assert "机器提取，以正式公布文本为准 Machine-read; the gazetted text prevails" in body
    box = browser.find_element("css selector", "#question textarea, #question input")
    box.send_keys(QUESTION)
    browser.find_element("id", "ask").click()
    answer = text_of(browser, "answer", QUOTE)
    assert all(f"\n{name}\n" in answer for name in ("财政部", "海关总署", "税务总局"))
    text_of(browser, "reader", "（十五）实施货物分线管理")
    assert [mark.text for mark in browser.find_elements("css selector", "#reader mark")] == [QUOTE]
    assert requested(browser) == {urlsplit(address).netloc}


def test_the_answer_and_the_clause_can_be_linked_to(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?q={quote(QUESTION)}")
    assert "税务总局" in text_of(browser, "answer", QUOTE)
    browser.get(f"{address}/?clause=16")
    text_of(browser, "reader", "（十六）创新科研相关资金跨境流动监管")
    assert requested(browser) == {urlsplit(address).netloc}


@pytest.mark.parametrize(
    "evil",
    [
        "<img src=x onerror=\"document.title='owned'\">管理办法",
        "<script>document.title='owned'</script>管理办法",
        "${document.title='owned'}管理办法",
        "{{document.title='owned'}}管理办法",
    ],
)
def test_markup_in_a_question_is_shown_and_not_run(evil: str, browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?q={quote(evil + '由谁制定')}")
    text_of(browser, "answer", evil)
    assert browser.title != "owned"
    assert browser.find_elements("css selector", "#answer img, #answer script") == []


def test_a_question_that_cannot_be_read_is_told_on_the_page(browser: Chrome, address: str) -> None:
    browser.get(address)
    text_of(browser, "reader", "印发")
    browser.find_element("id", "ask").click()
    until = time.monotonic() + 20
    while time.monotonic() < until and "it is empty" not in browser.find_element("tag name", "body").text:
        time.sleep(0.2)
    assert "it is empty" in browser.find_element("tag name", "body").text


def test_nothing_is_said_in_the_browser_s_log(browser: Chrome, address: str) -> None:
    browser.get_log("browser")
    browser.get(f"{address}/?q={quote(QUESTION)}")
    text_of(browser, "answer", QUOTE)
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
