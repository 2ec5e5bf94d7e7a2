"""Who is supported, allowed or served → the beneficiaries of a row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.extract.predicates import skip_adverbs, verb_at
from kg.extract.roles import goes_on_to_act, read_agents
from kg.patterns import pattern

if TYPE_CHECKING:
    from kg.extract.candidates import ObligationCandidate
    from kg.extract.names import NameBook, NameHit

_LONGEST = 60
_MODIFIES = re.compile(r"[^，；、。]*的")
_AND = re.compile(r"、|(?<=[\u4e00-\u9fff])[与和及](?=[\u4e00-\u9fff]{2})")


def beneficiaries(
    text: str, candidate: ObligationCandidate, hits: dict[int, NameHit], book: NameBook
) -> tuple[str, ...]:
    """Return those whom a row supports, allows or serves, in order: canonical names, or the words for them.

    () where the text names nobody: what is supported is a thing, or what is served is one.
    """
    if candidate.pivot is not None:
        return _supported(text, candidate, candidate.pivot, hits, book)
    match = pattern("structure", "for-whom").match(text, candidate.start, candidate.end)
    if match is None:
        return ()
    a, b = match.span("who")
    who = _head_actor(text, a, b) or match.group("who")
    return tuple(p for part in _listed(who) if (p := _actor(part, trim=match.group().startswith("为"))))


def _supported(
    text: str, candidate: ObligationCandidate, pivot: int, hits: dict[int, NameHit], book: NameBook
) -> tuple[str, ...]:
    agents = read_agents(text, pivot, hits, book)
    acts = agents is not None and (agents.agents[-1].tier != "named" or agents.open or goes_on_to_act(text, agents.end))
    if agents is not None and acts and agents.end < candidate.end:
        named = [b.name for b in agents.agents]
        rest = _up_to_actor(text, agents.end, min(candidate.end, pivot + _LONGEST)) if agents.open else ""
        return tuple(dict.fromkeys([*named, *([rest] if rest else [])]))
    if verb_at(text, pivot) or text.startswith("在", pivot):
        return ()
    who = _listed(_up_to_actor(text, pivot, min(candidate.end, pivot + _LONGEST)))
    if not who and agents is not None and text.startswith("、", agents.end):
        return tuple(dict.fromkeys(b.name for b in agents.agents))  # others follow that nobody lists
    return who


def _up_to_actor(text: str, start: int, end: int) -> str:
    """Return the words up to the noun behind which the doing of those begins: 深港两地高校〈联合成立…〉."""
    actors = _actors(text, start, end)
    return text[start : actors[0]] if actors else ""


def _actors(text: str, start: int, end: int) -> list[int]:
    """Return where the nouns end behind which somebody's doing begins."""
    found = []
    for match in pattern("structure", "actor-noun").finditer(text, start, end):
        behind = skip_adverbs(text[:end], match.end())
        does = pattern("structure", "does-by").match(text, match.end())
        if does or behind > match.end() or verb_at(text, match.end()):
            found.append(match.end())
    return found


def _head_actor(text: str, start: int, end: int) -> str:
    """Return the words for whom 对 or 为 names: who does something in a clause before 的 only tells which they are.

    对〈企业投资的科研院所〉开展的项目 is for the institutes.
    """
    actors = _actors(text, start, end)
    if actors and actors[-1] < end and _actor(text[start:end], trim=False):
        actors.append(end)
    at = 0
    while at + 1 < len(actors) and _MODIFIES.match(text, actors[at], actors[at + 1]):
        at += 1
    return text[start : actors[at]] if actors else ""


def _listed(who: str) -> tuple[str, ...]:
    """Cut a list of those who act; what stands before its last 的 belongs to its first item.

    企业等社会力量 are two; in 人工智能、互联网等企业 only the words behind 等 are someone.
    """
    who = pattern("structure", "list-ends").sub("", who)
    etc = pattern("structure", "and-others").search(who)
    listed = who[: etc.start()] if etc else who
    fixed = listed.rfind("的") + 1
    items = _AND.split(listed[fixed:])
    items[0] = listed[:fixed] + items[0]
    if etc and not all(_actor(item, trim=False) for item in items):
        return (who,)
    kind = who[etc.end() :] if etc else ""
    return tuple(item for item in (*items, kind) if len(item) > 1 or (item and not etc))


def _actor(item: str, trim: bool) -> str:
    """Return *item* where it ends with a noun for someone who acts; with *trim* cut behind the last such noun."""
    outside, bracket, inside = item.partition("（")
    if bracket and inside.endswith("）"):
        return item if _actor(outside, trim=False) else ""
    ends = [m.end() for m in pattern("structure", "actor-noun").finditer(item + "者")]
    if not ends:
        return ""
    return item[: ends[-1]] if trim or ends[-1] == len(item) else ""
