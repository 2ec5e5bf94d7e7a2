"""Asking in a real browser: of one document or of all, and one question after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.two_plans import SLUGS
from tests.web.pages import all_of, ask, complaints, once, opened, text_of
from tests.web.server import Server

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

TITLE = "白沙市人民政府关于印发绿道建设工作方案的通知"


def asked(browser: Chrome) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(browser.current_url).query))


def choice(browser: Chrome) -> Any:  # noqa: ANN401 - Selenium's element
    return once(lambda: [e for e in all_of(browser, "#asked-of input") if e.is_displayed()], "the documents")[0]


def answered(browser: Chrome, question: str) -> str:
    """What stands where answers stand, once it is the answer to *question*."""
    return text_of(browser, "answer", question)


def test_one_of_several_documents_is_chosen_and_its_address_opens_it_cold(browser: Chrome, two_served: Server) -> None:
    question = "谁要会同有关部门？"
    opened(browser, two_served.address)
    box = choice(browser)
    assert box.get_attribute("value") == "全部文件"
    box.click()
    wanted = once(lambda: [e for e in all_of(browser, "[role=option]") if TITLE in e.text], "its title")[0]
    wanted.click()
    ask(browser, question)
    for _ in range(2):
        assert "市水务局" not in answered(browser, question)
        assert {e.text for e in all_of(browser, "#answer .hk-source")} == {f"{TITLE} 白政发〔2024〕9号"}
        assert asked(browser) == {"q": question, "document": SLUGS[1]}
        assert TITLE in choice(browser).get_attribute("value")
        opened(browser, browser.current_url)
    assert complaints(browser) == []


def test_a_question_may_refer_back_and_only_then_its_address_names_the_one_before(
    browser: Chrome, two_served: Server
) -> None:
    first, leaning, other = "绿道建设何时完成？", "那由谁负责？", "谁清理河道淤泥？"
    opened(browser, two_served.address)
    ask(browser, first)
    answered(browser, first)
    assert asked(browser) == {"q": first}
    ask(browser, leaning)
    shown = answered(browser, leaning)
    once(lambda: asked(browser) == {"q": leaning, "previous": first}, "the question before")
    opened(browser, browser.current_url)
    assert answered(browser, leaning) == shown
    ask(browser, other)
    answered(browser, other)
    assert asked(browser) == {"q": other}
    browser.back()
    assert answered(browser, leaning) == shown
    browser.back()
    answered(browser, first)
    assert complaints(browser) == []
