"""Answers from a real build: exact quotes, the plan's own words, refusals with their reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.answer.ask import EVIDENCE, RANKED
from kg.answer.record import Answer
from kg.answer.who import owners_query
from kg.builds import load_build
from kg.graph import sparql
from kg.models import Obligation
from kg.serve.desk import Desk


@pytest.fixture(scope="module")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()


QUESTIONS = (
    "货物分线管理的具体管理办法由谁制定？",
    "貨物分線管理的具體管理辦法由誰制定？",
    "优惠产业目录由哪些部门制定？",
    "谁加强统筹协调、跟踪督促规划任务贯彻落实？",
    "重大事项按程序向谁请示报告？",
    "白名单是什么？",
    "海关监管区域的税收政策",
    "规划近期到哪一年？",
    "福田保税区的面积是多少？",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_what_stands_in_the_source(question: str, desk: Desk) -> None:
    answer = desk.ask(question)
    source = desk.records[0].document.source.text
    assert 0 < len(answer.evidence) <= EVIDENCE
    assert 0 < len(answer.ranking) <= RANKED
    clauses = {clause.id: clause for clause in desk.records[0].document.clauses}
    for item in answer.evidence:
        assert "".join(source[item.start : item.end].split()) == item.quote
        assert clauses[item.clause].start <= item.start < item.end <= clauses[item.clause].end
    assert list(answer.clauses) == list(dict.fromkeys(item.clause for item in answer.evidence))
    assert [r.score for r in answer.ranking] == sorted((r.score for r in answer.ranking), reverse=True)
    assert len({r.clause for r in answer.ranking}) == len(answer.ranking)


@pytest.mark.parametrize(
    ("question", "bodies", "clause", "lang"),
    [
        ("货物分线管理的具体管理办法由谁制定？", ["财政部", "海关总署", "税务总局"], "15", "zh-Hans"),
        ("貨物分線管理的具體管理辦法由邊個制定？", ["财政部", "海关总署", "税务总局"], "15", "zh-Hant"),
        ("优惠产业目录由哪些部门制定？", ["财政部", "税务总局"], "19", "zh-Hans"),
        ("谁加强统筹协调、跟踪督促规划任务贯彻落实？", ["国家发展改革委"], "30", "zh-Hans"),
    ],
)
def test_a_question_for_a_body_gets_the_bodies_the_sentence_names(
    question: str, bodies: list[str], clause: str, lang: str, desk: Desk
) -> None:
    answer = desk.ask(question)
    assert answer.answered
    assert [item.text for item in answer.answers] == bodies
    assert answer.clauses[0] == clause
    assert answer.lang == lang
    assert all(body in answer.evidence[0].quote for body in bodies)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_query_of_an_answer_gives_its_bodies_and_its_quote_to_whoever_runs_it(question: str, desk: Desk) -> None:
    answer = desk.ask(question)
    if answer.sparql is None:
        assert answer.intent == "passage" or not answer.answered
        return
    rows = sparql.run(desk.store, answer.sparql).values()
    assert {(row["name"], row["agent"]) for row in rows} == {(item.text, item.iri) for item in answer.answers}
    assert len({row["quote"] for row in rows}) == 1
    assert rows[0]["quote"] in answer.evidence[0].quote


def test_some_of_the_questions_are_answered_by_a_query_and_some_by_a_passage(desk: Desk) -> None:
    answers = [desk.ask(question) for question in QUESTIONS]
    assert sum(answer.sparql is not None for answer in answers) >= 3
    assert sum(answer.intent == "passage" and answer.answered for answer in answers) >= 2


@pytest.mark.parametrize(
    "question",
    [
        "财政部由谁领导？",
        "谁领导财政部？",
        "北京市由谁负责落实主体责任？",
        "国务院发展研究中心由谁负责开展评估？",
        "谁不负责落实主体责任？",
        "深圳园区的电价补贴是多少？",
    ],
)
def test_a_question_about_another_body_or_thing_is_not_answered_from_the_nearest_words(
    question: str, desk: Desk
) -> None:
    answer = desk.ask(question)
    assert not answer.answered
    assert answer.reason == "not_in_plan"
    assert answer.evidence
    assert "在，" not in answer.message


def test_where_the_sentence_names_nobody_nobody_is_named(desk: Desk) -> None:
    silent = [
        row
        for row in desk.records[0].obligations
        if not row.agents and len(row.quote) > 15 and row.modality in ("duty", "permission")
    ]
    assert len(silent) > 50
    refused = 0
    for row in silent[::9]:
        answer = desk.ask(f"{row.quote}由谁负责？")
        if answer.evidence[0].quote != row.quote:
            continue  # another row says nearly the same
        assert (answer.answered, answer.reason, answer.answers) == (False, "no_agency_named", ())
        assert answer.confidence is None
        refused += 1
    assert refused >= 5


def test_what_shares_no_word_with_the_plan_is_refused_and_says_so(desk: Desk) -> None:
    answer = desk.ask("zzz qqq")
    assert (answer.answered, answer.reason, answer.evidence, answer.ranking) == (False, "not_in_plan", (), ())
    assert answer.lang == "en"
    assert "shares a word" in answer.message


def test_the_same_question_gives_the_same_answer_but_for_the_time_it_took(desk: Desk) -> None:
    def told(answer: Answer) -> dict[str, object]:
        return {k: v for k, v in answer.to_json().items() if k != "elapsed_ms"}

    assert told(desk.ask(QUESTIONS[0])) == told(desk.ask(QUESTIONS[0]))


def test_a_name_from_a_document_cannot_break_out_of_the_query(desk: Desk) -> None:
    row = desk.records[0].obligations[0]
    evil = Obligation(
        **{name: getattr(row, name) for name in row.__dataclass_fields__ if name != "id"},
        id='1> } UNION { ?agent rdfs:label ?name } #\n"\\',
    )
    query = owners_query("a/b> ?x", evil, ("lead",), ("named",))
    assert query.count("\n") == owners_query("a", row, ("lead",), ("named",)).count("\n")
    assert sparql.run(desk.store, query).values() == []
