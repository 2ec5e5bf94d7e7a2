"""Words that give a time → their kind and ISO date."""

from __future__ import annotations

import pytest

from kg.extract.dates import times
from tests.extract.conftest import Rows

TABLE = [
    ("到2025年，基本建立机制", "到2025年", "by", "2025-12-31"),
    ("力争到2030年实现", "力争到2030年", "by", "2030-12-31"),
    ("到2025年6月完成", "到2025年6月", "by", "2025-06-30"),
    ("到2024年2月底完成", "到2024年2月底", "by", "2024-02-29"),
    ("2025年前基本形成", "2025年前", "before", "2024-12-31"),
    ("2025年以前完成", "2025年以前", "before", "2024-12-31"),
    ("2025年6月前完成", "2025年6月前", "before", "2025-06-30"),
    ("2025年6月30日前完成", "2025年6月30日前", "before", "2025-06-30"),
    ("2025年底前完成", "2025年底前", "before", "2025-12-31"),
    ("2025年底建成", "2025年底", "by", "2025-12-31"),
    ("2025年末建成", "2025年末", "by", "2025-12-31"),
    ("二〇二五年底前完成", "二〇二五年底前", "before", "2025-12-31"),
    ("到二○三五年基本实现", "到二○三五年", "by", "2035-12-31"),
    ("到二零三零年十二月", "到二零三零年十二月", "by", "2030-12-31"),
    ("2023年8月8日", "2023年8月8日", "past", "2023-08-08"),
    ("二〇一一年十二月十五日", "二〇一一年十二月十五日", "past", "2011-12-15"),
    ("2018年7月，印发纲要", "2018年7月", "past", "2018-07"),
    ("以2025年和2035年为关键节点", "以2025年和2035年为关键节点", "by", None),
    ("到2025年13月", "到2025年13月", "by", None),
    ("2025年2月30日前完成", "2025年2月30日前", "before", None),
    ("适时开展评估", "适时", "vague", None),
    ("及时研究解决", "及时", "vague", None),
    ("建立定期会晤制度", "定期", "recurring", None),
    ("每年评估一次", "每年", "recurring", None),
]

OF_ITS_DOCUMENT = [
    ("要在今年底前完成试点", "今年底前", "before", "2024-12-31"),
    ("要在明年6月底前完成改造", "明年6月底前", "before", "2025-06-30"),
    ("自印发之日起30日内制定细则", "自印发之日起30日内", "conditional", None),
    ("于每月5日前报送数据", "每月5日前", "recurring", None),
    ("在“十四五”末建成10个商圈", "“十四五”末", "by", "2025-12-31"),
    ("在2024年一季度前拨付资金", "2024年一季度前", "before", "2024-03-31"),
    ("在2024年上半年完成验收", "2024年上半年", "by", "2024-06-30"),
    ("在3年内完成造林5000亩", "3年内", "conditional", None),
    ("力争2024年底、确保2025年6月底前完成", "力争2024年底、确保2025年6月底前", "by", "2025-06-30"),
    ("在2024—2026年每年认定企业50家", "2024—2026年每年", "recurring", None),
    ("在二〇二四年十月底前上线", "二〇二四年十月底前", "before", "2024-10-31"),
    ("在2024.10.31前完成结算", "2024.10.31前", "before", "2024-10-31"),
    ("在2024年10月中旬完成通车", "2024年10月中旬", "by", "2024-10-20"),
    ("在2024年春节前完成检查", "2024年春节前", "before", None),
    ("在12月20日前报送总结", "12月20日前", "before", "2024-12-20"),
    ("不迟于2024年11月15日完成报名", "不迟于2024年11月15日", "by", "2024-11-15"),
    ("2月底前完成", "2月底前", "before", "2025-02-28"),
]
"""Each in a document of 5 March 2024."""

NONE = [
    "本办法有效期至2027年12月31日",
    "政策执行至2027年12月31日",
    "从2019年开始探索",
    "每年最高500万元",
    "按照每月1000元的标准",
    "从获利的年度起十年内不再补缴",
    "承担科技创新2030—重大项目",
    "国发〔2023〕12号",
    "国发[2023]12号",
    "国发（2023）12号",
    "订立无固定期限劳动合同",
    "《规划纲要（2015—2020年）》",
    "十年磨一剑",
    "第2025号",
    "5G中高频器件",
    "面积3.89平方公里",
    "实时监测",
    "减按15%税率",
]


@pytest.mark.parametrize(("words", "text", "kind", "date"), TABLE)
def test_a_time_is_read_with_its_kind_and_date(words: str, text: str, kind: str, date: str | None) -> None:
    assert [(t.text, t.kind, t.date) for t in times(words)] == [(text, kind, date)]


@pytest.mark.parametrize(("words", "text", "kind", "date"), OF_ITS_DOCUMENT)
def test_a_time_is_dated_by_its_document(words: str, text: str, kind: str, date: str | None) -> None:
    assert [(t.text, t.kind, t.date) for t in times(words, issued="2024-03-05")] == [(text, kind, date)]


@pytest.mark.parametrize("words", NONE)
def test_what_only_looks_like_a_time_is_none(words: str) -> None:
    assert times(words) == ()


def test_times_of_a_part_lie_in_that_part() -> None:
    text = "到2025年，到2030年，到2035年"
    assert [t.text for t in times(text, 7, 14)] == ["到2030年"]


def test_a_date_at_the_head_of_a_paragraph_dates_all_that_follows_in_it(rows: Rows) -> None:
    found = rows("到2025年，基本建立机制。跨境设施互联互通。\n加强统筹协调。")
    assert [(row.quote, row.deadline and row.deadline.date) for row in found] == [
        ("到2025年，基本建立机制", "2025-12-31"),
        ("跨境设施互联互通", "2025-12-31"),
        ("加强统筹协调", None),
    ]
    assert [row.modality for row in found] == ["target", "target", "duty"]


def test_a_date_dates_what_its_subject_goes_on_to_do_and_nothing_else(rows: Rows) -> None:
    found = rows("市民政局要在2024年6月底前完成试点，形成报告，市司法局加强监督；市水务局开展检查。市财政局安排经费。")
    assert [row.deadline and row.deadline.date for row in found] == ["2024-06-30", "2024-06-30", None, None, None]


def test_a_clause_before_a_date_and_one_that_waits_do_not_take_it(rows: Rows) -> None:
    found = rows("加强统筹，2024年9月前完成改造，待条件成熟后，推广应用。")
    assert [row.deadline and row.deadline.date for row in found] == [None, "2024-09-30", None]


def test_a_date_behind_all_of_them_dates_what_stands_before_it(rows: Rows) -> None:
    found = rows("市教育局制定方案，市商务局出台办法，均于2024年底前完成。")
    assert {row.deadline and row.deadline.date for row in found} == {"2024-12-31"}


def test_items_have_the_date_of_the_goal_paragraph_that_they_carry_on(rows: Rows) -> None:
    found = rows("到2027年，主要目标是：\n——产业规模达到百亿元。\n——研发投入达到3%。\n加强管理。")
    dates = [row.deadline and row.deadline.date for row in found]
    assert dates[-3:] == ["2027-12-31", "2027-12-31", None]


def test_waiting_for_something_is_a_conditional_deadline(rows: Rows) -> None:
    (row,) = rows("待条件成熟后，开放数据平台。")
    assert row.deadline is not None
    assert (row.deadline.text, row.deadline.kind, row.deadline.date) == ("待条件成熟后", "conditional", None)
    assert row.condition == "待条件成熟后"


def test_the_year_of_a_document_number_is_no_deadline(rows: Rows) -> None:
    (row,) = rows("落实国发〔2023〕12号文件要求。")
    assert row.deadline is None
