"""Obligations and a filter → those that fit. The desk, its files and `/api/obligations` all choose here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.assignment import asked_assignee, assigned_or_not, assignees
from kg.ledger.table import IDS, ObligationTable, Several, Single, name_key, obligation_rows
from kg.models import Obligation, Records
from kg.records import LoadedRecords
from kg.refusals import refused, shortened
from kg.search.words import folded
from kg.vocab import thing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.ledger.reports import Report


@dataclass(frozen=True, slots=True)
class Wanted:
    """What obligations must have: every field that is not empty has to fit, by any one of its values.

    `documents` are slugs, `clauses` ids. `agents` and `zones` are names or aliases, in either script; the ledger's
    原文未明确 among `agents` stands for obligations whose own sentence names no agent as lead or responsible.
    `due_before` is an ISO day that the date must precede; an obligation without a date never fits. `words` must all
    occur in the quote, the clause's heading, the ids or the names, also of assignees. `about` are agents, zones and
    policies with any part in the obligation, beneficiaries included: agent/财政部, zone/福田保税区,
    policy/优惠产业目录. `assigned` are bodies that the office gave the task to (承办单位), whatever the text
    says; 未分办 or none among them stands for tasks given to nobody. `assignees` are bodies that it gave the task to or
    has assist (协办单位).
    """

    documents: Collection[str] = ()
    clauses: Collection[str] = ()
    agents: Collection[str] = ()
    zones: Collection[str] = ()
    modalities: Collection[str] = ()
    forces: Collection[str] = ()
    tiers: Collection[str] = ()
    reviews: Collection[str] = ()
    due_before: str | None = None
    words: Collection[str] = ()
    about: Collection[str] = ()
    assigned: Collection[str] = ()
    assignees: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One value of each kind, as a link or a row of boxes gives them (see `Wanted`); an empty one asks for nothing.

    `state` is a task's standing (`kg.ledger.standing.Kind`), which depends on reports and a day: `Wanted` has none.
    """

    document: str = ""
    clause: str = ""
    agent: str = ""
    zone: str = ""
    modality: str = ""
    force: str = ""
    tier: str = ""
    review: str = ""
    state: str = ""
    due_before: str = ""
    text: str = ""
    about: str = ""
    assigned: str = ""
    assignee: str = ""

    @property
    def of_assignments(self) -> bool:
        """Whether it depends on whom tasks are given to."""
        return bool(self.text or self.assigned or self.assignee)

    @property
    def query(self) -> dict[str, str]:
        """What a link to the ledger says of it; one that says nothing opens on `OPENING`, so no filter says so too."""
        given = {name: value for name, value in asdict(self).items() if value}
        if not given:
            return {"tier": "all"}
        return {} if self == OPENING else given

    def wanted(self) -> Wanted:
        """Return what this asks for. Raises QueryError if `due_before` is not a day."""
        return Wanted(
            documents=_given(self.document),
            clauses=_given(self.clause),
            agents=_given(self.agent),
            zones=_given(self.zone),
            modalities=_given(self.modality),
            forces=_given(self.force),
            tiers=_given(self.tier),
            reviews=_given(self.review),
            due_before=_day(self.due_before),
            words=tuple(self.text.split()),
            about=_given(self.about),
            assigned=_given(self.assigned),
            assignees=_given(self.assignee),
        )


OPENING: Final = Filter(tier="A")
"""What the ledger opens on: what one can later say was done, allowed or reached."""


class Obligations:
    """The obligations of *records*, to be chosen from. Names are looked up by document: the same word may be two agents
    in two.

    With a *table* of their rows, records are loaded when they are shown; without one it is made of all of them.
    """

    def __init__(self, records: Sequence[Records], table: ObligationTable | None = None) -> None:
        self.records = records
        made = {one.document.slug: obligation_rows(one) for one in records} if table is None else {}
        self.table = ObligationTable(made) if table is None else table

    def chosen(self, wanted: Wanted, assignments: Mapping[str, Report] | None = None) -> Selection:
        """Return the obligations that fit, in reading order.

        *assignments* are the reports of the tasks that were given to somebody, by task.
        """
        import numpy as np

        table, given = self.table, assignments or {}
        fits = np.ones(len(table), np.bool_)
        if wanted.documents:
            fits &= table.of_documents(wanted.documents)
        kinds: tuple[tuple[Single, Collection[str]], ...] = (
            ("clause", wanted.clauses), ("modality", wanted.modalities), ("force", wanted.forces),
            ("tier", wanted.tiers), ("review", wanted.reviews),
        )  # fmt: skip
        for column, values in kinds:
            if values:
                fits &= table.having(column, values)
        if (before := wanted.due_before) is not None:
            # dates are compared as text: "2025" is before every day of 2025
            fits &= table.where("date", lambda date: bool(date) and str(date) < before)
        if wanted.agents:
            named = table.naming("agent_keys", _keys(wanted.agents))
            fits &= named | table.having("owners", [""]) if exports().unnamed in wanted.agents else named
        if wanted.zones:
            fits &= table.naming("zone_keys", _keys(wanted.zones))
        if wanted.about:
            fits &= table.naming("about", wanted.about)
        if wanted.assigned:
            fits &= self._given(_keys(map(asked_assignee, wanted.assigned)), given, assigned_or_not)
        if wanted.assignees:
            fits &= self._given(_keys(wanted.assignees), given, assignees)
        for word in map(folded, wanted.words):
            given_so = [task for task, report in given.items() if word in folded(" ".join(assignees(report)))]
            fits &= table.containing(word) | self._tasks(given_so)
        return Selection(self, np.flatnonzero(fits))

    def documents_with(self, tasks: Collection[str]) -> tuple[Records, ...]:
        """Return the documents, with all their obligations, that have one of *tasks*."""
        import numpy as np

        rows = np.array(sorted(row for rows in self.table.of_tasks(tasks).values() for row in rows), np.int64)
        return tuple(self.records[place] for place in np.unique(self.table.document_of(rows)).tolist())

    def task(self, name: str, document: str = "") -> tuple[Records, Obligation] | None:
        """Return the first obligation with this id in its document or this task_id, and its document; None if none is.

        With a *document*, a slug, only that one is searched.
        """
        import numpy as np

        table = self.table
        fits = np.zeros(len(table), np.bool_)
        for column in IDS:
            fits[table.of_tasks([name], column).get(name, [])] = True
        if document:
            fits &= table.of_documents([document])
        one = next(iter(Selection(self, np.flatnonzero(fits)[:1])), None)
        return (one, one.obligations[0]) if one else None

    def _given(
        self, keys: Collection[str], reports: Mapping[str, Report], names: Callable[[Report], Iterable[str]]
    ) -> NDArray[np.bool_]:
        """Return which rows are given to a body of *keys*, by what *names* says of their report."""

        def fits(report: Report) -> bool:
            return any(name_key(name) in keys for name in names(report))

        asked = self._tasks(task for task, report in reports.items() if fits(report))
        return asked | ~self._tasks(reports) if fits({}) else asked

    def _tasks(self, tasks: Iterable[str]) -> NDArray[np.bool_]:
        import numpy as np

        found = np.zeros(len(self.table), np.bool_)
        found[[row for rows in self.table.of_tasks(list(tasks)).values() for row in rows]] = True
        return found


class Selection(LoadedRecords):
    """Obligations that were chosen, in an order: their documents, each loaded when it is asked for.

    A document has those of its obligations that stand together in the order; it occurs again where others come between.
    """

    def __init__(self, among: Obligations, rows: NDArray[np.int64]) -> None:
        import numpy as np

        self._among = among
        self.rows = rows
        """The numbers of the rows in `Obligations.table`."""
        documents = among.table.document_of(rows)
        self._starts = np.flatnonzero(np.diff(documents, prepend=-1))

    @property
    def table(self) -> ObligationTable:
        """The table whose rows these are."""
        return self._among.table

    @property
    def total(self) -> int:
        """How many obligations there are."""
        return len(self.rows)

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def iris(self) -> list[str]:
        """The IRIs of the obligations, of which no document is loaded."""
        return [thing(slug, "obligation", name) for slug, name in self.table.ids(self.rows)]

    def page(self, start: int, stop: int) -> Selection:
        """Return the obligations from number *start*, counted from 0, to before number *stop*."""
        return Selection(self._among, self.rows[start:stop])

    def of(self, rows: NDArray[np.int64]) -> Selection:
        """Return *rows* in the place of these."""
        return Selection(self._among, rows)

    def counted(self, column: Single | Several) -> dict[str, int]:
        """Return the values they have in a column of the table, each with their number, the most frequent first."""
        return self.table.counted(column, self.rows)

    def load(self, at: int) -> Records:
        """Return the document at place *at* with its obligations there."""
        stop = self._starts[at + 1] if at + 1 < len(self) else len(self.rows)
        rows = self.rows[self._starts[at] : stop]
        place = int(self.table.document_of(rows[:1])[0])
        one = self._among.records[place]
        first = int(self.table.first[place])
        return replace(one, obligations=tuple(one.obligations[row - first] for row in rows.tolist()))


def chosen(records: Sequence[Records], wanted: Filter) -> Selection:
    """Return the obligations of *records* that fit *wanted*. Raises QueryError as `Filter.wanted` does."""
    return Obligations(records).chosen(wanted.wanted())


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(name_key, names))


def _given(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _day(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise refused(QueryError, "filter-day", shortened(text)) from None
