"""What no document can answer, told by a question's own words, and what a question names."""

from __future__ import annotations

import pytest

from kg.answer.document import OfDocument, facts_asked
from kg.answer.outside import clauses_named, marks, names_in
from kg.answer.question import read_question
from kg.rules import load
from kg.search.words import folded
from kg.web.desk.desk import Desk

MARKS = [(mark.id, example.text, example.hits) for mark in marks() for example in mark.examples]
FACTS = [
    (fact.id, example.text, example.hits) for fact in load("document", OfDocument).facts for example in fact.examples
]


@pytest.mark.parametrize(("reason", "text", "hits"), MARKS)
def test_an_example_is_outside_exactly_when_it_should_be(reason: str, text: str, hits: bool) -> None:
    mark = next(known for known in marks() if known.id == reason)
    assert bool(mark.regex.search(folded(text))) is hits


@pytest.mark.parametrize(("fact", "text", "hits"), FACTS)
def test_an_example_asks_for_a_fact_of_the_document_exactly_when_it_should(fact: str, text: str, hits: bool) -> None:
    assert (fact in facts_asked(read_question(text))) is hits


def test_a_question_on_what_the_document_says_asks_for_no_fact_about_it() -> None:
    assert facts_asked(read_question("具体办法由谁制定？")) == ()


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("第十五条说了什么？", ("15",)),
        ("（十五）说了什么？", ("15",)),
        ("Who is named in clause 15?", ("15",)),
        ("第15条和第二十条", ("15", "20")),
        ("十五个项目", ()),
    ],
)
def test_clauses_are_named_by_number_in_any_writing(text: str, clauses: tuple[str, ...]) -> None:
    assert clauses_named(read_question(text)) == clauses


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("前海的企业所得税税率是多少？", "other_place"),
        ("橫琴的個人所得稅怎樣減免？", "other_place"),
        ("北京市由谁负责落实主体责任？", "other_place"),
        ("《广东省科技创新条例》怎么规定？", "other_document"),
        ("园区今天的气温是多少？", "live_data"),
        ("How many firms are there right now?", "live_data"),
        ("发改委联系人的手机号是多少？", "personal_data"),
        ("第四十五条说了什么？", "false_premise"),
        ("What does clause 99 say?", "false_premise"),
        ("zzz qqq", "not_in_plan"),
        ("How do I bake bread?", "not_in_plan"),
        ("白名单由哪个部门审批？", "no_agency_named"),
        ("深圳园区的电价补贴是多少元？", "not_in_plan"),
        ("“白名单”制度什么时候建立？", "no_date_given"),
        ("数据交易场所几时建成？", "no_date_given"),
        ("手机漫游费试点从什么时候开始？", "no_date_given"),
        ("血液制品的临床试验须向哪个部门申请？", "no_agency_named"),
        pytest.param(
            "皇岗口岸什么时候开放？",
            "not_in_plan",
            marks=pytest.mark.xfail(reason="the year of its rebuilding is named as what the passage may say"),
        ),
    ],
)
def test_a_refusal_says_why_and_shows_the_nearest_words(question: str, reason: str, desk: Desk) -> None:
    answer = desk.ask(question)
    assert (answer.answered, answer.reason, answer.answers) == (False, reason, ())
    assert answer.evidence
    assert answer.ranking
    assert answer.sparql is None
    assert answer.confidence is None
    assert answer.message


def test_a_year_of_something_else_is_not_shown_as_the_answer(desk: Desk) -> None:
    assert not desk.ask("皇岗口岸什么时候开放？").assured


def test_another_city_beside_the_document_s_own_places_is_no_other_subject(desk: Desk) -> None:
    assert desk.ask("珠海、澳门的高校能参加吗？").reason != "other_place"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("香港某某公司负责什么？", []),
        ("深圳大学负责什么？", []),
        ("香港要做什么？", ["香港特别行政区政府"]),
        ("香港金管局的沙盒", ["香港金融管理局"]),
        ("福保有多大？", ["福田保税区"]),
        ("How large is the Shenzhen Park?", ["深圳园区"]),
    ],
)
def test_a_place_at_the_beginning_of_another_name_is_not_named(question: str, names: list[str], desk: Desk) -> None:
    asked = read_question(question)
    found = names_in(asked, desk.ranker.expansion.words(asked.plain), desk.answerer.library)
    assert [one.name for one in found if one.name is not None and one.category != "policy"] == names
