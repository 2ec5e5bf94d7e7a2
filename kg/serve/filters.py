"""The obligations of a build and what is asked of them → those that fit, in reading order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kg.models import Agent, Obligation, Records, Zone
from kg.search.words import folded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: every field that is not empty has to fit, by any one of its values.

    `agents` and `zones` are names or other names, in either script. `due_before` is an ISO day that the obligation's
    date is to lie before; one without a date never does.
    """

    clauses: Collection[str] = ()
    agents: Collection[str] = ()
    zones: Collection[str] = ()
    modalities: Collection[str] = ()
    forces: Collection[str] = ()
    tiers: Collection[str] = ()
    due_before: str | None = None


@dataclass(frozen=True, slots=True)
class Listed(Obligation):
    """An obligation with the slug of its document."""

    document: str


class Obligations:
    """The obligations of *records*, to be asked for. Names count for their own document: the same word may be two
    bodies in two.
    """

    def __init__(self, records: Sequence[Records]) -> None:
        self._documents = [(one, _by_name(one.agents), _by_name(one.zones)) for one in records]

    def find(self, wanted: Wanted) -> list[tuple[str, Obligation]]:
        """Return the obligations that fit, each with the slug of its document, in reading order."""
        found = []
        for one, agents, zones in self._documents:
            bodies = _named(wanted.agents, agents)
            places = _named(wanted.zones, zones)
            for row in one.obligations:
                if wanted.agents and not any(party.name in bodies for party in row.agents):
                    continue
                if wanted.zones and not places.intersection(row.zones):
                    continue
                if _fits(row, wanted):
                    found.append((one.document.slug, row))
        return found


def _fits(row: Obligation, wanted: Wanted) -> bool:
    date = row.deadline.date if row.deadline else None
    return (
        (not wanted.clauses or row.clause in wanted.clauses)
        and (not wanted.modalities or row.modality in wanted.modalities)
        and (not wanted.forces or row.force in wanted.forces)
        and (not wanted.tiers or row.tier in wanted.tiers)
        # as text: "2025" is before every day of 2025
        and (wanted.due_before is None or (date is not None and date < wanted.due_before))
    )


def _by_name(things: Iterable[Agent | Zone]) -> dict[str, set[str]]:
    """Return the canonical names by each way of writing them."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in things:
        for name in (one.name, *one.aliases):
            found[_key(name)].add(one.name)
    return found


def _named(asked: Collection[str], known: dict[str, set[str]]) -> set[str]:
    return {name for one in asked for name in known.get(_key(one), ())}


def _key(name: str) -> str:
    return "".join(folded(name).split())
