"""What people report is read as its field wants it, and a task's life goes on as it may."""

from __future__ import annotations

import datetime
import itertools

import pytest

from kg.errors import ReportError
from kg.ledger.days import DayError
from kg.ledger.reports import LONGEST, STATUSES, Report, check, read_value, rules, status_word

FULL: Report = {
    "evidence": ("粤府〔2024〕1号",),
    "closed_by": "乙",
    "extended_to": datetime.date(2026, 6, 30),
    "extended_by": "丙",
    "extended_why": "条件未成熟",
}
"""Everything that any status needs."""

MOVES = {
    (None, "not_started"), (None, "under_way"), (None, "behind"), (None, "standing"), (None, "done"),
    (None, "extended"), (None, "halted"),
    ("not_started", "under_way"), ("not_started", "behind"), ("not_started", "standing"), ("not_started", "done"),
    ("not_started", "extended"), ("not_started", "halted"),
    ("under_way", "behind"), ("under_way", "standing"), ("under_way", "done"), ("under_way", "extended"),
    ("under_way", "halted"),
    ("behind", "under_way"), ("behind", "done"), ("behind", "extended"), ("behind", "halted"),
    ("standing", "under_way"), ("standing", "behind"), ("standing", "done"), ("standing", "halted"),
    ("extended", "under_way"), ("extended", "behind"), ("extended", "done"), ("extended", "halted"),
    ("done", "closed"), ("done", "under_way"), ("closed", "under_way"), ("halted", "under_way"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(itertools.product((None, *STATUSES), STATUSES)))
def test_a_step_is_taken_where_it_is_one_of_a_tasks_life_and_nowhere_else(before: str | None, after: str) -> None:
    was: Report = {"status": before, **FULL} if before else dict(FULL)
    now: Report = {**was, "status": after, "note": "退回补充材料"}
    if before == after or (before, after) in MOVES:
        check(was, now, another=True)
    else:
        with pytest.raises(ReportError, match="→"):
            check(was, now, another=True)


@pytest.mark.parametrize(
    ("status", "lacks"), [("done", "evidence"), ("extended", "extended_to"), ("extended", "extended_by")]
)
def test_a_status_needs_what_it_stands_on(status: str, lacks: str) -> None:
    now: Report = {"status": status, **{name: value for name, value in FULL.items() if name != lacks}}
    with pytest.raises(ReportError, match=rules().fields[lacks].title["zh-Hans"]):
        check({"status": "under_way"}, now, another=True)


def test_what_a_status_stands_on_is_not_taken_away_from_it() -> None:
    done: Report = {"status": "done", "evidence": ("a",)}
    with pytest.raises(ReportError, match="佐证材料"):
        check(done, {"status": "done"}, another=True)


def test_who_reported_it_done_does_not_close_it() -> None:
    done: Report = {"status": "done", **FULL}
    with pytest.raises(ReportError, match="another person"):
        check(done, {**done, "status": "closed"}, another=False)
    check(done, {**done, "status": "closed"}, another=True)


def test_a_step_back_says_why() -> None:
    closed: Report = {"status": "closed", "note": "旧", **FULL}
    with pytest.raises(ReportError, match="备注"):
        check(closed, {**closed, "status": "under_way"}, another=True)
    check(closed, {**closed, "status": "under_way", "note": "退回补充"}, another=True)


def test_a_status_is_read_in_three_languages_and_as_offices_write_it() -> None:
    for status in STATUSES:
        for lang in ("zh-Hans", "zh-Hant", "en"):
            assert read_value("status", f" {status_word(lang, status)} ") == status
    assert read_value("status", "办结") == "done"
    with pytest.raises(ReportError, match="not started, under way"):
        read_value("status", "差不多了")


@pytest.mark.parametrize(
    ("written", "value"),
    [("80%", 80), ("80", 80), ("８０％", 80), (80, 80), (0.8, 80), (80.0, 80), ("0", 0), (100, 100)],
)
def test_a_percentage_is_a_whole_number(written: object, value: int) -> None:
    assert read_value("percent", written) == value


@pytest.mark.parametrize("written", ["101", "-1", "大半", "nan", "inf", 0.805])
def test_what_is_no_percentage_is_refused(written: object) -> None:
    with pytest.raises(ReportError):
        read_value("percent", written)


def test_words_keep_their_characters() -> None:
    assert read_value("progress", "  2024.3：已印发\r\n2024.5：实施　 ") == "2024.3：已印发\n2024.5：实施"
    assert read_value("phone", 13800138000) == "13800138000"
    assert read_value("phone", 13800138000.0) == "13800138000"
    assert read_value("phone", "0755-1234") == "0755-1234"
    assert read_value("note", "=1+1") == "=1+1"
    assert read_value("note", "a\x00b\x1bc") == "abc"
    assert read_value("note", "   ") is None
    with pytest.raises(ReportError, match="characters"):
        read_value("note", "长" * (LONGEST + 1))


def test_papers_are_a_list() -> None:
    assert read_value("evidence", "粤府〔2024〕1号；附件.pdf\n粤府〔2024〕1号") == ("粤府〔2024〕1号", "附件.pdf")
    assert read_value("evidence", "；") is None


def test_a_day_of_a_report_is_read_with_the_year_it_is_of() -> None:
    assert read_value("due", "12月底前", 2025) == datetime.date(2025, 12, 31)
    with pytest.raises(DayError):
        read_value("due", "适时", 2025)
