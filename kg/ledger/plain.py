"""Entries → the ledger as a file for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kg.ledger.cells import values_of
from kg.ledger.changes import Reported
from kg.ledger.entries import Entry, Terms, entries_of
from kg.ledger.export import safe_cell, wording
from kg.ledger.reports import rules
from kg.models import Records, to_json


def export_csv(
    records: Sequence[Records],
    reports: Mapping[str, Reported] | None = None,
    terms: Terms | None = None,
    fields: Collection[str] | None = None,
) -> bytes:
    """Return the ledger as CSV: UTF-8 with BOM, a header, one row for each obligation, as they stand in *records*.

    Without the BOM the usual spreadsheet programs read UTF-8 as GBK. A cell that would be taken for a formula gets an
    apostrophe in front, the sign that spreadsheets use for text; every other cell is the record's value,
    and a quote beginning so keeps its own first character behind the apostrophe. The note on the source is a
    column and no line of its own, so that every line has the same cells and none is lost when rows are sorted.
    *fields* are those wanted, in the order the ledger has them; all where they are not given. No file for programs
    carries the names of people.
    """
    terms = terms or Terms()
    columns = [column for column in wording()["columns"] if fields is None or column["field"] in fields]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column["header"] for column in columns])
    for entry in entries_of(records, reports or {}, terms):
        row = values_of(entry) | {"as_of": terms.as_of.isoformat()}
        writer.writerow([safe_cell(row[column["field"]]) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def export_json(
    records: Sequence[Records], reports: Mapping[str, Reported] | None = None, terms: Terms | None = None
) -> bytes:
    """Return the ledger as JSON: `meta` (the note, the day, the documents) and `obligations`.

    Each obligation is its record as it is, with `report`, what people say of it, and `standing`, how it stands.
    """
    terms = terms or Terms()
    plain = {
        "meta": {
            "note": wording()["note"],
            "as_of": terms.as_of.isoformat(),
            "documents": [
                {
                    "slug": one.document.slug,
                    "identifier": one.document.identifier,
                    "title": one.document.title,
                    "issued": one.document.issued,
                    "sha256": one.document.source.sha256,
                    "obligations": len(one.obligations),
                }
                for one in records
            ],
        },
        "obligations": [_plain(entry) for entry in entries_of(records, reports or {}, terms)],
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _plain(entry: Entry) -> dict[str, Any]:
    report = {
        name: value if isinstance(value, int | str | tuple) else str(value)
        for name, value in entry.reported.report.items()
        if name not in rules().fields or not rules().fields[name].personal
    }
    stands = entry.standing
    return {
        "document": entry.document.slug,
        **to_json(entry.row),
        "report": report,
        "revision": entry.reported.revision,
        "standing": {
            "kind": stands.kind,
            "due": stands.due.isoformat() if stands.due else None,
            "days": stands.days,
            "light": entry.light,
        },
    }
