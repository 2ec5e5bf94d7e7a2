"""Tagged words → bodies that no list knows, told by how they are called: councils, institutes, unions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kg.extract.names import Entry, Hit
from kg.extract.rules import Rule, pattern, rules, words

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSIDE = {"n", "nz", "nw", "vn", "LOC", "ORG", "PER", "TIME", "a", "an", "s", "f"}
_NAMES = {"LOC", "ORG", "nz", "PER"}
_LONGEST = 24


def called_bodies(text: str, tagged: Sequence[tuple[int, int, str]], known: Sequence[Hit]) -> list[Hit]:
    """Return the bodies in *text* that are called one, in order, none overlapping.

    *tagged* are (start, end, tag) of words. A body opens with a name (金砖国家) or with a word that such names open
    with (世界, 专家), goes on with nouns and ends as rules/offices.yaml says. What is told by its kind alone (国际组织)
    is none, nor is what a body *known* by name covers.
    """
    ends = {hit.start: hit.end for hit in known if hit.entry.category == "agent"}
    found: list[Hit] = []
    i = 0
    while i < len(tagged):
        hit = _opens(text, tagged[i]) and _longest(text, tagged, i)
        if not hit or ends.get(hit.start, 0) >= hit.end:
            i += 1
            continue
        found.append(hit)
        while i < len(tagged) and tagged[i][0] < hit.end:
            i += 1
    return found


def _opens(text: str, word: tuple[int, int, str]) -> bool:
    start, end, tag = word
    return tag in _NAMES or text[start:end] in words("offices", "called-opens")


def _longest(text: str, tagged: Sequence[tuple[int, int, str]], i: int) -> Hit | None:
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
                return Hit(start, end, Entry(text[start:end], (), "agent", rule.sets.kind or "other", "named"))
    return None


@cache
def _kinds() -> tuple[Rule, ...]:
    return tuple(r for r in rules("offices") if r.id.startswith("called-") and r.sets.kind)
