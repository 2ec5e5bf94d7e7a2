"""Obligations and what is looked for → those that fit."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.errors import QueryError
from kg.ledger.export import wording
from kg.models import Clause, Obligation, Records
from kg.search.words import folded


@dataclass(frozen=True, slots=True)
class Filter:
    """What obligations must have; an empty value asks for nothing.

    `document` is a slug, `clause` an id. `agent` is the canonical name of a body that has any part in it, taken from
    its context too, or the ledger's 原文未明确 for obligations whose own sentence names no owner. `due_before` is a day
    (YYYY-MM-DD) that the deadline's date lies before. `text` is words that all stand in the quote, the clause's
    heading, the numbers or the names, in either Chinese script.
    """

    document: str = ""
    clause: str = ""
    agent: str = ""
    zone: str = ""
    modality: str = ""
    force: str = ""
    tier: str = ""
    due_before: str = ""
    text: str = ""


def chosen(records: Sequence[Records], wanted: Filter) -> tuple[Records, ...]:
    """Return *records* with the obligations that fit *wanted*; a `QueryError` for a day that is none.

    A document without any is left out.
    """
    day = _day(wanted.due_before)
    words = [folded(word) for word in wanted.text.split()]
    found = []
    for one in records:
        if wanted.document and wanted.document != one.document.slug:
            continue
        clauses = {clause.id: clause for clause in one.document.clauses}
        rows = tuple(
            row
            for row in one.obligations
            if _fits(row, wanted, day) and (not words or _speaks(row, clauses[row.clause], words))
        )
        if rows:
            found.append(replace(one, obligations=rows))
    return tuple(found)


def owners(row: Obligation) -> tuple[str, ...]:
    """Return the bodies that the row's own sentence makes lead or responsible, in its order."""
    found = (p.name for p in row.agents if p.role in ("lead", "responsible") and p.basis == "explicit")
    return tuple(dict.fromkeys(found))


def _fits(row: Obligation, wanted: Filter, day: str) -> bool:
    due = row.deadline.date if row.deadline else None
    return (
        wanted.clause in ("", row.clause)
        and wanted.modality in ("", row.modality)
        and wanted.force in ("", row.force)
        and wanted.tier in ("", row.tier)
        and (not wanted.zone or wanted.zone in row.zones)
        and (not wanted.agent or _has_agent(row, wanted.agent))
        and (not day or (due is not None and due < day))
    )


def _has_agent(row: Obligation, name: str) -> bool:
    if name == wording()["unnamed"]:
        return not owners(row)
    return any(party.name == name for party in row.agents)


def _speaks(row: Obligation, clause: Clause, words: Iterable[str]) -> bool:
    parties = " ".join(party.name for party in row.agents)
    spoken = folded(f"{row.quote} {clause.label}{clause.title} {row.id} {row.task_id} {parties} {' '.join(row.zones)}")
    return all(word in spoken for word in words)


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise QueryError(text, "it is no day", "write it as YYYY-MM-DD, e.g. 2026-01-01") from None
