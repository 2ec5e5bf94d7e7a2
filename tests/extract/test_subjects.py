"""Who must act: bodies that no list names, as subjects, behind 由, 会同, 报 and 商, and in every form of bracket."""

from __future__ import annotations

import pytest

from kg.models import Obligation
from tests.extract.conftest import Rows


def named(row: Obligation) -> list[tuple[str, str]]:
    return [(agent.name, agent.role) for agent in row.agents]


ALONE = [
    ("市审计局每年开展一次专项审计。", ["市审计局"]),
    ("市审计局开展一次专项审计。", ["市审计局"]),
    ("市审计局负责开展专项审计。", ["市审计局"]),
    ("市财政局每年安排专项资金。", ["市财政局"]),
    ("各县（区）人民政府负责落实用地。", ["各县（区）人民政府"]),
    ("各县（市、区）人民政府要落实用地。", ["各县（市、区）人民政府"]),
    ("各区县政府要落实用地。", ["各区县政府"]),
    ("各乡镇（街道）负责摸排底数。", ["各乡镇（街道）"]),
    ("市卫健委、市医保局按职责分工落实。", ["市卫健委", "市医保局"]),
    ("市公安局交警支队每月通报一次。", ["市公安局交警支队"]),
    ("市城管执法局要加强巡查。", ["市城管执法局"]),
    ("市自然资源和规划局负责用地保障。", ["市自然资源和规划局"]),
    ("市消防救援支队负责消防验收。", ["市消防救援支队"]),
    ("市委宣传部、市融媒体中心要加强宣传。", ["市委宣传部", "市融媒体中心"]),
    ("市教育局应当在2025年9月前新增护理专业学位300个。", ["市教育局"]),
    ("市卫健局不得将审批事项委托企业办理。", ["市卫健局"]),
    ("县级卫健局可以简化程序。", ["县级卫健局"]),
    ("税务机关应当精简办税资料和流程。", ["税务机关"]),
    ("州数据资源主管部门应当编制发展规划。", ["州数据资源主管部门"]),
    ("国务院税务主管部门制定具体办法。", ["国务院税务主管部门"]),
    ("公安、民政等部门应当建立信息共享机制。", ["公安部门", "民政部门"]),
    ("市科技创新、财政部门应当建立信息共享机制。", ["市科技创新部门", "市财政部门"]),
    ("申请人应当在三十日内提交材料。", ["申请人"]),
    ("数据提供部门应当及时更新数据。", ["数据提供部门"]),
    ("学校、幼儿园应当配备保健医生。", ["学校", "幼儿园"]),
    ("政府有关部门应当公布收费事项清单。", ["政府有关部门"]),
    ("县级以上人民政府及其有关部门应当加大清理力度。", ["县级以上人民政府", "有关部门"]),
    ("市人民政府及其有关部门根据风险等级，实施分类监管。", ["市人民政府", "有关部门"]),
    ("各级人民政府及其部门应当公开信息。", ["各级人民政府"]),
    ("县级以上人民政府建立工作协调机制。", ["县级以上人民政府"]),
    ("省、市级政府相关主管部门可以制定实施细则。", ["省、市级政府相关主管部门"]),
    ("州、县（市）政务部门不得新建机房。", ["州、县（市）政务部门"]),
    ("公安派出所、居民委员会或者村民委员会应当公布结果。", ["公安派出所", "居民委员会", "村民委员会"]),
    ("新闻媒体应当准确宣传改革成效。", ["新闻媒体"]),
    ("市场主体有权自主选择办理渠道。", ["市场主体"]),
    ("各有关部门和单位以及各市县人民政府，要积极支持项目建设。", ["有关部门和单位", "各市县人民政府"]),
    ("审核机构完成审核后，要提出书面意见。", ["审核机构"]),
    ("行政执法机关作出重大决定前，要进行审核。", ["行政执法机关"]),
]


@pytest.mark.parametrize(("text", "names"), ALONE)
def test_the_subject_of_a_sentence_is_who_must_act(text: str, names: list[str], rows: Rows) -> None:
    (row,) = rows(text)
    assert named(row) == [(name, "responsible") for name in names]


TOGETHER = [
    ("市民政局会同市财政局制定补贴办法。", [("市民政局", "responsible"), ("市财政局", "cooperating")]),
    (
        "市民政局要会同市财政局、市审计局制定补贴办法。",
        [("市民政局", "responsible"), ("市财政局", "cooperating"), ("市审计局", "cooperating")],
    ),
    ("由市民政局会同市财政局制定补贴办法。", [("市民政局", "responsible"), ("市财政局", "cooperating")]),
    ("具体格式由税务局商有关部门确定。", [("税务局", "responsible"), ("有关部门", "cooperating")]),
    (
        "市民政局牵头，市财政局、市住建局配合，制定实施细则。",
        [("市民政局", "lead"), ("市财政局", "cooperating"), ("市住建局", "cooperating")],
    ),
    (
        "由市卫健局牵头、市市场监管局配合开展联合检查。",
        [("市卫健局", "lead"), ("市市场监管局", "cooperating")],
    ),
    (
        "团市委、市妇联要配合开展活动。",
        [("团市委", "cooperating"), ("市妇联", "cooperating")],
    ),
    ("由国务院环境保护主管部门予以通报。", [("国务院环境保护主管部门", "responsible")]),
    ("由其粮食主管部门审批。", [("粮食主管部门", "responsible")]),
    ("由区内加工企业向海关办理备案手续。", [("区内加工企业", "responsible")]),
    ("由项目所在地的区县政府负责验收。", [("区县政府", "responsible")]),
    ("由设立专家库的统计主管部门取消其资格。", [("统计主管部门", "responsible")]),
    ("州人民政府授权州数据主管部门负责统筹。", [("州人民政府", "responsible"), ("州数据主管部门", "responsible")]),
    (
        "由省级防汛指挥部报同级人民政府批准后，启动预案。",
        [("省级防汛指挥部", "responsible"), ("同级人民政府", "approver")],
    ),
    ("由省级人民政府有关部门报请财政部审批。", [("省级人民政府有关部门", "responsible"), ("财政部", "approver")]),
    ("立项前应当报本级数据主管部门初审。", [("本级数据主管部门", "approver")]),
    ("将验收材料报送市审计局。", [("市审计局", "approver")]),
]


@pytest.mark.parametrize(("text", "roles"), TOGETHER)
def test_who_leads_and_who_helps_are_told_apart(text: str, roles: list[tuple[str, str]], rows: Rows) -> None:
    (row,) = rows(text)
    assert named(row) == roles


def test_each_of_several_in_one_sentence_has_its_own_task(rows: Rows) -> None:
    found = rows("市自然资源局负责用地审批，市住建局负责竣工验收，市消防救援支队负责消防验收。")
    assert [named(row) for row in found] == [
        [("市自然资源局", "responsible")],
        [("市住建局", "responsible")],
        [("市消防救援支队", "responsible")],
    ]


def test_one_who_stands_behind_a_task_does_not_take_it_over(rows: Rows) -> None:
    lead, audit = rows("市财政局会同市卫健局安排经费，市审计局进行监督。")
    assert named(lead) == [("市财政局", "responsible"), ("市卫健局", "cooperating")]
    assert named(audit) == [("市审计局", "responsible")]


def test_a_group_as_subject_ends_the_carrying_of_the_one_before_it(rows: Rows) -> None:
    found = rows("市发展改革委要做好综合协调；有关单位以及甲市、乙市等各地区，要积极主动对接，形成合力。")
    assert named(found[0]) == [("市发展改革委", "responsible")]
    assert all(("市发展改革委", "responsible") not in named(row) for row in found[1:])


NOBODY = [
    "加强与税务机关的协作。",
    "优化产业布局，建设协同创新平台。",
    "条件成熟后提请市人民政府审议。",
    "统筹市场监管部门数据，建设共享平台。",
    "税务局征收的税款应当足额入库。",
    "检测费用不得由市场主体承担。",
    "授权专业服务机构对仪器设备进行运营管理。",
]


@pytest.mark.parametrize("text", NOBODY)
def test_words_that_only_look_like_a_body_are_none(text: str, rows: Rows) -> None:
    assert [agent for row in rows(text) for agent in row.agents if agent.role in {"lead", "responsible"}] == []


BRACKETS = [
    ("完善服务网络。（5月底前完成，牵头考核单位：市审批服务局）", [("市审批服务局", "lead")]),
    ("完善服务网络。【责任单位：市审批服务局】", [("市审批服务局", "responsible")]),
    (
        "完善服务网络。责任单位：市审批服务局、市财政局。",
        [("市审批服务局", "responsible"), ("市财政局", "responsible")],
    ),
    ("完善服务网络——市审批服务局。", [("市审批服务局", "responsible")]),
    (
        "完善服务网络。（财政部牵头，教育部、商务部等国务院相关部门及各地区按职责分工负责）",
        [("财政部", "lead"), ("教育部", "responsible"), ("商务部", "responsible")],
    ),
    (
        "完善服务网络。（牵头考核单位：市住建局、审批服务局）",
        [("市住建局", "lead"), ("市审批服务局", "lead")],
    ),
    (
        "完善服务网络。（牵头单位：省交通运输厅，参加单位：省商务厅、山东证监局）",
        [("省交通运输厅", "lead"), ("省商务厅", "cooperating"), ("山东证监局", "cooperating")],
    ),
]


@pytest.mark.parametrize(("text", "roles"), BRACKETS)
def test_the_words_that_close_a_task_say_who_does_it(text: str, roles: list[tuple[str, str]], rows: Rows) -> None:
    (row,) = rows(text)
    assert named(row) == roles
    assert row.quote == "完善服务网络"


def test_a_bracket_says_by_when_too(rows: Rows) -> None:
    first, second = rows("完善服务网络。（2024年6月底前完成，责任单位：市财政局）建立台账。（责任单位：市审计局）")
    assert first.deadline is not None
    assert (first.deadline.text, first.deadline.date) == ("2024年6月底前", "2024-06-30")
    assert second.deadline is None


def test_sentences_of_labels_behind_a_task_belong_together(rows: Rows) -> None:
    (row,) = rows("完善服务网络。牵头单位：市民政局。配合单位：市财政局。完成时限：2024年6月底前。")
    assert named(row) == [("市民政局", "lead"), ("市财政局", "cooperating")]
    assert row.deadline is not None
    assert row.deadline.date == "2024-06-30"
