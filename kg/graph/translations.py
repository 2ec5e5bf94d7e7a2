"""`ontology/vocabulary.ttl` → what the documents' own words are in Traditional Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from kg.graph.labels import SIMPLIFIED
from kg.graph.result import language_tag
from kg.resources import data_dir

_PREFERRED = "http://www.w3.org/2004/02/skos/core#prefLabel"


def translation(word: str) -> Mapping[str, str]:
    """Return the preferred words for *word*, a document's own, by language tag; none where it is no concept's word.

    The concept's other labels are what people say for it, and no names: they are left out.
    """
    return _preferred().get(word, {})


@cache
def _preferred() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for triple in ox.parse(path=data_dir("ontology") / "vocabulary.ttl", format=ox.RdfFormat.TURTLE):
        label = triple.object
        if triple.predicate.value == _PREFERRED and isinstance(label, ox.Literal) and label.language:
            labels.setdefault(str(triple.subject), {})[language_tag(label.language)] = label.value
    return {words[SIMPLIFIED]: words for words in labels.values() if SIMPLIFIED in words}
