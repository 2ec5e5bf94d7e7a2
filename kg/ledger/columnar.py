"""Records and reports → the ledger as an Apache Parquet file, with the types and the nesting of the JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.exports import exports
from kg.ledger.changes import Reported
from kg.ledger.plain import described, plain_rows
from kg.ledger.tasks import Terms
from kg.models import Records

if TYPE_CHECKING:
    import pyarrow as pa


def export_parquet(
    records: Sequence[Records], reports: Mapping[str, Reported] | None = None, terms: Terms | None = None
) -> bytes:
    """Return the ledger as Parquet: one row for each obligation in the order of *records*, the same bytes each time.

    Columns have the names and meanings of the JSON's fields. `report` maps a field that was reported to its value as
    text. The file's own metadata hold the note that the gazetted text prevails, the day, and the documents.
    """
    # a third of a second to import
    import pyarrow as pa
    import pyarrow.parquet as pq

    terms = terms or Terms()
    rows = [{**row, "report": _as_text(row["report"])} for row in plain_rows(records, reports or {}, terms)]
    about = {
        "hetao:note": " / ".join(exports().note.values()),
        "hetao:as_of": terms.as_of.isoformat(),
        "hetao:documents": json.dumps(described(records), ensure_ascii=False),
    }
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, _schema(about)), out, compression="zstd")
    return out.getvalue()


def _as_text(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in sorted(report.items())]


def _schema(about: Mapping[str, str]) -> pa.Schema:
    import pyarrow as pa

    text, names = pa.string(), pa.list_(pa.string())
    agent = pa.struct([(name, text) for name in ("name", "surface", "tier", "role", "basis")])
    deadline = pa.struct([(name, text) for name in ("text", "kind", "date")])
    standing = pa.struct([("kind", text), ("due", pa.date32()), ("days", pa.int32()), ("light", text)])
    fields: list[tuple[str, pa.DataType]] = [
        *((name, text) for name in ("document", "id", "task_id", "clause", "quote")),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("modality", text),
        ("force", text),
        ("agents", pa.list_(agent)),
        ("open_list", pa.bool_()),
        ("action", text),
        ("object", text),
        ("beneficiaries", names),
        ("zones", names),
        ("policy", text),
        ("deadline", deadline),
        *((name, text) for name in ("condition", "exception", "tier", "review")),
        ("ocr", pa.float64()),
        ("report", pa.map_(text, text)),
        ("revision", pa.int64()),
        ("standing", standing),
    ]
    return pa.schema(fields, metadata=dict(about))
