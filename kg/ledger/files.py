"""The ledger and the name of a form → the file. The command, the desk and the web all make their files here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, get_args

from kg.ledger.changes import Reported
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Records

LedgerForm = Literal["csv", "xlsx", "docx", "json", "ics", "parquet"]
LEDGER_FORMS: Final[tuple[LedgerForm, ...]] = get_args(LedgerForm)


def ledger_file(
    form: LedgerForm,
    records: Sequence[Records],
    reports: Mapping[str, Reported],
    terms: Terms,
    scope: str = "",
    fields: Collection[str] | None = None,
) -> bytes:
    """Return the ledger of *records* in *form*, as of the day of *terms*.

    A table for people to work with says its *scope* in words and has only the columns *fields*, by default all.
    """
    # each form imports libraries of its own
    match form:
        case "csv":
            from kg.ledger.plain import export_csv

            return export_csv(records, reports, terms, fields)
        case "json":
            from kg.ledger.plain import export_json

            return export_json(records, reports, terms)
        case "parquet":
            from kg.ledger.columnar import export_parquet

            return export_parquet(records, reports, terms)
        case "xlsx":
            from kg.ledger.workbook import export_workbook

            return export_workbook(records, reports, terms, scope, fields)
        case "docx":
            from kg.ledger.paper import export_paper

            return export_paper(records, tasks_of(records, reports, terms), terms)
        case "ics":
            from kg.ledger.calendar import export_calendar

            return export_calendar(tasks_of(records, reports, terms))
