"""An answer as a reader at a terminal gets it: in which order, and with what claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.answer.record import Answer, CitedDocument, Evidence, Item, OtherAnswer, Qualifier, Reason
from kg.cli.answer_text import answer_text
from kg.vocab import Lang

QUOTES = ("具体办法由甲局、乙局制定", "丙局配合", "丁局监督", "戊局备案")
EVIDENCE = tuple(Evidence(str(number), quote, 7, 19, "plan") for number, quote in enumerate(QUOTES, 1))
ANSWER = Answer(
    id=None,
    question="具体办法由谁制定？",
    lang="zh-Hans",
    intent="agency",
    answered=True,
    reason=None,
    answers=(Item("甲局", None), Item("乙局", None)),
    message="第一条写明的是甲局、乙局。",
    qualifier=None,
    clauses=("1",),
    evidence=EVIDENCE,
    ranking=(),
    sparql=None,
    confidence=0.9,
    elapsed_ms=1.0,
    basis=None,
    assured=True,
)
FIRST = "  1 [7-19] 具体办法由甲局、乙局制定"


def test_an_assured_answer_has_its_items_first_then_the_sentence_then_the_quote_alone() -> None:
    assert answer_text(ANSWER) == f"甲局、乙局\n\n{ANSWER.message}\n\n{FIRST}"


def test_what_limits_it_and_what_it_goes_by_stand_below_the_quote_and_the_query_last() -> None:
    limit = Qualifier("support", "经批准后", None, "园区")
    full = replace(ANSWER, qualifier=limit, basis="依据：一行。", notes=("按甲理解乙。",), sparql="SELECT *\n")
    _, below = answer_text(full).split(FIRST)
    assert below == "\n\n限定: support; 园区; 经批准后\n依据：一行。\n按甲理解乙。\n\nSELECT *"


@pytest.mark.parametrize(
    ("lang", "intent", "items", "wanted"),
    [
        ("zh-Hans", "agency", ("甲局", "乙局"), "可能是：甲局、乙局"),
        ("zh-Hant", "agency", ("甲局", "乙局"), "可能是：甲局、乙局"),
        ("en", "agency", ("甲局", "乙局"), "It may say: 甲局, 乙局"),
        ("zh-Hans", "yesno", ("是",), "答案可能是“是”。"),
        ("zh-Hant", "yesno", ("否",), "答案可能是「否」。"),
        ("en", "yesno", ("否",), "The answer may be no."),
        ("zh-Hans", "tasks", ("甲", "乙"), "可能是：\n甲\n乙"),
        ("zh-Hans", "passage", (QUOTES[0],), ""),
    ],
)
def test_one_that_is_not_assured_has_the_passage_first_and_then_what_it_may_say(
    lang: str, intent: str, items: tuple[str, ...], wanted: str
) -> None:
    given = tuple(Item(text, None) for text in items)
    unsure = replace(ANSWER, assured=False, lang=lang, intent=intent, answers=given)  # type: ignore[arg-type]
    assert answer_text(unsure) == f"{FIRST}\n\n{wanted}".rstrip()
    assert ANSWER.message not in answer_text(unsure)


@pytest.mark.parametrize("reason", ["unsure", "unclear", "no_agency_named"])
def test_a_refusal_is_the_sentence_of_who_answers_with_the_nearest_passages(reason: Reason) -> None:
    refused = replace(ANSWER, answered=False, assured=False, reason=reason, answers=(), message="没有找到。")
    assert answer_text(refused).split("\n\n")[0] == "没有找到。"
    assert [quote in answer_text(refused) for quote in QUOTES] == [True, True, True, False]
    assert answer_text(replace(refused, evidence=())) == "没有找到。"


def test_parts_follow_each_other_under_their_questions_and_a_shared_note_stands_once() -> None:
    parts = (ANSWER, replace(ANSWER, question="何时完成？", assured=False, notes=("未用语义模型。",)))
    whole = replace(ANSWER, question="由谁制定，何时完成？", parts=parts, notes=("未用语义模型。", "按甲理解乙。"))
    lines = answer_text(whole).splitlines()
    assert lines.index("1. 具体办法由谁制定？") == 0 < lines.index("2. 何时完成？")
    assert answer_text(whole).count(answer_text(parts[0])) == 1
    assert answer_text(parts[1]) in answer_text(whole)
    assert whole.question not in lines
    assert lines.count("未用语义模型。") == 1
    assert lines[-1] == "按甲理解乙。"


def test_a_long_list_is_told_whole_one_a_line_with_the_query_of_the_ledger() -> None:
    items = tuple(Item(f"第{number}项", None) for number in range(45))
    listed = answer_text(replace(ANSWER, answers=items, ledger="view=ledger&clause=17"))
    assert listed.splitlines()[:45] == [item.text for item in items]
    assert listed.splitlines()[-1] == "台账: ?view=ledger&clause=17"


def test_a_passage_is_told_with_its_document_where_there_are_several() -> None:
    assert "  plan 1 [7-19] " in answer_text(ANSWER, several=True)
    parts = replace(ANSWER, parts=(ANSWER,))
    assert "  plan 1 [7-19] " in answer_text(parts, several=True)


OTHERS = (
    OtherAnswer((Item("丙局", None),), False, None, 0.7, (Evidence("3", "具体办法由丙局制定", 5, 14, "other"),)),
    OtherAnswer(ANSWER.answers, True, None, 0.9, (Evidence("9", QUOTES[0], 1, 13, "third"),)),
)
DOCUMENTS = (
    CitedDocument("plan", "青石市办法", "青石政发〔2023〕5号", None),
    CitedDocument("other", "白河市措施", "白河政发〔2024〕11号", "repealed"),
    CitedDocument("third", "黑山县方案", None, None),
)


def test_answers_of_other_documents_follow_each_with_its_title_number_and_quote() -> None:
    told = answer_text(replace(ANSWER, others=OTHERS, documents=DOCUMENTS), several=True)
    first = "  《青石市办法》 青石政发〔2023〕5号\n  plan 1 [7-19] 具体办法由甲局、乙局制定"
    assert told.split("\n\n") == [
        "甲局、乙局",
        ANSWER.message,
        first,
        "各文件的说法不同，并列如下，请核对适用哪一份文件。",
        f"甲局、乙局\n{first}",
        "丙局\n  《白河市措施》 白河政发〔2024〕11号 已废止\n  other 3 [5-14] 具体办法由丙局制定",
        "说法相同的另有1份文件:\n  《黑山县方案》\n  third 9 [1-13] 具体办法由甲局、乙局制定",
    ]


@pytest.mark.parametrize(("lang", "yes", "no"), [("zh-Hans", "是", "否"), ("zh-Hant", "是", "否"), ("en", "Yes", "No")])
def test_a_yes_and_a_no_of_two_documents_are_told_in_the_question_s_language(lang: Lang, yes: str, no: str) -> None:
    other = replace(OTHERS[0], answers=(Item("否", None),))
    unsure = replace(
        ANSWER,
        lang=lang,
        intent="yesno",
        answers=(Item("是", None),),
        assured=False,
        others=(other,),
        documents=DOCUMENTS,
    )
    lines = answer_text(unsure, several=True).splitlines()
    assert lines.index(yes) < lines.index(no)
    assert "制定" in lines[lines.index(yes) + 2]
    assert "丙局" in lines[lines.index(no) + 2]
