"""The facts and the table of a large library → its agents, zones and policies, each put together when it is opened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final
from urllib.parse import unquote

from kg.facts import DocumentFacts
from kg.ledger.filters import Obligations, Wanted
from kg.ledger.parts import THING_KINDS, ThingKind
from kg.ledger.table import name_key
from kg.views.things import Thing, Things, names_of
from kg.vocab import ID

LISTED: Final = 300
"""The most things of a kind that are listed."""

LOADED: Final = 24
"""The most documents of which one thing is put together."""

_HELD = 64


class ManyThings(Things):
    """The things of a large library. Listed are those with the most obligations, without these.

    A thing that is sought is put together of the documents that have the most obligations with a part in them for it,
    or mention it; it says of how many it is not.
    """

    def __init__(self, facts: Sequence[DocumentFacts], obligations: Obligations) -> None:
        self._facts, self._obligations = facts, obligations
        self._put_together = lru_cache(_HELD)(self._of_documents)
        super().__init__(())
        self._all = {(one.kind, one.name, one.document): one for one in self._listed()}

    def find(self, kind: ThingKind, name: str, document: str = "") -> Thing | None:
        """Return the thing named *name*, otherwise one with that alias in its documents, or None.

        With *document*, a policy is sought in that document alone.
        """
        return self._put_together(kind, name, document if kind == "policy" else "")

    def known(self, kind: ThingKind, name: str, document: str = "") -> Thing | None:
        """Return the thing of exactly that *name*, which a document has, to lead to its page; nothing else is known."""
        return Thing(kind, name, document if kind == "policy" else "")

    def documents_of(self, kind: ThingKind, name: str, document: str = "") -> list[int]:
        """Return the places of the documents that name a thing so, those with the most obligations for it first."""
        table = self._obligations.table
        rows = self._obligations.chosen(Wanted(about=[f"{kind}/{name}"])).rows
        counts = Counter(table.document_of(rows).tolist())
        for place in self._mentioned.get((kind, name_key(name)), ()):
            counts.setdefault(place, 0)
        found = sorted(counts, key=lambda place: (-counts[place], place))
        return [place for place in found if document in ("", table.slugs[place])]

    def documents_around(self, around: Iterable[str]) -> tuple[int, ...]:
        """Return the places of the documents to draw what surrounds the IRIs *around*.

        They are those that the IRIs are of and, at most `LOADED` for each, those that name the body or zone.
        """
        places = {one.slug: place for place, one in enumerate(self._facts)}
        found: set[int] = set()
        for iri in around:
            kind, _, name = iri.removeprefix(ID).partition("/")
            if kind in ("agent", "zone"):
                found.update(self.documents_of("agent" if kind == "agent" else "zone", unquote(name))[:LOADED])
            elif kind in places:
                found.add(places[kind])
        return tuple(sorted(found))

    def _of_documents(self, kind: ThingKind, name: str, document: str) -> Thing | None:
        places = self.documents_of(kind, name, document)
        if kind == "policy":
            places = places[:1]  # it belongs to one document
        loaded = sorted(places[:LOADED])
        found = Things([self._obligations.records[place] for place in loaded]).find(kind, name, document)
        if found is None:
            return None
        about = Wanted(about=[found.about], documents=[found.document] if found.document else ())
        return replace(found, total=self._obligations.chosen(about).total, further=len(places) - len(loaded))

    @cached_property
    def _mentioned(self) -> dict[tuple[ThingKind, str], list[int]]:
        """The places of the documents that mention something, by its kind and each of its names."""
        found: dict[tuple[ThingKind, str], list[int]] = defaultdict(list)
        for place, one in enumerate(self._facts):
            for kind, form in dict.fromkeys(_forms(one)):
                found[kind, form].append(place)
        return found

    def _listed(self) -> Iterator[Thing]:
        tiers = {name: tier for one in reversed(self._facts) for name, tier, _ in one.agents}
        counts = self._obligations.chosen(Wanted()).counted("about")
        for kind in THING_KINDS:
            of_kind = ((about.partition("/")[2], n) for about, n in counts.items() if about.startswith(f"{kind}/"))
            for name, total in islice(of_kind, LISTED):
                made = Thing(kind, name, names=names_of(name, ()), tier=tiers.get(name, ""), total=total)
                if kind != "policy":
                    yield made
                    continue
                # one of that name may stand in several documents; listed is the first
                for place in self._mentioned.get((kind, name_key(name)), [])[:1]:
                    yield replace(made, document=self._facts[place].slug, sort="other")


def _forms(one: DocumentFacts) -> Iterator[tuple[ThingKind, str]]:
    for name, _, forms in one.agents:
        yield from (("agent", name_key(form)) for form in (name, *forms))
    for name, forms in one.zones:
        yield from (("zone", name_key(form)) for form in (name, *forms))
    for name, _ in one.policies:
        yield "policy", name_key(name)
