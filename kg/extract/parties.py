"""The words around names → who must act: lists of bodies, the roles they stand in, explicit in the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from kg.extract.heads import skip_adverbs, verb_at
from kg.extract.rules import pattern, rules

if TYPE_CHECKING:
    from kg.extract.names import Hit, NameBook
    from kg.models import AgentTier, Role

_OF_THE_STATE = {"ministry", "state_council", "party_body", "legislature", "local_gov"}
_SHORTEST_AREA = 2  # 省政府 is the government of a province that is not named


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it is written: canonical name, the words, its tier and where it stands."""

    name: str
    surface: str
    tier: AgentTier
    kind: str
    start: int
    end: int
    place: bool = False
    full: str | None = None
    """The name as it is read where a list gives its ending once, at the last of them (济南、青岛、烟台市政府)."""


@dataclass(frozen=True, slots=True)
class BodyList:
    """Bodies joined by 、 or 和, and whether 等 leaves the list open."""

    bodies: tuple[Body, ...]
    start: int
    end: int
    open: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words say of some bodies: their role, and the offset of the words that say it."""

    role: Role | str
    rule: str
    list: BodyList
    start: int
    end: int


def read_bodies(text: str, at: int, hits: dict[int, Hit], book: NameBook, joined_by: str = "join") -> BodyList | None:
    """Return the list of bodies that begins exactly at plain offset *at*, None where none does."""
    bodies: list[Body] = []
    start = at
    joins = pattern("offices", joined_by)
    while True:
        found = _read_one(text, at, hits, book, bodies)
        if not found:
            break
        bodies.extend(found)
        at = found[-1].end
        join = joins.match(text, at)
        if join and _read_one(text, join.end(), hits, book, bodies):
            at = join.end()
            continue
        break
    if not bodies:
        return None
    etc = pattern("offices", "list-end").match(text, at)
    return BodyList(tuple(with_shared_ending(bodies)), start, etc.end() if etc else at, bool(etc))


def with_shared_ending(bodies: list[Body]) -> list[Body]:
    """Return *bodies* with the ending that the last of several places has for all: 济南、青岛、烟台市政府 are three."""
    out: list[Body] = []
    ending = ""
    for body in reversed(bodies):
        if body.place and ending and not body.surface.endswith(ending[0]):
            out.append(replace(body, place=False, full=body.surface + ending))
            continue
        found = pattern("offices", "government-of-area").search(body.surface)
        ending = found.group() if found else ""
        out.append(body)
    out.reverse()
    return out


def _read_one(text: str, at: int, hits: dict[int, Hit], book: NameBook, before: list[Body]) -> list[Body]:
    if joint := _joint(text, at, book):
        return joint
    if before and (match := pattern("offices", "its-body").match(text, at)):
        name = before[-1].name + match.group(1)
        entry = book.get(name)
        full = entry.name if entry else name
        return [Body(full, match.group(), "named", entry.kind if entry else before[-1].kind, at, match.end())]
    local = None if verb_at(text, at) else _office(text, at)
    hit = hits.get(at)
    governs = pattern("offices", "government")
    government = governs.match(text, hit.end) if hit and hit.entry.category == "zone" else None
    if hit and (not local or local.end() <= (government.end() if government else hit.end)):
        if hit.entry.category == "agent":
            return [Body(hit.entry.name, text[at : hit.end], hit.entry.tier, hit.entry.kind, at, hit.end)]
        if hit.entry.party:
            end = government.end() if government else hit.end
            entry = book.get(hit.entry.party)
            kind = entry.kind if entry and entry.category == "agent" else f"{hit.entry.kind}_gov"
            return [Body(hit.entry.party, text[at:end], "named", kind, at, end, place=not government)]
        if not local:
            return []
    if local:
        name = text[at : local.end()]
        entry = book.get(name)
        ending = pattern("offices", "government-of-area").search(name)
        area = name[: ending.start() + 1] if ending and ending.start() >= _SHORTEST_AREA else name
        return [Body(entry.name if entry else area, name, "named", "local_gov", at, local.end())]
    return []


def _office(text: str, at: int) -> re.Match[str] | None:
    """Return the body that no list knows and that begins at *at*, by how it is called."""
    return pattern("offices", "local-body").match(text, at) or pattern("offices", "branch-body").match(text, at)


def _joint(text: str, at: int, book: NameBook) -> list[Body]:
    """深港双方, 深港两地政府, 粤港澳三地政府: the governments of the places abbreviated."""
    places = book.parties()
    match = _joint_pattern("".join(sorted(places))).match(text, at)
    if not match:
        return []
    return [
        Body(party, match.group(), "named", "place_gov", at, match.end())
        for c in match.group(1)
        if (party := places[c].party)
    ]


@cache
def _joint_pattern(letters: str) -> re.Pattern[str]:
    return re.compile(f"([{letters}]{{2,4}})" + pattern("offices", "joint-parties").pattern)


@cache
def _around(written: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Split a rule's pattern at ⟨A⟩: what must stand before the list of bodies, and what behind it."""
    before, _, behind = written.partition("⟨A⟩")
    return re.compile(before), re.compile(behind)


def claims(text: str, start: int, end: int, hits: dict[int, Hit], book: NameBook, where: str = "prose") -> list[Claim]:
    """Return what `text[start:end]` (a sentence or part of one) says of bodies, in order of place."""
    found: list[Claim] = []
    for rule in rules("owners"):
        if rule.where != where or rule.pattern is None or rule.sets.role is None:
            continue
        before, behind = _around(rule.body)
        for at, begins in _starts(before, text, start, end):
            joined_by = "join-in-salutation" if where == "salutation" else "join"
            bodies = read_bodies(text, at, hits, book, joined_by)
            if bodies is None or bodies.end > end:
                continue
            said = behind.match(text, bodies.end) is not None
            if rule.id == "subject":
                said = _acts(text, bodies) if said else _does(text, bodies, end)
            if not said:
                continue
            if rule.id == "pivot-body" and not bodies.open and not goes_on_to_act(text, bodies.end):
                continue
            if pattern("offices", "founding").search(text, max(start, begins - 4), begins):
                continue
            found.append(Claim(rule.sets.role, rule.id, bodies, begins, bodies.end))
    return sorted(found, key=lambda c: (c.start, c.end))


def goes_on_to_act(text: str, at: int) -> bool:
    """鼓励深圳〈针对优质企业制定…〉: what the body does follows; 支持山东大学… is about another body."""
    return skip_adverbs(text, at) > at or verb_at(text, at) is not None or _acts_by(text, at)


def _acts_by(text: str, at: int) -> bool:
    return pattern("offices", "acts-by").match(text, at) is not None


def _starts(before: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    if before.pattern == "^":
        return [(start, start)]
    if before.pattern:
        found = {m.end(): m.start() for m in before.finditer(text, start, end)}
        if before.pattern.startswith("(?:^|"):
            found.setdefault(start, start)
        return sorted(found.items())
    return [(start, start)]


def _does(text: str, bodies: BodyList, end: int) -> bool:
    """财政部〈探索建立…〉: bodies of the state by name, with what they do right behind them."""
    if any(body.tier != "named" or body.place or body.kind not in _OF_THE_STATE for body in bodies.bodies):
        return False
    return bodies.end < end and verb_at(text, skip_adverbs(text[:end], bodies.end)) is not None


def _acts(text: str, bodies: BodyList) -> bool:
    """A place or a class acts only where a modal says so: 深圳市要…, but 深圳加强了… is said of the place."""
    if all(body.tier == "named" and not body.place for body in bodies.bodies) or bodies.bodies[0].tier == "collective":
        return True
    return pattern("offices", "acts").match(text, bodies.end) is not None
