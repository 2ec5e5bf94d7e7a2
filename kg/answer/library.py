"""The records of a build → what answering looks up in them: clauses, rows, and the names that stand at a place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kg.answer.items import Cut
from kg.graph.crossrefs import cross_references
from kg.models import Agent, Clause, Mention, Obligation, Records, Zone
from kg.search.units import Unit
from kg.search.words import folded
from kg.vocab import thing

Category = Literal["agent", "zone", "policy"]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a question names: `form` is what it is called there, folded; `name` None for one that no document
    of the build speaks of. `special` where that is a zone with policies of its own.
    """

    form: str
    category: Category
    name: str | None
    special: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A name that stands in a document: the thing, and where."""

    thing: Agent | Zone
    mention: Mention


class Library:
    """What the documents of a build hold, and how their text is cut into words. Threads may share it."""

    def __init__(self, records: Sequence[Records], cut: Cut) -> None:
        self.cut = cut
        self.records = {one.document.slug: one for one in records}
        self._clauses = {(one.document.slug, c.id): c for one in records for c in one.document.clauses}
        self._obligations = {(one.document.slug, row.id): row for one in records for row in one.obligations}
        self._by_iri = {thing(slug, "obligation", row.id): (slug, row) for (slug, _), row in self._obligations.items()}
        self._dated = {(one.document.slug, task.id): dated for one in records for task, dated in cross_references(one)}
        self._places: dict[str, list[Place]] = {}
        for one in records:
            things: list[Agent | Zone] = [*one.agents, *one.zones]
            found = [Place(thing, mention) for thing in things for mention in thing.mentions]
            self._places[one.document.slug] = sorted(found, key=lambda p: (p.mention.start, -p.mention.end))
        self._terms = {one.document.slug: sorted((t.start, t.end) for t in one.terms) for one in records}
        self.forms = dict(self._forms())

    @cached_property
    def text(self) -> str:
        """The folded text of every document, for looking up whether a name stands anywhere."""
        return "\n".join(folded(one.document.source.text) for one in self.records.values())

    def clause(self, document: str, clause: str) -> Clause:
        """Return a clause that is known to be there."""
        return self._clauses[document, clause]

    def has_clause(self, clause: str) -> bool:
        """Whether any document has a clause of this id."""
        return any(own == clause for _, own in self._clauses)

    def obligation_of(self, unit: Unit) -> Obligation | None:
        """Return the obligation that *unit* is the words of; None where it is a sentence or a phrase."""
        return self._obligations[unit.document, unit.obligation] if unit.obligation else None

    def dated(self, document: str, obligation: str) -> Obligation | None:
        """Return the obligation that gives the time of a task of another clause; None where none does."""
        return self._dated.get((document, obligation))

    def of_iri(self, iri: str) -> tuple[str, Obligation] | None:
        """Return the obligation of an IRI with its document, None where it is none."""
        return self._by_iri.get(iri)

    def obligations_in(self, document: str, start: int, end: int) -> list[Obligation]:
        """Return the obligations of *document* that lie in [start, end), in reading order."""
        rows = self.records[document].obligations
        first = bisect_left(rows, start, key=lambda row: row.start)
        found = []
        for row in rows[first:]:
            if row.start >= end:
                break
            if row.end <= end:
                found.append(row)
        return found

    def places_in(self, document: str, start: int, end: int) -> list[Place]:
        """Return the names that stand in [start, end) of *document*, in reading order."""
        places = self._places[document]
        first = bisect_left(places, start, key=lambda p: p.mention.start)
        found = []
        for place in places[first:]:
            if place.mention.start >= end:
                break
            if place.mention.end <= end:
                found.append(place)
        return found

    def policies_in(self, document: str, start: int, end: int) -> list[str]:
        """Return the names of the policies that are laid down in [start, end) of *document*, in reading order."""
        return [one.name for one in self.records[document].policies if start <= one.start and one.end <= end]

    def terms_in(self, document: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return the (start, end) of the noun phrases in [start, end) of *document*, in reading order."""
        terms = self._terms[document]
        first = bisect_left(terms, (start, start))
        found = []
        for term in terms[first:]:
            if term[0] >= end:
                break
            if term[1] <= end:
                found.append(term)
        return found

    def source(self, document: str) -> str:
        """Return the source text of *document*."""
        return self.records[document].document.source.text

    def _forms(self) -> Iterator[tuple[str, Named]]:
        """Yield every folded name and alias with the thing it names, the names after the aliases, so that they win."""
        for kind in ("alias", "name"):
            for one in self.records.values():
                for policy in one.policies:
                    if kind == "name":
                        form = folded(policy.name)
                        yield form, Named(form, "policy", policy.name)
                for zone in one.zones:
                    for form in zone.aliases if kind == "alias" else (zone.name,):
                        yield folded(form), Named(folded(form), "zone", zone.name)
                for agent in one.agents:
                    for form in agent.aliases if kind == "alias" else (agent.name,):
                        if agent.tier in ("named", "collective") and folded(form) not in {
                            folded(z.name) for z in one.zones
                        }:
                            yield folded(form), Named(folded(form), "agent", agent.name)
