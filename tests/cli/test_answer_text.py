"""An answer as a reader at a terminal gets it: in which order, and with what claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.answer.record import Answer, Evidence, Item, Qualifier, Reason
from kg.cli.answer_text import answer_text

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
