"""What a question takes over from the one before it, and several questions in one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kg.answer.conversation import Resolved, resolve, split
from kg.answer.dialogue.forms import Forms, Tongue, Utterance, form
from kg.errors import RuleError
from kg.rules import load, read

FORMS = load("conversation", Forms)
EXAMPLES = [
    (tongue, one.id, example.text, example.hits)
    for tongue, known in (("zh", FORMS.zh), ("en", FORMS.en))
    for one in known
    for example in one.examples
]


@pytest.mark.parametrize(("tongue", "name", "text", "hits"), EXAMPLES)
def test_a_form_hits_what_its_examples_say_and_nothing_else(tongue: Tongue, name: str, text: str, hits: bool) -> None:
    assert len(EXAMPLES) >= 280
    match = form(tongue, name).search(Utterance.of(text).plain)
    assert bool(match and match.group()) is hits


@pytest.mark.parametrize(
    ("zh", "problem"),
    [
        (
            "[{id: a, pattern: b, colour: red, examples: [{text: b, hits: true}, {text: c, hits: false}]}]",
            r"zh\.a\.colour: Extra",
        ),
        ("[{id: a, pattern: b}]", r"zh\.a\.examples: Field required"),
        ("[{id: a, pattern: '(', examples: [{text: b, hits: true}, {text: c, hits: false}]}]", "not a valid pattern"),
        ("[{id: a, pattern: b, examples: [{text: b, hits: true}]}]", "lacks an example"),
        ("[{id: a, pattern: ⟨b⟩, examples: [{text: b, hits: true}, {text: c, hits: false}]}]", "refers to 'b'"),
        (
            "[{id: a, pattern: b, words: [b], examples: [{text: b, hits: true}, {text: c, hits: false}]}]",
            "exactly one of",
        ),
        ("[{id: a, words: [true], examples: [{text: b, hits: true}, {text: c, hits: false}]}]", r"zh\.a\.words\.0: "),
    ],
)
def test_a_file_of_forms_that_says_something_else_is_refused(tmp_path: Path, zh: str, problem: str) -> None:
    path = tmp_path / "conversation.yaml"
    path.write_text(f"zh: {zh}\nen: []\n", encoding="utf-8")
    with pytest.raises(RuleError, match=problem):
        read(path, Forms)


TAKEN_UP = [
    # a pronoun stands for what the question before was about
    ("古镇大桥什么时候通车？", "它由谁负责？", "古镇大桥由谁负责？"),
    ("养老服务补贴办法由哪个部门制定？", "那个由谁批准", "养老服务补贴办法由谁批准？"),
    ("由哪些部门制定养老服务补贴办法", "它什么时候出台？", "养老服务补贴办法什么时候出台？"),
    ("请问古镇大桥什么时候通车？", "谢谢，那它由谁负责呢？", "古镇大桥由谁负责？"),
    ("古鎮大橋幾時通車？", "佢由邊個起？", "古鎮大橋由邊個起？"),
    ("When will the harbour bridge be opened?", "Who runs it?", "Who runs the harbour bridge?"),
    (
        "Who drafts the care allowance rules?",
        "When do they take effect?",
        "When do the care allowance rules take effect?",
    ),
    ("Where are care homes built?", "Is it mandatory?", "Are care homes mandatory?"),
    ("Who runs the harbour bridge?", "What is its length?", "What is the harbour bridge’s length?"),
    ("Is there a care fund, please?", "how large is it?", "How large is the care fund?"),
    # a noun points at a thing that was named in full
    ("养老服务补贴办法由哪个部门制定？", "该办法什么时候出台？", "养老服务补贴办法什么时候出台？"),
    ("社区养老有什么安排？", "这些安排由谁落实？", "社区养老的安排由谁落实？"),
    ("Who approves the annual care report?", "When is that report due?", "When is the annual care report due?"),
    # a question without any matter
    ("古镇大桥什么时候通车？", "由谁负责", "古镇大桥由谁负责？"),
    ("古鎮大橋由邊個起？", "咁幾時完成", "古鎮大橋幾時完成？"),
    ("养老服务补贴办法由谁制定？", "什么时候？", "养老服务补贴办法什么时候制定？"),
    ("古镇大桥由谁负责？", "什么时候？", "古镇大桥什么时候完成？"),
    ("护士能不能跨区执业？", "需要备案吗？", "护士跨区执业需要备案吗？"),
    ("哪些企业能享受优惠税率？", "税率是多少？", "优惠税率是多少？"),
    ("When will the harbour bridge be opened?", "By whom?", "By whom will the harbour bridge be opened?"),
    ("Who drafts the care rules?", "By when?", "What is the deadline for drafting the care rules?"),
    ("Which nurses qualify for the allowance?", "Until when?", "Until when do nurses qualify for the allowance?"),
    (
        "Can nurses practise elsewhere?",
        "Under what conditions?",
        "Under what conditions can nurses practise elsewhere?",
    ),
    ("Who drafts the care rules?", "And who approves?", "Who approves the care rules?"),
    # one side of the same matter
    ("养老服务补贴办法由谁制定？", "那期限呢", "养老服务补贴办法的期限是什么时候？"),
    ("古镇园区的面积是多少？", "它的期限呢？", "古镇园区的期限是什么时候？"),
    ("护士可以跨区执业吗？", "那条件呢？", "护士可以跨区执业的条件是什么？"),
    ("邊個管理個基金？", "咁規模呢？", "基金的規模是多少？"),
    ("Who runs the harbour park?", "what about the area?", "What is the area of the harbour park?"),
    ("What is the care fund?", "Its conditions?", "What are the conditions for the care fund?"),
    # another thing of the same kind
    ("民政局负责什么？", "那财政局呢", "财政局负责什么？"),
    ("养老服务补贴办法由谁制定？", "那财政局呢", "养老服务补贴办法由财政局制定吗？"),
    ("北京园区的面积是多少？", "那上海园区呢", "上海园区的面积是多少？"),
    ("北京园区的面积是多少？", "那上海呢", "上海园区的面积是多少？"),
    ("试点设在哪里？", "上海市呢？", "试点设在上海市吗？"),
    ("企业所得税的税率是多少？", "那个人所得税呢？", "个人所得税的税率是多少？"),
    ("进口设备免关税吗？", "那消费税呢？", "进口设备免消费税吗？"),
    ("免征哪些税？", "那增值税呢？", "免征增值税吗？"),
    ("護士可以跨區執業嗎？", "醫生也可以嗎？", "醫生可以跨區執業嗎？"),
    ("第三条讲什么？", "第五条呢？", "第五条讲什么？"),
    ("2025年的目标是什么？", "那2030年呢？", "2030年的目标是什么？"),
    ("基金由邊個管？", "咁香港嗰個呢？", "香港的基金由邊個管？"),
    ("区内的货物怎么征税？", "那区外的货物呢？", "区外的货物怎么征税？"),
    ("免征哪些税？", "还有呢？", "免征哪些税？"),
    ("What is the tax rate in Shanghai?", "and in Macau?", "What is the tax rate in Macau?"),
    ("What is the tax rate?", "In Macau?", "What is the tax rate in Macau?"),
    ("Who drafts the care rules?", "What about the health ministry?", "Does the health ministry draft the care rules?"),
    ("What must the Ministry of Finance do?", "What about Shanghai?", "What must Shanghai do?"),
    ("What does article 3 say?", "And article 5?", "What does article 5 say?"),
    ("May firms hire nurses?", "And individuals?", "May individuals hire nurses?"),
    ("What is the corporate income tax rate?", "and individual income tax?", "What is the individual income tax rate?"),
    ("Are imported scanners exempt?", "Does that apply to beds too?", "Are beds exempt?"),
    # the last of several questions before, and several that follow
    ("社区食堂由谁管？古镇大桥什么时候通车？", "它由谁负责？", "古镇大桥由谁负责？"),
    ("古镇大桥什么时候通车、由谁负责？", "它多长？", "古镇大桥多长？"),
    ("古镇大桥什么时候通车？", "它由谁负责？长度多少？", "古镇大桥由谁负责？长度多少？"),
    # a matter named in the other language
    ("When will the harbour bridge be opened?", "由谁负责？", "“the harbour bridge”由谁负责？"),
    ("古镇大桥什么时候通车？", "Who is responsible for it?", "Who is responsible for “古镇大桥”?"),
    # and in the other script
    ("古镇大桥什么时候通车？", "它由誰負責？", "古鎮大橋由誰負責？"),
    ("古鎮大橋幾時通車？", "那期限呢", "古鎮大橋的期限是什麼時候？"),
]


@pytest.mark.parametrize(("previous", "text", "whole"), TAKEN_UP)
def test_a_question_takes_over_from_the_one_before_what_it_leaves_out(previous: str, text: str, whole: str) -> None:
    found = resolve(text, previous)
    assert found.text == whole
    assert found.unclear is None
    assert found.note is not None
    assert whole in found.note


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("它由谁负责？", "理解为：“大桥由谁负责？”。"),
        ("它由誰負責？", "理解為：「大橋由誰負責？」。"),
        ("Who runs it?", "Understood as: “Who runs “大桥”?”"),
    ],
)
def test_the_note_is_in_the_language_of_the_question(text: str, note: str) -> None:
    assert resolve(text, "大桥什么时候通车？").note == note


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("它由谁负责？", "它"),
        ("那它的期限呢？", "那它的期限呢"),
        ("那谁负责呢？", "那谁负责呢"),
        ("这个呢？", "这个"),
        ("佢幾時完成？", "佢"),
        ("咁幾時完成", "咁幾時完成"),
        ("那财政局呢", "那财政局呢"),
        ("负责单位是哪个？", "负责单位是哪个"),
        ("Who approves it?", "it"),
        ("And in Macau?", "And in Macau"),
        ("What about the area?", "What about the area"),
        ("By when?", "By when"),
    ],
)
@pytest.mark.parametrize("previous", [None, "", "它什么时候建成？", "And when does it open?", "问" * 20_000])
def test_a_question_that_leans_on_nothing_asks_what_is_meant(text: str, words: str, previous: str | None) -> None:
    found = resolve(text, previous)
    assert (found.text, found.note) == (text, None)
    assert found.unclear is not None
    assert words in found.unclear


ALONE = [
    "园区管理局由谁领导，它的职责是什么？",
    "如果企业没有备案，它可以申请吗？",
    "其他企业可以申请吗？",
    "园区建设应当遵循其规划吗？",
    "那些单据要放几年？",
    "那15所高校的名单在哪里？",
    "该园区由谁管理？",
    "这份规划什么时候印发？",
    "会议纪要由谁签发？",
    "評估由誰組織？",
    "創新怎樣支持？",
    "咁多企業由邊個管？",
    "二氧化硫目标降3%，化学需氧量和氨氮呢？",
    "前期工作由谁负责？",
    "If a firm moves away, can it keep the allowance?",
    "Is it forbidden to charge users more?",
    "Is it the ministry that decides?",
    "How long does it take to get a licence?",
    "Which companies hold IT systems?",
    "How often do they publish the list of test sites?",
    "What about pay for people on major research missions?",
    "Who checks that the rules are kept?",
    "What is this plan for?",
    "",
    "？",
]


@pytest.mark.parametrize("text", ALONE)
@pytest.mark.parametrize("previous", [None, "古镇大桥什么时候通车？", "Who runs the harbour bridge?"])
def test_a_question_that_stands_alone_is_left_alone(text: str, previous: str | None) -> None:
    assert resolve(text, previous) == Resolved(text)


@pytest.mark.parametrize(
    "text",
    [
        *("面积多大？", "税率是多少？", "税率", "什么时候印发的？", "什么时候做评估？", "What is the tax rate?"),
        "By what year should it be a hub of world rank?",
    ],
)
def test_what_a_document_has_as_a_whole_may_be_asked_first(text: str) -> None:
    assert resolve(text, None) == Resolved(text)


def test_a_document_is_published_and_a_bridge_is_not() -> None:
    assert resolve("什么时候印发的？", "养老服务补贴办法由谁制定？").text == "养老服务补贴办法什么时候印发的？"
    assert resolve("什么时候印发的？", "古镇大桥什么时候通车？").note is None


@pytest.mark.parametrize(
    ("previous", "text"), [("古镇园区的面积是多少？", "那财政局呢？"), ("民政局负责什么？", "那消费税呢？")]
)
def test_a_thing_of_another_kind_takes_no_place_of_anything(previous: str, text: str) -> None:
    assert resolve(text, previous).unclear is not None


SEVERAL = [
    ("第三条和第五条分别讲什么？", ("第三条讲什么？", "第五条讲什么？")),
    ("第三條、第五條和第七條規定了甚麼？", ("第三條規定了甚麼？", "第五條規定了甚麼？", "第七條規定了甚麼？")),
    ("北京园区和上海园区的面积分别是多少？", ("北京园区的面积是多少？", "上海园区的面积是多少？")),
    ("财政部、海关总署各负责什么？", ("财政部负责什么？", "海关总署负责什么？")),
    ("古镇大桥什么时候通车、由谁负责？", ("古镇大桥什么时候通车？", "古镇大桥由谁负责？")),
    ("古鎮大橋幾時起好，由邊個負責？", ("古鎮大橋幾時起好？", "古鎮大橋由邊個負責？")),
    ("古镇大桥何时、由谁重建？", ("古镇大桥何时重建？", "古镇大桥由谁重建？")),
    ("基金规模多大，由谁管理？", ("基金规模多大？", "基金由谁管理？")),
    ("护士津贴由谁审批，怎么申请，要什么条件？", ("护士津贴由谁审批？", "护士津贴怎么申请？", "护士津贴要什么条件？")),
    ("哪些货物免税、哪些企业减税？", ("哪些货物免税？", "哪些企业减税？")),
    ("赤字率定在多少，城镇失业率控制在多少？", ("赤字率定在多少？", "城镇失业率控制在多少？")),
    ("古镇大桥什么时候通车？由谁负责？", ("古镇大桥什么时候通车？", "古镇大桥由谁负责？")),
    ("古镇大桥什么时候通车？那期限呢？", ("古镇大桥什么时候通车？", "古镇大桥的期限是什么时候？")),
    ("护士津贴是什么？由谁审批？什么时候开始？", ("护士津贴是什么？", "护士津贴由谁审批？", "护士津贴什么时候开始？")),
    (
        "Who drafts the care rules, and by when?",
        ("Who drafts the care rules?", "What is the deadline for drafting the care rules?"),
    ),
    (
        "Who drafts the care rules and who approves them?",
        ("Who drafts the care rules?", "Who approves the care rules?"),
    ),
    ("When and by whom is the plan reviewed?", ("When is the plan reviewed?", "By whom is the plan reviewed?")),
    ("When does the bridge open, and where?", ("When does the bridge open?", "Where does the bridge open?")),
    ("Is there a care fund, and how large is it?", ("Is there a care fund?", "How large is the care fund?")),
    (
        "For nurses, what is the rate and what is the cap?",
        ("For nurses, what is the rate?", "For nurses, what is the cap?"),
    ),
    (
        "We run a care home.  Who grants the allowance? And by when?",
        ("We run a care home.  Who grants the allowance?", "What is the deadline for granting the allowance?"),
    ),
    ("Who runs the bridge? What is its length?", ("Who runs the bridge?", "What is the bridge’s length?")),
]


@pytest.mark.parametrize(("text", "parts"), SEVERAL)
def test_several_questions_in_one_are_each_asked_alone(text: str, parts: tuple[str, ...]) -> None:
    assert split(text) == parts
    assert all(resolve(part, None) == Resolved(part) for part in parts)
    assert all(split(part) == (part,) for part in parts)


ONE = [
    "养老服务补贴办法由谁制定和监督？",
    "古镇大桥由谁建设、谁运营？",
    "应急粮食怎么运，由哪两个部门安排落实？",
    "流动摊贩能在哪里摆，归谁来定？",
    "试点办得怎么样，谁出来评估？",
    "试点办得怎么样，什么时候评估？",
    "听说古镇有几座大桥，哪座先通车？",
    "二线是哪里跟哪里之间的线？",
    "国家协调机制由谁和谁牵头？",
    "“谁主管、谁负责”的原则由谁提出？",
    "护士津贴一次给多少、最多给多少？",
    "护士可以跨区执业吗？对吗？",
    "是试点，还是全面推开？还是都不做？",
    "间接费用往上提还是往下压？我只问：是不是往上提？",
    "古镇大桥什么时候通车？谢谢！",
    "手机、数据、直播分别会变成农民的什么？",
    "近期和远期分别盯什么？",
    "Who drafts and signs the care rules?",
    "What must be told when a firm moves, and to whom?",
    "Which river mouths and which bay should be cleaned?",
    "Which ministry leads and which one works with it?",
    "Are nurses exempt from this? Is that right?",
    "Is this one body or many, and which?",
    "",
    "？？？",
    "问" * 5_000 + "？由谁负责？",
]


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_one(text: str) -> None:
    assert split(text) == (text,)


@pytest.mark.parametrize(
    "unit",
    [
        *("的", "应当", "需要", "由谁", "、和", "第三条、", "什么时候", "那呢", "“", "要不要", "面积"),
        *("it ", "and who ", "what about ", "the of ", "is it "),
    ],
)
def test_a_long_and_odd_question_costs_no_more_than_a_moment(unit: str) -> None:
    for length in (300, 400, 10_000):
        text = (unit * length)[:length] + "？"
        began = time.process_time()
        split(text)
        resolve(text, text)
        resolve("它由谁负责？", text)
        resolve("Who runs it?", text)
        assert time.process_time() - began < 1
