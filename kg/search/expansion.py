"""A question → the documents' words for what it calls by other names, from the vocabulary in `ontology/`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.resources import data_dir
from kg.search.words import folded

SIMPLIFIED = "zh-Hans"
PREFERRED, OTHER = (f"http://www.w3.org/2004/02/skos/core#{name}Label" for name in ("pref", "alt"))
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
    from pyoxigraph import Literal, RdfFormat, parse

    labels: dict[str, list[tuple[bool, Literal]]] = {}
    for triple in parse(path=data_dir("ontology") / "vocabulary.ttl", format=RdfFormat.TURTLE):
        if triple.predicate.value in (PREFERRED, OTHER) and isinstance(triple.object, Literal):
            labels.setdefault(triple.subject.value, []).append((triple.predicate.value == PREFERRED, triple.object))
    names: dict[str, str] = {}
    for concept in sorted(labels):
        own = [
            folded(one.value) for preferred, one in labels[concept] if preferred and one.language == SIMPLIFIED.lower()
        ]
        for name in sorted({folded(one.value) for _, one in labels[concept]} - set(own)) if own else ():
            # a name of two things leads to the one whose IRI comes first
            names.setdefault(name, own[0])
    return names
