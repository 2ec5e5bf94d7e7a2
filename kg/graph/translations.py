"""`ontology/vocabulary.ttl` and `titles.ttl` → what the documents' own words are in Traditional Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from kg.graph.labels import ENGLISH, SIMPLIFIED, TRADITIONAL
from kg.graph.result import language_tag
from kg.read.script import converted
from kg.resources import data_dir
from kg.vocab import Lang

_PREFERRED = "http://www.w3.org/2004/02/skos/core#prefLabel"


def translation(word: str) -> Mapping[str, str]:
    """Return the preferred words for *word*, a document's own, by language tag; none where it is no concept's word.

    The concept's other labels are what people say for it, and no names: they are left out.
    """
    return _preferred("vocabulary").get(word, {})


@cache
def called(name: str, lang: Lang) -> str:
    """Return what a body or a place is called in *lang*; its own *name* where that is not known."""
    if lang == ENGLISH:
        return translation(name).get(ENGLISH, name)
    return name if lang == SIMPLIFIED else translation(name).get(TRADITIONAL) or converted("s2hk", name)


@cache
def titled(title: str, lang: Lang) -> str:
    """Return the title of a chapter or clause in *lang*, as this project translates it; itself where it does not."""
    if lang == ENGLISH:
        return _preferred("titles").get(title, {}).get(ENGLISH, title)
    return title if lang == SIMPLIFIED else converted("s2hk", title)


@cache
def _preferred(file: str) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for triple in ox.parse(path=data_dir("ontology") / f"{file}.ttl", format=ox.RdfFormat.TURTLE):
        label = triple.object
        if triple.predicate.value == _PREFERRED and isinstance(label, ox.Literal) and label.language:
            labels.setdefault(str(triple.subject), {})[language_tag(label.language)] = label.value
    return {words[SIMPLIFIED]: words for words in labels.values() if SIMPLIFIED in words}
