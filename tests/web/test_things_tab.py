"""The tab of things in a real browser: opened cold by every link, walked by its list and tree, taken along as files."""

from __future__ import annotations

import base64
import csv
import io
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from openpyxl import load_workbook

from tests.conftest import few
from tests.web.pages import LANGUAGE_PATHS, QUOTE, all_of, fetched, once, open_tab, opened, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("only_this_host")]


SPOKEN = {
    "zh-Hans": ("主体与区域", ("事项 · 支持 支持或鼓励去做，不是硬性要求", "责任 8", "8 项任务")),
    "zh-Hant": ("主體與區域", ("事項 · 支持 支持或鼓勵去做，不是硬性要求", "責任 8", "8 項任務")),
    "en": ("Bodies & zones", ("measure · supported supported or encouraged, not required", "responsible 8", "8 tasks")),
}


def shown(browser: Chrome, key: str) -> WebElement:
    """The page of the thing *key* ("agent/财政部@"), once it is there."""
    found: WebElement = once(lambda: all_of(browser, f'#thing [data-thing="{key}"]'), f"the page of {key}")[0]
    return found


def says(browser: Chrome, key: str, words: str) -> None:
    """Wait until the page of the thing *key* says *words*; it may be put in anew meanwhile."""
    once(lambda: words in shown(browser, key).text, f"{words} on the page of {key}")


def click(look: Callable[[], WebElement], what: str) -> None:
    """Click on what *look* finds, once it stays long enough for that."""

    def clicked() -> bool:
        look().click()
        return True

    once(clicked, what)


def current(browser: Chrome) -> list[str]:
    """The entries of the list that are marked as shown."""
    marked = all_of(browser, "#chooser li:has(> a[aria-current])")
    return [entry.get_attribute("data-thing") for entry in marked]


def entry(browser: Chrome, key: str) -> WebElement:
    found: WebElement = once(lambda: all_of(browser, f'#chooser li[data-thing="{key}"] > a'), f"the entry {key}")[0]
    return found


LINKS = {
    "agent=财政部": ("agent/财政部@", QUOTE),
    "agent=國家發改委": ("agent/国家发展改革委@", "适时组织开展评估"),
    "zone=福田保税区": ("zone/福田保税区@", "东起皇岗口岸边、南沿深圳河、西至新洲河、北至绒花路"),
    "policy=优惠产业目录": ("policy/优惠产业目录@guofa-2023-12", "由财政部、税务总局按程序制定优惠产业目录"),
}


@pytest.mark.parametrize("query", few(LINKS, ["agent=國家發改委", "policy=优惠产业目录"]))
def test_each_link_opens_its_page_cold_with_its_entry_marked(query: str, browser: Chrome, address: str) -> None:
    key, told = LINKS[query]
    browser.get(f"{address}/?{quote(query, safe='=')}")
    says(browser, key, told)
    once(lambda: current(browser) == [key], "the marked entry")
    assert entry(browser, key).is_displayed()
    selected = [e.text for e in all_of(browser, "[role=tab][aria-selected=true]")]
    assert selected == ["主体与区域"]
    once(lambda: browser.title == f"{key.partition('/')[2].partition('@')[0]} · 政策文件 · 条款与任务", "the title")
    assert all_of(browser, "#notice .hk-notice") == []


def test_the_view_opens_with_the_times_and_leads_to_the_tree_and_what_is_open(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?view=things")
    times = shown(browser, "times").text
    assert times.index("2024-12-31") < times.index("2035-12-31") < times.index("待后期条件成熟后")
    all_of(browser, "#chooser .hk-overviews a")[1].click()
    says(browser, "zones", "3.89 平方公里")
    assert dict(parse_qsl(urlsplit(browser.current_url).query)) == {"view": "things", "show": "zones"}
    all_of(browser, "#chooser .hk-overviews a")[2].click()
    says(browser, "open", "监管安排")
    browser.get(browser.current_url)
    shown(browser, "open")


def test_the_tree_is_walked_by_clicks_and_the_step_back_leads_back(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?view=things&show=zones")
    tree = "#thing .hk-tree a"
    click(lambda: next(e for e in all_of(browser, tree) if e.text.startswith("深圳园区 ")), "the zone in the tree")
    says(browser, "zone/深圳园区@", "3.02 平方公里")
    assert unquote(urlsplit(browser.current_url).query) == "zone=深圳园区"
    once(lambda: current(browser) == ["zone/深圳园区@"], "the marked entry")
    click(lambda: entry(browser, "zone/福田保税区@"), "its entry")
    says(browser, "zone/福田保税区@", "1.35 平方公里")
    once(lambda: current(browser) == ["zone/福田保税区@"], "the marked entry")
    browser.back()
    shown(browser, "zone/深圳园区@")


def test_the_list_is_narrowed_by_any_name_in_any_script_and_keeps_the_way_to_a_zone(
    browser: Chrome, address: str
) -> None:
    opened(browser, f"{address}/?view=things")
    box = browser.find_element("id", "thing-search")
    assert box.accessible_name

    def listed() -> list[str]:
        return [e.get_attribute("data-thing") for e in all_of(browser, "#chooser li[data-thing]") if e.is_displayed()]

    box.send_keys("National Development")
    once(lambda: listed() == ["agent/国家发展改革委@"], "the one body")
    box.clear()
    box.send_keys("國家發改委")
    once(lambda: listed() == ["agent/国家发展改革委@"], "the one body")
    box.clear()
    box.send_keys("福田保税区一号")
    way = ["河套深港科技创新合作区", "深圳园区", "福田保税区", "福田保税区一号通道"]
    once(lambda: listed() == [f"zone/{name}@" for name in way], "the way to the zone")
    box.clear()
    box.send_keys("无此名称")
    once(lambda: listed() == [], "nothing")
    assert all_of(browser, "#chooser .hk-none")[0].text == "没有符合的名称。"


def test_the_files_hold_the_rows_of_the_page_and_no_others(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/?agent={quote('深圳市')}")
    page = shown(browser, "agent/深圳市@")
    quotes = {e.text for e in page.find_elements("css selector", ".hk-rows-of blockquote")}
    links = {form: page.find_element("class name", f"hk-get-{form}") for form in ("csv", "xlsx")}
    rows = list(csv.reader(io.StringIO(fetched(browser, links["csv"]).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(fetched(browser, links["xlsx"])))["任务分解表"]
    assert len(rows) - 1 == sheet.max_row - 4 == 8 == len(quotes)
    assert {row[6] for row in rows[1:]} == quotes
    assert sheet["A3"].value.endswith("筛选：关于＝深圳市。")


def test_a_row_leads_to_its_task_in_its_clause(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?agent={quote('财政部')}")
    click(lambda: shown(browser, "agent/财政部@").find_element("link text", "15-09"), "the task's number")
    text_of(browser, "reader", "（十五）实施货物分线管理")
    once(lambda: [e.get_attribute("data-task") for e in all_of(browser, "#reader details[open]")] == ["15-09"], "it")


def test_what_is_dark_on_the_screen_is_dark_on_white_on_paper(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/?agent={quote('深圳市')}")
    shown(browser, "agent/深圳市@")
    ink = """
        return [...document.querySelectorAll("#thing :is(h2, h3, blockquote, dd, .hk-tag), #head h1, #foot p")]
          .filter((e) => e.offsetParent).map((e) => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).map(Number))
          .map((colour) => Math.max(...colour));
    """
    browser.find_element("class name", "hk-theme").click()
    try:
        once(lambda: min(browser.execute_script(ink)) > 150, "light words on a dark screen")
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        assert max(browser.execute_script(ink)) < 150
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        browser.execute_script("localStorage.clear()")


@pytest.mark.parametrize("lang", few(SPOKEN, ["zh-Hant"]))
def test_the_page_speaks_each_language(lang: str, browser: Chrome, address: str) -> None:
    tab, told = SPOKEN[lang]
    opened(browser, f"{address}{LANGUAGE_PATHS[lang]}?view=things")
    open_tab(browser, tab)
    click(lambda: entry(browser, "agent/深圳市@"), "its entry")
    # the document's own words stay its own
    for one in (*told, "鼓励深圳针对深圳园区内优质企业制定便利科研相关资金跨境流动的支持政策"):
        says(browser, "agent/深圳市@", one)


def test_a_name_that_no_document_has_is_told_with_what_is_near_and_run_by_nobody(browser: Chrome, address: str) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\">财政厅"
    opened(browser, f"{address}/?agent={quote(evil)}")
    text_of(browser, "notice", evil)
    says(browser, "none", evil)
    assert browser.title != "owned"
    assert all_of(browser, "#thing img") == []
    click(lambda: shown(browser, "none").find_element("link text", "财政部"), "what is near")
    shown(browser, "agent/财政部@")
    once(lambda: all_of(browser, "#notice .hk-notice") == [], "no notice")


def test_the_data_s_own_page_leads_here_and_back(browser: Chrome, address: str) -> None:
    browser.get(f"{address}/id/zone/{quote('福田保税区')}")
    next(e for e in all_of(browser, "a") if "zone=" in unquote(e.get_attribute("href"))).click()
    page = shown(browser, "zone/福田保税区@")
    assert page.find_element("link text", "/id/zone/福田保税区").get_attribute("href") == (
        f"{address}/id/zone/{quote('福田保税区')}"
    )


def test_on_paper_stands_the_page_and_not_the_desk_around_it(browser: Chrome, address: str) -> None:
    from pypdfium2 import PdfDocument

    opened(browser, f"{address}/?agent={quote('财政部')}")
    shown(browser, "agent/财政部@")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    paper = PdfDocument(base64.b64decode(printed["data"]))
    # A4, in points
    assert [round(side) for side in paper[0].get_size()] == [595, 842]
    text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in paper)
    paper.close()
    assert QUOTE in text
    assert "机器提取，以正式公布文本为准" in text
    assert "国发〔2023〕12号" in text
    for desk_s_own in ("提问", "查找名称", "下载", "打印", "English", "海关总署1"):
        assert desk_s_own not in text
