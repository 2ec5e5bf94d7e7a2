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
class Entry:
    """One thing a gazetteer names."""

    name: str
    aliases: tuple[str, ...]
    category: Category
    kind: str
    tier: AgentTier
    part_of: str | None = None
    party: str | None = None
    abbr: str | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """The canonical name and its other names."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found at plain offsets [start, end)."""

    start: int
    end: int
    entry: Entry


class NameBook:
    """Every name known for one document, ready to be looked for in its text."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        import ahocorasick  # type: ignore[import-not-found, unused-ignore]

        self.entries: dict[str, Entry] = {}
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            if entry.name in self.entries:
                continue
            self.entries[entry.name] = entry
            for form in entry.forms:
                if form not in self._automaton:  # the plan's own names come first and keep their forms
                    self._automaton.add_word(form, (len(form), entry))
        self._automaton.make_automaton()
        self._parties = {e.abbr: e for e in self.entries.values() if e.abbr}

    def find(self, text: str) -> list[Hit]:
        """Return the names in *text*, left to right, the longest where several begin together, none overlapping."""
        if not self.entries:
            return []
        return [Hit(last + 1 - length, last + 1, entry) for last, (length, entry) in self._automaton.iter_long(text)]

    def get(self, form: str) -> Entry | None:
        """Return the entry that *form* names exactly, or None."""
        hit = self._automaton.get(form, None)
        return hit[1] if hit else None

    def parties(self) -> dict[str, Entry]:
        """Return the places with a one-character abbreviation (深, 港), by that character."""
        return self._parties


@cache
def general_entries() -> tuple[Entry, ...]:
    """Return what is known of any document: state bodies, places, collectives and classes."""
    bodies = [_entry(name, "agent", group.tier) for group in name_groups("bodies") for name in group.entries()]
    places = [_entry(name, "zone", "place") for group in name_groups("places") for name in group.entries()]
    return (*bodies, *places)


def name_book(plan: PlanNames | None) -> NameBook:
    """Return the names for a document: its own file's, where there is one, then the general ones."""
    own: list[Entry] = []
    if plan is not None:
        own = [
            *(_entry(n, "agent", "named") for n in plan.agents),
            *(_entry(n, "zone", "place") for n in plan.zones),
            *(_entry(n, "facility", "place") for n in plan.facilities),
        ]
    return NameBook(chain(own, general_entries()))


def names_for(source: SourceText, beside: Path | None = None) -> PlanNames | None:
    """Return the names file that belongs to *source*: found by the source's checksum beside it, then in corpus/."""
    folders = [data_dir("corpus")] if beside is None else [beside, data_dir("corpus")]
    for folder in folders:
        for path in sorted(folder.glob("*.names.yaml")):
            names = load_plan_names(path)
            if names.source_sha256 == source.sha256:
                return names
    return None


def _entry(name: Name, category: Category, tier: AgentTier) -> Entry:
    return Entry(
        name=name.name,
        aliases=name.aliases,
        category=category,
        kind=name.kind or "other",
        tier=tier,
        part_of=name.part_of,
        party=name.party,
        abbr=name.abbr,
    )
