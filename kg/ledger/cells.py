"""An entry → its cells: what the plan says, what is reported, how it stands, each as text by its field."""

from __future__ import annotations

from kg.ledger.days import moment
from kg.ledger.entries import Entry
from kg.ledger.export import ledger_row
from kg.ledger.layout import clause_name
from kg.ledger.reports import Value, rules, status_word
from kg.ledger.terms import term


def words_of(entry: Entry) -> dict[str, str]:
    """Return the cells as people read them, in Chinese: for sheets and papers."""
    at = moment(entry.reported.at) if entry.reported.at else None
    return {
        **ledger_row(entry.document, entry.clause, entry.row),
        **{name: said(name, entry.value(name)) for name in rules().fields},
        "source": entry.document.identifier or entry.document.title,
        "clause": clause_name(entry.clause),
        "modality": term("zh-Hans", "modality", entry.row.modality),
        "force": term("zh-Hans", "force", entry.row.force),
        "tier": term("zh-Hans", "tier", entry.row.tier),
        "review": term("zh-Hans", "review", entry.row.review),
        "updated": at.strftime("%Y-%m-%d %H:%M") if at else "",
        "updated_by": entry.reported.who,
    }


def values_of(entry: Entry) -> dict[str, str]:
    """Return the cells as programs read them: keys, ISO days."""
    stands = entry.standing
    return {
        **ledger_row(entry.document, entry.clause, entry.row),
        **{name: plain(entry.value(name)) for name in rules().fields},
        "due_counts": stands.due.isoformat() if stands.due else "",
        "state": stands.kind,
        "days": "" if stands.days is None else str(stands.days),
        "light": entry.light,
        "updated": entry.reported.at,
        "revision": str(entry.reported.revision),
    }


def said(name: str, value: Value) -> str:
    """Return a reported value as people read it."""
    if name == "status":
        return status_word("zh-Hans", value)  # type: ignore[arg-type]
    return plain(value)


def plain(value: Value) -> str:
    """Return a reported value as text, a list with a line for each."""
    if value is None:
        return ""
    return "\n".join(value) if isinstance(value, tuple) else str(value)
