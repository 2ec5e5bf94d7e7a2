"""How a task stands as of a day: the calculations of a ledger."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from kg.errors import HetaoError
from kg.ledger.reports import Report
from kg.ledger.standing import Standing, convention, due_day, lights, rates, standing
from kg.models import Due, Obligation
from tests.ledger.test_export import SMALL

DAY = datetime.date(2025, 12, 31)
ROW = replace(SMALL.obligations[0], deadline=Due("到2025年", "by", "2025-12-31"), force="firm")
UNDATED = replace(ROW, deadline=None)
LATER = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "report", "as_of", "expected"),
    [
        (ROW, {"status": "under_way"}, DAY - 31 * LATER, Standing("normal", DAY, 31)),
        (ROW, {"status": "under_way"}, DAY - 30 * LATER, Standing("soon", DAY, 30)),
        (ROW, {"status": "under_way"}, DAY, Standing("soon", DAY, 0)),
        (ROW, {"status": "under_way"}, DAY + LATER, Standing("overdue", DAY, -1)),
        (ROW, {"status": "not_started"}, DAY + LATER, Standing("overdue", DAY, -1)),
        (ROW, {}, DAY + LATER, Standing("unverified", DAY, -1)),
        (ROW, {}, DAY, Standing("soon", DAY, 0)),
        (ROW, {"status": "behind"}, DAY - 60 * LATER, Standing("behind", DAY, 60)),
        (ROW, {"status": "behind"}, DAY + LATER, Standing("overdue", DAY, -1)),
        (ROW, {"status": "done", "done_on": DAY}, DAY + 9 * LATER, Standing("finished", DAY, 0)),
        (ROW, {"status": "closed", "done_on": DAY + LATER}, DAY + 9 * LATER, Standing("late", DAY, -1)),
        (ROW, {"status": "done"}, DAY + 9 * LATER, Standing("finished", DAY)),
        (ROW, {"status": "halted"}, DAY + LATER, Standing("halted", DAY)),
        (ROW, {"status": "standing"}, DAY + LATER, Standing("standing", DAY)),
        (ROW, {"status": "extended", "extended_to": DAY + 60 * LATER}, DAY, Standing("normal", DAY + 60 * LATER, 60)),
        (UNDATED, {}, DAY, Standing("undated")),
        (UNDATED, {"status": "behind"}, DAY, Standing("behind")),
        (UNDATED, {"status": "done", "done_on": DAY}, DAY, Standing("finished")),
        (UNDATED, {"due": DAY}, DAY + LATER, Standing("unverified", DAY, -1)),
    ],
)
def test_a_task_stands_as_its_date_its_report_and_the_day_say(
    row: Obligation, report: Report, as_of: datetime.date, expected: Standing
) -> None:
    assert standing(row, report, as_of) == expected


def test_a_month_alone_is_no_day_and_an_extension_goes_before_what_was_determined() -> None:
    assert due_day("2025-12", {}) is None
    assert due_day(ROW.deadline.date if ROW.deadline else None, {"due": DAY - LATER}) == DAY - LATER
    assert (
        due_day(ROW.deadline.date if ROW.deadline else None, {"due": DAY - LATER, "extended_to": DAY + LATER})
        == DAY + LATER
    )


def test_the_words_say_by_how_many_days() -> None:
    assert Standing("overdue", DAY, -3).said() == "逾期3天"
    assert Standing("overdue", DAY, -3).said("en") == "overdue by 3 d"
    assert Standing("undated").said() == "无明确时限"


@pytest.mark.parametrize("name", list(lights().conventions))
def test_no_convention_gives_a_light_without_a_date_or_the_harshest_one_to_what_is_not_firm(name: str) -> None:
    office = convention(name)
    assert office.light(Standing("undated"), "firm") == "grey"
    assert office.light(Standing("unverified", DAY, -3), "firm") == "grey"
    assert office.light(Standing("behind"), "firm") == "grey"
    assert office.light(Standing("finished"), "firm") == "grey"
    overdue = Standing("overdue", DAY, -3)
    for force in ("support", "pilot", "exploratory"):
        assert office.light(overdue, force) != office.light(overdue, "firm")


def test_red_yellow_green_is_the_usual_one_and_another_is_named() -> None:
    assert convention().light(Standing("overdue", DAY, -1), "firm") == "red"
    assert convention("blue-yellow-red").light(Standing("soon", DAY, 3), "firm") == "blue"
    assert convention("blue-done").light(Standing("finished", DAY), "firm") == "blue"
    with pytest.raises(HetaoError, match="red-yellow-green"):
        convention("rainbow")


def test_the_rates_leave_out_what_has_no_date_or_no_end_and_say_how_many() -> None:
    found = rates(
        [
            Standing("finished", DAY - LATER, 2),
            Standing("late", DAY - LATER, -2),
            Standing("overdue", DAY - LATER, -1),
            Standing("normal", DAY + 60 * LATER, 60),
            Standing("finished", DAY - LATER),
            Standing("undated"),
            Standing("standing", DAY),
            Standing("halted", DAY),
            Standing("finished"),
        ],
        DAY,
    )
    assert (found.total, found.counted, found.finished, found.matured, found.on_time) == (9, 5, 3, 4, 1)
    assert found.left_out == {"standing": 1, "halted": 1, "undated": 2}
    assert (found.finished_share, found.on_time_share) == (0.6, 0.25)
    assert rates([], DAY).finished_share is None
