"""Which obligations are listed → the address of the ledger's filter that lists the same ones, if there is one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from kg.answer.library import Library
from kg.answer.register.rows import Which
from kg.answer.register.scope import bare, is_called
from kg.exports import exports
from kg.models import Obligation, Records
from kg.vocab import thing

_OWNING = ("lead", "responsible")


def ledger_query(which: Which, listed: Collection[str], library: Library) -> str | None:
    """Return the query string of the desk's address that lists the obligations *listed*, IRIs that fit *which*.

    None if the ledger's filter would list others: it knows no chapter, document or role, and no year's beginning.
    """
    due = date(which.year, 12, 31) if which.year else which.due
    document, clause = which.clauses[0] if which.clauses else (None, None)
    given = {
        "document": document,
        "clause": clause,
        "agent": exports().unnamed if which.unowned else which.agent,
        "zone": which.zone,
        "modality": which.modality,
        "force": which.force,
        "tier": which.tier,
        "due_before": due and (due + timedelta(days=1)).isoformat(),
    }
    wanted = {name: value for name, value in given.items() if value}
    found = {
        thing(slug, "obligation", row.id)
        for slug, one in library.records.items()
        if slug == wanted.get("document", slug)
        for row in _listed(one, wanted)
    }
    if found != set(listed):
        return None
    if len(library.records) == 1:
        wanted.pop("document", None)
    # without a filter the ledger opens on tier A
    return urlencode({"view": "ledger", **(wanted or {"tier": "all"})})


def _listed(one: Records, wanted: Mapping[str, str]) -> Iterator[Obligation]:
    """Yield the obligations of a document that the ledger lists with the filter *wanted*, as `kg.ledger.filters` does.

    It takes an agent or a zone by every name that the document has for it.
    """
    agent, zone = wanted.get("agent", ""), wanted.get("zone", "")
    agents = {agent} | {known.name for known in one.agents if is_called(known, bare(agent))}
    zones = {zone} | {known.name for known in one.zones if is_called(known, bare(zone))}
    for row in one.obligations:
        owned = any(party.role in _OWNING and party.basis == "explicit" for party in row.agents)
        named = any(party.name in agents for party in row.agents) or (agent == exports().unnamed and not owned)
        placed = not zones.isdisjoint(row.zones)
        due = row.deadline.date if row.deadline else None
        in_time = "due_before" not in wanted or (due is not None and due < wanted["due_before"])
        values = {"clause": row.clause, "modality": row.modality, "force": row.force, "tier": row.tier}
        fits = all(wanted.get(name, value) == value for name, value in values.items())
        if (named or not agent) and (placed or not zone) and in_time and fits:
            yield row
