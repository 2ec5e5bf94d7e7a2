"""Marks nest, overlap and cross lines as they like: the text stays what it is, and each mark covers its stretch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.web.fragments.marks import TextMark, lines_html
from kg.web.fragments.tags import Html, opening
from tests.web.markup import elements


def drawn(mark: TextMark, first: bool) -> Html:
    return opening("span", data_name=mark.name, data_first="yes" if first else None)


TEXTS = st.text(st.sampled_from("甲乙丙<>&\"'\n  x"), max_size=40)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[TextMark]]:
    text = draw(TEXTS)
    spans = draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)), st.integers(0, 2)), max_size=6)
    )
    marks = [TextMark(rank, min(a, b), max(a, b), "kind", str(i)) for i, (a, b, rank) in enumerate(spans)]
    return text, marks


@given(marked_texts())
def test_no_mark_changes_a_character_and_each_covers_its_stretch(given: tuple[str, list[TextMark]]) -> None:
    text, marks = given
    found = elements(lines_html(text, marks, drawn))
    assert "\n".join(element.text for element in found if element.name == "p") == text
    for mark in marks:
        pieces = [e.text for e in found if e.attributes.get("data-name") == mark.name]
        assert "".join(pieces) == text[mark.start : mark.end].replace("\n", "")


@given(marked_texts())
def test_a_mark_in_pieces_has_one_first_piece(given: tuple[str, list[TextMark]]) -> None:
    text, marks = given
    html = lines_html(text, marks, drawn)
    for mark in marks:
        whole = text[mark.start : mark.end].replace("\n", "")
        assert html.count(f'data-name="{mark.name}" data-first="yes"') == (1 if whole else 0)


def test_of_two_that_overlap_the_lower_rank_stays_whole() -> None:
    html = lines_html("甲乙丙丁", [TextMark(1, 0, 3, "", "in"), TextMark(0, 2, 4, "", "out")], drawn)
    assert [e.text for e in elements(html) if e.attributes.get("data-name") == "out"] == ["丙丁"]
    assert [e.text for e in elements(html) if e.attributes.get("data-name") == "in"] == ["甲乙", "丙"]
