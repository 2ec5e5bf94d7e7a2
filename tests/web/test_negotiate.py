"""Which format is given for which Accept header: RFC 9110, 12.5.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.web.http.negotiation import best

OFFERS = ("application/json", "application/xml", "text/csv", "text/html")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("text/html;charset=utf-8", "text/html"),
        ("text/csv;q=0.5, application/xml;q=0.7", "application/xml"),
        ("text/csv; q=0.7 , application/xml ;q=0.7", "application/xml"),
        ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", "text/html"),
        # the exact range says the quality, however much the wide one likes it
        ("*/*, application/json;q=0", "application/xml"),
        ("*/*, application/*;q=0.1", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("image/png", None),
        ("*/*;q=0", None),
        ("application/json;q=0.000", None),
        ("nonsense, text/csv", "text/csv"),
        ("text/csv;q=x, text/html", "text/csv"),
        (",,", None),
    ],
)
def test_the_format_is_the_one_liked_best(accept: str | None, given: str | None) -> None:
    assert best(accept, OFFERS) == given


@given(st.text())
def test_any_header_gives_an_offer_or_none(accept: str) -> None:
    assert best(accept, OFFERS) in (*OFFERS, None)
