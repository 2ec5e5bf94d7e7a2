"""An obligation → its cells, and the words every export of the ledger has."""

from __future__ import annotations

from functools import cache
from typing import Any

from kg.errors import RuleError
from kg.models import Clause, Document, Obligation, Role
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


def owners_of(obligation: Obligation) -> list[str]:
    """Return the bodies that the row's own sentence has lead or be responsible, or the word for that it names none."""
    return _named(obligation, "lead", "responsible") or [wording()["unnamed"]]


def _named(obligation: Obligation, *roles: Role) -> list[str]:
    return list(dict.fromkeys(p.name for p in obligation.agents if p.role in roles and p.basis == "explicit"))


def ledger_row(document: Document, clause: Clause, obligation: Obligation) -> dict[str, str]:
    """Return the cells of *obligation* by field, as text; what the record does not have is an empty one."""
    words = wording()
    between: str = words["separator"]

    def named(*roles: Role) -> str:
        return between.join(_named(obligation, *roles))

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
        "owners": between.join(owners_of(obligation)),
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
        "review": obligation.review,
        "start": str(obligation.start),
        "end": str(obligation.end),
        "source_note": source_note(document),
    }


def safe_cell(cell: str) -> str:
    """Return *cell* so that no spreadsheet takes it for a formula: with an apostrophe in front where it would be."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
