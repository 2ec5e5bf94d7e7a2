"""The tab of the library: which documents it lists for what is asked, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from kg.builds import load_build
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.fragments import library as fragment
from kg.web.fragments.library import Shelf, library_html, shelf_of
from tests.two_plans import SLUGS, build_two
from tests.web.markup import elements


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(load_build(build_two(tmp_path_factory.mktemp("two"))))
    yield made
    made.close()


def titles(html: str) -> list[str]:
    """The documents listed, by the place at the head of their titles."""
    return [one for one in ("青川市", "白沙市") if f">{one}人民政府关于" in html]


def links(html: str) -> list[dict[str, str]]:
    """The queries of the links."""
    found = (one.attributes.get("href") or "" for one in elements(html) if one.name == "a")
    return [{key: values[0] for key, values in parse_qs(href.removeprefix("?")).items()} for href in found]


@pytest.mark.parametrize(
    ("shelf", "expected"),
    [
        (Shelf(), ["青川市", "白沙市"]),
        (Shelf(text="绿道"), ["白沙市"]),
        (Shelf(text="綠道"), ["白沙市"]),
        (Shelf(text="青政发"), ["青川市"]),
        (Shelf(text="通知 河岸"), ["青川市"]),
        (Shelf(region="白沙市"), ["白沙市"]),
        (Shelf(year="2024", text="没有的词"), []),
        (Shelf(status="repealed"), []),
        (Shelf(page=7), ["青川市", "白沙市"]),
    ],
)
def test_what_is_asked_for_is_listed_and_nothing_else(desk: Desk, shelf: Shelf, expected: list[str]) -> None:
    html = library_html(desk, shelf, "zh-Hans")
    assert titles(html) == expected
    assert f"2 份文件，列出 {len(expected)} 份" in html


def test_a_list_is_narrowed_by_its_links_and_widened_again(desk: Desk) -> None:
    narrowing = [one for one in links(library_html(desk, Shelf(), "en")) if one.get("region")]
    assert {one["region"] for one in narrowing} == {"青川市", "白沙市"}
    narrowed = library_html(desk, shelf_of(narrowing[0]), "en")
    assert titles(narrowed) == [narrowing[0]["region"]]
    assert {"view": "library"} in links(narrowed)


def test_each_document_can_be_read_asked_alone_and_worked_on(desk: Desk) -> None:
    queries = [one for one in links(library_html(desk, Shelf(region="白沙市"), "zh-Hans")) if "document" in one]
    assert {one["document"] for one in queries} == {SLUGS[1]}
    visits = {visit.tab: visit for visit in (read_visit(desk, one, "zh-Hans") for one in queries)}
    assert set(visits) == {"ask", "coverage", "ledger", "read"}
    clause = visits["read"].clause
    assert clause is not None
    assert clause[0].document.slug == SLUGS[1]
    assert visits["ledger"].wanted.document == SLUGS[1]
    chosen = desk.chosen(replace(visits["ledger"].wanted, tier=""))
    assert [one.document.slug for one in chosen] == [SLUGS[1]]


def test_a_long_list_has_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragment, "ON_A_PAGE", 1)
    first = library_html(desk, Shelf(), "zh-Hans")
    assert "第 1 页，共 2 页" in first
    (second,) = (one for one in links(first) if one.get("page"))
    assert titles(first) + titles(library_html(desk, shelf_of(second), "zh-Hans")) in (
        ["青川市", "白沙市"],
        ["白沙市", "青川市"],
    )


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "9" * 30])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    assert shelf_of({"page": page}).page == 1


def test_names_from_documents_and_links_are_shown_as_text(desk: Desk) -> None:
    html = library_html(desk, Shelf(region="<b>x</b>", text='"><script>'), "en")
    assert "<script>" not in html
    assert "<b>x" not in html


def test_no_path_of_the_machine_is_shown(desk: Desk) -> None:
    assert str(Path(desk.data).parent) not in library_html(desk, Shelf(), "zh-Hans")
