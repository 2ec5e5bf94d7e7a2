"""Obligations in another order: every one once, blanks last either way, equal ones as the document has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from kg.errors import QueryError
from kg.ledger.arrange import SORTS, arranged, desk_columns, fields_of, read_arrangement, usual
from kg.ledger.catalogue import SHEETS, standing_in
from kg.ledger.filters import Obligations, Selection, Wanted
from kg.ledger.reports import Report
from kg.models import Due, Obligation, Records
from tests.ledger.test_export import SMALL


def due(text: str, date: str | None) -> Due:
    return Due(text, "by", date)


def with_rows(slug: str, *changes: Mapping[str, object]) -> Records:
    (row,) = SMALL.obligations
    rows = tuple(replace(row, task_id=f"{slug}-{i}", **change) for i, change in enumerate(changes))  # type: ignore[arg-type]
    return replace(SMALL, document=replace(SMALL.document, slug=slug), obligations=rows)


def order(records: Sequence[Records]) -> list[str]:
    return [row.task_id for one in records for row in one.obligations]


def every(*records: Records) -> Selection:
    return Obligations(records).chosen(Wanted())


TWO = every(
    with_rows("a", {"deadline": due("适时", None)}, {"deadline": None}, {"deadline": due("到2025年", "2025-12-31")}),
    with_rows("b", {"deadline": due("2024年底前", "2024-12-31")}, {"deadline": due("到2025年", "2025-12-31")}),
)


def test_dates_go_over_all_documents_words_without_one_come_after_them_and_nothing_last() -> None:
    assert order(arranged(TWO, "deadline")) == ["b-0", "a-2", "b-1", "a-0", "a-1"]
    assert order(arranged(TWO, "-deadline")) == ["a-2", "b-1", "b-0", "a-0", "a-1"]
    assert order(arranged(TWO, "")) == order(TWO)
    assert [one.document.slug for one in arranged(TWO, "deadline")] == ["b", "a", "b", "a"]


def test_names_are_in_the_order_of_their_sound() -> None:
    names = ("重庆市", "海关总署", "财政部", "香港")
    (found,) = arranged(every(with_rows("a", *({"zones": (name,)} for name in names), {})), "zones")
    assert [row.zones for row in found.obligations] == [("财政部",), ("海关总署",), ("香港",), ("重庆市",), ()]


def test_by_assignee_the_office_s_own_word_decides_and_what_nobody_was_given_comes_last() -> None:
    given: dict[str, Report] = {
        "a-0": {"assigned_to": ("市水务局",)},
        "a-2": {"assigned_to": ("市财政局", "市水务局")},
        "b-1": {"assisting": ("市财政局",)},
        "b-0": {"assigned_to": ("市财政局",)},
    }
    assert order(arranged(TWO, "assigned_to", given)) == ["b-0", "a-2", "a-0", "a-1", "b-1"]
    assert order(arranged(TWO, "-assigned_to", given)) == ["a-0", "a-2", "b-0", "a-1", "b-1"]
    assert order(arranged(TWO, "assigned_to")) == order(TWO)


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_no_row_is_lost_or_doubled_and_a_second_time_changes_nothing(sort: str, records: Records) -> None:
    once = arranged(every(records), sort)
    assert sorted(order(once)) == sorted(order((records,)))
    assert order(arranged(once, sort)) == order(once)

    def value(row: Obligation) -> str:
        return {"modality": row.modality, "force": row.force, "tier": row.tier}.get(sort.removeprefix("-"), "")

    rows = [row for one in once for row in one.obligations]
    place = {row.task_id: i for i, row in enumerate(records.obligations)}
    for one, other in pairwise(rows):
        if value(one) and value(one) == value(other):
            assert place[one.task_id] < place[other.task_id]


def test_what_there_is_not_is_told() -> None:
    with pytest.raises(QueryError, match="secret: there is no such column; use deadline, assigned_to, task_id, "):
        read_arrangement("", "quote,secret")
    with pytest.raises(QueryError, match="cannot be put in this order; use one of assigned_to, modality"):
        read_arrangement("--force", "")
    assert read_arrangement(" -force ", "zones, quote").columns == ("quote", "zones")
    assert read_arrangement("", ",".join(reversed(usual()))).columns == ()


def test_every_column_has_its_fields_in_both_files() -> None:
    sheets = {column.key for name in SHEETS for column in standing_in(name)}
    text = {column.key for column in standing_in("csv")}
    for name, fields in desk_columns().items():
        assert set(fields) <= text, name
        assert sheets.intersection(fields), name
    assert fields_of(()) is None
