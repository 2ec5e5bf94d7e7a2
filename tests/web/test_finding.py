"""Words are found wherever they stand, in either script, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.views.text_search import find, stretches_of
from kg.web.desk.desk import Desk
from kg.web.fragments.finding import found_html
from kg.web.fragments.reading import reader_html
from tests.web.markup import classed, elements


def test_each_place_of_a_word_is_found_as_python_finds_it(desk: Desk) -> None:
    (one,) = desk.records
    for wanted in ("货物", "深圳园区", "等", "2025年", "。"):
        hits = find(desk, wanted)
        counts = {c.id: c.text.count(wanted) for c in one.document.clauses if wanted in c.text}
        assert {hit.clause.id: len(hit.stretches) for hit in hits} == counts
        assert [hit.clause.order for hit in hits] == sorted(hit.clause.order for hit in hits)
        assert all(hit.clause.text[a:b] == wanted for hit in hits for a, b in hit.stretches)


def test_scripts_cases_and_widths_are_one() -> None:
    assert stretches_of("税务总局与WTO的ＩＳＯ标准１５％", "稅務總局") == [(0, 4)]
    assert stretches_of("稅務總局", "税务总局") == [(0, 4)]
    assert stretches_of("税务总局与WTO的ＩＳＯ标准１５％", "wto") == [(5, 8)]
    assert stretches_of("税务总局与WTO的ＩＳＯ标准１５％", "iso") == [(9, 12)]
    assert stretches_of("税务总局与WTO的ＩＳＯ标准１５％", "15%") == [(14, 17)]


def test_nothing_is_found_for_nothing() -> None:
    assert stretches_of("深圳", " \n") == []
    assert stretches_of("", "深圳") == []
    assert stretches_of("aaaa", "aa") == [(0, 2), (2, 4)]


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_is_found_in_itself_at_its_own_place(before: str, wanted: str) -> None:
    stretches = stretches_of(f"{before}\0{wanted}", wanted)
    sought = wanted.strip()
    if sought and "\0" not in wanted:
        assert any(f"{before}\0{wanted}"[a:b] == sought for a, b in stretches)
    assert all(0 <= a < b <= len(before) + 1 + len(wanted) for a, b in stretches)


def test_what_is_found_is_listed_with_its_words_and_a_link_that_marks_them(desk: Desk) -> None:
    html = found_html(desk, " 白名單 ", find(desk, " 白名單 "), "zh-Hans")
    (one,) = desk.records
    count = sum(c.text.count("白名单") for c in one.document.clauses)
    clauses = sum("白名单" in c.text for c in one.document.clauses)
    assert f"{count} 处，见于 {clauses} 条" in html
    links = [e for e in elements(html) if e.name == "a"]
    assert len(links) == clauses
    assert all((e.attributes["href"] or "").endswith("&amp;find=%E7%99%BD%E5%90%8D%E5%96%AE") or
               (e.attributes["href"] or "").endswith("&find=%E7%99%BD%E5%90%8D%E5%96%AE") for e in links)  # fmt: skip
    assert {e.text for e in elements(html) if e.name == "mark"} == {"白名单"}


def test_what_is_not_found_is_told_and_its_markup_is_text(desk: Desk) -> None:
    html = found_html(desk, "<b>无此</b>", find(desk, "<b>无此</b>"), "zh-Hans")
    (told,) = classed(html, "hk-found")
    assert told.text == "全文没有“<b>无此</b>”。"
    assert found_html(desk, "  ", [], "zh-Hans") == ""


@pytest.mark.parametrize("asked", ["whitelist", " Whitelist "])
def test_english_words_find_the_words_of_the_text(desk: Desk, asked: str) -> None:
    own = find(desk, "白名单")
    assert own
    assert find(desk, asked) == own
    html = found_html(desk, asked, find(desk, asked), "en")
    assert "Also looked for: 白名单" in html
    assert "Also looked for" not in found_html(desk, "白名单", own, "en")
    (one,) = desk.records
    reader = reader_html(desk, one, own[0].clause, "en", find=asked)
    assert "白名单" in {e.text for e in classed(reader, "hk-find")}
