"""Obligations → the order and the columns in which they are shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.assignment import assignees
from kg.ledger.catalogue import standing_in
from kg.ledger.table import ObligationTable, Single
from kg.refusals import refused, shortened
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.ledger.filters import Selection
    from kg.ledger.reports import Report

_ALWAYS: Final = ("number", "task_id", "source", "document", "source_note")
"""Fields in every file: without them an obligation could not be found again in its document."""


def desk_columns() -> dict[str, tuple[str, ...]]:
    """Return the columns of the desk's table in order, each with the fields of a file that hold the same."""
    return {c.key: c.desk.fields or (c.key,) for c in standing_in("desk") if c.desk}


def usual() -> tuple[str, ...]:
    """Return the columns that are shown unless others are chosen."""
    return tuple(column.key for column in standing_in("desk") if column.desk and column.desk.usual)


def _by_sound(names: str) -> bytes | None:
    # the bytes of GB 18030 order the common characters by their sound, as an office's lists of names are
    return names.encode("gb18030") or None


_KEYS: Final[dict[str, tuple[Single, Callable[[str], Any]]]] = {
    "modality": ("modality", MODALITIES.index),
    "force": ("force", FORCES.index),
    "owners": ("owners", _by_sound),
    "deadline": ("date", lambda date: date or None),
    "zones": ("places", _by_sound),
    "tier": ("tier", TIERS.index),
    "review": ("review", REVIEW_MARKS.index),
}
"""For each column that the text fills the one of the table that orders it, and the key of a value; None comes last."""

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


def arranged(found: Selection, sort: str, assignments: Mapping[str, Report] = MappingProxyType({})) -> Selection:
    """Return *found* in the order of *sort* over all documents.

    Equal ones stay in reading order, and those with nothing in the column come last in either direction, among them a
    time without a date before none at all. *assignments* say by task whom it was given to, which the order by
    `ASSIGNEES` needs.
    """
    import numpy as np

    if not sort:
        return found
    name, table, rows = sort.removeprefix("-"), found.table, found.rows
    all_ranks = _ranks_of_assignees(table, assignments) if name == ASSIGNEES else table.ranks(*_KEYS[name])
    ranks = all_ranks[rows]
    missing = ranks < 0
    # two sorts, so that equal ones stay in their order
    order = np.argsort(np.where(missing, 0, -ranks if sort.startswith("-") else ranks), kind="stable")
    last = missing + (missing & table.undated[rows] if name == "deadline" else 0)
    return found.of(rows[order[np.argsort(last[order], kind="stable")]])


def _ranks_of_assignees(table: ObligationTable, assignments: Mapping[str, Report]) -> NDArray[np.int64]:
    import numpy as np

    keys = {
        task: _by_sound(exports().separator.join(assignees(report, ASSIGNEES))) for task, report in assignments.items()
    }
    order = {key: place for place, key in enumerate(sorted({key for key in keys.values() if key is not None}))}
    ranks = np.full(len(table), -1, np.int64)
    for task, rows in table.of_tasks(list(keys)).items():
        if (key := keys[task]) is not None:
            ranks[rows] = order[key]
    return ranks


def fields_of(columns: Collection[str]) -> frozenset[str] | None:
    """Return the fields of a file of *columns*; None, for all fields, if no columns were chosen."""
    return frozenset({*_ALWAYS, *(field for name in columns for field in desk_columns()[name])}) if columns else None
