"""Tagged words → places that are in no list, recognised by the form of their names: roads, ports, parks …"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kg.extract.names import KnownName, NameHit
from kg.extract.predicates import verb_at
from kg.patterns import Rule, pattern, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENS = {"city", "region"}  # names known that a site's name may go on from: 深圳河
_NOUNS = {"n", "s", "f", "nz", "vn", "ORG"}
_LONGEST_TAIL = 6
_LONGEST = 24


def sites(text: str, words: Sequence[tuple[int, int, str]], known: Sequence[NameHit]) -> list[NameHit]:
    """Return the places in *text* that are named as such outside any known name, in order, without overlaps.

    *words* are (start, end, tag) of the tagger's words. A site opens with words that the tagger calls a place
    (福田), may go on with nouns (保税区) and ends as rules/zones.yaml says; the longest is taken. A bare kind
    (科技园区, 高速公路) is not one.
    """
    starts = {hit.start: hit for hit in known}
    found: list[NameHit] = []
    i = 0
    while i < len(words):
        begin, _, tag = words[i]
        if tag != "LOC":
            i += 1
            continue
        name = starts.get(begin)
        if (name is not None and name.entry.kind not in _OPENS) or pattern("zones", "site-countrywide").match(
            text, begin
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
    areas = [*_areas(text, [*known, *found]), *_beside(text, [*known, *found])]
    return [*(hit for hit in found if not any(a.start <= hit.start < a.end for a in areas)), *areas]


def _areas(text: str, known: Sequence[NameHit]) -> list[NameHit]:
    """Return the areas named by what they are for (海关监管区域) or where they lie (东翼包括…).

    The name of a place right before one is part of its name (深圳园区海关监管区域).
    """
    ends = {hit.end: hit.start for hit in known if hit.entry.category == "zone"}
    found = []
    for match in pattern("zones", "area-by-use").finditer(text):
        if any(hit.start <= match.start() and match.end() <= hit.end for hit in known):
            continue
        start = ends.get(match.start(), match.start())
        found.append(NameHit(start, match.end(), KnownName(text[start : match.end()], (), "zone", "district", "place")))
    return found


def _beside(text: str, known: Sequence[NameHit]) -> list[NameHit]:
    """Return the places that a list goes on with behind one that is known: 前海合作区、某某科学城等区域."""
    taken = {hit.start for hit in known}
    found = []
    for hit in known:
        at = hit.end
        while hit.entry.category == "zone":
            match = pattern("zones", "named-beside").match(text, at)
            if match is None or any(i in taken for i in range(match.start("name"), match.end())):
                break
            name = match.group("name")
            if verb_at(name, 0) or pattern("zones", "site-generic").fullmatch(name):
                break
            found.append(NameHit(match.start("name"), match.end(), KnownName(name, (), "zone", "district", "place")))
            taken.add(match.start("name"))
            at = match.end()
    return found


def _run(words: Sequence[tuple[int, int, str]], i: int, known: dict[int, NameHit]) -> int:
    """Return the index behind the words that may belong to a site which opens with word *i*."""
    stop = i + 1
    limit = words[i][0] + _LONGEST
    while stop < len(words) and words[stop][2] == "LOC" and words[stop][0] not in known and words[stop][1] <= limit:
        stop += 1
    limit = min(limit, words[stop - 1][1] + _LONGEST_TAIL)
    while stop < len(words) and words[stop][2] in _NOUNS and words[stop][0] not in known and words[stop][1] <= limit:
        stop += 1
    return stop


def _longest(text: str, words: Sequence[tuple[int, int, str]], begin: int, known: dict[int, NameHit]) -> NameHit | None:
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
                return NameHit(start, end, _entry(text[start:end], rule))
    return None


def _entry(name: str, rule: Rule) -> KnownName:
    return KnownName(name, (), "zone" if rule.sets.zone else "facility", rule.sets.kind or "other", "place")


@cache
def _kinds() -> tuple[Rule, ...]:
    return tuple(r for r in rules("zones") if r.id.startswith("site-") and r.sets.kind)
