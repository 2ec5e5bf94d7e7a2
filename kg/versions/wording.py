"""`rules/versions.yaml` → the words of a comparison; differences → lines and cells that people read."""

from __future__ import annotations

from collections.abc import Iterable

from kg.ledger.changes import Task
from kg.models import Clause
from kg.rules import Said, Strict, load
from kg.versions.differences import CHANGES, ClauseChange, Differences, FieldChange, ObligationChange
from kg.vocab import Lang


class Wording(Strict):
    """What changes, fields, columns and clauses are called, by their keys."""

    changes: dict[str, Said]
    fields: dict[str, Said]
    columns: dict[str, Said]
    sheet: Said
    heading: Said
    same: Said
    clauses: dict[str, Said]
    nothing: Said
    task: dict[str, Said]


def wording() -> Wording:
    """Return `rules/versions.yaml`."""
    return load("versions", Wording)


def heading(found: Differences, lang: Lang) -> str:
    """Return which documents are compared."""
    return wording().heading[lang].format(old=found.old.document.title, new=found.new.document.title)


def counts(found: Differences, lang: Lang) -> str:
    """Return how many obligations changed in which way, and how many are the same."""
    words = wording()
    each = [f"{words.changes[change][lang]} {found.count(change)}" for change in CHANGES]
    return " · ".join([*each, f"{words.same[lang]} {found.same}"])


def clause_line(one: ClauseChange, lang: Lang) -> str:
    """Return what became of a clause."""
    kind = "added" if one.old is None else "dropped" if one.new is None else "renumbered"
    return wording().clauses[kind][lang].format(old=_label(one.old), new=_label(one.new))


def cells(one: ObligationChange, lang: Lang) -> dict[str, str]:
    """Return a change as the cells of a row, by the column's key."""
    words = wording()
    return {
        "change": words.changes[one.change][lang],
        "old_clause": one.old.id if one.old else "",
        "new_clause": one.new.id if one.new else "",
        "old_quote": one.old.quote if one.old else "",
        "new_quote": one.new.quote if one.new else "",
        "fields": "\n".join(field_lines(one.fields, lang)),
    }


def field_lines(changes: Iterable[FieldChange], lang: Lang) -> list[str]:
    """Return a line for each field that differs, with what both versions say."""
    named = wording().fields
    return [f"{named[one.field][lang]}: {one.old or '–'} → {one.new or '–'}" for one in changes]


def difference_lines(old: Task, new: Task, changes: Iterable[FieldChange], lang: Lang) -> list[str]:
    """Return a line for each thing in which a task differs from the one whose report it has now."""
    named = wording().task
    said = (
        ("document", old.document, new.document),
        ("clause", old.clause, new.clause),
        ("words", old.quote, new.quote),
    )
    own = [f"{named[name][lang]}: {before} → {after}" for name, before, after in said if before != after]
    return own + field_lines(changes, lang)


def _label(clause: Clause | None) -> str:
    return "" if clause is None else clause.label or clause.id
