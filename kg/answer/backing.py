"""A candidate and the obligation it stands in → whether that gives just the items, and the graph's rows that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.answer import rows
from kg.answer.choice import Candidate, FoundItem
from kg.answer.record import Item
from kg.answer.rows import Rows, Select
from kg.models import Obligation, Role
from kg.search.units import Unit
from kg.search.words import folded

_HELD = {"beneficiary": "beneficiaries", "deadline": "deadline", "condition": "condition", "exception": "exception",
         "zone": "zones"}  # fmt: skip
OWNERS: tuple[Role, ...] = ("lead", "responsible")
_PARTS: tuple[tuple[Role, ...], ...] = (("lead",), OWNERS, ("cooperating",), ("approver",), ("addressee",))


@dataclass(frozen=True, slots=True)
class Backing:
    """The part of an obligation that gives a candidate's items: agents in `roles`, or the value of property `field`."""

    obligation: Obligation
    roles: tuple[Role, ...] = ()
    field: str | None = None


def backing_of(candidate: Candidate, obligation: Obligation | None) -> Backing | None:
    """Return the part of *obligation* that gives the items of *candidate* and nothing else; None if none does."""
    if obligation is None or candidate.verdict:
        return None
    wanted = {folded(item.text) for item in candidate.items}
    if candidate.kind in ("agency", "beneficiary"):
        for roles in _PARTS:
            held = [party for party in obligation.agents if party.role in roles and party.basis == "explicit"]
            if held and wanted in ({folded(one.surface) for one in held}, {folded(one.name) for one in held}):
                return Backing(obligation, roles)
    names = {"beneficiary": obligation.beneficiaries, "zone": obligation.zones}.get(candidate.kind)
    if names and wanted == {folded(name) for name in names}:
        return Backing(obligation, (), candidate.kind)
    texts = {
        "deadline": obligation.deadline and obligation.deadline.text,
        "condition": obligation.condition,
        "exception": obligation.exception,
    }
    text = texts.get(candidate.kind)
    if text and "".join(sorted(wanted)) == folded(text):
        return Backing(obligation, (), "deadlineText" if candidate.kind == "deadline" else candidate.kind)
    if obligation.object and len(candidate.items) == 1 and wanted == {folded(obligation.object)}:
        return Backing(obligation, (), "object")
    return None


def is_backed(candidate: Candidate, obligation: Obligation | None) -> bool | None:
    """Return whether *obligation* gives just the items of *candidate*; None if it has nothing of the kind asked for."""
    if backing_of(candidate, obligation) is not None:
        return True
    if obligation is None:
        return None
    explicit = any(party.basis == "explicit" for party in obligation.agents)
    has = explicit if candidate.kind == "agency" else getattr(obligation, _HELD.get(candidate.kind, ""), None)
    return False if has else None


def holds(obligation: Obligation, items: Sequence[FoundItem]) -> bool:
    """Whether all of *items* stand in the words of *obligation*."""
    return all(obligation.start <= item.start and item.end <= obligation.end for item in items)


def obligation_unit(unit: Unit, obligation: Obligation) -> Unit:
    """Return *obligation*, which lies in or reaches into *unit*, as a unit of its own."""
    return Unit(
        unit.document,
        obligation.clause,
        "obligation",
        obligation.start,
        obligation.end,
        obligation.quote,
        unit.heading,
        obligation.id,
    )


def rows_of(select: Select, candidate: Candidate, backing: Backing) -> Rows | None:
    """Return the rows of the graph that give the candidate's items, each in the document's own words with its IRI; None
    where the graph has others.
    """
    document, obligation = candidate.unit.document, backing.obligation
    if backing.roles:
        found = rows.agents(select, document, obligation, backing.roles)
        held = [party for party in obligation.agents if party.role in backing.roles]
        surface = {party.name: party.surface for party in held}
        given = {item.text: item.iri for item in found.items}
        known = {folded(one.surface): one.name for one in held} | {folded(one.name): one.name for one in held}
        texts = [item.text for item in candidate.items if folded(item.text) in known]
        names = {text: known[folded(text)] for text in texts}
        if set(names.values()) != set(given):
            return None
        items = [Item(text if text == name else surface.get(name, name), given[name]) for text, name in names.items()]
        return Rows(tuple(items), found.query)
    if backing.field in ("zone", "beneficiary"):
        order = obligation.zones if backing.field == "zone" else obligation.beneficiaries
        found = rows.things(select, document, obligation, backing.field, order)
        by = {folded(item.text): item.iri for item in found.items}
        if set(by) != {folded(item.text) for item in candidate.items}:
            return None
        return Rows(tuple(Item(item.text, by[folded(item.text)]) for item in candidate.items), found.query)
    assert backing.field is not None
    found = rows.values(select, document, obligation, backing.field)
    if not found.items:
        return None
    return Rows(tuple(Item(item.text, found.items[0].iri) for item in candidate.items), found.query)
