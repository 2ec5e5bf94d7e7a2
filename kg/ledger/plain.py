"""Records and reports → the ledger as a file for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kg.exports import exports, safe_cell
from kg.ledger.catalogue import columns, standing_in
from kg.ledger.cells import plain_of
from kg.ledger.changes import Reported
from kg.ledger.reports import rules
from kg.ledger.tasks import LedgerTask, Terms, tasks_of
from kg.models import Records, to_json


def export_csv(
    records: Sequence[Records],
    reports: Mapping[str, Reported] | None = None,
    terms: Terms | None = None,
    fields: Collection[str] | None = None,
) -> bytes:
    """Return the ledger as CSV: UTF-8 with BOM, a header, one row for each obligation in the order of *records*.

    Without the BOM the usual spreadsheet programs read UTF-8 as GBK. A cell that would pass for a formula gets an
    apostrophe in front, the sign that spreadsheets use for text; every other cell is the record's own value. The note
    on the source is a column rather than a line, so that every line has the same cells and none is lost in sorting.
    *fields* are the columns wanted, by default all. Names of people are in no file for programs.
    """
    terms = terms or Terms()
    wanted = [column for column in standing_in("csv") if fields is None or column.key in fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.heading("csv") for column in wanted])
    for task in tasks_of(records, reports or {}, terms):
        writer.writerow([safe_cell(plain_of(column, task)) for column in wanted])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def export_json(
    records: Sequence[Records], reports: Mapping[str, Reported] | None = None, terms: Terms | None = None
) -> bytes:
    """Return the ledger as JSON: `meta` (the note, the day, the documents) and `obligations`.

    Each obligation is its record with the columns that `rules/columns.yaml` adds, its `report` and its `standing`.
    """
    terms = terms or Terms()
    plain = {
        "meta": {
            "note": exports().note,
            "as_of": terms.as_of.isoformat(),
            "documents": described(records),
        },
        "obligations": plain_rows(records, reports or {}, terms),
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, default=datetime.date.isoformat) + "\n").encode("utf-8")


def described(records: Sequence[Records]) -> list[dict[str, Any]]:
    """Return what a file for programs says of each document: name, number, title, date, checksum and number of rows."""
    return [
        {
            "slug": one.document.slug,
            "identifier": one.document.identifier,
            "title": one.document.title,
            "issued": one.document.issued,
            "sha256": one.document.source.sha256,
            "obligations": len(one.obligations),
        }
        for one in records
    ]


def plain_rows(records: Sequence[Records], reports: Mapping[str, Reported], terms: Terms) -> list[dict[str, Any]]:
    """Return each obligation as its record with its `report`, `revision` and `standing`, for a file for programs."""
    return [_plain(task) for task in tasks_of(records, reports, terms)]


def _plain(task: LedgerTask) -> dict[str, Any]:
    fields, stands = rules().fields, task.standing
    report = {n: v for n, v in task.reported.report.items() if n not in fields or not fields[n].personal}
    return {
        "document": task.document.slug,
        **to_json(task.obligation),
        **{column.key: plain_of(column, task) for column in columns().values() if column.json_},
        "report": report,
        "revision": task.reported.revision,
        "standing": {"kind": stands.kind, "due": stands.due, "days": stands.days, "light": task.light},
    }
