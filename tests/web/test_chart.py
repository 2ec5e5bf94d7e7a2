"""Bars are drawn of names with numbers, to scale, and of nothing else."""

from __future__ import annotations

import pytest

from kg.graph.result import Result, Term
from kg.web.fragments.chart import MOST, bars_html
from tests.web.markup import classed, elements

XSD = "http://www.w3.org/2001/XMLSchema#"
TITLE = "{number} of {label}"


def number(value: str, kind: str = "integer") -> Term:
    return Term("literal", value, datatype=f"{XSD}{kind}")


def word(value: str) -> Term:
    return Term("literal", value)


def result(*rows: tuple[Term | None, ...], names: tuple[str, ...] = ("name", "n")) -> Result:
    return Result("select", names, rows)


@pytest.mark.parametrize("turned", [False, True])
def test_each_row_is_a_bar_whose_length_is_its_number(turned: bool) -> None:
    rows = [(word("<b>甲"), number("2")), (word("乙"), number("8", "decimal")), (word("丙"), number("0"))]
    made = result(*((b, a) if turned else (a, b) for a, b in rows), names=("n", "name") if turned else ("name", "n"))
    html = bars_html(made, TITLE)
    assert [e.attributes["width"] for e in elements(html) if e.name == "rect"] == ["25.00%", "100.00%", "0.00%"]
    assert [e.text for e in classed(html, "hk-bar-label")] == ["<b>甲", "乙", "丙"]
    assert [e.text for e in classed(html, "hk-bar-number")] == ["2", "8", "0"]
    assert [e.text for e in elements(html) if e.name == "figcaption"] == ["n of name"]


ROW = (word("甲"), number("1"))


@pytest.mark.parametrize(
    "made",
    [
        result(ROW),
        result(*[ROW] * (MOST + 1)),
        result((word("甲"), word("1")), (word("乙"), word("2"))),
        result((number("1"), number("1")), (number("2"), number("2"))),
        result(ROW, (word("乙"), number("-1"))),
        result(ROW, (word("乙"), None)),
        result(ROW, (word("乙"), number("NaN", "double"))),
        result(ROW, (word("乙"), number("INF", "double"))),
        result((*ROW, word("x")), (*ROW, word("x")), names=("a", "b", "c")),
        Result("ask", boolean=True),
        Result("graph", ("subject", "predicate"), (ROW, ROW)),
    ],
)
def test_what_is_no_name_with_a_number_is_not_drawn(made: Result) -> None:
    assert bars_html(made, TITLE) == ""


def test_a_name_that_is_missing_and_numbers_that_are_all_zero_are_drawn() -> None:
    html = bars_html(result((None, number("0")), (word("乙"), number("0"))), TITLE)
    assert [e.text for e in classed(html, "hk-bar-label")] == ["–", "乙"]
    assert {e.attributes["width"] for e in elements(html) if e.name == "rect"} == {"0.00%"}
