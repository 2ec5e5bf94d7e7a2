"""Words, passages and their BM25 order."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from kg import pipeline
from kg.models import Records
from kg.read import parse, read_file
from kg.search.lexical import LexicalIndex, Passage, passages, words


@pytest.fixture(scope="module")
def records() -> Records:
    (plan,) = pipeline.plans()
    return Records(parse(read_file(plan, 10**7)))


def passage(quote: str, context: str = "", start: int = 0) -> Passage:
    return Passage("d", "1", start, start + len(quote), quote, context or quote, None)


def test_traditional_and_simplified_give_the_same_words_and_signs_give_none() -> None:
    assert words("貨物分線管理：“一線”") == words("货物分线管理，一线！")
    assert "货物" in words("货物分线管理")
    assert words("——“”。 \n") == []
    assert words("AI") == words("ai") == ["ai"]


def test_every_passage_is_its_span_and_every_paragraph_is_covered(records: Records) -> None:
    source = records.document.source.text
    found = passages(records)
    assert len(found) > 100
    for one in found:
        assert "".join(source[one.start : one.end].split()) == one.quote != ""
    for clause in records.document.clauses:
        own = [p for p in found if p.clause == clause.id]
        for paragraph in clause.paragraphs:
            inside = "".join(p.quote for p in own if paragraph.start <= p.start and p.end <= paragraph.end)
            assert inside == "".join(source[paragraph.start : paragraph.end].split())


def test_a_sentence_asked_for_in_its_own_words_comes_first(records: Records) -> None:
    index = LexicalIndex(passages(records))
    asked = [p for p in index.passages if len(p.quote) > 25][::5]
    assert len(asked) > 15
    for one in asked:
        assert index.rank(one.quote, top=1)[0].passage.quote == one.quote


def test_only_what_shares_a_word_is_ranked_best_first_and_ties_in_reading_order(records: Records) -> None:
    index = LexicalIndex(passages(records))
    hits = index.rank("货物")
    assert hits
    assert all("货物" in hit.passage.quote for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert index.rank("zzz qqq") == index.rank("") == []
    twins = LexicalIndex([passage("清理河道", start=9), passage("修复堤岸", start=20), passage("清理河道", start=40)])
    assert [hit.passage.start for hit in twins.rank("河道")] == [9, 40]


def test_of_two_equal_passages_the_one_whose_clause_speaks_of_the_question_comes_first() -> None:
    index = LexicalIndex(
        [passage("办法另行制定", "河道清理。办法另行制定"), passage("办法另行制定", "货物管理。办法另行制定", start=50)]
    )
    assert index.rank("货物的办法", top=1)[0].passage.start == 50


def test_an_index_of_nothing_finds_nothing() -> None:
    assert LexicalIndex([]).rank("货物") == []
    assert LexicalIndex([passage("——")]).rank("货物") == []


def test_the_dictionary_leaves_no_copy_where_others_could_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.search import lexical

    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        lexical._tokenizer.cache_clear()
        assert words("货物")
        assert list(Path(folder).iterdir()) == []
