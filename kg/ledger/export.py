"""Obligations → the ledger as a file for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from kg.errors import RuleError
from kg.models import Clause, Document, Obligation, Records, Role, to_json
from kg.resources import load_yaml, rules_dir

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection; some locales read
the full-width signs as the plain ones)."""


@cache
def wording() -> dict[str, Any]:
    """Return the ledger's columns and standing words from `rules/export.yaml`."""
    path = rules_dir() / "export.yaml"
    plain = load_yaml(path)
    known = {"note", "unnamed", "separator", "columns"}
    if not isinstance(plain, dict) or set(plain) != known:
        raise RuleError(path, f"its keys are not {', '.join(sorted(known))}", "correct them")
    return plain


def source_note(document: Document) -> str:
    """Return the line every exported row carries: which document, and that its printed text prevails."""
    note = wording()["note"]
    named = f"{document.identifier or document.source.name}《{document.title}》"
    return f"{named}；{note['zh']} / {note['en']}"


def export_csv(records: Sequence[Records], fields: Collection[str] | None = None) -> bytes:
    """Return the ledger as CSV: UTF-8 with BOM, a header, one row for each obligation, as they stand in *records*.

    Without the BOM the usual spreadsheet programs read UTF-8 as GBK. A cell that would be taken for a formula gets an
    apostrophe in front, the sign that spreadsheets use for text; every other cell is the record's value,
    and a quote beginning so keeps its own first character behind the apostrophe. The note on the source is a
    column and no line of its own, so that every line has the same cells and none is lost when rows are sorted.
    *fields* are those wanted, in the order the ledger has them; all where they are not given.
    """
    columns = [column for column in wording()["columns"] if fields is None or column["field"] in fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column["header"] for column in columns])
    for one in records:
        clauses = {clause.id: clause for clause in one.document.clauses}
        for obligation in one.obligations:
            row = ledger_row(one.document, clauses[obligation.clause], obligation)
            writer.writerow([safe_cell(row[column["field"]]) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def export_json(records: Sequence[Records]) -> bytes:
    """Return the ledger as JSON: `meta` (the note and the documents) and `obligations`, the records as they are."""
    plain = {
        "meta": {
            "note": wording()["note"],
            "documents": [
                {
                    "slug": one.document.slug,
                    "identifier": one.document.identifier,
                    "title": one.document.title,
                    "issued": one.document.issued,
                    "sha256": one.document.source.sha256,
                    "obligations": len(one.obligations),
                }
                for one in records
            ],
        },
        "obligations": [
            {"document": one.document.slug, **to_json(obligation)} for one in records for obligation in one.obligations
        ],
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def ledger_row(document: Document, clause: Clause, obligation: Obligation) -> dict[str, str]:
    """Return the cells of *obligation* by field, as text; what the record does not have is an empty one."""
    words = wording()
    between: str = words["separator"]

    def named(*roles: Role) -> str:
        found = [p.name for p in obligation.agents if p.role in roles and p.basis == "explicit"]
        return between.join(dict.fromkeys(found))

    inherited = dict.fromkeys(p.name for p in obligation.agents if p.basis == "inherited")
    due = obligation.deadline
    return {
        "task_id": obligation.task_id,
        "id": obligation.id,
        "document": document.identifier or document.slug,
        "clause": obligation.clause,
        "clause_label": clause.label,
        "clause_title": clause.title,
        "quote": obligation.quote,
        "modality": obligation.modality,
        "force": obligation.force,
        # nobody is put down for what the text gives to nobody: an empty cell would invite somebody to fill it
        "lead": named("lead") or words["unnamed"],
        "owners": named("lead", "responsible") or words["unnamed"],
        "cooperating": named("cooperating"),
        "approver": named("approver"),
        "addressee": named("addressee"),
        "open_list": "true" if obligation.open_list else "false",
        "inherited": between.join(inherited),
        "action": obligation.action,
        "object": obligation.object,
        "beneficiaries": between.join(obligation.beneficiaries),
        "deadline_text": due.text if due else "",
        "deadline_date": (due.date or "") if due else "",
        "zones": between.join(obligation.zones),
        "policy": obligation.policy or "",
        "condition": obligation.condition or "",
        "exception": obligation.exception or "",
        "tier": obligation.tier,
        "start": str(obligation.start),
        "end": str(obligation.end),
        "source_note": source_note(document),
    }


def safe_cell(cell: str) -> str:
    """Return *cell* so that no spreadsheet takes it for a formula: with an apostrophe in front where it would be."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
