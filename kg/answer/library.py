"""The records of a build → what answering looks up in them: clauses, rows, and the names that stand at a place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar
from urllib.parse import unquote

from kg.answer.facts import facts_of, letters, text_letters
from kg.facts import DocumentFacts
from kg.models import Agent, Clause, Document, Mention, Obligation, Records, Zone
from kg.records import KEPT
from kg.vocab import ID, thing

Category = Literal["agent", "zone", "policy"]

Kept = TypeVar("Kept")

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


InLedger = Callable[[Mapping[str, str]], Collection[str]]
"""A filter of the ledger, its values by field → the IRIs of the obligations that it lists."""


class _Lookups:
    """What is looked up in the records of one document."""

    def __init__(self, one: Records) -> None:
        slug = one.document.slug
        self.clauses = {clause.id: clause for clause in one.document.clauses}
        self.by_iri = {thing(slug, "obligation", row.id): row for row in one.obligations}
        things: list[Agent | Zone] = [*one.agents, *one.zones]
        found = [Occurrence(thing, mention) for thing in things for mention in thing.mentions]
        self.places = sorted(found, key=lambda p: (p.mention.start, -p.mention.end))


class _BySlug(Mapping[str, Kept]):
    """What is kept of each document by its slug, each taken from its records when it is asked for."""

    def __init__(self, records: Sequence[Records], slugs: Sequence[str], take: Callable[[Records], Kept]) -> None:
        self._records, self._at, self._take = records, {slug: at for at, slug in enumerate(slugs)}, take

    def __getitem__(self, slug: str) -> Kept:
        return self._take(self._records[self._at[slug]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class Library:
    """What the documents of a build hold. Threads may share it.

    The facts of every document are at hand, and the records of each when they are asked for.
    """

    def __init__(
        self,
        records: Sequence[Records],
        facts: Sequence[DocumentFacts] | None = None,
        text: Callable[[str], bytes] | None = None,
        in_ledger: InLedger | None = None,
    ) -> None:
        """Without *facts* they are drawn from *records*, and so is *text*, which gives the `letters` of a document."""
        self.in_ledger = in_ledger
        """Gives the IRIs of the obligations that the ledger lists, where there is one."""
        facts = tuple(map(facts_of, records)) if facts is None else facts
        self.facts = {one.slug: one for one in facts}
        self.files = {one.slug: one.file for one in facts}
        self.records: Mapping[str, Records] = _BySlug(records, list(self.facts), lambda one: one)
        self.documents: Mapping[str, Document] = _BySlug(records, list(self.facts), lambda one: one.document)
        self._letters = text or lru_cache(KEPT)(self._own_letters)
        self._has = {one.slug: frozenset(one.clauses) for one in facts}
        self._of = lru_cache(KEPT)(lambda slug: _Lookups(self.records[slug]))
        self.forms = dict(self._forms())
        self.longest = max(map(len, self.forms), default=0)
        self.spoken = {form for one in facts for form in one.spoken}

    def speaking_of(self, words: str) -> tuple[str, ...]:
        """Return the documents in whose text *words* stand, but for signs and blanks."""
        sought = letters(words).encode("utf-8")
        return tuple(slug for slug in self.facts if sought in self._letters(slug))

    def clause(self, document: str, clause: str) -> Clause:
        """Return a clause that is known to be there."""
        return self._of(document).clauses[clause]

    def ocr(self, document: str, start: int, end: int) -> float | None:
        """Return the mean score of the page that OCR read a place of *document* on; None where none was."""
        held = self.records.get(document)
        return None if held is None else held.document.source.ocr(start, end)

    def has_clause(self, clause: str, documents: Collection[str] = ()) -> bool:
        """Whether any document (any of *documents* where some are named) has a clause of this id."""
        return any(clause in self._has[slug] for slug in documents or self._has)

    def of_iri(self, iri: str) -> tuple[str, Obligation] | None:
        """Return the obligation of an IRI with its document; None for any other IRI."""
        slug = unquote(iri.removeprefix(ID).partition("/")[0])
        if slug not in self.facts:
            return None
        found = self._of(slug).by_iri.get(iri)
        return None if found is None else (slug, found)

    def obligations_near(self, document: str, start: int, end: int) -> list[Obligation]:
        """Return the obligations of *document* that share a character with [start, end), in reading order."""
        known = self.records[document].obligations
        first, last = (bisect_left(known, at, key=lambda one: one.start) for at in (start, end))
        return [one for one in known[max(0, first - REACH) : last] if one.end > start]

    def places_in(self, document: str, start: int, end: int) -> list[Occurrence]:
        """Return the names that stand in [start, end) of *document*, in reading order."""
        places = self._of(document).places
        first, last = (bisect_left(places, at, key=lambda place: place.mention.start) for at in (start, end))
        return [place for place in places[first:last] if place.mention.end <= end]

    def source(self, document: str) -> str:
        """Return the source text of *document*."""
        return self.records[document].document.source.text

    def _own_letters(self, slug: str) -> bytes:
        return text_letters(self.records[slug])

    def _forms(self) -> Iterator[tuple[str, Named]]:
        """Yield every folded name and alias with the thing it names, the names last, so that they win."""
        for by_name in (False, True):
            for one in self.facts.values():
                zones = {forms[0] for _, forms in one.zones}
                for name, form in one.policies if by_name else ():
                    yield form, Named(form, "policy", name)
                for name, forms in one.zones:
                    for form in forms[:1] if by_name else forms[1:]:
                        yield form, Named(form, "zone", name)
                for name, tier, forms in one.agents:
                    for form in forms[:1] if by_name else forms[1:]:
                        if tier in ("named", "collective") and form not in zones:
                            yield form, Named(form, "agent", name)
