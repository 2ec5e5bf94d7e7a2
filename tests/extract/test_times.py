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
    ("2025年6月前完成", "2025年6月前", "before", "2025-05-31"),
    ("2025年6月30日前完成", "2025年6月30日前", "before", "2025-06-29"),
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

NONE = [
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


@pytest.mark.parametrize("words", NONE)
def test_what_only_looks_like_a_time_is_none(words: str) -> None:
    assert times(words) == []


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


def test_waiting_for_something_is_a_conditional_deadline(rows: Rows) -> None:
    (row,) = rows("待条件成熟后，开放数据平台。")
    assert row.deadline is not None
    assert (row.deadline.text, row.deadline.kind, row.deadline.date) == ("待条件成熟后", "conditional", None)
    assert row.condition == "待条件成熟后"


def test_the_year_of_a_document_number_is_no_deadline(rows: Rows) -> None:
    (row,) = rows("落实国发〔2023〕12号文件要求。")
    assert row.deadline is None
