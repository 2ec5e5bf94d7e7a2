"""Records, what is reported and a day → entries: each task with its clause, its report and how it stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.ledger.changes import Reported
from kg.ledger.days import today
from kg.ledger.reports import Value
from kg.ledger.standing import SOON, Convention, Standing, convention, standing
from kg.models import Clause, Document, Obligation, Records
from kg.settings import Keeping


@dataclass(frozen=True, slots=True)
class Terms:
    """By what tasks are looked at: the day, how many days before its date one is due soon, the office's lights.

    `personal` is whether names of people and ways to reach them are shown.
    """

    as_of: datetime.date = field(default_factory=today)
    soon: int = SOON
    lights: Convention = field(default_factory=convention)
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One task of a ledger: what the document says of it, what people report of it, and how it stands."""

    document: Document
    clause: Clause
    row: Obligation
    reported: Reported
    standing: Standing
    light: str

    def value(self, name: str) -> Value:
        """Return what is reported in the field *name*, None where nothing is."""
        return self.reported.report.get(name)


def terms_of(keeping: Keeping, as_of: datetime.date | None = None, *, personal: bool = False) -> Terms:
    """Return by what tasks are looked at as the office has set it; today where no day is given."""
    return Terms(as_of or today(), keeping.due_soon_days, convention(keeping.lights), personal)


def entries_of(records: Sequence[Records], reports: Mapping[str, Reported], terms: Terms) -> list[Entry]:
    """Return the entries of *records* in their order."""
    found = []
    for one in records:
        clauses = {clause.id: clause for clause in one.document.clauses}
        for row in one.obligations:
            reported = reports.get(row.task_id) or Reported()
            stands = standing(row, reported.report, terms.as_of, terms.soon)
            light = terms.lights.light(stands, row.force)
            found.append(Entry(one.document, clauses[row.clause], row, reported, stands, light))
    return found


def standing_so(
    records: Sequence[Records], reports: Mapping[str, Reported], terms: Terms, kind: str
) -> tuple[Records, ...]:
    """Return *records* with the tasks that stand as *kind* says; a document without any is left out."""
    found = []
    for one in records:
        rows = tuple(entry.row for entry in entries_of([one], reports, terms) if entry.standing.kind == kind)
        if rows:
            found.append(replace(one, obligations=rows))
    return tuple(found)
