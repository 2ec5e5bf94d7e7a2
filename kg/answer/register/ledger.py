"""Which obligations are listed → the address of the ledger's filter that lists the same ones, if there is one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from urllib.parse import urlencode

from kg.answer.library import Library
from kg.answer.register.rows import Which
from kg.exports import exports


def ledger_query(which: Which, listed: Collection[str], library: Library) -> str | None:
    """Return the query string of the desk's address that lists the obligations *listed*, IRIs that fit *which*.

    None without a ledger, or if its filter would list others: it knows no chapter, document or role, and no year's
    beginning.
    """
    if library.in_ledger is None:
        return None
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
    if set(library.in_ledger(wanted)) != set(listed):
        return None
    if len(library.records) == 1:
        wanted.pop("document", None)
    # without a filter the ledger opens on tier A
    return urlencode({"view": "ledger", **(wanted or {"tier": "all"})})
