"""What speaks for certain against 是, what a plan cannot know, and what a question asks to be not so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answer.claims import Objection, asks_state, complement_stands, denies, negated_ask, objections
from kg.answer.cues import as_ruled
from kg.patterns import rules

ANSWER = Path(__file__).resolve().parents[2] / "kg" / "answer"
CODE = "".join((ANSWER / f"{name}.py").read_text("utf-8") for name in ("claims", "cues", "figures"))

TAX = "对特定封闭区域内鼓励类产业企业减按15%税率征收企业所得税，并由财政部、税务总局按程序制定优惠产业目录。"
AREA = (
    "合作区地处香港特别行政区北部和深圳市中南部跨境接壤地带，面积约3.89平方公里。其中，深圳园区"
    "（即合作备忘录所称“深方科创园区”）面积3.02平方公里，香港园区（即合作备忘录所称“港深创新及科技园”）面积0.87平方公里。"
)
GOODS = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定。"
INCOME = "对在深圳园区工作的香港居民，其个人所得税税负超过香港税负的部分予以免征。"
REVIEW = "国家发展改革委要加强统筹协调，适时组织开展评估。"
EXEMPT = "探索实行科研机构“白名单”制备案管理，对符合条件的进口自用科研货物免征关税、进口环节增值税和消费税。"
SECOND_LINE = "经“二线”进入深圳的货物，按照进口货物有关规定征收关税，“一线”已缴税货物除外。"
LAWYERS = "支持“白名单”内具有港澳职业资格人士经备案后直接提供专业服务（法律服务、证券基金期货等特殊行业除外）。"


def objected(question: str, passage: str, asked: Sequence[str] = (), **more: Any) -> tuple[Objection, ...]:  # noqa: ANN401
    given = {"force": None, "exception": None, "agents_there": (), **more}
    return objections(question, passage, agents_asked=asked, **given)


def found(question: str, passage: str, asked: Sequence[str] = (), **more: Any) -> set[tuple[str, str]]:  # noqa: ANN401
    return {(one.id, one.verdict) for one in objected(question, passage, asked, **more)}


@pytest.mark.parametrize(
    ("rule", "text", "hits"), [(one.id, text.text, text.hits) for one in rules("claims") for text in one.examples]
)
def test_an_example_hits_exactly_when_it_should(rule: str, text: str, hits: bool) -> None:
    assert next(one for one in rules("claims") if one.id == rule).hits(as_ruled(text)) is hits


def test_every_rule_is_used() -> None:
    ids = [rule.id for rule in rules("claims")]
    assert len(ids) >= 50
    assert not [rule for rule in ids if f'"{rule}"' not in CODE and not rule.startswith("contrary-")]


# ------------------------------------------------------------------ what the passage denies


@pytest.mark.parametrize(
    ("question", "passage", "rule"),
    [
        ("企业所得税税率是25%吗？", TAX, "other_number"),
        ("企业所得税按百分之二十五征收吗？", TAX, "other_number"),
        ("企业所得稅稅率係咪百分之十？", TAX, "other_number"),
        ("Is the corporate income tax rate ten per cent?", TAX, "other_number"),
        ("深圳园区面积是五平方公里吗？", AREA, "other_number"),
        ("深圳园区面积是500公顷吗？", AREA, "other_number"),
        ("深圳园区面积超过4平方公里吗？", AREA, "other_number"),
        ("深圳园区面积不到3平方公里吗？", AREA, "other_number"),
        ("深圳园区面积是3.02公里吗？", AREA, "other_unit"),
        ("合作区面积比深圳园区小吗？", AREA, "compared"),
        ("深圳园区面积比香港园区小吗？", AREA, "compared"),
        ("口岸重建要在2024年完成吗？", "到2025年，口岸整体完成重建。", "other_year"),
        ("本省排全国第一吗？", "区域创新能力保持全国第6位。", "other_rank"),
        ("评估是每年一次吗？", REVIEW, "other_frequency"),
        ("全市企业都能享受15%税率吗？", TAX, "wider_scope"),
        ("Is the rate fifteen per cent in the whole zone?", TAX, "wider_scope"),
        ("所有货物都免关税吗？", EXEMPT, "wider_scope"),
        ("香港居民的企业所得税也免吗？", INCOME, "contrary"),
        ("涉密项目也开放吗？", "非涉密项目向境外机构有序开放。", "contrary"),
        ("是否仅限济南、青岛两市？", "培育壮大济南、青岛、烟台、潍坊等产业基地。", "sole_actor"),
        ("现在可以用电子运单了吗？", "探索赋予电子运单物权凭证功能。", "not_yet"),
        ("May an e-waybill already serve as a document of title?", "研究赋予电子运单物权凭证功能。", "not_yet"),
        ("青岛的示范区已经批下来了吗？", "支持青岛创建服务业扩大开放示范区。", "not_yet"),
        ("企业可以卖原始数据吗？", "不得对原始数据进行交易。", "forbidden"),
        ("公司可唔可以賣原始數據？", "严禁对原始数据进行交易。", "forbidden"),
        ("展品进出要检验吗？", "进出园区的保税展示商品免于检验。", "freed"),
        ("是不是每家企业都必须登记？", "鼓励企业开展登记。", "unbound"),
        ("Must every firm register?", "引导企业开展登记。", "unbound"),
        ("白名单内的律师可以直接提供法律服务吗？", LAWYERS, "excepted"),
    ],
)
def test_what_the_passage_contradicts_is_found(question: str, passage: str, rule: str) -> None:
    assert (rule, "否") in found(question, passage)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("企业所得税减按１５％征收吗？", TAX),
        ("企业所得税税率是一成五吗？", TAX),
        ("深圳园区面积是302公顷吗？", AREA),
        ("河套合作区总面积是389万平方米吗？", AREA),
        ("合作区面积比深圳园区大吗？", AREA),
        ("深圳园区面积不到4平方公里吗？", AREA),
        ("口岸重建要在2025年完成吗？", "到2025年，口岸整体完成重建。"),
        ("国家发展改革委要适时评估吗？", REVIEW),
        ("要定期检查吗？", "每年开展一次检查。"),
        ("香港居民的个人所得税也免吗？", INCOME),
        ("特定区域内的鼓励类企业都能享受15%吗？", TAX),
        ("规划有没有提探索电子运单？", "探索赋予电子运单物权凭证功能。"),
        ("科研资金可以跨境资助项目吗？", "允许科研资金跨境资助科研项目，研究完善科研资金监管制度。"),
        ("能开展干细胞研究吗？", "医疗机构可按照有关规定开展干细胞临床研究。"),
        ("办理意见已经批准了吗？", "有关部门研究提出了办理意见，已经国务院批准。"),
        ("经批准可以向境外提供吗？", "未经批准不得向境外提供。"),
        ("保安可以住在区内吗？", "除安全保卫人员外，其他人员不得在区内居住。"),
        ("是不是不准卖原始数据？", "不得对原始数据进行交易。"),
        ("重点货物要检验吗？", "除重点货物外，其他货物免于检验。"),
        ("评审必须公开吗？", "评审应当公开。"),
        ("四岁的孩子能按规定扣除吗？", "年满3岁的子女，按规定扣除。"),
        ("我们有六万元，够登记吗？", "登记应有5万元资金。"),
        ("两家公司之间可以转让货物吗？", "区内货物可以在企业之间转让，每个企业设一个账册。"),
        ("手写的档案算数据吗？", "数据是指以电子或者其他方式对信息的记录。"),
    ],
)
def test_what_the_passage_does_not_contradict_is_let_be(question: str, passage: str) -> None:
    assert found(question, passage) == set()


def test_a_limit_that_the_text_does_not_come_up_to_is_not_denied_but_unknown() -> None:
    assert found("规模的目标是超过一万亿元吗？", "产业规模超过4000亿元。") == {("other_number", "unknown")}


def test_what_the_question_itself_denies_is_left_to_the_reader() -> None:
    assert found("税率不是25%吧？", TAX) == set()


def test_one_body_alone_is_contradicted_by_a_list_of_them() -> None:
    there = ("财政部", "海关总署", "税务总局")
    question = "货物分线管理办法由海关总署独自制定吗？"
    assert found(question, GOODS, asked=("海关总署",), agents_there=there) == {("sole_actor", "否")}
    assert found("货物分线管理办法由海关总署制定吗？", GOODS, asked=("海关总署",), agents_there=there) == set()


def test_a_body_in_the_place_of_the_one_that_is_named_is_contradicted() -> None:
    passage = "推进智慧海洋牧场建设。（省农业农村厅牵头）"
    asked = found("智慧海洋牧场由省海洋局牵头吗？", passage, asked=("省海洋局",), agents_there=("省农业农村厅",))
    assert asked == {("other_body", "否")}


@pytest.mark.parametrize("passage", ["口岸整体完成重建。", "由有关部门按职责分工推进口岸重建。"])
def test_a_body_is_not_known_where_none_is_named(passage: str) -> None:
    asked = found("财政部负责重建口岸吗？", passage, asked=("财政部",), agents_there=())
    assert asked == {("other_body", "unknown")}


def test_a_body_that_is_only_mentioned_has_no_part() -> None:
    assert found("財政廳嘅人可以參加嗎？", "企业可以参加。", asked=("财政厅",), agents_there=("科技部",)) == set()


def test_the_force_of_the_row_counts_where_its_words_have_none() -> None:
    question, passage = "现在可以提供跨境服务吗？", "提供跨境法律服务"
    assert found(question, passage, force="exploratory") == {("not_yet", "否")}
    assert found(question, passage, force="firm") == set()


def test_the_exception_of_the_row_counts_where_the_passage_has_it_not() -> None:
    question, passage = "律师可以直接提供法律服务吗？", "支持专业人士经备案后直接提供专业服务"
    assert found(question, passage, exception="法律服务除外") == {("excepted", "否")}
    assert found(question, passage) == set()


def test_line_wraps_width_and_script_do_not_matter() -> None:
    wrapped = TAX.replace("15%", "１５％").replace("税率", "\n税率")
    assert found("企業所得稅稅率是２５％嗎？", wrapped) == {("other_number", "否")}


def test_what_is_found_is_said_in_the_words_of_both() -> None:
    (one,) = objected("税率是百分之十吗？", TAX)
    assert one == Objection("other_number", "否", "百分之十 ≠ 15%")


@given(st.text(max_size=60), st.text("企业可以不得探索研究允许除外15%每年一个2025年，。；（）、所有只", max_size=60))
def test_any_two_texts_are_read(question: str, passage: str) -> None:
    for one in objected(question, passage):
        assert one.verdict in ("否", "unknown")


@pytest.mark.parametrize("text", ["which is not the " * 600, "哪些不" * 3_000, "除" * 9_000, "货物、" * 3_000])
def test_a_long_senseless_text_is_read_as_well(text: str) -> None:
    assert negated_ask(text) in (True, False)
    assert len(objected(text, text)) < 50


# ------------------------------------------------------------------ what a plan cannot know


@pytest.mark.parametrize(
    "question",
    [
        *("大桥建成了吗？", "平台现在建好没？", "研究院挂牌了没有？", "口岸而家開咗未？", "配套制度搞掂未？"),
        *("核心产业现在已经过四千亿了吗？", "扣除标准今年又涨了吗？", "Has the bridge been built?"),
        *("Is the port already open?", "Have the norms been finished by now?"),
    ],
)
def test_whether_something_has_come_about_is_a_question_of_state(question: str) -> None:
    assert asks_state(question)


@pytest.mark.parametrize(
    "question",
    [
        *("大桥要建成吗？", "现在可以申请了吗？", "中等职业教育奖学金会设立吗？", "备案是不是不用再拿批文了？"),
        *("规划规定了税率吗？", "由财政部牵头吗？", "May firms now apply?", "Does the plan say it has been built?"),
        *("Must it be built?", "展品要检验吗？"),
    ],
)
def test_what_may_or_has_to_be_is_none(question: str) -> None:
    assert not asks_state(question)


def test_a_state_is_unknown_where_the_text_only_plans_it() -> None:
    assert found("大桥建成了吗？", "到2025年，大桥建成通车。") == {("state", "unknown")}


def test_a_state_that_the_text_reports_is_known() -> None:
    assert found("大桥建成了吗？", "大桥已建成通车。") == set()


def test_what_is_only_explored_is_denied_and_not_unknown() -> None:
    assert found("互认机制已经建立了吗？", "探索建立互认机制。") == {("not_yet", "否")}


# ------------------------------------------------------------------ what is not so


@pytest.mark.parametrize("question", ["能不能申请？", "是不是要登记？", "有没有补贴？", "可唔可以申請？"])
def test_a_question_that_asks_both_ways_denies_nothing(question: str) -> None:
    assert not denies(question)


@pytest.mark.parametrize("question", ["是不是不准申请？", "企业没有补贴吗？", "Is it not allowed?", "Isn't it free?"])
def test_a_question_that_denies_is_told(question: str) -> None:
    assert denies(question)


@pytest.mark.parametrize(
    "question",
    [
        *("哪些货物不免税？", "不适用15%税率的是什么企业？", "哪些企业不能享受15%的所得税？", "不允许哪些行为？"),
        *("哪些商品不属于免税范围？", "个人所得税不予免征的是哪部分？", "哪些行为被禁止？", "什么不能做？"),
        *("邊啲企業唔可以參加？", "What has not been allowed?", "Who may not apply?", "Which goods are excluded?"),
    ],
)
def test_a_question_for_what_is_not_so_is_told(question: str) -> None:
    assert negated_ask(question)


@pytest.mark.parametrize(
    "question",
    [
        *("不服决定找谁复议？", "没有登记的社团怎么处理？", "哪些企业可以享受15%？", "不超过多少？"),
        *("哪项支出只增不减？", "没有资格的人要满足什么条件？", "Which internet firms pay?"),
        *("If papers are not complete, who decides?", "Where fees don't cover costs, what must the town do?"),
    ],
)
def test_a_denial_in_what_is_meant_is_none(question: str) -> None:
    assert not negated_ask(question)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("哪些货物不免税？", SECOND_LINE),
        ("哪些人员不得居住？", "除安全保卫人员外，其他人员不得在区内居住。"),
        ("哪些行业不适用？", LAWYERS),
        ("哪类项目不在开放之列？", "探索财政科技计划非涉密项目向境外科研机构有序开放。"),
        ("哪些货物不用检验？", "进出园区的保税展示商品免于检验。"),
        ("Who may not name an agency?", "行政机关不得指定中介服务机构。"),
    ],
)
def test_a_complement_that_the_passage_says_stands(question: str, passage: str) -> None:
    assert negated_ask(question)
    assert complement_stands(question, passage)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("哪些货物不免税？", EXEMPT),
        ("不适用15%税率的是什么企业？", TAX),
        ("哪些企业不能享受15%的所得税？", TAX),
        ("个人所得税不予免征的是哪部分？", INCOME),
        ("不允许哪些行为？", "在不违反国家法律基本原则的前提下，研究允许港资企业协议选择适用香港法律。"),
        ("不允许哪些行为？", EXEMPT),
        ("What has not been allowed?", "允许科研资金跨境资助科研项目。"),
    ],
)
def test_what_is_left_of_an_affirmative_list_is_no_complement(question: str, passage: str) -> None:
    assert not complement_stands(question, passage)
