"""The ledger as CSV and JSON: every row, every word, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ledger.catalogue import standing_in
from kg.ledger.plain import export_csv, export_json
from kg.models import Clause, Document, Obligation, Records, SourceText, Span


def table(data: bytes) -> list[dict[str, str]]:
    """The rows as any CSV reader gets them, by the English word that ends each heading."""
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    names = [heading.split()[-1] for heading in lines[0]]
    assert len(set(names)) == len(names)
    assert all(len(line) == len(names) for line in lines)
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def test_the_csv_has_every_obligation_once_in_order_with_its_quote_untouched(records: Records) -> None:
    rows = table(export_csv([records]))
    assert len(rows) > 200
    assert [row["task_id"] for row in rows] == [o.task_id for o in records.obligations]
    assert [row["quote"] for row in rows] == [o.quote for o in records.obligations]
    source = records.document.source.text
    for row in rows:
        assert "".join(source[int(row["start"]) : int(row["end"])].split()) == row["quote"]


def test_every_heading_is_in_chinese_first() -> None:
    assert all("一" <= column.heading("csv")[0] <= "鿿" for column in standing_in("csv"))


def test_every_row_says_where_it_is_from_and_that_the_printed_text_prevails(records: Records) -> None:
    notes = {row["source"] for row in table(export_csv([records]))}
    assert len(notes) == 1
    (note,) = notes
    assert note.startswith("国发〔2023〕12号《")
    assert note.endswith("机器提取，以正式公布文本为准 / Machine-read; the gazetted text prevails")


def test_nobody_is_put_down_for_what_the_text_gives_to_nobody(records: Records) -> None:
    for row, obligation in zip(table(export_csv([records])), records.obligations, strict=True):
        explicit = {p.name for p in obligation.agents if p.basis == "explicit" and p.role in ("lead", "responsible")}
        written = set() if row["responsible"] == "原文未明确" else set(row["responsible"].split("、"))
        assert written == explicit
    rows = {row["quote"]: row for row in table(export_csv([records]))}
    row = rows["具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"]
    assert (row["lead"], row["responsible"]) == ("原文未明确", "财政部、海关总署、税务总局")
    assert row["open_list"] == "true"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(first: str, records: Records) -> None:
    text = f'{first}HYPERLINK("http://x")'
    (row,) = table(export_csv([with_one(records, quote=text, action=text, condition=text)]))
    assert row["quote"] == row["action"] == row["condition"] == "'" + text


@pytest.mark.parametrize("text", ["——区位优势突出", "“一线”放开", "（一）", "1+1", "a=b", "'quoted'", '，,;"x"\n二'])
def test_any_other_cell_is_the_record_s_own_words(text: str, records: Records) -> None:
    (row,) = table(export_csv([with_one(records, quote=text)]))
    assert row["quote"] == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_whatever_a_document_says_no_cell_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    (row,) = table(export_csv([with_one(SMALL, quote=text, object=text)]))
    assert row["quote"].removeprefix("'") == text.removeprefix("'")
    assert row["object"] == row["quote"]
    assert row["quote"][0] not in "=+-@\t\r\n＝＋－＠"


def test_the_json_holds_the_records_as_they_are_and_what_they_are_of(records: Records) -> None:
    plain = json.loads(export_json([records]))
    assert plain["meta"]["note"]["zh"] == "机器提取，以正式公布文本为准"
    (document,) = plain["meta"]["documents"]
    assert document["identifier"] == "国发〔2023〕12号"
    assert document["obligations"] == len(plain["obligations"]) == len(records.obligations)
    for row, obligation in zip(plain["obligations"], records.obligations, strict=True):
        assert (row["task_id"], row["quote"], row["start"]) == (obligation.task_id, obligation.quote, obligation.start)
        assert [a["name"] for a in row["agents"]] == [p.name for p in obligation.agents]


def with_one(records: Records, **changed: Any) -> Records:  # noqa: ANN401 - any field of an obligation
    """*records* with their first obligation alone, changed."""
    return replace(records, obligations=(replace(records.obligations[0], **changed),))


def _small() -> Records:
    clause = Clause("1", "（一）", "题", None, 0, 0, 4, 0, (Span(0, 4),), "某某事项")
    source = SourceText("small.txt", "某某事项", "utf-8", "0" * 64)
    document = Document(source, "small", "小文件", None, None, None, (), (clause,), ())
    row = Obligation(
        id="1-01",
        task_id="small-1-0",
        clause="1",
        quote="某某事项",
        start=0,
        end=4,
        modality="duty",
        force="firm",
        agents=(),
        open_list=False,
        action="",
        object="",
        beneficiaries=(),
        zones=(),
        policy=None,
        deadline=None,
        condition=None,
        exception=None,
        tier="A",
    )
    return Records(document, obligations=(row,))


SMALL = _small()
