"""Amounts as people write them: what they measure, how they are bounded, and what is none."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answer.amounts import Amount, amounts
from kg.answer.figures import comparable, relation
from kg.answer.units import UNITS
from kg.patterns import rules
from kg.search.words import folded

EXAMPLES = [(rule.id, example.text, example.hits) for rule in rules("amounts") for example in rule.examples]
CODE = "".join(
    (Path(__file__).resolve().parents[2] / "kg" / "answer" / f"{name}.py").read_text("utf-8")
    for name in ("amounts", "figures", "numbers", "units")
)


def only(text: str) -> Amount:
    found = amounts(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(("rule", "text", "hits"), EXAMPLES)
def test_an_example_hits_exactly_when_it_should(rule: str, text: str, hits: bool) -> None:
    assert next(one for one in rules("amounts") if one.id == rule).hits(folded(text)) is hits


def test_every_rule_is_used_and_every_unit_has_its_words() -> None:
    ids = {rule.id for rule in rules("amounts")}
    assert len(EXAMPLES) >= 2 * len(ids) >= 120
    assert set(UNITS) <= ids
    assert not [rule for rule in ids if f'"{rule}"' not in CODE]


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("减按15%征收", "3/20", "ratio"),
        ("减按１５％征收", "3/20", "ratio"),
        ("按百分之二十五征收", "1/4", "ratio"),
        ("按百分之十五点五征收", "31/200", "ratio"),
        ("税率是一成五", "3/20", "ratio"),
        ("占两成半", "1/4", "ratio"),
        ("占三分之一", "1/3", "ratio"),
        ("拿一半出来", "1/2", "ratio"),
        ("fifteen per cent of it", "3/20", "ratio"),
        ("one fifth of the shares", "1/5", "ratio"),
        ("a tenth of the towns", "1/10", "ratio"),
        ("two-thirds", "2/3", "ratio"),
        ("高0.2个百分点", "1/5", "percentage_points"),
        ("面积3.02平方公里", "3020000", "area_m2"),
        ("面积302公顷", "3020000", "area_m2"),
        ("面積389萬平方米", "3890000", "area_m2"),
        ("五平方公里", "5000000", "area_m2"),
        ("3.02 sq km", "3020000", "area_m2"),
        ("4,530亩", "3020000", "area_m2"),
        ("全长12公里", "12000", "length_m"),
        ("规模4000亿元", "400000000000", "money_yuan"),
        ("规模兩萬億元", "2000000000000", "money_yuan"),
        ("five million yuan", "5000000", "money_yuan"),
        ("RMB 5 million", "5000000", "money_yuan"),
        ("HK$3.5 billion", "3500000000", "money_hkd"),
        ("三百万的厂房", "3000000", "number"),
        ("5亿公斤", "500000000", "mass_kg"),
        ("期限五年", "5", "years"),
        ("期限一年半", "3/2", "years"),
        ("失业半年", "1/2", "years"),
        ("half a year", "1/2", "years"),
        ("a five-year term", "5", "years"),
        ("6个月", "6", "months"),
        ("两个半月", "5/2", "months"),
        ("四十五天", "45", "days"),
        ("三周", "21", "days"),
        ("7個工作日", "7", "working_days"),
        ("年满18周岁", "18", "age"),
        ("18 years old", "18", "age"),
        ("十倍", "10", "times"),
        ("一百二十个项目", "120", "count:个"),
        ("20余家企业", "20", "count:家"),
        ("28,000 firms", "28000", "count"),
        ("twenty-five thousand firms", "25000", "count"),
        ("居世界第二", "2", "rank"),
        ("ranks second", "2", "rank"),
        ("到2025年", "2025", "calendar_year"),
        ("到二〇二五年", "2025", "calendar_year"),
        ("by 2025", "2025", "calendar_year"),
    ],
)
def test_an_amount_is_read_in_its_own_measure(text: str, value: str, measure: str) -> None:
    found = only(text)
    assert (found.value, found.measure) == (Fraction(value), measure)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("面积4平方公里", "exact"),
        ("面积超过4平方公里", "more"),
        ("有没有超过4平方公里", "more"),
        ("面积不超过4平方公里", "at_most"),
        ("不得超过4平方公里", "at_most"),
        ("面积不到4平方公里", "less"),
        ("面积约4平方公里", "about"),
        ("4平方公里左右", "about"),
        ("4平方公里以上", "at_least"),
        ("4平方公里以下", "at_most"),
        ("起码要到百分之五", "at_least"),
        ("不少于30日", "at_least"),
        ("7个工作日内", "at_most"),
        ("3年期以上", "at_least"),
        ("至少配备2名", "at_least"),
        ("最高奖励500万元", "at_most"),
        ("工作满5年", "at_least"),
        ("工作不满5年", "less"),
        ("二十多万人", "more"),
        ("超过20%（含）", "at_least"),
        ("不超过500万元（含）", "at_most"),
        ("more than 60%", "more"),
        ("at least 5 percent", "at_least"),
        ("no more than six months", "at_most"),
        ("under 3 hectares", "less"),
        ("2015年后", "at_least"),
        ("自2022年秋季开始", "at_least"),
        ("2025年前", "at_most"),
        ("after 2018", "at_least"),
        ("before 2015", "at_most"),
    ],
)
def test_an_amount_is_bounded_by_the_words_around_it(text: str, bound: str) -> None:
    assert only(text).bound == bound


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("用2-3年时间", 2, 3),
        ("两三年搞定", 2, 3),
        ("三年以上十年以下", 3, 10),
        ("10—15亿元", 10 * 10**8, 15 * 10**8),
        ("2000万元至5000万元", 2000 * 10**4, 5000 * 10**4),
        ("between 3 and 5 years", 3, 5),
        ("2016年至2018年", 2016, 2018),
        ("自2020年1月1日起执行至2024年12月31日", 2020, 2024),
        ("from 2016 to 2018", 2016, 2018),
    ],
)
def test_a_range_is_one_amount_with_both_its_ends(text: str, low: int, high: int) -> None:
    found = only(text)
    assert (found.value, found.upto) == (Fraction(low), Fraction(high))
    assert found.bound == "exact"


@pytest.mark.parametrize(
    "text",
    [
        *("第三方检测", "第一责任人", "国发〔2023〕12号", "每年1月31日前", "9月底前", "“十四五”期间"),
        *("建设5G基站", "评上5A级", "一般企业", "统一成立", "一成不变", "百年大计", "千家万户", "万亿元", "几十亿元"),
        *("a third country", "three times a year", "clause 15", "one of them", "IPv6"),
    ],
)
def test_what_names_or_orders_is_no_amount(text: str) -> None:
    assert amounts(text) == ()


def test_the_bound_before_one_amount_holds_for_the_other_beside_it() -> None:
    first, second = amounts("不少于240小时或1000公里")
    assert (first.bound, second.bound) == ("at_least", "at_least")


def test_an_amount_stands_where_it_says() -> None:
    text = "其中，深圳園區面積３．０２平方公里，佔百分之七十八。"
    assert [text[one.start : one.end] for one in amounts(text)] == ["３．０２平方公里", "百分之七十八"]


LETTERS = "零〇一二两三十百千万亿廿半点成分之年月日个家%.,-—至到以上下不超过约第0123456789 onetwhundred$"


@given(st.text(LETTERS, max_size=30))
def test_any_text_is_read_and_its_amounts_follow_each_other(text: str) -> None:
    found = amounts(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(before.start <= one.start for before, one in pairwise(found))


@pytest.mark.parametrize("text", ["一" * 10_000, "0" * 10_000, "两三" * 5_000, "1," * 5_000, "one hundred " * 900])
def test_a_senseless_run_of_numbers_is_read_and_not_computed(text: str) -> None:
    assert len(amounts(text)) <= len(text)


@pytest.mark.parametrize(
    ("claim", "told", "expected"),
    [
        ("15%", "百分之十五", "agrees"),
        ("25%", "减按15%", "apart"),
        ("302公顷", "3.02平方公里", "agrees"),
        ("500公顷", "3.02平方公里", "apart"),
        ("半年", "6个月", "agrees"),
        ("一年", "6个月", "apart"),
        ("超过4平方公里", "3.02平方公里", "apart"),
        ("不到3平方公里", "3.02平方公里", "apart"),
        ("不到4平方公里", "3.02平方公里", "agrees"),
        ("两个月", "半年以上", "apart"),
        ("六万元", "5万元以上", "agrees"),
        ("五年", "不超过3年", "apart"),
        ("五年", "2-3年", "apart"),
        ("超过4000亿元", "超过5000亿元", "agrees"),
        ("超过5000亿元", "超过4000亿元", "beyond"),
        ("4000亿元", "超过4000亿元", "agrees"),
        ("about 3 hectares", "3.02公顷", "agrees"),
        ("in 2019", "2016年至2018年", "apart"),
        ("in 2018", "2016年至2018年", "agrees"),
        ("30%", "不超过五分之一", "apart"),
    ],
)
def test_a_claim_is_held_to_what_is_told_as_a_number(claim: str, told: str, expected: str) -> None:
    assert relation(only(claim), only(told)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("3年", "36个月", True),
        ("四千亿", "4000亿元", True),
        ("十个节点", "10家企业", True),
        ("10家企业", "10名学生", False),
        ("ten firms", "10家企业", True),
        ("5亿元", "5亿美元", False),
        ("3公里", "3平方公里", False),
        ("30天", "30个月", False),
    ],
)
def test_only_what_measures_the_same_is_compared(one: str, other: str, expected: bool) -> None:
    assert comparable(only(one), only(other)) is expected
