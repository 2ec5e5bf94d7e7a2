"""Records, reports and a day → the ledger's tasks: each obligation with its clause, its report and how it stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.ledger.changes import Reported
from kg.ledger.days import today
from kg.ledger.filters import Selection
from kg.ledger.reports import Report, Value
from kg.ledger.standing import SOON, Convention, Standing, convention, standing, standing_by
from kg.models import Clause, Document, Obligation, Records
from kg.settings import Keeping


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which tasks are shown: as of which day, how many days ahead a date is due soon, and which lights.

    `personal` is whether names of people and their contact details are included.
    """

    as_of: datetime.date = field(default_factory=today)
    soon: int = SOON
    lights: Convention = field(default_factory=convention)
    personal: bool = False


@dataclass(frozen=True, slots=True)
class LedgerTask:
    """An obligation in the ledger: what the document says, what people report of it, and how it stands.

    `number` is its place in the ledger, from 1; `as_of` is the day of its `standing`.
    """

    document: Document
    clause: Clause
    obligation: Obligation
    reported: Reported
    standing: Standing
    light: str
    number: int
    as_of: datetime.date

    def value(self, name: str) -> Value:
        """Return what is reported in the field *name*, None if nothing is."""
        return self.reported.report.get(name)


def terms_of(keeping: Keeping, as_of: datetime.date | None = None, *, personal: bool = False) -> Terms:
    """Return the terms that the settings give, as of today unless a day is given."""
    return Terms(as_of or today(), keeping.due_soon_days, convention(keeping.lights), personal)


def tasks_of(records: Sequence[Records], reports: Mapping[str, Reported], terms: Terms) -> list[LedgerTask]:
    """Return the obligations of *records* as tasks, in their order."""
    found: list[LedgerTask] = []
    for one in records:
        clauses = {clause.id: clause for clause in one.document.clauses}
        for obligation in one.obligations:
            reported = reports.get(obligation.task_id) or Reported()
            stands = standing(obligation, reported.report, terms.as_of, terms.soon)
            light = terms.lights.light(stands, obligation.force)
            clause, number = clauses[obligation.clause], len(found) + 1
            found.append(LedgerTask(one.document, clause, obligation, reported, stands, light, number, terms.as_of))
    return found


def standing_so(found: Selection, reports: Mapping[str, Reported], terms: Terms, kind: str) -> Selection:
    """Return those of *found* whose standing is *kind*."""
    import numpy as np

    def stands(stated: str | None, report: Report) -> bool:
        return standing_by(stated, report, terms.as_of, terms.soon).kind == kind

    table = found.table
    fits = table.where("date", lambda stated: stands(stated, {}))
    for task, rows in table.of_tasks(list(reports)).items():
        for row in rows:
            fits[row] = stands(table.value("date", row), reports[task].report)
    return found.of(found.rows[np.asarray(fits[found.rows])])
