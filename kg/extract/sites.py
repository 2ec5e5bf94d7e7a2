"""Tagged words → places that no list knows, told by how they are called: roads, rivers, ports, parks, districts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kg.extract.names import Entry, Hit
from kg.extract.rules import Rule, pattern, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENS = {"city", "region"}  # names known that a site's name may go on from: 深圳河
_NOUNS = {"n", "s", "f", "nz", "vn", "ORG"}
_LONGEST_TAIL = 6
_LONGEST = 24


def sites(text: str, words: Sequence[tuple[int, int, str]], known: Sequence[Hit]) -> list[Hit]:
    """Return the places in *text* that are called one and stand in no name known, in order, none overlapping.

    *words* are (start, end, tag) of the tagger's words. A site opens with words that the tagger calls a place
    (福田), may go on with nouns (保税区) and ends as rules/zones.yaml says; the longest is taken. One that is told by
    its kind alone (科技园区, 高速公路) is none.
    """
    starts = {hit.start: hit for hit in known}
    found: list[Hit] = []
    i = 0
    while i < len(words):
        begin, _, tag = words[i]
        name = starts.get(begin)
        if (
            tag != "LOC"
            or (name is not None and name.entry.kind not in _OPENS)
            or pattern("zones", "site-countrywide").match(text, begin)
        ):
            i += 1
            continue
        stop = _run(words, i, starts)
        hit = _longest(text, words[i:stop], begin, starts)
        if hit is None:
            i += 1
            continue
        found.append(hit)
        while i < len(words) and words[i][0] < hit.end:
            i += 1
    areas = _areas(text, [*known, *found])
    return [*(hit for hit in found if not any(a.start <= hit.start < a.end for a in areas)), *areas]


def _areas(text: str, known: Sequence[Hit]) -> list[Hit]:
    """Return the areas told by what they are for (海关监管区域) or where they lie (东翼包括…).

    The name of a place right before one is part of its name (深圳园区海关监管区域).
    """
    ends = {hit.end: hit.start for hit in known if hit.entry.category == "zone"}
    found = []
    for match in pattern("zones", "area-by-use").finditer(text):
        if any(hit.start <= match.start() and match.end() <= hit.end for hit in known):
            continue
        start = ends.get(match.start(), match.start())
        found.append(Hit(start, match.end(), Entry(text[start : match.end()], (), "zone", "district", "place")))
    return found


def _run(words: Sequence[tuple[int, int, str]], i: int, known: dict[int, Hit]) -> int:
    """Return the index behind the words that may belong to a site which opens with word *i*."""
    stop = i + 1
    limit = words[i][0] + _LONGEST
    while stop < len(words) and words[stop][2] == "LOC" and words[stop][0] not in known and words[stop][1] <= limit:
        stop += 1
    limit = min(limit, words[stop - 1][1] + _LONGEST_TAIL)
    while stop < len(words) and words[stop][2] in _NOUNS and words[stop][0] not in known and words[stop][1] <= limit:
        stop += 1
    return stop


def _longest(text: str, words: Sequence[tuple[int, int, str]], begin: int, known: dict[int, Hit]) -> Hit | None:
    edges = (
        pattern("zones", "site-edge").match(text, at) for at in (begin, max(0, begin - 1))
    )  # 南沿深圳河, 南|临深圳河
    edge = next((match for match in edges if match), None)
    start = max(begin, edge.end()) if edge else begin
    for _, end, _ in reversed(words):
        if end <= start or (start in known and known[start].end >= end):
            continue
        if pattern("zones", "site-generic").fullmatch(text, start, end):
            continue
        for rule in _kinds():
            if rule.regex.search(text, start, end):
                return Hit(start, end, _entry(text[start:end], rule))
    return None


def _entry(name: str, rule: Rule) -> Entry:
    return Entry(name, (), "zone" if rule.sets.zone else "facility", rule.sets.kind or "other", "place")


@cache
def _kinds() -> tuple[Rule, ...]:
    return tuple(r for r in rules("zones") if r.id.startswith("site-") and r.sets.kind)
