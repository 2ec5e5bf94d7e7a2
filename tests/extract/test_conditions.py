"""What must hold or come first, and what is left out."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Rows

TABLE = [
    ("在风险可控的前提下，建立白名单制度。", "在风险可控的前提下"),
    ("在保障安全前提下，实现互联互通。", "在保障安全前提下"),
    ("在国家管理制度框架下，研究建设绿色通道。", "在国家管理制度框架下"),
    ("经备案后提供专业服务。", "经备案后"),
    ("符合条件的可免于项目评审。", "符合条件的"),
    ("待后期条件成熟后，与香港一道探索更加便利的政策。", "待后期条件成熟后"),
    ("条件成熟后提请国务院审议。", "条件成熟后"),
    ("视合作区发展需要确定监管安排。", "视合作区发展需要"),
    ("允许深圳根据授权作变通规定。", "根据授权"),
    ("在实现封闭管理前，暂不实施税收政策。", "在实现封闭管理前"),
    ("涉及暂停适用现行法律规定的，由有关方面提出议案。", "涉及暂停适用现行法律规定的"),
    ("在申请成立登记时，取消前置审批。", "在申请成立登记时"),
    ("探索非涉密（敏感）项目向境外机构开放。", "非涉密（敏感）"),
    ("对居民，其税负超过当地税负的部分予以免征。", "其税负超过当地税负的部分"),
    ("物品经“一线”进入福田保税区，按照规定监管、征税。", "物品经“一线”进入福田保税区"),
    ("可以持主管机构出具的证明，免于参加保险。", "持主管机构出具的证明"),
]

NONE = [
    "按程序制定目录。",
    "依法依规建设平台。",
    "借鉴国际经验，完善制度。",
    "衔接香港园区建设时序，推进园区建设。",
    "对鼓励类产业企业减按15%税率征收所得税。",
    "在深圳园区建设通道。",
    "经“二线”进入深圳的货物，征收关税。",
    "2025年前建成平台。",
    "授予试验区自由进出口管理权限。",
    "腾退非保税企业。",
]

TWO = [
    (
        "支持经备案的科研机构在保障安全前提下，实现数据互联互通。",
        ["经备案的；在保障安全前提下"],
    ),
    (
        "在遵循基本原则前提下，完善制度，允许深圳根据授权作变通规定。",
        ["在遵循基本原则前提下", "在遵循基本原则前提下；根据授权"],
    ),
    (
        "待条件成熟后，在风险可控的前提下，开放数据，建立制度。",
        ["待条件成熟后，在风险可控的前提下", "待条件成熟后，在风险可控的前提下"],
    ),
    (
        "在风险可控的前提下，建立制度，在确保安全的前提下，开放数据。",
        ["在风险可控的前提下", "在确保安全的前提下"],
    ),
    (
        "涉及停止适用法律规定的，由有关方面提出议案，经授权或决定后实施；公布目录。",
        ["涉及停止适用法律规定的", "涉及停止适用法律规定的；经授权或决定后", None],
    ),
]


@pytest.mark.parametrize(("text", "condition"), TABLE)
def test_a_condition_is_quoted_word_for_word(text: str, condition: str, rows: Rows) -> None:
    (row,) = rows(text)
    assert row.condition == condition
    assert condition in row.quote


@pytest.mark.parametrize("text", NONE)
def test_manner_place_and_those_concerned_are_no_condition(text: str, rows: Rows) -> None:
    found = rows(text)
    assert found
    assert [row.condition for row in found] == [None] * len(found)


@pytest.mark.parametrize(("text", "expected"), TWO)
def test_a_row_keeps_all_its_conditions_each_in_exact_words(text: str, expected: list[str | None], rows: Rows) -> None:
    found = [row.condition for row in rows(text)]
    assert found == expected
    assert all(part in text for words in found if words for part in words.split("；"))


def test_a_fronted_condition_stands_in_the_first_quote_and_governs_up_to_the_semicolon(rows: Rows) -> None:
    found = rows("在风险可控的前提下，建立白名单制度，实行分线管理；促进便捷流动。")
    assert [(row.quote, row.condition) for row in found] == [
        ("在风险可控的前提下，建立白名单制度", "在风险可控的前提下"),
        ("实行分线管理", "在风险可控的前提下"),
        ("促进便捷流动", None),
    ]


@pytest.mark.parametrize(
    ("text", "exception", "thing"),
    [
        ("按照有关规定征收关税，“一线”已缴税货物除外。", "“一线”已缴税货物除外", "关税"),
        ("支持人士经备案后提供服务（法律服务等特殊行业除外）。", "法律服务等特殊行业除外", "人士经备案后提供服务"),
        ("征收关税，法律另有规定的除外。", "法律另有规定的除外", "关税"),
    ],
)
def test_what_is_left_out_stays_in_the_quote_and_leaves_the_object(
    text: str, exception: str, thing: str, rows: Rows
) -> None:
    (row,) = rows(text)
    assert row.exception == exception
    assert exception in row.quote
    assert row.object == thing


def test_the_last_character_of_another_word_and_the_next_are_no_exception(rows: Rows) -> None:
    assert [row.exception for row in rows("清除外部干扰，解除外来限制。")] == [None, None]


def test_means_and_manner_belong_to_the_clause_they_serve(rows: Rows) -> None:
    (row,) = rows("借鉴国际经验和香港做法，研究完善科研资金监管制度。")
    assert row.quote == "借鉴国际经验和香港做法，研究完善科研资金监管制度"
    two = rows("发挥基金优势，组建专业子基金，投资科创企业。")
    assert [r.quote for r in two] == ["发挥基金优势", "组建专业子基金", "投资科创企业"]
