"""The audit of what yielded nothing, as a page."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.serve.desk import Desk
from kg.serve.fragments.coverage import coverage_html
from kg.serve.visit import read_visit
from kg.serve.wording import LANGS


@pytest.fixture(scope="module")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()


class Rows(HTMLParser):
    """The cells of every row of every table, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_without_an_obligation_is_listed_with_its_reason(lang: str, desk: Desk) -> None:
    parser = Rows()
    parser.feed(coverage_html(desk, lang))  # type: ignore[arg-type]
    found = desk.coverage
    listed = [row for row in parser.rows if len(row) == 3 and "–" in row[1]]
    assert len(listed) == len(found.silent) > 20
    for row, one in zip(listed, found.silent, strict=True):
        assert row[1] == f"{one.quote} {one.start}–{one.end}"
        assert row[2]


def test_the_counts_of_the_clauses_add_up_to_all_sentences(desk: Desk) -> None:
    parser = Rows()
    parser.feed(coverage_html(desk, "zh-Hans"))
    counted = [[int(cell) for cell in row[1:]] for row in parser.rows if len(row) == 5 and row[1].isdecimal()]
    assert len(counted) == 32
    sentences, yielding, silent, gaps = (sum(column) for column in zip(*counted, strict=True))
    assert sentences == yielding + silent == desk.coverage.sentences
    assert (silent, gaps) == (len(desk.coverage.silent), 0)


def test_the_page_has_a_link(desk: Desk) -> None:
    assert read_visit(desk, {"view": "coverage"}, "zh-Hans").tab == "coverage"
    assert read_visit(desk, {"view": "elsewhere"}, "zh-Hans").tab == "ask"
