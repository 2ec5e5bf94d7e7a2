"""Days as people write them are read, and what names no day is refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ledger.days import DayError, read_day

DEC_31 = datetime.date(2025, 12, 31)


@pytest.mark.parametrize(
    "written",
    [
        "2025-12-31", "2025/12/31", "2025.12.31", "20251231", "2025年12月31日", "2025 年 12 月 31 日 ",
        "２０２５年１２月３１日", "２０２５．１２．３１", "2025年12月", "2025.12", "2025-12", "2025/12",
        "2025年12月底前", "2025年12月底", "2025年12月末", "12月底前", "12月31日", "12月31日前",
        "2025年底", "2025年底前",
        "2025年年底前", "年底前", "今年年底", "2025年第四季度", "2025年4季度末",
        datetime.date(2025, 12, 31), datetime.datetime(2025, 12, 31, 9, 30), "2025年12月31号",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: object) -> None:
    assert read_day(written, 2025) == DEC_31


def test_a_month_ends_with_its_last_day() -> None:
    assert read_day("2024.2") == datetime.date(2024, 2, 29)
    assert read_day("2025年2月") == datetime.date(2025, 2, 28)
    assert read_day("2025年第一季度") == datetime.date(2025, 3, 31)


@pytest.mark.parametrize(
    "written",
    ["2025年前", "适时", "条件成熟后", "长期坚持", "2025-13-01", "2025-02-30", "45992", 45992, "5-1", "尽快", "2025",
     "1899-12-31", "2025-12/31", datetime.date(1900, 1, 3), True],
)  # fmt: skip
def test_what_names_no_day_is_refused(written: object) -> None:
    with pytest.raises(DayError):
        read_day(written, 2025)


def test_a_day_without_a_year_needs_one_from_elsewhere() -> None:
    with pytest.raises(DayError, match="names no year"):
        read_day("12月底前")


@given(st.dates(datetime.date(1949, 1, 1), datetime.date(2199, 12, 31)))
def test_every_day_comes_back_from_every_way_of_writing_it(day: datetime.date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"):
        assert read_day(day.strftime(form)) == day
    assert read_day(f"{day.year}.{day.month}.{day.day}") == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused_in_one_line(text: str) -> None:
    try:
        told = read_day(text, 2025).isoformat()
    except DayError as error:
        told = str(error)
    assert told.isprintable()
