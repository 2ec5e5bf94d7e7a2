"""The times of documents in order: what has a date by its date, what has none without one, nothing made up."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kg.models import Due, Records
from kg.views.things import PlacedObligation
from kg.views.times import Dated, StatedTime, axis, times_of_documents, times_of_rows
from kg.web.desk.desk import Desk
from tests.conftest import GOLDEN
from tests.graph.conftest import make_records


@pytest.fixture
def records() -> Records:
    return make_records()


def dated(*days: str, kind: str = "by") -> list[Dated]:
    time = StatedTime("d", "1", "t", "by", None, "q", 0, None)
    return [Dated(day, kind, day, (time,)) for day in days]  # type: ignore[arg-type]


def test_times_stand_by_date_then_without_one_by_kind_then_past(records: Records) -> None:
    found = times_of_documents([records])
    assert [(one.date, one.text, len(one.times)) for one in found.dated] == [("2025-12-31", "到2025年", 1)]
    assert [(kind, [time.text for time in here]) for kind, here in found.undated] == [("conditional", ["待条件成熟后"])]
    assert [(time.date, time.row) for time in found.past] == [("2017-07", None)]
    (time,) = found.dated[0].times
    assert time.row is not None
    assert time.row.row.id == "2-01"


def test_a_row_s_time_that_no_list_of_times_has_is_not_lost(records: Records) -> None:
    row = replace(records.obligations[3], deadline=Due("及时", "vague", None))
    rows = (*records.obligations[:3], row, *records.obligations[4:])
    found = times_of_documents([replace(records, obligations=rows)])
    assert [(kind, [time.text for time in here]) for kind, here in found.undated] == [
        ("conditional", ["待条件成熟后"]),
        ("vague", ["及时"]),
    ]


def test_a_limit_in_days_and_one_without_a_date_stay_apart(records: Records) -> None:
    rows = [
        PlacedObligation("d", replace(row, deadline=due))
        for row, due in zip(
            records.obligations,
            [
                Due("到2035年", "by", "2035-12-31"),
                Due("2025年前", "before", "2024-12-31"),
                Due("以2025年为节点", "by", None),
                Due("到2025年", "by", "2025-12-31"),
                Due("到2035年", "by", "2035-12-31"),
                None,
            ],
            strict=True,
        )
    ]
    found = times_of_rows(rows)
    assert [(one.date, one.kind, len(one.times)) for one in found.dated] == [
        ("2024-12-31", "before", 1),
        ("2025-12-31", "by", 1),
        ("2035-12-31", "by", 2),
    ]
    assert [(kind, [time.date for time in here]) for kind, here in found.undated] == [("by", [None])]


def test_every_time_of_the_plan_is_there_with_its_own_date_or_none(desk: Desk) -> None:
    lines = (GOLDEN / "hetao-2023" / "deadlines.jsonl").read_text("utf-8").splitlines()
    wanted = sorted((one["text"], one["kind"], one["date"] or "", one["quote"]) for one in map(json.loads, lines))
    found = times_of_documents(desk.records)
    times = [time for one in found.dated for time in one.times]
    times += [*(time for _, here in found.undated for time in here), *found.past]
    assert sorted((time.text, time.kind, time.date or "", time.quote) for time in times) == wanted
    assert [one.date for one in found.dated] == ["2024-12-31", "2025-12-31", "2035-12-31"]
    assert [kind for kind, _ in found.undated] == ["by", "recurring", "conditional", "vague"]


def test_the_axis_is_to_scale_and_ends_with_its_years() -> None:
    found = axis(dated("2024-12-31", "2025-12-31", "2035-12-31"))
    assert found is not None
    assert [year.label for year in found.years] == [str(year) for year in range(2024, 2036)]
    days = (366, 731, 4383)  # the days of 2024, of 2024 and 2025, of 2024 to 2035
    assert [mark.at for mark in found.marks] == pytest.approx([(day - 1) / days[-1] for day in days])
    assert found.years[1].start == pytest.approx(366 / days[-1])
    # the last day of a year is drawn in it, and nearer to its own label than to the next
    assert all(found.years[0].start <= mark.at < 1 for mark in found.marks)


def test_labels_that_would_meet_stand_in_rows_of_their_own() -> None:
    found = axis(dated("2024-01-01", "2024-02-01", "2024-03-01", "2030-01-01"), label=0.1)
    assert found is not None
    assert [mark.row for mark in found.marks] == [0, 1, 2, 0]


@pytest.mark.parametrize("days", [(), ("2025-12-31",), ("2025", "2026-12"), ("2025-02-30", "2025-03-01"), ("x", "y")])
def test_without_two_days_there_is_no_axis(days: tuple[str, ...]) -> None:
    assert axis(dated(*days)) is None


def test_an_axis_of_centuries_has_few_years_on_it_and_the_last_year_there_is_breaks_nothing() -> None:
    found = axis(dated("1000-01-01", "3000-12-31"))
    assert found is not None
    assert len(found.years) <= 14
    assert axis(dated("2025-01-01", "9999-12-31")) is None
