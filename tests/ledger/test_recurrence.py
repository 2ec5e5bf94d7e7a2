"""Words for a time that comes again, and the days that two calendar libraries make of them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar, vRecur

from kg.ledger.calendar import export_calendar
from kg.ledger.changes import Reported
from kg.ledger.recurrence import read_recurrence
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Due, Records

ISSUED = datetime.date(2024, 3, 5)
TERMS = Terms(datetime.date(2025, 6, 1))

DAYS = {
    "每年": ("2024-12-31", "2025-12-31"),
    "每年度": ("2024-12-31", "2025-12-31"),
    "每年1月31日前": ("2025-01-31", "2026-01-31"),
    "每年十月底前": ("2024-10-31", "2025-10-31"),
    "每年3月": ("2024-03-31", "2025-03-31"),
    "每年第一季度": ("2024-03-31", "2025-03-31"),
    "每年上半年": ("2024-06-30", "2025-06-30"),
    "每年2月29日前": ("2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"),
    "2025—2026年每年": ("2025-12-31", "2026-12-31"),
    "每半年": ("2024-06-30", "2024-12-31", "2025-06-30"),
    "按季度": ("2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"),
    "每季度首月10日前": ("2024-04-10", "2024-07-10"),
    "每月5日前": ("2024-03-05", "2024-04-05", "2024-05-05"),
    "每月30日": (
        *("2024-03-30", "2024-04-30", "2024-05-30", "2024-06-30", "2024-07-30", "2024-08-30", "2024-09-30"),
        *("2024-10-30", "2024-11-30", "2024-12-30", "2025-01-30", "2025-02-28", "2025-03-30"),
    ),
    "每月中旬": ("2024-03-20", "2024-04-20"),
    "按月": ("2024-03-31", "2024-04-30"),
}
NONE = (
    "定期",
    "每两年",
    "每周",
    "每年初",
    "每年5日前",
    "每年13月",
    "每年2月30日前",
    "每年4月31日前",
    "每三个月",
    "2025年",
    "",
)


@pytest.mark.parametrize("words", DAYS)
def test_its_days_are_those_that_the_words_say(words: str) -> None:
    found = read_recurrence(words)
    assert found is not None
    first = found.first(ISSUED)
    assert first is not None
    start = datetime.datetime.combine(first, datetime.time())
    text = vRecur(found.rule()).to_ical().decode()  # type: ignore[no-untyped-call]
    rule = rrulestr(text, dtstart=start)
    days = [day.date().isoformat() for day in islice(rule, len(DAYS[words]))]
    assert days == list(DAYS[words])
    # the years that are named end it
    assert (len(list(islice(rule, 99))) == 2) == words.startswith("2025")


@pytest.mark.parametrize("words", NONE)
def test_where_the_words_leave_the_day_open_there_is_none(words: str) -> None:
    assert read_recurrence(words) is None


def test_what_is_over_when_the_plan_appears_never_comes(records: Records) -> None:
    found = read_recurrence("2019—2021年每年")
    assert found is not None
    assert found.first(ISSUED) is None


def test_a_task_that_comes_again_is_one_entry_that_does_so_until_it_is_finished(records: Records) -> None:
    rows = [row for row in records.obligations if not (row.deadline and row.deadline.date)][:3]
    texts = ("每年1月31日前", "每季度", "定期")
    again = [replace(row, deadline=Due(text, "recurring", None)) for row, text in zip(rows, texts, strict=True)]
    one = replace(records, obligations=tuple(again))

    def entries(**report: object) -> dict[str, Any]:
        reports = {again[0].task_id: Reported(report, 1, "2025-05-01T02:00:00.000+00:00", "甲", "甲")} if report else {}  # type: ignore[arg-type]
        events = Calendar.from_ical(export_calendar(tasks_of([one], reports, TERMS))).walk("VEVENT")
        return {str(event["UID"]).partition("@")[0]: event for event in events}

    found = entries()
    assert list(found) == [row.task_id for row in again[:2]]
    yearly, quarterly = found.values()
    assert yearly["RRULE"].to_ical() == b"FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=1"
    assert yearly["DTSTART"].dt == datetime.date(2024, 1, 31)
    assert "每期最后一天" not in yearly["DESCRIPTION"]
    assert "每期最后一天" in quarterly["DESCRIPTION"]
    assert entries(status="done", evidence=("函",))[again[0].task_id]["STATUS"] == "CANCELLED"
    # a day that a person determined counts in the place of the words
    moved = entries(status="under_way", due=datetime.date(2025, 9, 30))[again[0].task_id]
    assert (moved["DTSTART"].dt, "RRULE" in moved) == (datetime.date(2025, 9, 30), False)
