"""Tagged words → agents that are in no list, recognised by the form of their names: councils, institutes, unions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kg.extract.names import KnownName, NameHit
from kg.patterns import Rule, pattern, rules, words

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSIDE = {"n", "nz", "nw", "vn", "LOC", "ORG", "PER", "TIME", "a", "an", "s", "f"}
_NAMES = {"LOC", "ORG", "nz", "PER"}
_LONGEST = 24


def called_agents(text: str, tagged: Sequence[tuple[int, int, str]], known: Sequence[NameHit]) -> list[NameHit]:
    """Return the agents in *text* whose names have the form of one, in order, without overlaps.

    *tagged* are (start, end, tag) of words. An agent opens with a name (金砖国家) or with a word that such names open
    with (世界, 专家), goes on with nouns and ends as rules/offices.yaml says. A bare kind (国际组织) is not one,
    nor is what an agent *known* by name covers.
    """
    openings = words("offices", "called-opens")
    ends = {hit.start: hit.end for hit in known if hit.entry.category == "agent"}
    found: list[NameHit] = []
    i = 0
    while i < len(tagged):
        start, end, tag = tagged[i]
        hit = _longest(text, tagged, i) if tag in _NAMES or text[start:end] in openings else None
        if not hit or ends.get(hit.start, 0) >= hit.end:
            i += 1
            continue
        found.append(hit)
        while i < len(tagged) and tagged[i][0] < hit.end:
            i += 1
    return found


def _longest(text: str, tagged: Sequence[tuple[int, int, str]], i: int) -> NameHit | None:
    start = tagged[i][0]
    stop = i + 1
    while stop < len(tagged) and tagged[stop][1] - start <= _LONGEST:
        a, b, tag = tagged[stop]
        if tag not in _INSIDE and text[a:b] not in words("offices", "called-opens"):
            break
        stop += 1
    for _, end, _ in reversed(tagged[i:stop]):
        if pattern("offices", "called-generic").fullmatch(text, start, end):
            continue
        for rule in _kinds():
            if rule.regex.search(text, start, end) and not pattern("offices", "called-goes-on").match(text, end):
                return NameHit(start, end, KnownName(text[start:end], (), "agent", rule.sets.kind or "other", "named"))
    return None


@cache
def _kinds() -> tuple[Rule, ...]:
    return tuple(r for r in rules("offices") if r.id.startswith("called-") and r.sets.kind)
