"""The desk in a browser → what a test looks for on it, and what its pages asked and complained of."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

QUESTION = "货物分线管理的具体管理办法由谁制定？"
QUOTE = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
"""A question about clause 15 of the plan, and the words that answer it."""

LANGUAGE_PATHS = {"zh-Hans": "/", "zh-Hant": "/zh-Hant/", "en": "/en/"}
STILL = """
const done = arguments[0];
let last = performance.now();
new MutationObserver(() => { last = performance.now(); }).observe(document.body, {childList: true, subtree: true});
const timer = setInterval(() => { if (performance.now() - last > 500) { clearInterval(timer); done(true); } }, 50);
"""
LOCAL = ("data", "blob", "chrome", "about")


def complaints(browser: Chrome) -> list[str]:
    """What the pages complained of. A page that is left while it still listens for a step's end says that this was
    aborted, and then that its connection was lost: that is the leaving, and no fault.
    """
    said = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    left = [message for message in said if "AbortError: signal is aborted" in message]
    return [m for m in said if m not in left and not (left and "Connection errored out." in m)]


@pytest.fixture
def only_this_host(browser: Chrome, address: str) -> Iterator[None]:
    """Every page of every test asks the desk and nobody else, and has nothing to complain of."""
    requested(browser)
    browser.get_log("browser")
    yield
    asked = requested(browser)
    assert asked == {urlsplit(address).netloc}
    assert complaints(browser) == []


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


def once(look: Callable[[], Any], what: str, seconds: float = 40) -> Any:  # noqa: ANN401 - whatever is looked for
    """What *look* gives once it is something; elements that went while it looked are looked for again."""
    from selenium.common.exceptions import StaleElementReferenceException

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := look():
                return found
        except StaleElementReferenceException:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{what} does not come up")


def all_of(browser: Chrome, selector: str) -> list[Any]:
    return browser.find_elements("css selector", selector)


def text_of(browser: Chrome, element: str, wanted: str) -> str:
    """The text of *element* once *wanted* stands in it."""
    found: str = once(
        lambda: next((e.text for e in browser.find_elements("id", element) if wanted in e.text), ""),
        f"{wanted!r} in #{element}",
    )
    return found


def settled(browser: Chrome) -> None:
    """Wait until nothing on the page has changed for half a second."""
    browser.set_script_timeout(60)
    browser.execute_async_script(STILL)


def at_work(browser: Chrome, element: str) -> bool:
    """Whether *element* shows that what it is to hold is being worked on."""
    seen = """
        const sign = document.querySelector(`#${arguments[0]} > .wrap:not(.hide)`);
        return Boolean(sign && getComputedStyle(sign).opacity === "1" && sign.getBoundingClientRect().height > 0);
    """
    return bool(browser.execute_script(seen, element))


def opened(browser: Chrome, url: str) -> None:
    """Open *url* and wait until the page is still: Gradio loses what is clicked in its first moments."""
    browser.get(url)
    settled(browser)
    once(lambda: all_of(browser, "#foot footer"), "the page")
    # what is still to come is shown at a fifth of its ink
    once(lambda: not all_of(browser, ".pending"), "an end of the loading")


def open_tab(browser: Chrome, name: str) -> None:
    once(lambda: [e for e in all_of(browser, "[role=tab]") if e.text == name], f"the tab {name}")[0].click()


def ask(browser: Chrome, question: str) -> None:
    box = once(lambda: all_of(browser, "#question textarea, #question input"), "the box for a question")[0]
    box.clear()
    box.send_keys(question)
    browser.find_element("id", "ask").click()


def fetched(browser: Chrome, link: Any) -> bytes:  # noqa: ANN401 - Selenium's element
    """What the page gets from *link*."""
    script = """
        const done = arguments[1];
        fetch(arguments[0]).then((r) => r.arrayBuffer()).then((b) => done([...new Uint8Array(b)]));
    """
    browser.set_script_timeout(60)
    return bytes(browser.execute_async_script(script, link.get_attribute("href")))
