"""Obligations and what is looked for → those that fit. The desk, its files and `/api/obligations` all choose here."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kg.errors import QueryError
from kg.ledger.export import wording
from kg.ledger.parts import part_reader
from kg.models import Agent, Clause, Obligation, Records, Zone
from kg.search.words import folded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What obligations must have: every field that is not empty has to fit, by any one of its values.

    `documents` are slugs, `clauses` ids. `agents` and `zones` are names or other names, in either script; the ledger's
    原文未明确 among `agents` is for obligations whose own sentence names no owner. `due_before` is an ISO day that the
    date lies before; one without a date never does. `words` all stand in the quote, the clause's heading, the numbers
    or the names. `about` are bodies, zones and policies that have any part in it, who gains by it among them:
    agent/财政部, zone/福田保税区, policy/优惠产业目录.
    """

    documents: Collection[str] = ()
    clauses: Collection[str] = ()
    agents: Collection[str] = ()
    zones: Collection[str] = ()
    modalities: Collection[str] = ()
    forces: Collection[str] = ()
    tiers: Collection[str] = ()
    reviews: Collection[str] = ()
    due_before: str | None = None
    words: Collection[str] = ()
    about: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One value of each kind, as a link or a row of boxes gives them: see `Wanted`. An empty one asks for nothing.

    `state` is how a task stands (`kg.ledger.standing.Kind`). That takes what is reported and a day: no `Wanted` has it.
    """

    document: str = ""
    clause: str = ""
    agent: str = ""
    zone: str = ""
    modality: str = ""
    force: str = ""
    tier: str = ""
    review: str = ""
    state: str = ""
    due_before: str = ""
    text: str = ""
    about: str = ""

    def wanted(self) -> Wanted:
        """Return what this asks for; a `QueryError` for a day that is none."""
        return Wanted(
            documents=_given(self.document),
            clauses=_given(self.clause),
            agents=_given(self.agent),
            zones=_given(self.zone),
            modalities=_given(self.modality),
            forces=_given(self.force),
            tiers=_given(self.tier),
            reviews=_given(self.review),
            due_before=_day(self.due_before),
            words=tuple(self.text.split()),
            about=_given(self.about),
        )


class Obligations:
    """The obligations of *records*, to be chosen from. Names count for their own document: the same word may be two
    bodies in two.
    """

    def __init__(self, records: Sequence[Records]) -> None:
        self._documents = [_Document(one) for one in records]

    def chosen(self, wanted: Wanted) -> tuple[Records, ...]:
        """Return the records with the obligations that fit, in reading order; a document without any is left out."""
        found = []
        for document in self._documents:
            one = document.one
            if not wanted.documents or one.document.slug in wanted.documents:
                rows = tuple(document.fitting(wanted))
                if rows:
                    found.append(replace(one, obligations=rows))
        return tuple(found)


def chosen(records: Sequence[Records], wanted: Filter) -> tuple[Records, ...]:
    """Return *records* with the obligations that fit *wanted*; a `QueryError` for a day that is none."""
    return Obligations(records).chosen(wanted.wanted())


def owners(row: Obligation) -> tuple[str, ...]:
    """Return the bodies that the row's own sentence makes lead or responsible, in its order."""
    found = (p.name for p in row.agents if p.role in ("lead", "responsible") and p.basis == "explicit")
    return tuple(dict.fromkeys(found))


class _Document:
    """One document's obligations, with all that its bodies and zones are called."""

    def __init__(self, one: Records) -> None:
        self.one = one
        self._clauses = {clause.id: clause for clause in one.document.clauses}
        self._parts = part_reader(one)
        self._agents = _by_name(one.agents, (party.name for row in one.obligations for party in row.agents))
        self._zones = _by_name(one.zones, (name for row in one.obligations for name in row.zones))

    def fitting(self, wanted: Wanted) -> Iterable[Obligation]:
        bodies, places = _named(wanted.agents, self._agents), _named(wanted.zones, self._zones)
        nobody = wording()["unnamed"] in wanted.agents
        words = [folded(word) for word in wanted.words]
        for row in self.one.obligations:
            if (
                _fits(row, wanted)
                and (not wanted.agents or _has_agent(row, bodies) or (nobody and not owners(row)))
                and (not wanted.zones or not places.isdisjoint(row.zones))
                and (not wanted.about or any(f"{p.kind}/{p.name}" in wanted.about for p in self._parts(row)))
                and (not words or _speaks(row, self._clauses[row.clause], words))
            ):
                yield row


def _fits(row: Obligation, wanted: Wanted) -> bool:
    date = row.deadline.date if row.deadline else None
    return (
        (not wanted.clauses or row.clause in wanted.clauses)
        and (not wanted.modalities or row.modality in wanted.modalities)
        and (not wanted.forces or row.force in wanted.forces)
        and (not wanted.tiers or row.tier in wanted.tiers)
        and (not wanted.reviews or row.review in wanted.reviews)
        # as text: "2025" is before every day of 2025
        and (wanted.due_before is None or (date is not None and date < wanted.due_before))
    )


def _has_agent(row: Obligation, names: Collection[str]) -> bool:
    return any(party.name in names for party in row.agents)


def _speaks(row: Obligation, clause: Clause, words: Iterable[str]) -> bool:
    parties = " ".join(party.name for party in row.agents)
    spoken = folded(f"{row.quote} {clause.label}{clause.title} {row.id} {row.task_id} {parties} {' '.join(row.zones)}")
    return all(word in spoken for word in words)


def _by_name(things: Iterable[Agent | Zone], others: Iterable[str]) -> dict[str, set[str]]:
    """Return the canonical names by each way of writing them; *others* are names that rows have and no record lists."""
    found: dict[str, set[str]] = defaultdict(set)
    known = set()
    for one in things:
        known.add(one.name)
        for name in (one.name, *one.aliases):
            found[name_key(name)].add(one.name)
    for name in sorted(set(others) - known):
        found[name_key(name)].add(name)
    return found


def _named(asked: Collection[str], known: dict[str, set[str]]) -> set[str]:
    return {name for one in asked for name in known.get(name_key(one), ())}


def name_key(name: str) -> str:
    """Return *name* as names are compared: in Simplified characters and lower case, without white space."""
    return "".join(folded(name).split())


def _given(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _day(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise QueryError(text, "it is no day", "write it as YYYY-MM-DD, e.g. 2026-01-01") from None
