"""A question → the documents' words for what it calls by other names, from the vocabulary in `ontology/`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.resources import data_dir
from kg.search.words import folded

SIMPLIFIED = "zh-Hans"
_LATIN = re.compile(r"[a-z]")


class Expansion:
    """Other names → the documents' own words, both folded. A name in Latin letters matches only as a whole word."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._han = {name: word for name, word in names.items() if not _LATIN.search(name)}
        latin = {name: word for name, word in names.items() if _LATIN.search(name)}
        self._latin = latin
        longest_first = sorted(latin, key=lambda name: (-len(name), name))
        self._pattern = (
            re.compile(r"(?<![a-z])(" + "|".join(map(re.escape, longest_first)) + r")(?:e?s)?(?![a-z])")
            if latin
            else None
        )

    def words(self, question: str) -> list[str]:
        """Return the documents' words for what the folded *question* calls otherwise, in the order of the names."""
        found = [word for name, word in self._han.items() if name in question and word not in question]
        if self._pattern is not None:
            found += [self._latin[match.group(1)] for match in self._pattern.finditer(question)]
        return list(dict.fromkeys(found))


def vocabulary() -> dict[str, str]:
    """Return every other label of a concept in `ontology/vocabulary.ttl` with its preferred one in zh-Hans, folded."""
    from rdflib import Graph
    from rdflib.namespace import SKOS

    graph = Graph().parse(data_dir("ontology") / "vocabulary.ttl", format="turtle")
    preferred = {
        concept: folded(str(label))
        for concept, label in graph.subject_objects(SKOS.prefLabel)
        if getattr(label, "language", None) == SIMPLIFIED
    }
    names: dict[str, str] = {}
    for concept in sorted(preferred, key=str):
        labels = [*graph.objects(concept, SKOS.prefLabel), *graph.objects(concept, SKOS.altLabel)]
        for name in sorted({folded(str(label)) for label in labels} - {preferred[concept]}):
            # a name of two things leads to the one whose IRI comes first
            names.setdefault(name, preferred[concept])
    return names
