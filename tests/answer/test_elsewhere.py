"""What other documents answer stands beside the answer, each with its own words, and is never merged into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg import pipeline
from kg.answer.elsewhere import MOST, NEAR, beside, near_documents
from kg.answer.library import Library
from kg.answer.question import Kind
from kg.answer.record import ASSURED, Answer, CitedDocument, Evidence, Item
from kg.builds import load_build
from kg.read import read_bytes
from kg.search.hits import ClauseHit, Ranking
from kg.search.units import Unit
from kg.web.desk.desk import Desk
from tests.park_plans import SLUGS, TEXTS, TITLES, build_parks

QINGSHI, BAIHE, HEISHAN = SLUGS
TAX = "园区企业的企业所得税税率是多少？"


@pytest.fixture(scope="module")
def parks(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Desk]:
    desk = Desk(load_build(build_parks(tmp_path_factory.mktemp("parks"), model_folder)))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def library() -> Library:
    read = [read_bytes(text.encode(), f"{name}.txt") for name, text in TEXTS.items()]
    return Library([pipeline.extract_source(one, None) for one in read])


def told(library: Library, slug: str, kind: Kind, *items: str, sure: float = 0.9) -> Answer:
    """Return an answer of *slug* whose quote is the sentence with the first of *items*, or the first at all."""
    document = library.documents[slug]
    found = document.source.text
    at = max(found.find(items[0]), 0) if items else 0
    clause = next(one for one in document.clauses if one.end > at)
    evidence = Evidence(clause.id, found[at : at + 12], at, at + 12, slug)
    return Answer(
        id=None, question=TAX, lang="zh-Hans", intent=kind, answered=bool(items), reason=None if items else "unsure",
        answers=tuple(Item(text, None) for text in items), message="", qualifier=None, clauses=(clause.id,),
        evidence=(evidence,), ranking=(), sparql=None, confidence=sure if items else None, elapsed_ms=0.0, basis=None,
        assured=bool(items) and sure >= ASSURED,
    )  # fmt: skip


def _items(answer: Answer) -> list[tuple[Item, ...]]:
    return [answer.answers, *(one.answers for one in answer.others)]


def asked(*answers: Answer) -> Callable[[str], Answer]:
    return {one.evidence[0].document: one for one in answers}.__getitem__


# ------------------------------------------------------------------ asked of a build


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        (TAX, {QINGSHI: ["15%"], BAIHE: ["10%"]}),
        ("園區企業的企業所得稅稅率是多少？", {QINGSHI: ["15%"], BAIHE: ["10%"]}),
        ("What is the corporate income tax rate for firms in the park?", {QINGSHI: ["15%"], BAIHE: ["10%"]}),
        ("园区一期工程什么时候建成？", {QINGSHI: ["2025年底前"], BAIHE: ["2026年6月底前"]}),
        ("园区企业可以向境外传输科研数据吗？", {QINGSHI: ["是"], BAIHE: ["否"]}),
    ],
)
def test_documents_that_differ_stand_side_by_side_and_none_is_called_sure(
    question: str, answers: dict[str, list[str]], parks: Desk
) -> None:
    answer = parks.ask(question)
    given = {answer.evidence[0].document: [item.text for item in answer.answers]}
    given |= {one.evidence[0].document: [item.text for item in one.answers] for one in answer.others}
    assert given == answers
    assert not any(one.same for one in answer.others)
    assert not answer.assured
    assert answer.confidence is not None
    assert answer.confidence < ASSURED
    for quote in (answer.evidence[0], *answer.others[0].evidence):
        source = parks.records_named(quote.document)
        assert source is not None
        text = source.document.source.text[quote.start : quote.end]
        assert "".join(text.split()) == quote.quote
    assert {(one.document, one.title) for one in answer.documents} >= set(zip(SLUGS, TITLES, strict=False))


def test_documents_that_agree_are_told_so_and_the_answer_is_as_sure_as_before(parks: Desk) -> None:
    answer = parks.ask("办公用房每平方米每月补助多少元？")
    assert [item.text for item in answer.answers] == ["30元"]
    (other,) = answer.others
    assert other.same
    assert {answer.evidence[0].document, other.evidence[0].document} == {QINGSHI, BAIHE}
    assert answer.assured


@pytest.mark.parametrize(
    "question", ["青石市的企业所得税税率是多少？", "青石政发〔2023〕5号规定企业所得税税率是多少？"]
)
def test_a_question_that_names_its_document_gets_that_one_s_answer_alone(question: str, parks: Desk) -> None:
    answer = parks.ask(question)
    assert [item.text for item in answer.answers] == ["15%"]
    assert answer.others == ()
    assert parks.ask(TAX, document=QINGSHI).others == ()


def test_what_only_one_document_answers_has_none_beside_it(parks: Desk) -> None:
    answer = parks.ask("河道淤泥由谁清理？")
    assert [item.text for item in answer.answers] == ["县水务局"]
    assert answer.others == ()
    assert answer.assured


def test_a_number_that_every_document_has_of_its_own_is_not_one_s_alone(parks: Desk) -> None:
    answer = parks.ask("文件的文号是什么？")
    given = {item.text for items in _items(answer) for item in items}
    assert given == {"青石政发〔2023〕5号", "白河政发〔2024〕11号", "黑山政发〔2022〕3号"}
    assert not answer.assured


def test_each_of_several_questions_has_its_own_answers_beside_it(parks: Desk) -> None:
    parts = parks.ask("园区一期工程什么时候建成？河道淤泥由谁清理？").parts
    assert [len(part.others) for part in parts] == [1, 0]


# ------------------------------------------------------------------ compared


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("quantity", "15%", "15%的税率", True),
        ("quantity", "15%", "百分之十五", True),
        ("quantity", "15%", "10%", False),
        ("quantity", "不低于15%", "15%", False),
        ("quantity", "3年", "36个月", True),
        ("deadline", "2025年底前", "2025年12月31日前", True),
        ("deadline", "2025年底前", "2026年6月底前", False),
        ("deadline", "三个月内", "3个月内", True),
        ("deadline", "定期", "及时", False),
        ("agency", "市财政局", "市財政局", True),
        ("agency", "市财政局", "市发展改革局", False),
        ("yesno", "是", "否", False),
        ("policy", "减按15%的税率征收企业所得税", "减按15%的税率征收企业所得税。", True),
        ("policy", "减按15%的税率征收企业所得税", "减按10%的税率征收企业所得税", False),
        ("policy", "对符合条件的企业减按15%的税率征收", "符合条件的企业减按15%的税率征收企业所得税", True),
        ("policy", "给予租金补贴", "免征企业所得税", False),
    ],
)
def test_two_answers_are_the_same_by_what_was_asked(
    kind: Kind, one: str, other: str, same: bool, library: Library
) -> None:
    answer, second = told(library, QINGSHI, kind, one), told(library, BAIHE, kind, other)
    found = beside(answer, {BAIHE: 0.0}, asked(answer, second), library)
    assert [each.same for each in found.others] == [same]
    assert found.assured == same
    assert found.answers == answer.answers


def test_lists_differ_by_one_item_but_not_by_their_order(library: Library) -> None:
    answer = told(library, QINGSHI, "list", "甲", "乙")
    for items, same in ((("乙", "甲"), True), (("甲", "乙", "丙"), False)):
        found = beside(answer, {BAIHE: 0.0}, asked(answer, told(library, BAIHE, "list", *items)), library)
        assert [one.same for one in found.others] == [same]


def test_documents_that_say_the_same_otherwise_stand_together_in_their_order(library: Library) -> None:
    answer = told(library, QINGSHI, "quantity", "15%")
    others = (told(library, HEISHAN, "quantity", "10%", sure=0.5), told(library, BAIHE, "quantity", "10%", sure=0.7))
    found = beside(answer, {HEISHAN: 0.0, BAIHE: 0.1}, asked(answer, *others), library)
    (other,) = found.others
    assert [quote.document for quote in other.evidence] == [HEISHAN, BAIHE]
    assert other.confidence == 0.7


@pytest.mark.parametrize("other", ["refused", "of another kind", "hardly probable"])
def test_what_is_no_answer_to_the_question_is_not_shown(other: str, library: Library) -> None:
    answer = told(library, QINGSHI, "quantity", "15%")
    second = {
        "refused": told(library, BAIHE, "quantity"),
        "of another kind": told(library, BAIHE, "agency", "市财政局"),
        "hardly probable": told(library, BAIHE, "quantity", "10%", sure=0.2),
    }[other]
    assert beside(answer, {BAIHE: 0.0}, asked(answer, second), library) == answer


def test_the_farther_a_document_and_the_less_probable_its_answer_the_less_it_counts(library: Library) -> None:
    answer = told(library, QINGSHI, "quantity", "15%", sure=0.95)

    def left(behind: float, sure: float) -> float:
        second = told(library, BAIHE, "quantity", "10%", sure=sure)
        found = beside(answer, {BAIHE: behind}, asked(answer, second), library)
        assert found.confidence is not None
        return found.confidence

    assert left(0.0, 0.95) == pytest.approx(0.95 / 1.95, abs=1e-3)
    assert left(0.0, 0.95) < left(0.0, 0.5) < left(NEAR / 2, 0.5) < left(NEAR, 0.5) == pytest.approx(0.95)
    assert left(-1.0, 0.95) == left(0.0, 0.95)


def test_a_repealed_document_is_shown_and_does_not_count_against_one_in_force(library: Library) -> None:
    old = Library(
        [library.records[slug] for slug in SLUGS],
        [replace(one, status="repealed" if one.slug == BAIHE else one.status) for one in library.facts.values()],
    )
    answer, second = told(library, QINGSHI, "quantity", "15%"), told(library, BAIHE, "quantity", "10%")
    found = beside(answer, {BAIHE: 0.0}, asked(answer, second), old)
    assert [one.same for one in found.others] == [False]
    assert (found.confidence, found.assured) == (answer.confidence, True)


def test_what_was_unsure_because_two_documents_contend_is_answered_by_both(library: Library) -> None:
    unsure = told(library, QINGSHI, "quantity")
    own, second = told(library, QINGSHI, "quantity", "15%"), told(library, BAIHE, "quantity", "10%")
    found = beside(unsure, {BAIHE: 0.0}, asked(own, second), library)
    assert [[item.text for item in items] for items in _items(found)] == [["15%"], ["10%"]]
    assert not found.assured
    assert beside(unsure, {BAIHE: 0.0}, asked(unsure, second), library) == unsure


def test_only_so_many_documents_that_score_nearly_as_high_are_asked() -> None:
    def hit(slug: str, score: float) -> ClauseHit:
        return ClauseHit(slug, "1", score, Unit(slug, "1", "sentence", 0, 1, "甲", "", None))

    hits = [hit("a", 0.9), hit("b", 0.85), hit("a", 0.8), hit("c", 0.75), hit("d", 0.71), hit("e", 0.7)]
    ranking = Ranking(tuple(hits), (), (), True)
    assert near_documents(ranking, "a") == pytest.approx({"b": 0.05, "c": 0.15, "d": 0.19})
    assert len(near_documents(ranking, "a")) == MOST
    # a document may stand above the first's
    assert near_documents(ranking, "c") == pytest.approx({"a": -0.15, "b": -0.1, "d": 0.04})
    assert near_documents(Ranking((hit("a", 0.9), hit("b", 0.5)), (), (), True), "a") == {}


def test_a_build_of_one_document_has_none_beside_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    desk = Desk(load_build(build_parks(tmp_path_factory.mktemp("alone"), names=("qingshi",))))
    answer = desk.ask(TAX)
    desk.close()
    assert answer.others == ()
    assert answer.documents == (CitedDocument(QINGSHI, TITLES[0], "青石政发〔2023〕5号", None),)
