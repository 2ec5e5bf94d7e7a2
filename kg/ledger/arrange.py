"""Obligations → the order and the columns in which they are shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kg.errors import QueryError
from kg.ledger.assignment import assignees
from kg.ledger.catalogue import standing_in
from kg.ledger.parts import responsible_agents
from kg.models import Obligation, Records
from kg.refusals import refused, shortened
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS

if TYPE_CHECKING:
    from kg.ledger.reports import Report

_ALWAYS = ("number", "task_id", "source", "document", "source_note")
"""Fields in every file: without them an obligation could not be found again in its document."""

_LAST = (1,)


def desk_columns() -> dict[str, tuple[str, ...]]:
    """Return the columns of the desk's table in order, each with the fields of a file that hold the same."""
    return {c.key: c.desk.fields or (c.key,) for c in standing_in("desk") if c.desk}


def usual() -> tuple[str, ...]:
    """Return the columns that are shown unless others are chosen."""
    return tuple(column.key for column in standing_in("desk") if column.desk and column.desk.usual)


def _names(names: Iterable[str]) -> tuple[Any, ...]:
    # the bytes of GB 18030 order the common characters by their sound, as an office's lists of names are
    joined = "、".join(names)
    return (0, joined.encode("gb18030")) if joined else _LAST


def _deadline(one: Obligation) -> tuple[Any, ...]:
    """By date; a time without a date comes after all dates, and no time at all comes last."""
    if one.deadline is None:
        return (2,)
    return (0, one.deadline.date) if one.deadline.date else _LAST


_KEYS: Final[dict[str, Callable[[Obligation], tuple[Any, ...]]]] = {
    "modality": lambda one: (0, MODALITIES.index(one.modality)),
    "force": lambda one: (0, FORCES.index(one.force)),
    "owners": lambda one: _names(responsible_agents(one)),
    "deadline": _deadline,
    "zones": lambda one: _names(one.zones),
    "tier": lambda one: (0, TIERS.index(one.tier)),
    "review": lambda one: (0, REVIEW_MARKS.index(one.review)),
}

ASSIGNEES: Final = "assigned_to"
"""The column that is sorted by what the office reported and not by what the text says."""

SORTS: Final = (ASSIGNEES, *_KEYS)
"""The columns that obligations can be sorted by."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How obligations are shown: `sort` is a column, with "-" in front for descending and empty for the reading order;
    without `columns` the usual ones are meant. `page` counts from 1.
    """

    sort: str = ""
    columns: tuple[str, ...] = ()
    page: int = 1

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown."""
        return self.columns or usual()


def read_arrangement(sort: str, columns: str, page: str = "") -> Arrangement:
    """Return the arrangement in a link: *columns* separated by commas, where the usual ones count as no choice.

    A *page* that is no number is the first.

    Raises:
        QueryError: there is no such column, or it cannot be sorted by.
    """
    sort = sort.strip()
    if sort and sort.removeprefix("-") not in SORTS:
        raise refused(QueryError, "no-such-order", shortened(sort), names=", ".join(SORTS))
    asked = [name.strip() for name in columns.split(",") if name.strip()]
    for name in asked:
        if name not in desk_columns():
            raise refused(QueryError, "no-such-column", shortened(name), names=", ".join(desk_columns()))
    chosen = tuple(name for name in desk_columns() if name in asked)
    number = int(page) if page.isdecimal() and len(page) < 10 else 1
    return Arrangement(sort, () if chosen == usual() else chosen, max(1, number))


def arranged(
    records: Sequence[Records], sort: str, assignments: Mapping[str, Report] = MappingProxyType({})
) -> tuple[Records, ...]:
    """Return *records* with their obligations in the order of *sort* over all documents.

    Equal ones stay in reading order, and those with nothing in the column come last in either direction. A document
    whose obligations are separated occurs more than once. *assignments* say by task whom it was given to, which the
    order by `ASSIGNEES` needs.
    """
    if not sort:
        return tuple(records)
    name = sort.removeprefix("-")
    key = _KEYS[name] if name != ASSIGNEES else lambda one: _names(assignees(assignments.get(one.task_id, {}), name))
    rows = [(key(row), one, row) for one in records for row in one.obligations]
    having = sorted((row for row in rows if row[0][0] == 0), key=lambda row: row[0], reverse=sort.startswith("-"))
    order = having + sorted((row for row in rows if row[0][0] != 0), key=lambda row: row[0])
    runs = (list(run) for _, run in groupby(order, key=lambda row: row[1].document.slug))
    return tuple(replace(run[0][1], obligations=tuple(row for _, _, row in run)) for run in runs)


def fields_of(columns: Collection[str]) -> frozenset[str] | None:
    """Return the fields of a file of *columns*; None, for all fields, if no columns were chosen."""
    return frozenset({*_ALWAYS, *(field for name in columns for field in desk_columns()[name])}) if columns else None
