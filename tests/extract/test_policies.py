"""The field and the value of an instrument."""

from __future__ import annotations

import pytest

from kg.extract.policies import domain, value
from tests.extract.conftest import Read

VALUES = [
    ("对企业减按15%税率征收企业所得税", "15%"),
    ("免于项目评审申请一定比例的财政资金", "一定比例"),
    ("取消前置审批", "取消"),
    ("暂不实施税收政策", "暂不"),
    ("到2025年，建立协同机制", None),
    ("建设3个平台", None),
]


@pytest.mark.parametrize(("quote", "expected"), VALUES)
def test_a_value_is_a_rate_an_amount_or_a_relief_and_no_time(quote: str, expected: str | None) -> None:
    assert value(quote) == expected


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("惩罚性赔偿制度", "建立更高水平的知识产权保护制度"), "ip"),
        (("企业登记注册行政确认制", "建立市场准入制度"), "market_access"),
        (("进口环节增值税优惠政策", "海关监管"), "tax"),
        (("通关管理模式", "税收"), "customs"),
        (("工作机制", "加强组织实施"), "other"),
    ],
)
def test_the_name_tells_the_field_before_the_title_of_its_clause(words: tuple[str, ...], field: str) -> None:
    assert domain(*words) == field


def test_a_place_called_after_the_customs_makes_nothing_customs(read: Read) -> None:
    (policy,) = read("在福田保税区实行企业登记制度。").policies
    assert policy.domain == "market_access"


def test_a_relief_without_an_instrument_is_a_policy_by_its_own_words(read: Read) -> None:
    (policy,) = read("对企业减按15%税率征收企业所得税。").policies
    assert (policy.name, policy.domain, policy.value) == ("减按15%税率征收企业所得税", "tax", "15%")
