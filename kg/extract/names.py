"""Gazetteers (general and of one plan) → the names that stand in a text, longest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

from kg.extract.rules import Name, PlanNames, load_plan_names, name_groups
from kg.resources import data_dir

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.models import AgentTier, SourceText

Category = Literal["agent", "zone", "facility"]


@dataclass(frozen=True, slots=True)
class KnownName:
    """One thing a gazetteer names."""

    name: str
    aliases: tuple[str, ...]
    category: Category
    kind: str
    tier: AgentTier
    part_of: str | None = None
    acts_as: str | None = None
    """The agent that a place stands for."""
    abbr: str | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """The canonical name and its other names."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name found at plain offsets [start, end)."""

    start: int
    end: int
    entry: KnownName


class NameBook:
    """Every name known for one document, ready to be looked for in its text."""

    def __init__(self, entries: Iterable[KnownName], own: Iterable[str] = ()) -> None:
        import ahocorasick  # type: ignore[import-not-found, unused-ignore]

        self.own = frozenset(own)
        """The names of the places that the document is about."""
        self.entries: dict[str, KnownName] = {}
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            if entry.name in self.entries:
                continue
            self.entries[entry.name] = entry
            for form in entry.forms:
                if form not in self._automaton:  # the plan's own names come first and keep their forms
                    self._automaton.add_word(form, (len(form), entry))
        self._automaton.make_automaton()
        self._agents_of = {e.abbr: e for e in self.entries.values() if e.abbr}

    def find(self, text: str) -> list[NameHit]:
        """Return the names in *text*, left to right, the longest where several begin together, none overlapping."""
        if not self.entries:
            return []
        return [
            NameHit(last + 1 - length, last + 1, entry) for last, (length, entry) in self._automaton.iter_long(text)
        ]

    def get(self, form: str) -> KnownName | None:
        """Return the entry that *form* names exactly, or None."""
        hit = self._automaton.get(form, None)
        return hit[1] if hit else None

    def abbreviated(self) -> dict[str, KnownName]:
        """Return the places with a one-character abbreviation (深, 港), by that character."""
        return self._agents_of


@cache
def general_entries() -> tuple[KnownName, ...]:
    """Return what is known of any document: state agents, places, collectives and classes."""
    agents = [_entry(name, "agent", group.tier) for group in name_groups("bodies") for name in group.entries()]
    places = [_entry(name, "zone", "place") for group in name_groups("places") for name in group.entries()]
    return (*agents, *places)


def name_book(plan: PlanNames | None, title: str = "", text: str = "") -> NameBook:
    """Return the names for a document: its own file's, where there is one, then the general ones.

    *title* and *text* are the document's: the place in its title, and one for which it gives a short name
    (以下简称自贸试验区), are its own places.
    """
    from kg.extract.own_places import own_places

    book = _book(plan, (), ())
    found, names = own_places(title, text, book)
    return _book(plan, found, names) if names else book


def _book(plan: PlanNames | None, more: Iterable[KnownName], names: Iterable[str]) -> NameBook:
    own: list[KnownName] = []
    if plan is not None:
        own = [
            *(_entry(n, "agent", "named") for n in plan.agents),
            *(_entry(n, "zone", "place") for n in plan.zones),
            *(_entry(n, "facility", "place") for n in plan.facilities),
        ]
    return NameBook(chain(own, more, general_entries()), names)


def names_for(source: SourceText, beside: Path | None = None) -> PlanNames | None:
    """Return the names file that belongs to *source*: found by the source's checksum beside it, then in corpus/."""
    folders = [data_dir("corpus")] if beside is None else [beside, data_dir("corpus")]
    for folder in folders:
        for path in sorted(folder.glob("*.names.yaml")):
            names = load_plan_names(path)
            if names.source_sha256 == source.sha256:
                return names
    return None


def _entry(name: Name, category: Category, tier: AgentTier) -> KnownName:
    return KnownName(
        name=name.name,
        aliases=name.aliases,
        category=category,
        kind=name.kind or "other",
        tier=tier,
        part_of=name.part_of,
        acts_as=name.party,
        abbr=name.abbr,
    )
