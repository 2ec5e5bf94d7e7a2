"""Obligations → the order and the columns in which they are looked at and taken along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from kg.errors import QueryError
from kg.ledger.filters import owners
from kg.models import Obligation, Records
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "task_id": ("task_id",),
    "clause": ("clause", "clause_label", "clause_title"),
    "quote": ("quote",),
    "modality": ("modality",),
    "force": ("force",),
    "owners": ("lead", "owners", "open_list", "inherited"),
    "cooperating": ("cooperating",),
    "approver": ("approver",),
    "action": ("action",),
    "object": ("object",),
    "beneficiaries": ("beneficiaries",),
    "deadline": ("deadline_text", "deadline_date"),
    "standing": ("status", "due_counts", "state", "days", "light"),
    "zones": ("zones",),
    "policy": ("policy",),
    "condition": ("condition",),
    "exception": ("exception",),
    "tier": ("tier",),
    "review": ("review",),
}
"""What can be looked at, in the order it stands in, and the fields of a file that hold it."""

USUAL: Final = (
    "task_id", "clause", "quote", "modality", "force", "owners", "deadline", "standing", "zones", "condition",
    "exception",
)  # fmt: skip
"""The columns of somebody who chose none."""

_ALWAYS = ("number", "task_id", "source", "document", "source_note")
"""Fields that every file has: without them a row could not be found again in its document."""

_LAST = (1,)


def _name(text: str) -> tuple[Any, ...]:
    # the bytes of GB 18030 order the common characters by their sound, as an office's lists of names are
    return (0, text.encode("gb18030"))


def _zones(row: Obligation) -> tuple[Any, ...]:
    return _name("、".join(row.zones)) if row.zones else _LAST


def _owners(row: Obligation) -> tuple[Any, ...]:
    found = owners(row)
    return _name("、".join(found)) if found else _LAST


def _deadline(row: Obligation) -> tuple[Any, ...]:
    """By date; words without one behind all dates, nothing behind these."""
    due = row.deadline
    if due is None:
        return (2,)
    return (0, due.date) if due.date else _LAST


_KEYS: Final[dict[str, Callable[[Obligation], tuple[Any, ...]]]] = {
    "modality": lambda row: (0, MODALITIES.index(row.modality)),
    "force": lambda row: (0, FORCES.index(row.force)),
    "owners": _owners,
    "deadline": _deadline,
    "zones": _zones,
    "tier": lambda row: (0, TIERS.index(row.tier)),
    "review": lambda row: (0, REVIEW_MARKS.index(row.review)),
}

SORTS: Final = tuple(_KEYS)
"""The columns that rows can be put in order by."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How obligations stand: `sort` is a column, with "-" in front downwards, and empty for the reading order; no
    `columns` are the usual ones.
    """

    sort: str = ""
    columns: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are looked at."""
        return self.columns or USUAL


def read_arrangement(sort: str, columns: str) -> Arrangement:
    """Return what a link or the page says: *columns* with commas between, the usual ones being no choice.

    A `QueryError` for a column that there is not.
    """
    sort = sort.strip()
    if sort and sort.removeprefix("-") not in SORTS:
        raise QueryError(sort, "rows cannot be put in this order", f"use one of {', '.join(SORTS)}, or - in front")
    asked = [name.strip() for name in columns.split(",") if name.strip()]
    for name in asked:
        if name not in FIELDS:
            raise QueryError(name, "there is no such column", f"use {', '.join(FIELDS)}")
    chosen = tuple(name for name in FIELDS if name in asked)
    return Arrangement(sort, () if chosen == USUAL else chosen)


def arranged(records: Sequence[Records], sort: str) -> tuple[Records, ...]:
    """Return *records* with their obligations in the order of *sort* over all documents.

    Equal ones stay in reading order, and those that have nothing in the column stand last, whichever way it goes. A
    document whose rows stand apart is there more than once.
    """
    if not sort:
        return tuple(records)
    key = _KEYS[sort.removeprefix("-")]
    rows = [(key(row), one, row) for one in records for row in one.obligations]
    having = sorted((row for row in rows if row[0][0] == 0), key=lambda row: row[0], reverse=sort.startswith("-"))
    order = having + sorted((row for row in rows if row[0][0] != 0), key=lambda row: row[0])
    runs = groupby(order, key=lambda row: row[1].document.slug)
    found = []
    for _, run in runs:
        kept = list(run)
        found.append(replace(kept[0][1], obligations=tuple(row for _, _, row in kept)))
    return tuple(found)


def fields_of(columns: Collection[str]) -> frozenset[str] | None:
    """Return the fields that a file of *columns* has, or None, for all of them, where none were chosen."""
    return frozenset({*_ALWAYS, *(field for name in columns for field in FIELDS[name])}) if columns else None
