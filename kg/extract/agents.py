"""Mentions over all clauses → the agents a document speaks of, each once, with where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.roles import claims, read_agents
from kg.models import Agent, Mention
from kg.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.extract.names import NameBook, NameHit
    from kg.extract.obligations import ClauseContext
    from kg.extract.roles import AgentSpan
    from kg.models import Document


class AgentMentions:
    """Collects agents clause by clause."""

    def __init__(self, book: NameBook) -> None:
        self._book = book
        self._found: dict[str, tuple[AgentSpan, list[Mention]]] = {}

    def read(self, context: ClauseContext) -> None:
        """Take in the agents that stand in one clause."""
        places: dict[tuple[int, str], AgentSpan] = {}
        for agent in _agents(context):
            places.setdefault((agent.start, agent.name), agent)
        for _, agent in sorted(places.items()):
            span = context.plain.to_source(agent.start, agent.end)
            mention = Mention(
                agent.name, context.plain.written[agent.start : agent.end], context.clause.id, span.start, span.end
            )
            self._found.setdefault(agent.name, (agent, []))[1].append(mention)

    def records(self, document: Document) -> list[Agent]:
        """Return the agents in reading order of their first mention."""
        order = {clause.id: clause.order for clause in document.clauses}
        agents = []
        for name, (agent, mentions) in self._found.items():
            entry = self._book.entries.get(name)
            known = entry.aliases if entry and entry.category == "agent" else ()
            surfaces = [m.surface for m in mentions if m.surface != name]
            aliases = tuple(dict.fromkeys([*known, *surfaces]))
            clauses = tuple(sorted({m.clause for m in mentions}, key=lambda c: order[c]))
            agents.append(Agent(name, aliases, agent.tier, agent.kind, clauses, tuple(mentions)))
        return sorted(agents, key=lambda a: (a.mentions[0].start, a.name))


def _agents(context: ClauseContext) -> Iterator[AgentSpan]:
    text, hits, book = context.plain.text, context.analysis.hits, context.book
    for hit in hits.values():
        if hit.entry.category == "agent" and not _of_a_place(text, hit):
            found = read_agents(text, hit.start, hits, book)
            yield from (b for b in (found.agents if found else ()) if not b.place)
        elif hit.entry.acts_as and (
            pattern("offices", "party-follows").match(text, hit.end)
            or pattern("offices", "government-of-place").match(text, hit.end)
        ):
            found = read_agents(text, hit.start, hits, book)
            yield from found.agents if found else ()
    for match in pattern("offices", "with-party").finditer(text):
        found = read_agents(text, match.end(), hits, book)
        yield from found.agents if found else ()
    for at in _joints(text):
        found = read_agents(text, at, hits, book)
        yield from found.agents if found else ()
    for sentence in context.analysis.sentences:
        for claim in claims(text, sentence.start, sentence.end, hits, book):
            yield from claim.list.agents
    yield from context.addressees
    for bracket in context.analysis.brackets:
        yield from (agent for agent, _ in bracket.agents)


def _of_a_place(text: str, hit: NameHit) -> bool:
    """省发展改革委: with a place right before it, the short name of a state agent is that of the place's own."""
    short = text[hit.start : hit.end] != hit.entry.name
    return short and pattern("offices", "place-ends").search(text, max(0, hit.start - 1), hit.start) is not None


def _joints(text: str) -> Iterator[int]:
    """Yield where 深港双方 or 粤港澳三地政府 may begin: two to four characters before what joins them."""
    for match in pattern("offices", "joint-parties-at").finditer(text):
        yield from (match.start() - n for n in (2, 3, 4) if match.start() >= n)
