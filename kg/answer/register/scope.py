"""The documents that a question is limited to → what its words mean there: agents, zones, clauses, chapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.answer.facts import letters
from kg.answer.library import Library
from kg.facts import DocumentFacts
from kg.models import Chapter, Clause, Records
from kg.search.expansion import vocabulary
from kg.vocab import thing

# agents of these tiers are asked for all their obligations; what firms have to do is asked of one matter at a time
WITH_OBLIGATIONS = ("named", "collective")

SHORTEST = 2  # a shorter word stands inside too many others to be looked for


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents of a build, by slug, as what a question about the register is limited to."""

    library: Library
    documents: tuple[str, ...]

    @property
    def records(self) -> tuple[Records, ...]:
        """The records of the documents, in the order of the build."""
        return tuple(one for slug, one in self.library.records.items() if slug in self.documents)

    @property
    def facts(self) -> tuple[DocumentFacts, ...]:
        """The facts of the documents, in the order of the build."""
        return tuple(one for slug, one in self.library.facts.items() if slug in self.documents)

    def titled(self, title: str) -> Scope | None:
        """Return the one document of the scope whose title has *title* in it; None if there is none, or several."""
        called = bare(title)
        found = [one.slug for one in self.facts if called and called in bare(one.title)]
        return Scope(self.library, tuple(found)) if len(found) == 1 else None

    def agent(self, called: str) -> str | None:
        """Return the name of the agent that is *called* so; None if there is none, or more than one."""
        places = set(self._zones(called))
        # a province or a city has the name of its government, whatever a question means by it
        names = {
            name
            for one in self.facts
            for name, tier, forms in one.agents
            if tier in WITH_OBLIGATIONS and (name in places or _called(forms, called))
        }
        return _the_one(names, called)

    def zone(self, called: str) -> str | None:
        """Return the name of the zone that is *called* so; None if there is none, or more than one."""
        return _the_one(set(self._zones(called)), called)

    def things(self, called: str) -> dict[str, str]:
        """Return the IRI of each agent and zone that is *called* so, with its name."""
        agents = (name for one in self.facts for name, _, forms in one.agents if _called(forms, called))
        found = {thing("agent", name): name for name in agents}
        return found | {thing("zone", name): name for name in self._zones(called)}

    def _zones(self, called: str) -> Iterator[str]:
        return (name for one in self.facts for name, forms in one.zones if _called(forms, called))

    def clause(self, number: str) -> tuple[tuple[str, str], ...]:
        """Return the clause of this number with its items, as pairs of slug and id; () unless one document has it."""
        found = [one for one in self.facts if self.library.has_clause(number, (one.slug,))]
        if len(found) != 1:
            return ()
        return tuple((found[0].slug, id_) for id_ in found[0].clauses if id_ == number or is_below(id_, number))

    def chapter(self, number: str) -> tuple[tuple[str, Chapter], ...]:
        """Return the chapter of this number with its sections, each with the slug; () unless one document has it."""
        found = [one.slug for one in self.facts if number in one.chapters]
        if len(found) != 1:
            return ()
        chapters = self.library.documents[found[0]].chapters
        return tuple((found[0], c) for c in chapters if c.id == number or is_below(c.id, number))

    def clauses_with(self, words: str) -> tuple[tuple[str, str], ...]:
        """Return the clauses that the folded *words* stand in, as pairs of slug and id, in reading order."""
        if len(words) < SHORTEST:
            return ()
        speaking = set(self.library.speaking_of(words))
        return tuple(
            (slug, clause)
            for slug in self.documents
            if slug in speaking
            for clause, text in _texts(self.library, slug)
            if words in text
        )

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Yield the clauses of the documents, each with its slug, in reading order."""
        return ((one.document.slug, clause) for one in self.records for clause in one.document.clauses)


def spellings(called: str) -> tuple[str, ...]:
    """Return how a document may write what a question calls *called*, as `bare` has it: the same, or translated."""
    plain = called.removeprefix("the ")
    names = _vocabulary() if plain.isascii() else {}
    return tuple(dict.fromkeys(bare(word) for word in (called, plain, names.get(plain)) if word))


@cache
def _vocabulary() -> dict[str, str]:
    return vocabulary()


def _the_one(names: set[str], called: str) -> str | None:
    """Return the only one of *names*, or the only one that is *called* so in full; else None."""
    full = {name for name in names if bare(name) == called}
    return min(full or names) if len(full or names) == 1 else None


def _called(forms: Iterable[str], called: str) -> bool:
    """Whether *called*, as `bare` gives it, is one of the folded *forms*."""
    return any(bare(form) == called for form in forms)


@lru_cache(maxsize=200_000)
def bare(form: str) -> str:
    """Return *form*, folded, without signs and blanks, as names are compared."""
    return letters(form)


def is_below(id_: str, above: str) -> bool:
    """Whether the clause or chapter *id_* is an item or a section of *above*."""
    return id_.startswith(f"{above}.")


@lru_cache(maxsize=500)
def _texts(library: Library, slug: str) -> Sequence[tuple[str, str]]:
    return [(clause.id, bare(clause.text)) for clause in library.records[slug].document.clauses]
