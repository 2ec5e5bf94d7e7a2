"""Who must act, in prose: roles, what is carried on, and nobody where the text names nobody."""

from __future__ import annotations

import pytest

from kg.extract import Extraction
from kg.models import Obligation
from tests.extract.conftest import Read, Rows


def roles(row: Obligation) -> list[tuple[str, str]]:
    return [(party.name, party.role) for party in row.agents]


TABLE = [
    ("由财政部、税务总局按程序制定目录。", [("财政部", "responsible"), ("税务总局", "responsible")]),
    ("具体办法由财政部制定。", [("财政部", "responsible")]),
    ("由科技部牵头组织实施。", [("科技部", "lead")]),
    ("科技部会同财政部建立制度。", [("科技部", "responsible"), ("财政部", "cooperating")]),
    ("工业和信息化部、文化和旅游部要加强监管。", [("工业和信息化部", "responsible"), ("文化和旅游部", "responsible")]),
    ("省财政厅要加强监管。", [("省财政厅", "responsible")]),
    ("市发展改革委要制定方案。", [("市发展改革委", "responsible")]),
    ("提请国务院审议实施方案。", [("国务院", "approver")]),
    ("重大事项经国务院决定后实施。", [("国务院", "approver")]),
    ("重大事项向党中央、国务院报告。", [("党中央", "approver"), ("国务院", "approver")]),
    ("鼓励深圳针对优质企业制定政策。", [("深圳市", "responsible")]),
    ("允许深圳根据授权作变通规定。", [("深圳市", "responsible")]),
    ("支持深港双方联合成立理事会。", [("深圳市", "responsible"), ("香港特别行政区政府", "responsible")]),
    ("深圳市要落实主体责任。", [("深圳市", "responsible")]),
    ("各有关部门要加大支持力度。", [("有关部门", "responsible")]),
    ("由深圳市政府制定方案。", [("深圳市", "responsible")]),
    ("规划编制机关应当对文件的质量负责。", [("规划编制机关", "responsible")]),
    ("纳税人申请退税，应当提供银行账户。", [("纳税人", "responsible")]),
    ("税务机关发现纳税人提供虚假信息的，应当责令改正。", [("税务机关", "responsible")]),
    ("审批机关在审批专项规划草案时，应当听取意见。", [("审批机关", "responsible")]),
    ("外商投资企业应当为工会提供活动条件。", [("外商投资企业", "responsible")]),
    ("行政机关及其工作人员不得强制转让技术。", [("行政机关", "responsible")]),
    ("草案由国务院法制机构审查。", [("国务院法制机构", "responsible")]),
]

NOBODY = [
    "建设国际数据专用通道。",
    "探索建设国际通信出入口局等设施。",
    "借鉴香港做法，完善科研制度。",
    "福田保税区利用现有设施腾退企业。",
    "深圳园区主动加强规划衔接。",
    "支持山东大学建设新校区。",
    "在深港双方组建联合小组的基础上，深化协调机制。",
    "便利香港居民办理手续。",
    "由于历史原因，完善有关制度。",
    "由张三负责项目建设。",
    "张三、李四要加强学习。",
    "组建国家数据局等机构。",
    "支持两地高校承担科研项目。",
    "落实国务院部署。",
    "实现由政府监管向社会共治的转变。",
    "召集人由国务院分管教育工作的领导同志担任。",
    "联席会议由教育部、财政部等部门组成。",
    "国务院公布的行政法规，应当及时清理。",
    "原由行政机关设立咨询组织的制度继续保留。",
    "国家鼓励企业加强技术创新。",
    "授权专业机构对设备进行管理。",
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_the_bodies_named_stand_in_their_roles(text: str, expected: list[tuple[str, str]], rows: Rows) -> None:
    (row,) = rows(text)
    assert roles(row) == expected
    assert {party.basis for party in row.agents} == {"explicit"}


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_is_invented(text: str, rows: Rows) -> None:
    found = rows(text)
    assert found
    assert [party for row in found for party in row.agents] == []


def test_a_subject_is_carried_over_commas_and_semicolons_and_not_over_a_full_stop(rows: Rows) -> None:
    found = rows("深圳市要落实主体责任，强化工作力量；健全工作机制。加强宣传引导。")
    assert [roles(row) for row in found] == [[("深圳市", "responsible")]] * 3 + [[]]


def test_one_who_only_cooperates_in_a_clause_is_not_carried(rows: Rows) -> None:
    found = rows("国家发展改革委要会同有关部门加强协调，跟踪任务落实。")
    assert roles(found[0]) == [("国家发展改革委", "responsible"), ("有关部门", "cooperating")]
    assert roles(found[1]) == [("国家发展改革委", "responsible")]


def test_nothing_is_carried_to_one_who_has_a_subject_of_his_own(rows: Rows) -> None:
    found = rows("国家医保局要制定方案；各级卫生健康部门负责监督；重大事项按程序报告。")
    assert [[p.name for p in row.agents] for row in found] == [
        ["国家医保局"],
        ["各级卫生健康部门"],
        ["各级卫生健康部门"],
    ]


@pytest.mark.parametrize("how", ["", "按法定程序"])
def test_its_standing_committee_is_that_of_the_body_before_it(how: str, rows: Rows) -> None:
    (row,) = rows(f"由有关方面{how}向全国人大或其常委会提出相关议案。")
    assert [(p.name, p.surface, p.role, p.tier) for p in row.agents] == [
        ("有关方面", "有关方面", "responsible", "collective"),
        ("全国人大", "全国人大", "approver", "named"),
        ("全国人大常委会", "其常委会", "approver", "named"),
    ]


def test_a_list_of_places_with_one_ending_names_each_government(rows: Rows, read: Read) -> None:
    text = "由济南、青岛、烟台市政府负责建设平台。"
    (row,) = rows(text)
    assert [(p.name, p.surface) for p in row.agents] == [
        ("济南市", "济南市政府"),
        ("青岛市", "青岛市政府"),
        ("烟台市", "烟台市政府"),
    ]
    assert [(a.name, a.mentions[0].surface) for a in read(text).agents] == [
        ("济南市", "济南"),
        ("青岛市", "青岛"),
        ("烟台市", "烟台市政府"),
    ]


def test_a_local_office_is_not_the_state_body_whose_short_name_it_holds(read: Read) -> None:
    assert [a.name for a in read("省发展改革委要加强统筹。").agents] == ["省发展改革委"]
    assert [a.name for a in read("发展改革委要加强统筹。").agents] == ["国家发展改革委"]


def test_the_list_of_bodies_is_open_in_clause_15_and_not_in_19(plan: Extraction) -> None:
    rows = {row.quote: row for row in plan.records.obligations if row.clause in {"15", "19"} and row.agents}
    fifteen = rows["具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"]
    nineteen = rows["由财政部、税务总局按程序制定优惠产业目录"]
    assert len(rows) == 2
    assert fifteen.open_list
    assert not nineteen.open_list
    assert [p.name for p in fifteen.agents] == ["财政部", "海关总署", "税务总局"]
    assert [p.name for p in nineteen.agents] == ["财政部", "税务总局"]


def test_hong_kong_is_a_party_where_it_acts_and_a_place_where_it_does_not(read: Read) -> None:
    assert "香港特别行政区政府" in [a.name for a in read("与香港一道探索更加便利的政策。").agents]
    assert [a.name for a in read("海关监管区域与香港之间设为“一线”。").agents] == []
    assert [a.name for a in read("便利香港居民办理手续。").agents] == []


def test_the_notice_is_addressed_to_its_recipients(plan: Extraction) -> None:
    (row,) = [row for row in plan.records.obligations if row.clause == "preamble"]
    assert row.quote == "请认真遵照执行"
    assert [(p.name, p.role) for p in row.agents] == [
        ("广东省", "addressee"),
        ("国务院各部委", "addressee"),
        ("各直属机构", "addressee"),
    ]


def test_ten_of_the_thirty_clauses_name_a_body(plan: Extraction) -> None:
    named = {c for a in plan.records.agents if a.tier == "named" for c in a.clauses if c.isdigit()}
    assert named == {"9", "12", "14", "15", "19", "22", "23", "28", "29", "30"} | (named & {"7", "10", "16"})


def test_no_dated_target_of_the_plan_has_a_named_owner(plan: Extraction) -> None:
    dated = [row for row in plan.records.obligations if row.deadline and row.deadline.date]
    assert len(dated) == 17
    assert {row.clause for row in dated} == {"3", "6"}
    assert {row.deadline.date for row in dated if row.deadline} == {"2025-12-31", "2035-12-31", "2024-12-31"}
    assert [row for row in dated if row.agents] == []
