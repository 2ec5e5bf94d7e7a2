"""The ledger as Parquet: what another reader of the format finds is what the JSON says."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.ledger.columnar import export_parquet
from kg.ledger.plain import export_json
from kg.models import Records


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as JSON would give it: days as text."""
    return json.loads(json.dumps(value, default=str))


def test_every_field_of_the_json_stands_in_the_table_with_its_value(records: Records) -> None:
    table = pq.read_table(io.BytesIO(export_parquet([records])))
    wanted = json.loads(export_json([records]))["obligations"]
    assert len(wanted) > 200
    for row, json_row in zip(table.to_pylist(), wanted, strict=True):
        plain = {**_plain(row), "report": dict(row["report"])}
        # what no page was read by is no field of the JSON
        assert {name: value for name, value in plain.items() if name != "ocr" or value is not None} == json_row


def test_numbers_truths_and_days_have_types_of_their_own(records: Records) -> None:
    schema = pq.read_schema(io.BytesIO(export_parquet([records])))
    assert schema.field("start").type == pa.int64()
    assert schema.field("open_list").type == pa.bool_()
    assert schema.field("standing").type.field("due").type == pa.date32()


def test_the_file_says_which_text_prevails_and_of_which_documents_it_is(records: Records) -> None:
    about = pq.read_schema(io.BytesIO(export_parquet([records]))).metadata
    assert about[b"hetao:note"].decode() == "机器提取，以正式公布文本为准 / Machine-read; the gazetted text prevails"
    assert [one["slug"] for one in json.loads(about[b"hetao:documents"])] == [records.document.slug]


def test_the_same_ledger_gives_the_same_bytes_and_an_empty_one_the_same_columns(records: Records) -> None:
    assert export_parquet([records]) == export_parquet([records])
    empty = pq.read_schema(io.BytesIO(export_parquet([])))
    assert empty.names == pq.read_schema(io.BytesIO(export_parquet([records]))).names
