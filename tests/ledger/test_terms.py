"""What a fixed value is called is what the ontology calls it, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.errors import RuleError
from kg.graph.terms import ontology
from kg.ledger.terms import Glossary, term
from kg.resources import rules_dir
from kg.rules import read
from kg.vocab import FORCES, HK, MODALITIES


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_modality_and_force_are_called_as_in_the_ontology(lang: str) -> None:
    from rdflib import SKOS, URIRef

    graph = ontology()
    seen = 0
    for kind, values in (("modality", MODALITIES), ("force", FORCES)):
        for value in values:
            labels = {str(o) for o in graph.objects(URIRef(HK + value), SKOS.prefLabel) if o.language == lang}  # type: ignore[attr-defined]
            assert {term(lang, kind, value)} == labels  # type: ignore[arg-type]
            seen += 1
    assert seen == 10


def test_a_value_that_is_none_is_given_back_as_it_is() -> None:
    assert term("zh-Hans", "force", "支持、鼓励") == "支持、鼓励"


def test_a_file_that_lacks_a_word_is_refused(tmp_path: Path) -> None:
    plain = yaml.safe_load((rules_dir() / "terms.yaml").read_text("utf-8"))
    del plain["en"]["force"]["pilot"]
    path = tmp_path / "terms.yaml"
    path.write_text(yaml.safe_dump(plain), "utf-8")
    with pytest.raises(RuleError, match="force in en"):
        read(path, Glossary)
