"""The words around names → who must act: lists of agents, the roles they stand in, explicit in the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from kg.extract.acting_agents import acts_later
from kg.extract.predicates import skip_adverbs, verb_at
from kg.patterns import pattern, rules

if TYPE_CHECKING:
    from kg.extract.names import NameBook, NameHit
    from kg.models import AgentTier, Role
    from kg.patterns import Rule

_OF_THE_STATE = {
    *("ministry", "state_council", "party_body", "legislature", "local_gov", "agency", "agency_branch"),
    *("working_group", "sar_gov", "mass_organisation", "collective"),
}
_SHORTEST_AREA = 2  # 省政府 is the government of a province that is not named


@dataclass(frozen=True, slots=True)
class AgentSpan:
    """An agent as it is written: canonical name, the words, its tier and where it stands."""

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
class AgentList:
    """Agents joined by 、 or 和, and whether 等 leaves the list open."""

    agents: tuple[AgentSpan, ...]
    start: int
    end: int
    open: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words say of some agents: their role, and the offset of the words that say it."""

    role: Role | Literal["pivot"]
    rule: str
    list: AgentList
    start: int
    end: int


def read_agents(
    text: str, at: int, hits: dict[int, NameHit], book: NameBook, joined_by: str = "join"
) -> AgentList | None:
    """Return the list of agents that begins exactly at plain offset *at*, None where none does."""
    agents: list[AgentSpan] = []
    start = at
    joins = pattern("offices", joined_by)
    while True:
        found = _read_one(text, at, hits, book, agents)
        if not found:
            break
        agents.extend(found)
        at = found[-1].end
        join = joins.match(text, at)
        if join and _read_one(text, join.end(), hits, book, agents):
            at = join.end()
            continue
        break
    if not agents:
        return None
    etc = pattern("offices", "list-end").match(text, at)
    return AgentList(tuple(with_shared_ending(agents)), start, etc.end() if etc else at, bool(etc))


def with_shared_ending(agents: list[AgentSpan]) -> list[AgentSpan]:
    """Return *agents* with the ending that the last of several places has for all: 济南、青岛、烟台市政府 are three."""
    out: list[AgentSpan] = []
    ending = ""
    for agent in reversed(agents):
        if agent.place and ending and not agent.surface.endswith(ending[0]):
            out.append(replace(agent, place=False, full=agent.surface + ending))
            continue
        found = pattern("offices", "government-of-area").search(agent.surface)
        ending = found.group() if found else ""
        out.append(agent)
    out.reverse()
    return out


def _read_one(text: str, at: int, hits: dict[int, NameHit], book: NameBook, before: list[AgentSpan]) -> list[AgentSpan]:
    if joint := _joint(text, at, book):
        return joint
    if before and (match := pattern("offices", "its-body").match(text, at)):
        name = before[-1].name + match.group(1)
        entry = book.get(name)
        full = entry.name if entry else name
        return [AgentSpan(full, match.group(), "named", entry.kind if entry else before[-1].kind, at, match.end())]
    local = None if verb_at(text, at) else _office(text, at)
    hit = hits.get(at)
    governs = pattern("offices", "government")
    government = governs.match(text, hit.end) if hit and hit.entry.category == "zone" else None
    if hit and (not local or local.end() <= (government.end() if government else hit.end)):
        if hit.entry.category == "agent":
            return [AgentSpan(hit.entry.name, text[at : hit.end], hit.entry.tier, hit.entry.kind, at, hit.end)]
        if hit.entry.acts_as:
            end = government.end() if government else hit.end
            entry = book.get(hit.entry.acts_as)
            kind = entry.kind if entry and entry.category == "agent" else f"{hit.entry.kind}_gov"
            return [AgentSpan(hit.entry.acts_as, text[at:end], "named", kind, at, end, place=not government)]
        if not local:
            return []
    if local:
        name = text[at : local.end()]
        entry = book.get(name)
        ending = pattern("offices", "government-of-area").search(name)
        area = name[: ending.start() + 1] if ending and ending.start() >= _SHORTEST_AREA else name
        return [AgentSpan(entry.name if entry else area, name, "named", "local_gov", at, local.end())]
    return []


def _office(text: str, at: int) -> re.Match[str] | None:
    """Return the unlisted agent that begins at *at*, recognised by the form of its name."""
    return pattern("offices", "local-body").match(text, at) or pattern("offices", "branch-body").match(text, at)


def _joint(text: str, at: int, book: NameBook) -> list[AgentSpan]:
    """深港双方, 深港两地政府, 粤港澳三地政府: the governments of the places abbreviated."""
    if at >= len(text) or text[at] not in (places := book.abbreviated()):
        return []
    match = _joint_pattern("".join(sorted(places))).match(text, at)
    if not match:
        return []
    return [
        AgentSpan(name, match.group(), "named", "place_gov", at, match.end())
        for c in match.group(1)
        if (name := places[c].acts_as)
    ]


@cache
def _joint_pattern(letters: str) -> re.Pattern[str]:
    return re.compile(f"([{letters}]{{2,4}})" + pattern("offices", "joint-parties").pattern)


@cache
def _owner_rules(where: str) -> tuple[tuple[Rule, re.Pattern[str], re.Pattern[str]], ...]:
    """Return the rules for a kind of text, each with the parts of its pattern before ⟨A⟩, the list, and behind it."""
    found = []
    for rule in rules("owners"):
        if rule.where == where and rule.pattern is not None and rule.sets.role is not None:
            before, _, behind = rule.body.partition("⟨A⟩")
            found.append((rule, re.compile(before), re.compile(behind)))
    return tuple(found)


def claims(
    text: str, start: int, end: int, hits: dict[int, NameHit], book: NameBook, where: str = "prose"
) -> list[Claim]:
    """Return what `text[start:end]` (a sentence or part of one) says of agents, in order of place."""
    found: list[Claim] = []
    for rule, before, behind in _owner_rules(where):
        for at, begins in _starts(before, text, start, end):
            joined_by = "join-in-salutation" if where == "salutation" else "join"
            agents = read_agents(text, at, hits, book, joined_by)
            if agents is None or agents.end > end:
                continue
            said = behind.match(text, agents.end) is not None
            if rule.id == "subject":
                said = said and (_acts(text, agents) or _does(text, agents, end))
            if rule.id in {"by-described", "empowered"}:
                said = said and goes_on_to_act(text, agents.end)
            if rule.id == "empowered":
                said = said and all(agent.tier == "named" for agent in agents.agents)
            if rule.id == "helps":
                said = said and pattern("acting", "helps").match(text, agents.end) is not None
            if not said:
                continue
            if rule.id == "pivot-body" and not agents.open and not goes_on_to_act(text, agents.end):
                continue
            if pattern("offices", "founding").search(text, max(start, begins - 4), begins):
                continue
            role = cast("Role | Literal['pivot']", rule.sets.role)
            found.append(Claim(role, rule.id, agents, begins, agents.end))
    return sorted(found, key=lambda c: (c.start, c.end))


def goes_on_to_act(text: str, at: int) -> bool:
    """鼓励深圳〈针对优质企业制定…〉: what the agent does follows; 支持山东大学… is about another agent."""
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


def _does(text: str, agents: AgentList, end: int) -> bool:
    """财政部〈探索建立…〉: agents of the state by name, with what they do right behind them."""
    if any(agent.place or agent.kind not in _OF_THE_STATE for agent in agents.agents):
        return False
    if pattern("acting", "helps").match(text, agents.end):
        return False
    verb = verb_at(text, skip_adverbs(text[:end], agents.end)) if agents.end < end else None
    return verb is not None and not text.startswith("的", verb.end())


def _acts(text: str, agents: AgentList) -> bool:
    """A place or a class acts only where a modal says so: 深圳市要…, but 深圳加强了… is said of the place."""
    if pattern("acting", "helps").match(text, agents.end):
        return False
    if acts_later(text, agents.end) and not any(agent.place for agent in agents.agents):
        at = skip_adverbs(text, agents.end)
        verb = verb_at(text, at) or pattern("acting", "meets-with").match(text, at)
        if verb is not None and not text.startswith("的", verb.end()):
            return True
    if (
        all(agent.tier in {"named", "collective"} and not agent.place for agent in agents.agents)
        or agents.agents[0].tier == "collective"
    ):
        return pattern("acting", "acts").match(text, agents.end) is not None
    if pattern("offices", "acts").match(text, agents.end):
        return True
    of_a_kind = all(agent.tier == "class" for agent in agents.agents)
    return of_a_kind and pattern("acting", "one-of-many-acts").match(text, agents.end) is not None
