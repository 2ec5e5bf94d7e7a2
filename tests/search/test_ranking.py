"""The whole of it: clauses ranked from an index in a folder, with a model and without."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDF, SKOS

import kg.search
from kg.errors import BuildError, RuleError
from kg.models import Agent, Records
from kg.resources import data_dir
from kg.rules import read
from kg.search import ranking as ranking_module
from kg.search import store
from kg.search.build import build_index
from kg.search.document_index import Indexed
from kg.search.expansion import Expansion, vocabulary
from kg.search.ranking import Ranker
from kg.search.words import plain
from tests.conftest import few
from tests.copies import copy_build
from tests.search.conftest import ROOT, obligation, records_of

NOTICE = """青川市河岸整治工作方案

一、主要任务

（一）清理河道。市水务局清理淤泥。

（二）修复堤岸。支持沿岸企业参与修复；具体补助办法由财政部制定。

（三）公众参与。鼓励居民植树。
"""
HOSTILE = {
    "ten thousand characters": "规划" * 5000,
    "control characters": "谁\x00\x1b[31m\u202e制定\r\n",
    "ligatures that grow": "\ufdfa" * 100,
    "a lone surrogate pair": "\U0001f600谁制定",
    "query syntax": "\"'; DROP TABLE -- } UNION { ?s ?p ?o",
}


@pytest.fixture(scope="module")
def notice() -> Records:
    plain = records_of(NOTICE)
    rows = (obligation(plain, "2", "支持沿岸企业参与修复", 1), obligation(plain, "2", "具体补助办法由财政部制定", 2))
    agents = (Agent("财政部", ("大管家",), "named", "ministry", ("2",)),)
    return Records(plain.document, agents=agents, obligations=rows)


@pytest.fixture(scope="module")
def lexical(notice: Records, tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    folder = tmp_path_factory.mktemp("lexical") / "index"
    build_index([Indexed.of(notice)], folder, None)
    return Ranker.open(folder)


# ------------------------------------------------------------------ with the model


def test_real_questions_find_their_clause(ranker: Ranker) -> None:
    path = ROOT.parent / "shared" / "gold" / "questions.jsonl"
    if not path.is_file():
        pytest.skip("the questions are missing: a file ../shared/gold/questions.jsonl beside the project")
    rows = [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]
    rows = [row for row in rows if row["answer_mode"] != "none"]
    ranked = [[hit.clause for hit in ranker.rank(row["q"], 3).clauses] for row in rows]
    first = sum(found[0] in row["clause"] for found, row in zip(ranked, rows, strict=True)) / len(rows)
    third = sum(bool(set(found) & set(row["clause"])) for found, row in zip(ranked, rows, strict=True)) / len(rows)
    assert len(rows) > 100
    assert first >= 0.80
    assert third >= 0.92


def test_the_legs_are_what_numpy_makes_of_the_saved_parts(ranker: Ranker) -> None:
    """MaxSim and cosines once more, from the vectors in the files, in the plainest way."""
    vectors = ranker.index.vectors
    assert vectors is not None
    question = "货物分线管理的具体办法由谁制定？"
    legs = ranker.legs(question)
    assert legs is not None
    encoded = vectors.encoder.encode(plain(question))
    assert vectors.turn is not None
    with np.load(Path(kg.search.__path__[0]) / "model" / "late.npz") as held:
        turned = encoded.tokens @ held["turn"].astype(np.float32).T
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        counts = np.log1p(np.exp(encoded.tokens @ held["weight"] + held["bias"] + 0.5413))
    counts /= counts.sum()
    sentences = [unit for unit in ranker.index.units if unit.kind == "sentence"]
    count = sum(unit.kind != "clause" for unit in ranker.index.units)
    assert legs.units.tolist() == list(range(count))
    assert count > 2 * len(sentences)
    late: list[float] = []
    best: dict[str, float] = {}
    for u in range(count):
        own = vectors.late.vectors(u)
        late.append(sum(c * max(float(q @ t) for t in own) for q, c in zip(turned, counts, strict=True)))
    for unit, score in zip(sentences, late, strict=False):
        best[unit.clause] = max(best.get(unit.clause, -1.0), float(score))
    np.testing.assert_allclose(legs.of_units["late"], late, atol=1e-5)
    keys = [unit.clause for unit in ranker.index.units if unit.kind == "clause"]
    np.testing.assert_allclose(legs.of_clauses["late"], [best[key] for key in keys], atol=1e-5)


def test_the_clause_that_says_it_is_first_with_the_sentence_and_the_obligation(ranker: Ranker) -> None:
    ranking = ranker.rank("货物分线管理的具体办法由谁制定？")
    first, sentence = ranking.clauses[0], ranking.sentences[0]
    assert first.clause == "15"
    assert first.sentence == sentence.unit
    assert "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定" in sentence.unit.quote
    assert {part.unit.kind for part in sentence.parts} == {"obligation", "phrase"}
    assert "15-01" in {part.unit.obligation for part in sentence.parts}


def test_the_parts_of_a_sentence_begin_in_it(ranker: Ranker) -> None:
    for hit in ranker.rank("海关监管区域").sentences:
        assert hit.parts
        for part in hit.parts:
            assert hit.unit.start <= part.unit.start < hit.unit.end


@pytest.mark.parametrize(
    "question", ["貨物分線管理的具體辦法由誰制定？", "Who draws up the rules for goods crossing the two lines?"]
)
def test_traditional_and_english_questions_find_it_too(ranker: Ranker, question: str) -> None:
    assert "15" in [hit.clause for hit in ranker.rank(question, 3).clauses]


def test_scores_fall_from_at_most_one_to_at_least_zero(ranker: Ranker, questions: list[str]) -> None:
    for question in questions[::20]:
        ranking = ranker.rank(question)
        assert len(ranking.sentences) == ranking_module.SENTENCES
        for scores in ([hit.score for hit in ranking.clauses], [hit.score for hit in ranking.sentences]):
            assert scores == sorted(scores, reverse=True)
            assert scores[0] <= 1
            assert scores[-1] >= 0
        assert len(ranking.clauses) == 32
        assert [hit.clause for hit in ranker.rank(question, 5).clauses] == [h.clause for h in ranking.clauses[:5]]


def test_a_reopened_index_ranks_the_same_to_the_last_bit(ranker: Ranker, index_folder: Path) -> None:
    again = Ranker.open(index_folder)
    for question in ("谁负责？", "When is the port rebuilt?", "個人所得稅"):
        assert again.rank(question) == ranker.rank(question)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_is_ranked_without_failing(ranker: Ranker, lexical: Ranker, text: str) -> None:
    assert len(ranker.rank(text, 10).clauses) == 10
    assert len(lexical.rank(text, 10).clauses) <= 3


@pytest.mark.parametrize("text", ["", " \n\t　", "？！，。……“”", "\x00\x01\u200b", "---"])
def test_a_text_without_a_letter_or_digit_finds_nothing(ranker: Ranker, lexical: Ranker, text: str) -> None:
    assert ranker.rank(text).clauses == ()
    assert lexical.rank(text).sentences == ()


def test_a_large_index_ranks_what_the_first_stage_finds_as_a_small_one_does(
    ranker: Ranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "货物分线管理的具体办法由谁制定？"
    everything = ranker.rank(question)
    monkeypatch.setattr(ranking_module, "ALL", 10)
    monkeypatch.setattr(ranking_module, "FIRST", 40)
    some = ranker.rank(question)
    assert 5 < len(some.clauses) < len(everything.clauses)
    assert some.clauses[0].clause == everything.clauses[0].clause == "15"
    before, after = everything.clauses[0].sentence, some.clauses[0].sentence
    assert before == after
    legs, all_legs = ranker.legs(question), None
    monkeypatch.undo()
    all_legs = ranker.legs(question)
    assert legs is not None
    assert all_legs is not None
    places = [all_legs.units.tolist().index(u) for u in legs.units.tolist()]
    for leg, scores in legs.of_units.items():
        np.testing.assert_allclose(scores, all_legs.of_units[leg][places], atol=1e-6)


# ------------------------------------------------------------------ without a model


def test_without_a_model_search_goes_on_and_says_so(lexical: Ranker) -> None:
    ranking = lexical.rank("補助辦法由誰制定？")
    assert ranking.clauses[0].clause == "2"
    assert ranking.clauses[0].sentence.quote == "具体补助办法由财政部制定。"
    assert "2-02" in {part.unit.obligation for part in ranking.sentences[0].parts}
    assert ranking.sentences[0].late is None
    assert ranking.shares_words
    assert len(ranking.notes) == 1
    assert "lexical search alone" in ranking.notes[0]


def test_a_model_folder_that_is_none_is_told_with_its_name(notice: Records, tmp_path: Path) -> None:
    about = build_index([Indexed.of(notice)], tmp_path / "index", tmp_path / "no-such-model")
    assert about["model"] is None
    ranking = Ranker.open(tmp_path / "index").rank("植树")
    assert [hit.clause for hit in ranking.clauses] == ["3"]
    assert "no-such-model" in ranking.notes[0]


def test_an_index_whose_encoder_is_gone_goes_on_lexically_and_says_so(index_folder: Path, tmp_path: Path) -> None:
    copy_build(index_folder, tmp_path / "index")
    shutil.rmtree(tmp_path / "index" / "encoder")
    ranking = Ranker.open(tmp_path / "index").rank("另行制定")
    assert ranking.clauses[0].clause == "15"
    assert "lexical search alone" in ranking.notes[0]


def test_words_nobody_wrote_find_nothing_without_a_model(lexical: Ranker) -> None:
    ranking = lexical.rank("量子谷")
    assert ranking.clauses == ()
    assert ranking.notes


def test_another_name_of_a_body_finds_it(lexical: Ranker) -> None:
    assert [hit.clause for hit in lexical.rank("大管家").clauses] == ["2"]


def test_two_builds_of_the_same_records_are_the_same_bytes(notice: Records, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        build_index([Indexed.of(notice)], tmp_path / name, None)
        files.append({p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")})
    assert files[0] == files[1]
    assert len(files[0]) > 8


def test_two_documents_keep_their_clauses_apart(notice: Records, tmp_path: Path) -> None:
    other = records_of(NOTICE.replace("青川市", "白水县").replace("财政部", "县水利局"), "other.txt")
    other = replace(other, document=replace(other.document, slug="other"))
    build_index([Indexed.of(notice), Indexed.of(other)], tmp_path / "index", None)
    ranking = Ranker.open(tmp_path / "index").rank("县水利局")
    assert (ranking.clauses[0].document, ranking.clauses[0].clause) == ("other", "2")


def test_no_documents_make_an_index_that_finds_nothing(tmp_path: Path) -> None:
    build_index([], tmp_path / "index", None)
    assert Ranker.open(tmp_path / "index").rank("财政部").clauses == ()


# ------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    "name", few(("index.json", "names.json", "dictionary/dictionary.txt", "segments/00000"), ["segments/00000"])
)
@pytest.mark.parametrize("damage", ["gone", "half"])
def test_a_damaged_index_is_refused_in_one_line(notice: Records, tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "index"
    build_index([Indexed.of(notice)], folder, None)
    path = folder / name
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BuildError, match="run `hetao build` again"):
        Ranker.open(folder)


def test_an_index_of_another_format_is_refused(notice: Records, tmp_path: Path) -> None:
    build_index([Indexed.of(notice)], tmp_path, None)
    about = json.loads((tmp_path / "index.json").read_bytes())
    (tmp_path / "index.json").write_text(json.dumps(about | {"format": 0}), encoding="utf-8")
    with pytest.raises(BuildError, match="another version"):
        Ranker.open(tmp_path)


@pytest.mark.parametrize(
    "text", ["late: 1.0\n", "late: 1\nwords: x\n", "late: 1\nwords: -1\n", "late: 1\nwords: 1\nx: 1\n"]
)
def test_weights_that_are_not_what_they_should_be_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ranking.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="correct it"):
        read(path, store.LegWeights)


def test_each_leg_has_a_weight() -> None:
    assert tuple(store.leg_weights()) == store.LEGS


# ------------------------------------------------------------------ other names


def test_what_the_vocabulary_calls_otherwise_finds_the_document_s_word(lexical: Ranker) -> None:
    assert [hit.clause for hit in lexical.rank("subsidy").clauses] == []
    assert [hit.clause for hit in lexical.rank("Ministry of Finance").clauses] == ["2"]
    assert [hit.clause for hit in lexical.rank("財部").clauses] == ["2"]


def test_a_latin_name_counts_as_a_whole_word_alone() -> None:
    expansion = Expansion({"port": "口岸", "vat": "增值税", "个税": "个人所得税"})
    assert expansion.words("which ports are open?") == ["口岸"]
    assert expansion.words("support and transport, private") == []
    assert expansion.words("个税怎么算") == ["个人所得税"]
    assert expansion.words("个人所得税即个税") == []


def test_every_word_of_the_vocabulary_has_a_source_and_labels_in_three_languages() -> None:
    graph = Graph().parse(data_dir("ontology") / "vocabulary.ttl", format="turtle")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 200
    for concept in concepts:
        assert {label.language for label in graph.objects(concept, SKOS.prefLabel)} == {"zh-Hans", "zh-Hant", "en"}  # type: ignore[attr-defined]
        assert list(graph.objects(concept, DCTERMS.source)), concept
    assert len(vocabulary()) > 800
