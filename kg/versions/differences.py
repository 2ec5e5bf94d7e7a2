"""The records of two versions of a document → what was added, dropped or changed, each with both quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kg.models import Clause, Obligation, Records, strip_space
from kg.versions.pairing import pair_clauses, pair_rows

Change = Literal["added", "dropped", "changed", "reworded", "moved"]
CHANGES: tuple[Change, ...] = ("added", "dropped", "changed", "reworded", "moved")

FIELDS: dict[str, Callable[[Obligation], str]] = {
    "agents": lambda row: "、".join(sorted({f"{one.name} ({one.role})" for one in row.agents})),
    "deadline": lambda row: "" if row.deadline is None else f"{row.deadline.text} ({row.deadline.date or '-'})",
    "modality": lambda row: row.modality,
    "force": lambda row: row.force,
    "condition": lambda row: row.condition or "",
    "exception": lambda row: row.exception or "",
    "zones": lambda row: "、".join(sorted(row.zones)),
}
"""What is compared of two versions of an obligation, each as a text."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an obligation in the old and in the new version; empty where it says nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ObligationChange:
    """An obligation that is not the same in both versions.

    "changed" is one of `FIELDS`, "reworded" the words alone; "moved" is one with the same words in another clause.
    `old` is None if it was added, `new` if it was dropped.
    """

    change: Change
    old: Obligation | None
    new: Obligation | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that has another number, or that one of the versions lacks (None)."""

    old: Clause | None
    new: Clause | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two versions. `same` counts the obligations that are in both as they are."""

    old: Records
    new: Records
    clauses: tuple[ClauseChange, ...]
    obligations: tuple[ObligationChange, ...]
    same: int

    def count(self, change: Change) -> int:
        """Return how many obligations changed in this way."""
        return sum(one.change == change for one in self.obligations)

    def to_json(self) -> dict[str, Any]:
        """Return the differences as a plain dict, with the quotes and places of both versions."""
        return {
            "old": _document(self.old),
            "new": _document(self.new),
            "counts": {change: self.count(change) for change in CHANGES} | {"same": self.same},
            "clauses": [{"old": _clause(one.old), "new": _clause(one.new)} for one in self.clauses],
            "obligations": [
                {
                    "change": one.change,
                    "old": _row(one.old),
                    "new": _row(one.new),
                    "fields": [asdict(field) for field in one.fields],
                }
                for one in self.obligations
            ],
        }


def compare(old: Records, new: Records) -> Differences:
    """Return what differs between *old* and *new*, in the order of the new version, what was dropped in its place."""
    clauses = pair_clauses(_bodies(old), _bodies(new))
    paired = pair_rows(old.obligations, new.obligations, clauses)
    changes = [_change(old.obligations[a], new.obligations[b], clauses) for a, b in paired.items()]
    found = [one for one in changes if one is not None]
    kept_new = set(paired.values())
    found += [ObligationChange("added", None, row) for n, row in enumerate(new.obligations) if n not in kept_new]
    found += [ObligationChange("dropped", row, None) for n, row in enumerate(old.obligations) if n not in paired]
    return Differences(
        old,
        new,
        tuple(_clause_changes(old, new, clauses)),
        tuple(sorted(found, key=_in_order(old, new, paired))),
        len(paired) - (len(changes) - changes.count(None)),
    )


def _bodies(records: Records) -> dict[str, str]:
    return {one.id: _body(one) for one in records.document.clauses}


def _body(clause: Clause) -> str:
    return strip_space(clause.text).removeprefix(strip_space(clause.label))


def _change(old: Obligation, new: Obligation, clauses: dict[str, str]) -> ObligationChange | None:
    fields = tuple(
        FieldChange(name, before, after)
        for name, text in FIELDS.items()
        if (before := text(old)) != (after := text(new))
    )
    if fields:
        return ObligationChange("changed", old, new, fields)
    if old.quote != new.quote:
        return ObligationChange("reworded", old, new)
    if clauses.get(old.clause) != new.clause:
        return ObligationChange("moved", old, new)
    return None


def _clause_changes(old: Records, new: Records, clauses: dict[str, str]) -> list[ClauseChange]:
    by_id = {one.id: one for one in new.document.clauses}
    found = [
        ClauseChange(one, by_id.get(clauses.get(one.id, "")))
        for one in old.document.clauses
        if not _same_place(one.id, clauses.get(one.id, ""), clauses)
    ]
    kept = set(clauses.values())
    return found + [ClauseChange(None, one) for one in new.document.clauses if one.id not in kept]


def _same_place(old: str, new: str, clauses: dict[str, str]) -> bool:
    """Whether a clause has the number it had, in a clause or chapter that may have another."""
    (above, _, number), (above_now, _, number_now) = old.rpartition("."), new.rpartition(".")
    return number == number_now and clauses.get(above, above) == above_now


def _in_order(old: Records, new: Records, paired: dict[int, int]) -> Callable[[ObligationChange], tuple[int, int, int]]:
    """Return the sort key: the place in the new version; for what was dropped, behind the row that stood before it."""
    places = {row.task_id: n for n, row in enumerate(new.obligations)}
    before: dict[str, tuple[int, int]] = {}
    last = -1
    for n, row in enumerate(old.obligations):
        last = paired.get(n, last)
        before[row.task_id] = (last, n)

    def key(one: ObligationChange) -> tuple[int, int, int]:
        if one.new is not None:
            return places[one.new.task_id], 0, 0
        assert one.old is not None
        place, number = before[one.old.task_id]
        return place, 1, number

    return key


def _document(records: Records) -> dict[str, Any]:
    document = records.document
    return {
        "slug": document.slug,
        "title": document.title,
        "identifier": document.identifier,
        "issued": document.issued,
        "source": document.source.name,
    }


def _clause(clause: Clause | None) -> dict[str, Any] | None:
    return {"id": clause.id, "label": clause.label, "title": clause.title} if clause else None


def _row(row: Obligation | None) -> dict[str, Any] | None:
    if row is None:
        return None
    place = {"id": row.id, "task_id": row.task_id, "clause": row.clause, "start": row.start, "end": row.end}
    return place | {"quote": row.quote}
