"""A passage → the bodies, places, policies and other things it names: in its row, and in its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kg.answer.passage import Passage, Reading
from kg.answer.passage import folded_text as folded
from kg.answer.question import Question
from kg.models import Agent, Mention, Role, Zone

_SIDE = re.compile(
    r"(?<![\u4e00-\u9fff])([东西南北])(?:起|至|到|临|沿|接|邻|抵|达|以)([^，、。；]{2,20}?)(?=[，、。；]|[东西南北](?:起|至|到|临|沿)|$)"
)
_SIDES = {"东": "east", "西": "west", "南": "south", "北": "north"}
_PARTS: dict[str, tuple[Role, ...]] = {
    "owner": ("lead", "responsible"),
    "leader": ("lead",),
    "approver": ("approver",),
    "cooperating": ("cooperating",),
}


def owners(_: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the bodies that have a part in the row: who does it, who decides on it, who helps.

    What is inherited from another sentence is left out: the words that are quoted do not say it.
    """
    row = passage.obligation
    if row is None:
        return
    for variant, roles in _PARTS.items():
        held = [party for party in row.agents if party.basis == "explicit" and party.role in roles]
        names = tuple(dict.fromkeys(party.name for party in held if party.tier == "named"))
        written = tuple(dict.fromkeys(party.surface for party in held if party.tier == "named"))
        if names:
            yield Reading(variant, names, "bodies", roles)
            if len(written) < len(names):  # 深港双方, which stands for two bodies
                yield Reading(f"{variant}_as_written", written, None, roles)
        elif held:
            yield Reading(f"{variant}_vague", tuple(dict.fromkeys(party.name for party in held)), "bodies", roles)


def bodies(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the bodies that stand in the passage in whatever part: all, those of a proper name, each alone."""
    unit = passage.unit
    places = [p for p in passage.library.places_in(unit.document, unit.start, unit.end) if isinstance(p.thing, Agent)]
    # 深港双方 names two bodies at once; where others are named one by one, they are meant
    spans = Counter((p.mention.start, p.mention.end) for p in places)
    alone = [p for p in places if spans[p.mention.start, p.mention.end] == 1] or places
    others = [p for p in alone if not passage.asked(p.thing.name)]
    named = tuple(dict.fromkeys(p.thing.name for p in others if _is_named(p.thing)))
    if len(named) > 1:
        yield Reading("bodies", named, None)
    for name in named:
        yield Reading("body", (name,), None)
    words = tuple(dict.fromkeys(_widened(passage, p.mention) for p in others if not _is_named(p.thing)))
    if len(words) > 1 or (words and named):
        yield Reading("bodies_and_groups", (*named, *words), None)
    for text in words:
        yield Reading("group", (text,), None)
    if not passage.whole:
        yield from _doer(question, passage)


def beneficiaries(_: Question, passage: Passage) -> Iterator[Reading]:
    """Yield who a row supports or allows something: all, each alone."""
    row = passage.obligation
    if row is None or not row.beneficiaries:
        return
    yield Reading("beneficiaries", row.beneficiaries, "beneficiary")
    others = [name for name in row.beneficiaries if not passage.asked(name)]
    if len(row.beneficiaries) > 1:
        for name in others:
            yield Reading("beneficiary", (name,), "beneficiary")


def zones(_: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the places a passage names: those of its row, all, each alone."""
    unit, row = passage.unit, passage.obligation
    inside = [one.name for one in passage.names(unit.start, unit.end) if isinstance(one, Zone)]
    others = [name for name in inside if not passage.asked(name)]
    if row is not None:
        for name in [name for name in row.zones if not passage.asked(name)] or row.zones:
            if name not in inside:
                yield Reading("zone_of_row", (name,), "zone")
        held = tuple(name for name in row.zones if name in others)
        if len(held) > 1:
            yield Reading("zones_of_row", held, "zone")
    for name in dict.fromkeys(inside):
        yield Reading("zone", (name,), "zone" if row is not None and name in row.zones else None)
    if len(set(others)) > 1:
        yield Reading("zones", tuple(dict.fromkeys(others)), None)


def edges(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield what a place reaches to on each side: 东起甲, 西至乙; the side that the question asks for alone."""
    sides = [(m.group(1), m.group(2)) for m in _SIDE.finditer(passage.folded)]
    asked = [name for side, name in sides if side in question.plain or _SIDES[side] in question.plain]
    for name in dict.fromkeys(asked):
        yield Reading("edge", (name,), None)
    if len(sides) > 2:
        yield Reading("edges", tuple(name for _, name in sides), None)


def policies(_: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the policies that stand in a passage, each alone."""
    unit = passage.unit
    row = passage.obligation
    if row is not None and row.policy:
        yield Reading("policy", (row.policy,), None)
    for name in passage.library.policies_in(unit.document, unit.start, unit.end):
        if row is None or name != row.policy:
            yield Reading("policy_named", (name,), None)


def _doer(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the body that does, inside the row, what the question asks about: 配合甲方研究某事, who 研究?"""
    unit = passage.unit
    source = passage.library.source(unit.document)
    for place in passage.library.places_in(unit.document, unit.start, unit.end):
        verb = folded("".join(source[place.mention.end : unit.end].split())[:2])
        if isinstance(place.thing, Agent) and _is_named(place.thing) and len(verb) == 2 and verb in question.plain:
            yield Reading("doer", (place.thing.name,), None)


def terms(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the noun phrases of a passage, each alone."""
    if passage.whole:
        return
    unit, library = passage.unit, passage.library
    source = library.source(unit.document)
    texts = ["".join(source[start:end].split()) for start, end in library.terms_in(unit.document, unit.start, unit.end)]
    for text in dict.fromkeys(texts):
        if folded(text) not in question.plain:
            yield Reading("term", (text,), None)


def _widened(passage: Passage, mention: Mention) -> str:
    """Return a group as it is written, with the words in front that tell which one is meant: 国内外创业投资企业."""
    unit, library = passage.unit, passage.library
    starts = [
        start
        for start, end in library.terms_in(unit.document, unit.start, unit.end)
        if start < mention.start and end >= mention.end
    ]
    if not starts:
        return mention.surface
    return "".join(library.source(unit.document)[min(starts) : mention.end].split())


def _is_named(one: Agent | Zone) -> bool:
    return isinstance(one, Agent) and one.tier == "named"
