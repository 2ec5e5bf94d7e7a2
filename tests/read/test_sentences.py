"""Where a sentence ends, and the view without white space."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.models import Span, strip_space
from kg.read import Plain, paragraph_sentences

ALPHABET = '甲乙。！？；，“”《》（）()" \n　1.a'


def cut(text: str) -> list[str]:
    return [s.of(text) for s in paragraph_sentences([Span(0, len(text))], text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙！丙？丁", ["甲。", "乙！", "丙？", "丁"]),
        ("甲；乙；丙。", ["甲；乙；丙。"]),
        ("“一国两制。”甲。", ["“一国两制。”", "甲。"]),
        ("他说：“好。是的。”再见。", ["他说：“好。是的。”", "再见。"]),
        ("甲（乙。丙。）丁。戊。", ["甲（乙。丙。）丁。", "戊。"]),
        ("甲。（乙同意。丙反对。）丁。", ["甲。", "（乙同意。丙反对。）", "丁。"]),
        ("见《甲。乙》一文。丙。", ["见《甲。乙》一文。", "丙。"]),
        ("（没有闭合。甲。乙。", ["（没有闭合。", "甲。", "乙。"]),
        ("甲。）乙。", ["甲。）", "乙。"]),
        ("甲。\n　”乙。", ["甲。\n　”", "乙。"]),
        ("智能航运.发展2.5倍.加快推广!", ["智能航运.", "发展2.5倍.", "加快推广!"]),
        ("采用v2.0和a.b标准。", ["采用v2.0和a.b标准。"]),
        ("甲！！！乙。", ["甲！！！", "乙。"]),
        ("  甲。  \n 乙。 ", ["甲。", "乙。"]),
        ("", []),
        ("。", ["。"]),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。（市发展改革委牵头，市财政局配合）乙。", ["甲。（市发展改革委牵头，市财政局配合）", "乙。"]),
        ("甲。\n　（乙负责。丙配合。）丁。", ["甲。\n　（乙负责。丙配合。）", "丁。"]),
        ("甲。（市民政局负责）（2024年底前完成）乙。", ["甲。（市民政局负责）（2024年底前完成）", "乙。"]),
        ("甲。【责任单位：市民政局】。乙。", ["甲。【责任单位：市民政局】。", "乙。"]),
        ("甲。（长期坚持）乙。", ["甲。（长期坚持）", "乙。"]),
        ("甲。（一）乙负责。", ["甲。", "（一）乙负责。"]),
        ("甲。（2020年前的规定同时废止）乙。", ["甲。", "（2020年前的规定同时废止）乙。"]),
        ("（市民政局负责）甲。", ["（市民政局负责）甲。"]),
    ],
)
def test_a_bracket_that_says_who_or_when_ends_the_sentence_before_it(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_no_sentence_goes_over_a_paragraphs_end() -> None:
    text = "甲“乙\n丙”丁。"
    assert [s.of(text) for s in paragraph_sentences([Span(0, 3), Span(4, 8)], text)] == ["甲“乙", "丙”丁。"]


@given(st.text(ALPHABET, max_size=80))
def test_sentences_are_the_text_in_order_without_loss(text: str) -> None:
    spans = paragraph_sentences([Span(0, len(text))], text)
    assert "".join(s.quote(text) for s in spans) == strip_space(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(st.text(ALPHABET, max_size=60), st.data())
def test_the_plain_view_goes_both_ways(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    view = Plain(text, spans)
    places = [i for s in spans for i in range(s.start, s.end) if not text[i].isspace()]
    assert view.text == "".join(text[i] for i in places)
    assert len(view) == len(places)
    for plain, source in enumerate(places):
        assert view.offset(plain) == source
        assert view.to_source(plain, plain + 1) == Span(source, source + 1)
    for source in range(len(text) + 1):
        assert view.from_source(source, source)[0] == sum(i < source for i in places)
    if places:
        assert view.to_source(0, len(places)) == Span(places[0], places[-1] + 1)


@pytest.mark.parametrize("bounds", [(-1, 1), (0, 0), (1, 1), (2, 1), (0, 3), (2, 3)])
def test_offsets_outside_a_plain_view_are_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        Plain(" 甲 乙 ", [Span(0, 5)]).to_source(*bounds)
