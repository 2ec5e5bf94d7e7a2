"""The records of a build → what answering looks up in them: clauses, rows, and the names that stand at a place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kg.models import Agent, Clause, Mention, Obligation, Records, Zone
from kg.search.words import folded
from kg.vocab import thing

Category = Literal["agent", "zone", "policy"]

REACH = 8  # an obligation that begins before a sentence and reaches into it is one of so many before it


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a question names: `form` is what it is called there, folded; `name` is None if no document of the
    build speaks of it, and it is `special` if it is then a zone with policies of its own.
    """

    form: str
    category: Category
    name: str | None
    special: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name that stands in a document: the thing, and where."""

    thing: Agent | Zone
    mention: Mention


class Library:
    """What the documents of a build hold. Threads may share it."""

    def __init__(self, records: Sequence[Records]) -> None:
        self.records = {one.document.slug: one for one in records}
        self._clauses = {(one.document.slug, c.id): c for one in records for c in one.document.clauses}
        listed = [(one.document.slug, obligation) for one in records for obligation in one.obligations]
        self._by_iri = {thing(slug, "obligation", one.id): (slug, one) for slug, one in listed}
        self._places: dict[str, list[Occurrence]] = {}
        for one in records:
            things: list[Agent | Zone] = [*one.agents, *one.zones]
            found = [Occurrence(thing, mention) for thing in things for mention in thing.mentions]
            self._places[one.document.slug] = sorted(found, key=lambda p: (p.mention.start, -p.mention.end))
        self.forms = dict(self._forms())

    @cached_property
    def text(self) -> str:
        """The folded text of every document, for looking up whether a name stands anywhere."""
        return "\n".join(folded(one.document.source.text) for one in self.records.values())

    def clause(self, document: str, clause: str) -> Clause:
        """Return a clause that is known to be there."""
        return self._clauses[document, clause]

    def ocr(self, document: str, start: int, end: int) -> float | None:
        """Return the mean score of the page that OCR read a place of *document* on; None where none was."""
        held = self.records.get(document)
        return None if held is None else held.document.source.ocr(start, end)

    def has_clause(self, clause: str, documents: Collection[str] = ()) -> bool:
        """Whether any document (any of *documents* where some are named) has a clause of this id."""
        return any((slug, clause) in self._clauses for slug in documents or self.records)

    def of_iri(self, iri: str) -> tuple[str, Obligation] | None:
        """Return the obligation of an IRI with its document; None for any other IRI."""
        return self._by_iri.get(iri)

    def obligations_near(self, document: str, start: int, end: int) -> list[Obligation]:
        """Return the obligations of *document* that share a character with [start, end), in reading order."""
        known = self.records[document].obligations
        first, last = (bisect_left(known, at, key=lambda one: one.start) for at in (start, end))
        return [one for one in known[max(0, first - REACH) : last] if one.end > start]

    def places_in(self, document: str, start: int, end: int) -> list[Occurrence]:
        """Return the names that stand in [start, end) of *document*, in reading order."""
        places = self._places[document]
        first, last = (bisect_left(places, at, key=lambda place: place.mention.start) for at in (start, end))
        return [place for place in places[first:last] if place.mention.end <= end]

    def source(self, document: str) -> str:
        """Return the source text of *document*."""
        return self.records[document].document.source.text

    def _forms(self) -> Iterator[tuple[str, Named]]:
        """Yield every folded name and alias with the thing it names, the names last, so that they win."""
        for by_name in (False, True):
            for one in self.records.values():
                zones = {folded(zone.name) for zone in one.zones}
                for policy in one.policies if by_name else ():
                    yield folded(policy.name), Named(folded(policy.name), "policy", policy.name)
                for zone in one.zones:
                    for form in map(folded, (zone.name,) if by_name else zone.aliases):
                        yield form, Named(form, "zone", zone.name)
                for agent in (agent for agent in one.agents if agent.tier in ("named", "collective")):
                    for form in map(folded, (agent.name,) if by_name else agent.aliases):
                        if form not in zones:
                            yield form, Named(form, "agent", agent.name)
