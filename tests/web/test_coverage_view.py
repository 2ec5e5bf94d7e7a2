"""The audit of what yielded nothing, as a page."""

from __future__ import annotations

import re

import pytest

from kg.vocab import LANGS, Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.coverage import coverage_html
from tests.web.markup import elements


def rows_of(html: str) -> list[list[str]]:
    """The cells of every row of every table, as text."""
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    return [[e.text for e in elements(row) if e.name in ("td", "th")] for row in rows]


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_without_an_obligation_is_listed_with_its_reason(lang: Lang, desk: Desk) -> None:
    found = desk.coverage("")
    listed = [row for row in rows_of(coverage_html(desk, lang)) if len(row) == 3 and "–" in row[1]]
    assert len(listed) == len(found.silent) > 20
    for row, one in zip(listed, found.silent, strict=True):
        assert row[1] == f"{one.quote} {one.start}–{one.end}"
        assert row[2]


def test_the_counts_of_the_clauses_add_up_to_all_sentences(desk: Desk) -> None:
    rows = rows_of(coverage_html(desk, "zh-Hans"))
    counted = [[int(cell) for cell in row[1:]] for row in rows if len(row) == 5 and row[1].isdecimal()]
    assert len(counted) == 32
    sentences, yielding, silent, gaps = (sum(column) for column in zip(*counted, strict=True))
    assert sentences == yielding + silent == desk.coverage("").sentences
    assert (silent, gaps) == (len(desk.coverage("").silent), 0)
