"""The records of a local document → the same, with the bodies it names by their level alone (市财政局) named in full.

In a library 市财政局 of one city and 市财政局 of another are two. A document's own place is that of its issuer, or else
the one at the head of its title.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.names import NameBook, name_book
from kg.models import Agent, Mention, Obligation, Records, strip_space
from kg.patterns import pattern
from kg.read.script import simplified

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kg.extract.rules import PlanNames
    from kg.models import Document


def own_place(document: Document) -> str | None:
    """Return the province, city or county whose document it is, as it names it; None for one of the state."""
    for name in (document.publisher, document.title):
        if name and (place := pattern("naming", "place").match(simplified(strip_space(name)))):
            return place.group()
    return None


def named_in_full(records: Records, names: PlanNames | None = None) -> Records:
    """Return *records* with the full name of each body whose place the document's own tells.

    市财政局 of a document of 青石市 is 青石市财政局, and 发展改革委 is that of the city and not the state's. The words
    written stay what they were.

    Nothing changes where the document is of no place, or names a body of another level than its place's. *names* are
    the document's own names.
    """
    place = own_place(records.document)
    if place is None:
        return records
    naming = _Naming(place, name_book(names))
    order = {clause.id: clause.order for clause in records.document.clauses}
    agents = _regrouped(records.agents, naming, order)
    named = {one.name for one in records.agents if one.tier == "named"}
    return replace(
        records, agents=agents, obligations=tuple(_renamed(row, naming, named) for row in records.obligations)
    )


class _Naming:
    """The full names of bodies in a document of *place*."""

    def __init__(self, place: str, book: NameBook) -> None:
        self.place = place
        self.book = book

    def full(self, name: str, surface: str) -> str:
        """Return the name of what the document calls *surface*, which is known as *name*."""
        for said in (name, surface):
            level = pattern("naming", "level").match(said)
            if level and self.place.endswith(level.group("level")):
                return self._known(self.place + said[level.end("level") :])
        state = pattern("naming", "of-a-state")
        if self._is_ambiguous(name, surface) and not state.match(surface):
            return self._known(self.place + surface)
        return name

    def _is_ambiguous(self, name: str, surface: str) -> bool:
        """Whether *surface* is the name of the state's body without what tells it from a local one: 发展改革委."""
        opening = pattern("naming", "of-a-state").match(name)
        return bool(opening and surface != name and pattern("naming", "local-too").search(surface))

    def _known(self, name: str) -> str:
        entry = self.book.get(name)
        return entry.name if entry and entry.category == "agent" else name


def _regrouped(agents: Sequence[Agent], naming: _Naming, order: Mapping[str, int]) -> tuple[Agent, ...]:
    """Return *agents* by their full names: one whose mentions have several becomes several."""
    found: dict[str, Agent] = {}
    for agent in agents:
        mentions: dict[str, list[Mention]] = {}
        for one in agent.mentions:
            full = naming.full(agent.name, one.surface) if agent.tier == "named" else agent.name
            mentions.setdefault(full, []).append(replace(one, name=full))
        for full, here in mentions.items():
            known = found.get(full) or replace(agent, name=full, aliases=(), clauses=(), mentions=())
            forms = agent.aliases if full == agent.name else tuple(one.surface for one in here)
            every = (*known.mentions, *here)
            found[full] = replace(
                known,
                aliases=tuple(dict.fromkeys(form for form in (*known.aliases, *forms) if form != full)),
                clauses=tuple(sorted({one.clause for one in every}, key=lambda clause: order[clause])),
                mentions=tuple(sorted(every, key=lambda one: (one.start, one.end))),
            )
    return tuple(found.values())


def _renamed(row: Obligation, naming: _Naming, named: Collection[str]) -> Obligation:
    agents = tuple(
        replace(one, name=naming.full(one.name, one.surface)) if one.tier == "named" else one for one in row.agents
    )
    served = tuple(naming.full(one, one) if one in named else one for one in row.beneficiaries)
    return replace(row, agents=agents, beneficiaries=served)
