"""What is a task of its own and what only belongs to one: topics, announced lists, definitions, pointers."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Read, Rows

ONE = [
    "国家限制出口的设备、材料，不得运出园区。",
    "承办人应当在受理之日起十日内，将结果告知申请人。",
    "主管部门应当按照国家有关规定，公开审批结果。",
    "经营者首次办理登记，应当提交身份证明。",
    "如发生争议，由主管部门裁定。",
    "国家禁止进出口的货物、物品，不得进出保税区。",
    "投资者因履行合同发生的争议，当事人应当协商解决。",
    "对于国家尚未制定标准但符合国际规范的产品和服务，允许开展测试。",
    "投资者举办合资经营企业，由合资方负责申请。",
    "有关单位拥有涉税信息，但未按规定提供的，主要负责人承担相应责任。",
    "审查小组的专家弄虚作假，造成评价严重失实的，由主管部门取消其资格。",
    "应当进行评价的规划的具体范围，由主管部门拟订。",
    "市统计部门应当会同其他有关部门，建立统计分类标准。",
    "各级登记机关要在各级政府领导下，开展清理。",
    "中央各部门如需设立机构，应当报国务院批准。",
    "合资企业的审批，按照国务院规定的权限办理。",
    "充分运用现代信息技术，建设监测平台。",
    "违反本法规定，滥用职权阻挠研究活动，或者利用职权打压人员的，依法给予处分。",
    "法院在审理案件中，应当听取意见。",
    "各级担保机构要在可持续经营的前提下，降低费率。",
    "只要符合安全标准，政府都要支持。",
    "凡涉及公民权利义务的文件，均要纳入审核范围。",
    "为了监测粮食市场波动，建立监测系统。",
    "国家鼓励和支持各地区结合实际情况，在法治框架内探索优化措施。",
    "鼓励企业通过竞赛、实训等方式，健全人才评定机制。",
    "鼓励和支持企业面向细分行业场景，建设开放创新平台。",
    "推动高校根据学科专业特色，优化专业结构。",
    "参与者接受继续教育的支出，在接受教育期间按照每月四百元扣除。",
    "参与者接受资格教育的支出，在取得证书的当年，按照三千六百元扣除。",
    "退休的法官，不论其居住地点，政府应当支付退休金。",
    "税务机关作出决定前，要听取意见。",
    "在三个工作日内将更新后的目录及依据等，报送主管部门。",
]


@pytest.mark.parametrize("text", ONE)
def test_what_stands_before_a_predicate_belongs_to_it(text: str, rows: Rows) -> None:
    assert [row.quote for row in rows(text)] == [text.rstrip("。")]


NO_TASK = [
    "具体目录见附件。",
    "（此件公开发布）",
    "开展数据交易活动，不得有下列行为：",
    "前款所称相关信息，包括个人身份信息，以及其他有关信息。",
    "数据中心平台包括：共享平台、开放平台、资源池。",
    "本条例自2009年10月1日起施行。",
    "这项工作政策性强，任务艰巨。",
    "解放思想、开拓创新。",
    "居民依法享有选举权和被选举权。",
    "居民有选择职业的自由。",
    "货币的发行权属于特区政府。",
    "私有财产受法律保护。",
    "内容是否符合法律规定。",
    "数据资源属于国家所有。",
    "智能汽车通常也被称为自动驾驶汽车。",
    "理事会由选举产生。",
    "主席产生的具体办法由附件一《主席的产生办法》规定。",
]


def test_cases_and_contents_of_papers_are_no_tasks(read: Read) -> None:
    found = read("有下列情形之一的，应当重新评价：\n1.规划范围发生重大调整；\n2.未附具有关说明。").obligations
    assert [row.quote for row in found] == ["有下列情形之一的，应当重新评价"]
    (sent,) = read(
        "声明应随同以下证明材料提交至主管部门。\n1.测试主体的基本情况；\n2.检测机构出具的检验报告。"
    ).obligations
    assert sent.quote == "声明应随同以下证明材料提交至主管部门"
    (held,) = read("示范应用主体应提供声明，包括示范应用主体、车辆识别代号等信息。").obligations
    assert held.quote == "示范应用主体应提供声明"


TWO = [
    ("当事人应保护现场并立即报警。", ["当事人应保护现场", "立即报警"]),
    ("对项目予以备案并公告结果。", ["对项目予以备案", "公告结果"]),
    ("加强资格管理，统一证件样式。", ["加强资格管理", "统一证件样式"]),
    ("按照每月1000元的标准扣除，扣除期限不超过240个月。", ["按照每月1000元的标准扣除", "扣除期限不超过240个月"]),
    ("建立并完善技术标准。", ["建立并完善技术标准"]),
    ("支持取得资格并办理登记的企业开展试点。", ["支持取得资格并办理登记的企业开展试点"]),
]


@pytest.mark.parametrize(("text", "quotes"), TWO)
def test_two_verbs_with_two_objects_are_two_rows(text: str, quotes: list[str], rows: Rows) -> None:
    assert [row.quote for row in rows(text)] == quotes


def test_what_one_is_supported_to_do_is_supported_to_its_end(rows: Rows) -> None:
    found = rows("支持企业建设研发平台并开展技术攻关，实现在线诊断。")
    assert [row.force for row in found] == ["support"] * 3


DATED = [
    ("各地区要于2019年3月底前制定实施方案。", "duty"),
    ("2024年6月底前出台管理办法。", "duty"),
    ("到2025年，建成一批示范项目。", "target"),
    ("2025年初步建成示范项目。", "target"),
]


@pytest.mark.parametrize(("text", "modality"), DATED)
def test_what_is_to_be_done_by_a_day_is_a_duty(text: str, modality: str, rows: Rows) -> None:
    assert [row.modality for row in rows(text)] == [modality]


@pytest.mark.parametrize("text", NO_TASK)
def test_pointers_labels_definitions_and_announcements_are_no_rows(text: str, rows: Rows) -> None:
    assert rows(text) == []


LISTS = [
    ("投资者可以采取下列方式投资：", "permission"),
    ("投资者不得有下列行为：", "prohibition"),
    ("有关部门要做好以下工作：", "duty"),
]


@pytest.mark.parametrize(("opening", "modality"), LISTS)
def test_the_items_of_a_list_are_what_its_announcement_says(opening: str, modality: str, read: Read) -> None:
    found = read(f"{opening}\n1.开展补偿贸易；\n2.购买企业债券。").obligations
    assert {row.modality for row in found if "贸易" in row.quote or "债券" in row.quote} <= {modality}


RELIEF = [
    ("申请人无需重复提交材料。", "exemption"),
    ("对未按要求报告的，可暂停其测试活动。", "permission"),
    ("当事人可以依据合同中的条款，提交仲裁。", "permission"),
    ("审批时限可缩短至五日。", "permission"),
    ("其进口环节增值税不征。", "exemption"),
    ("符合条件的企业免缴注册费。", "exemption"),
    ("推动城市更可持续发展。", "duty"),
    ("主管部门应当公布《禁止出口货物目录》。", "duty"),
]


@pytest.mark.parametrize(("text", "modality"), RELIEF)
def test_reliefs_and_permissions_are_no_duties(text: str, modality: str, rows: Rows) -> None:
    assert [row.modality for row in rows(text)] == [modality]


CONDITIONS = [
    ("主管部门在审批草案时，应当听取意见。", "在审批草案时"),
    ("有关部门在征询各方的意见后，可以调整目录。", "在征询各方的意见后"),
    ("立法机关如拒绝批准预算案，可以申请临时拨款。", "立法机关如拒绝批准预算案"),
    ("排放总量超过控制指标的，应当暂停审批项目。", "排放总量超过控制指标的"),
    ("确需邀请的须报国务院批准。", "确需邀请的"),
    ("如有需要可临时召开会议。", "如有需要"),
    ("在道路试验过程中，不得搭载货物。", "在道路试验过程中"),
    ("在试点期间，暂停执行有关规定。", "在试点期间"),
    ("如发生争议，由主管部门裁定。", "如发生争议"),
    ("验收合格后方可投入使用。", "验收合格后"),
    ("必要时，启动应急预案。", "必要时"),
    ("逾期不改正的由主管部门处罚。", "逾期不改正的"),
    ("申请人办理登记时，应当提交材料。", "申请人办理登记时"),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS)
def test_what_must_hold_or_come_first_is_a_condition(text: str, condition: str, rows: Rows) -> None:
    assert [row.condition for row in rows(text)] == [condition]


def test_the_dash_before_an_item_is_no_part_of_its_quote(rows: Rows) -> None:
    found = rows("——建成五个平台。\n——制定三项标准。")
    assert [row.quote for row in found] == ["建成五个平台", "制定三项标准"]


@pytest.mark.parametrize(
    "text",
    [
        "为了推进中心建设，强化战略支撑，根据有关法律，制定本条例。",
        "园区内的居民，简称园区居民。",
        "办公室隶属于市人民政府。",
        "理事会每届任期三年。",
    ],
)
def test_what_a_text_is_for_and_what_is_so_is_no_task(text: str, rows: Rows) -> None:
    assert rows(text) == []


def test_a_dismissal_is_no_exemption(rows: Rows) -> None:
    (row,) = rows("对不称职的人员应当予以免职。")
    assert row.modality == "duty"
