"""What is asked, and how strongly: modality and force of a row."""

from __future__ import annotations

import re

import pytest

from kg.extract import Extraction
from kg.extract.predicates import cues_anywhere
from tests.extract.conftest import Rows

TABLE = [
    ("建设国际数据专用通道。", "duty", "firm"),
    ("国家发展改革委要会同有关部门加强统筹协调。", "duty", "firm"),
    ("财政部应当建立目录制度。", "duty", "firm"),
    ("支持企业设立科学基金。", "duty", "support"),
    ("鼓励研究探索优化待遇结构。", "duty", "support"),
    ("引导高校开展合作。", "duty", "support"),
    ("探索新型金融监管方式。", "duty", "exploratory"),
    ("研究引入城际铁路。", "duty", "exploratory"),
    ("进一步探索完善保护制度。", "duty", "exploratory"),
    ("研究解决有关困难问题。", "duty", "firm"),
    ("一并研究处理口岸的连接安排。", "duty", "firm"),
    ("试点土地供应新方式。", "duty", "pilot"),
    ("在海关监管区域开展取消漫游费试点。", "duty", "pilot"),
    ("持续优化债券产品试点工作。", "duty", "firm"),
    ("探索在海关监管区域试点实行确认制。", "duty", "exploratory"),
    ("试点放宽企业准入限制。", "permission", "pilot"),
    ("探索允许服务商建设通信设施。", "permission", "exploratory"),
    ("研究允许企业选择适用香港法律。", "permission", "exploratory"),
    ("允许雇主购买补偿保险。", "permission", "firm"),
    ("适度放宽机构可开展的业务范围。", "permission", "firm"),
    ("全面放开人士担任董事的限制。", "permission", "firm"),
    ("赋予科研机构更大的自主支配权。", "permission", "firm"),
    ("符合条件的企业可以申请补贴。", "permission", "firm"),
    ("可订立无固定期限劳动合同。", "permission", "firm"),
    ("任何单位不得截留资金。", "prohibition", "firm"),
    ("严禁挪用专项资金。", "prohibition", "firm"),
    ("对进口科研货物免征关税。", "exemption", "firm"),
    ("对企业减按15%税率征收所得税。", "exemption", "firm"),
    ("取消业务主管单位前置审批。", "exemption", "firm"),
    ("暂不实施相关税收政策。", "suspension", "firm"),
    ("到2025年，建立协同机制。", "target", "firm"),
    ("成为世界级的科研枢纽。", "target", "firm"),
    ("实现科技资源双向开放。", "target", "firm"),
    ("形成可借鉴、可复制的模式。", "target", "firm"),
    ("打造国际科技创新高地。", "target", "firm"),
    ("打造公共服务平台。", "duty", "firm"),
    ("推动形成相关技术标准。", "duty", "firm"),
]

NOT_ASKED = ["推动创新要素便捷流动。", "完善主要指标体系。", "办好重要事项。", "建立相应机制。", "便利货物供应。"]


@pytest.mark.parametrize(("text", "modality", "force"), TABLE)
def test_a_clause_is_read_with_its_modality_and_force(text: str, modality: str, force: str, rows: Rows) -> None:
    assert [(row.modality, row.force) for row in rows(text)] == [(modality, force)]


@pytest.mark.parametrize("text", NOT_ASKED)
def test_the_characters_of_must_inside_other_words_ask_for_nothing(text: str) -> None:
    assert not [cue for cue in cues_anywhere(text) if cue.sets.explicit]


def test_what_one_who_is_supported_goes_on_to_do_keeps_the_force_and_a_new_verb_of_the_plan_ends_it(rows: Rows) -> None:
    found = rows("探索允许符合条件的企业建设设施，提供通信服务，推动技术标准合作。")
    assert [(row.force, row.modality) for row in found] == [
        ("exploratory", "permission"),
        ("exploratory", "permission"),
        ("firm", "duty"),
    ]
    assert [row.beneficiaries for row in found] == [("符合条件的企业",), ("符合条件的企业",), ()]


def test_shall_and_must_not_never_occur_in_the_thirty_clauses(plan: Extraction) -> None:
    numbered = [clause for clause in plan.records.document.clauses if clause.id.isdigit()]
    assert len(numbered) == 30
    assert not [clause.id for clause in numbered if re.search("应当|不得", clause.text)]
    assert not [row for row in plan.records.obligations if row.modality == "prohibition"]


def test_headings_past_events_and_framing_are_no_rows(rows: Rows) -> None:
    assert rows("——完善区域交通网络。建设公共平台。")[0].quote == "建设公共平台"
    assert rows("2018年7月，中共中央、国务院印发《规划纲要》。") == []
    assert rows("为全面贯彻落实有关精神，制定本规划。") == []
    assert rows("东区包括盐田港和大鹏新区。") == []
    assert [r.quote for r in rows("为园区发展发挥示范引领作用。")] == ["为园区发展发挥示范引领作用"]


ACTIONS = [
    ("携手香港园区共同打造一流科技园区。", "打造", "一流科技园区"),
    ("为外籍人才申请签证、居留证件提供便利。", "提供", "便利"),
    ("重点围绕基因检测及诊疗等领域开展合作。", "开展", "合作"),
    ("把党的领导落实到规划建设各环节。", "落实", "党的领导"),
    ("具体管理办法由财政部另行制定。", "制定", "具体管理办法"),
    ("扩展和完善口岸片区功能。", "扩展和完善", "口岸片区功能"),
    ("按照有关规定监管、征税。", "监管、征税", ""),
    ("及时研究解决困难问题。", "研究解决", "困难问题"),
    ("财政部要向国务院报告。", "报告", ""),
    ("任何单位不得截留资金。", "截留", "资金"),
    ("税负超过香港税负的部分予以免征。", "予以免征", "税负超过香港税负的部分"),
    ("统筹合作区政策制定、合作开发等事项。", "统筹", "合作区政策制定、合作开发等事项"),
]


@pytest.mark.parametrize(("text", "action", "thing"), ACTIONS)
def test_the_verb_that_says_what_is_done_is_the_action(text: str, action: str, thing: str, rows: Rows) -> None:
    assert [(row.action, row.object) for row in rows(text)] == [(action, thing)]


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("加强深港合作。", "B"),
        ("发挥科技产业互补的优势。", "B"),
        ("促进创新要素便捷流动。", "B"),
        ("建设国际数据专用通道。", "A"),
        ("到2025年，加强深港合作。", "A"),
        ("允许企业加强合作。", "A"),
    ],
)
def test_direction_and_manner_are_tier_b(text: str, tier: str, rows: Rows) -> None:
    assert [row.tier for row in rows(text)] == [tier]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("支持深港两地高校联合成立研究生院。", ("深港两地高校",)),
        ("支持企业等社会力量设立科学基金。", ("企业", "社会力量")),
        ("支持经备案的科研机构及企业在园区设立平台。", ("经备案的科研机构", "企业")),
        ("鼓励高等院校、职业学校开展培训。", ("高等院校", "职业学校")),
        ("支持在园区建设专用通道。", ()),
        ("支持组建世界城市合作组织。", ()),
        ("支持建筑设计创新。", ()),
        ("支持山东大学建设新校区。", ("山东大学",)),
        ("为合作区内企业和科研机构跨境交流提供便利。", ("合作区内企业", "科研机构")),
        ("对进口科研货物免征关税。", ()),
        ("对鼓励类产业企业减按15%税率征收所得税。", ("鼓励类产业企业",)),
    ],
)
def test_those_who_are_supported_or_served_are_beneficiaries(text: str, who: tuple[str, ...], rows: Rows) -> None:
    assert [row.beneficiaries for row in rows(text)] == [who]
