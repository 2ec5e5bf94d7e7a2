"""The pipeline as spaCy's users know it: entities, extensions, displacy, saving and a component of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract import PlanNames, load_nlp
from kg.extract.pipeline import COMPONENTS

CLAUSE = "2025年前由财政部会同有关部门按照《深圳经济特区数据条例》制定办法，在风险可控的前提下，在福田保税区实施。"


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_nlp()


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(CLAUSE)


def marked(spans: Sequence[Span]) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in spans]


def test_entities_have_their_labels_and_stand_where_their_words_do(doc: Doc) -> None:
    assert doc.text == CLAUSE
    assert marked(doc.ents) == [
        ("2025年前", "DATE"),
        ("财政部", "AGENT"),
        ("有关部门", "AGENT"),
        ("《深圳经济特区数据条例》", "POLICY"),
        ("福田保税区", "ZONE"),
    ]
    assert all(CLAUSE[ent.start_char : ent.end_char] == ent.text for ent in doc.ents)
    assert doc.ents[0].id_ == "before"


def test_what_was_found_stands_under_registered_names(doc: Doc) -> None:
    assert [word.tag_ for word in doc if word.text == "财政部"] == ["ORG"]
    assert [sentence.text for sentence in doc.sents] == [CLAUSE]
    assert {span._.hit.entry.name for span in doc.spans["mentions"]} >= {"财政部", "福田保税区"}
    assert set(doc.spans) == {"mentions", "terms"}
    assert ("在风险可控的前提下", "condition") in marked(doc._.conditions)
    assert [label for _, label in marked(doc._.rows)] == [candidate.modality for candidate in doc._.analysis.candidates]
    assert len(doc._.rows) == 2
    assert "".join(span.text for span in doc._.clauses) == CLAUSE.replace("，", "").replace("。", "")


def test_a_mention_names_the_body_by_its_canonical_name(nlp: Language) -> None:
    (mention,) = nlp("由國家發展和改革委員會制定辦法。").ents
    assert (mention.text, mention.id_) == ("國家發展和改革委員會", "国家发展改革委")


def test_displacy_draws_it(doc: Doc) -> None:
    html = displacy.render(doc, style="ent", jupyter=False)
    assert all(ent.text in html and ent.label_ in html for ent in doc.ents)


def test_a_saved_pipeline_gives_the_same(tmp_path: Path) -> None:
    names = PlanNames.model_validate({"source_sha256": "", "from": "a test", "agents": [{"name": "河套办"}]})
    text = f"由河套办牵头推进。{CLAUSE}"
    ours = load_nlp(names)
    ours.to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    assert loaded.pipe_names == list(COMPONENTS)
    assert loaded.max_length == ours.max_length
    one, other = ours(text), loaded(text)
    assert one.ents[0].text == "河套办"
    assert other._.analysis == one._.analysis
    assert marked(other.ents) == marked(one.ents)


def test_a_doc_comes_back_from_bytes_with_its_analysis(nlp: Language, doc: Doc) -> None:
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.analysis == doc._.analysis
    assert [span._.hit for span in again.spans["mentions"]] == [span._.hit for span in doc.spans["mentions"]]


def test_pipelines_for_two_plans_keep_their_own_names(nlp: Language) -> None:
    names = PlanNames.model_validate({"source_sha256": "", "from": "a test", "agents": [{"name": "河套办"}]})
    other = load_nlp(names)
    assert marked(other("由河套办牵头推进。").ents) == [("河套办", "AGENT")]
    assert marked(nlp("由河套办牵头推进。").ents) == []


def test_what_stands_behind_sees_the_extensions_and_what_stands_before_is_read() -> None:
    seen: list[int] = []

    @Language.component("test_counts")
    def counts(doc: Doc) -> Doc:
        seen.append(len(doc._.analysis.candidates))
        return doc

    @Language.component("test_names")
    def names(doc: Doc) -> Doc:
        at = doc.text.index("专班")
        doc.spans["mentions"].append(doc.char_span(at, at + 2, label="AGENT", alignment_mode="expand"))
        return doc

    nlp = load_nlp()
    nlp.add_pipe("test_names", first=True)
    nlp.add_pipe("test_counts", last=True)
    doc = nlp("由专班制定办法。")
    assert seen == [1]
    assert marked(doc.ents) == [("专班", "AGENT")]
    assert doc._.analysis.hits[1].entry.tier == "named"


def test_spacy_finds_each_component_by_its_entry_point() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    points = project["project"]["entry-points"]
    assert list(points["spacy_factories"]) == list(COMPONENTS)
    for name, where in [*points["spacy_factories"].items(), *points["spacy_tokenizers"].items()]:
        assert callable(EntryPoint(name, where, "").load())


def test_no_component_asks_for_what_none_before_it_gives(nlp: Language) -> None:
    problems: dict[str, list[str]] = nlp.analyze_pipes()["problems"]  # type: ignore[index]
    assert {name: missing for name, missing in problems.items() if missing and name != COMPONENTS[0]} == {}
