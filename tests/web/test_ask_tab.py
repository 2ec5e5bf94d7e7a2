"""The tab of questions: which document is asked, what goes along with a question, and what its address says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from kg.answer.record import Answer
from kg.errors import QuestionError
from kg.refusals import line_in
from kg.vocab import LANGS, Lang
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.desk.tabs.ask import AskTab
from kg.web.wording import words
from tests.two_plans import NAMES, SLUGS
from tests.web.markup import classed

ANSWER = Answer(
    id=None,
    question="",
    lang="zh-Hans",
    intent="agency",
    answered=False,
    reason="unsure",
    answers=(),
    message="没有找到。",
    qualifier=None,
    clauses=(),
    evidence=(),
    ranking=(),
    sparql=None,
    confidence=None,
    elapsed_ms=1.0,
    basis=None,
)


def laid_out(desk: Desk, lang: Lang = "zh-Hans") -> AskTab:
    async def build() -> AskTab:
        # where a loop runs Gradio makes none of its own, which nobody would close
        with gr.Blocks():
            tab = AskTab(desk, lang)
            tab.build()
        return tab

    return asyncio.run(build())


def answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Let *desk* answer everything at once, and return the list of what it was asked with."""
    asked: list[dict[str, object]] = []

    def answer(question: str, **more: object) -> Answer:
        asked.append({"question": question, **more})
        return replace(ANSWER, question=question)

    monkeypatch.setitem(desk.__dict__, "answerer", SimpleNamespace(ask=answer))
    return asked


def address(html: str) -> dict[str, str]:
    (article,) = classed(html, "hk-answer")
    return dict(parse_qsl(str(article.attributes["data-here"]).removeprefix("?")))


@pytest.mark.parametrize("lang", LANGS)
def test_a_document_is_chosen_by_its_title_where_there_are_several(lang: Lang, two_documents: Desk, desk: Desk) -> None:
    choice = laid_out(two_documents, lang).document
    every = words(lang)["asked_of"]["all"]
    titles = [f"{one.document.title} {one.document.identifier}" for one in two_documents.records]
    assert choice.choices == [(every, ""), *zip(titles, SLUGS, strict=True)]
    assert choice.visible is True
    assert laid_out(desk, lang).document.visible is False


@pytest.mark.parametrize("name", [SLUGS[1], NAMES[1], f"{NAMES[1]}.txt"])
def test_a_link_asks_the_document_it_names_and_the_choice_shows_it(
    name: str, two_documents: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, tab = answered(two_documents, monkeypatch), laid_out(two_documents)
    changes = tab.open(read_visit(two_documents, {"q": "谁养护绿道？", "document": name}, "zh-Hans"))
    assert asked == [{"question": "谁养护绿道？", "document": SLUGS[1], "previous": None}]
    assert changes[tab.document] == SLUGS[1]
    assert address(changes[tab.answer]) == {"q": "谁养护绿道？", "document": name}


def test_a_link_to_a_document_that_is_not_there_is_told_in_one_line_and_all_are_chosen(two_documents: Desk) -> None:
    tab = laid_out(two_documents)
    changes = tab.open(read_visit(two_documents, {"q": "谁养护绿道？", "document": "none"}, "zh-Hans"))
    assert changes[tab.document] == ""
    (told,) = classed(changes[tab.answer], "hk-notice")
    with pytest.raises(QuestionError) as error:
        two_documents.ask("谁养护绿道？", document="none")
    assert told.text == line_in(error.value, "zh-Hans")
    assert "没有这份文件" in told.text


def test_the_front_chooses_all_again(two_documents: Desk) -> None:
    tab = laid_out(two_documents)
    changes = tab.open(read_visit(two_documents, {}, "zh-Hans"))
    assert (changes[tab.question], changes[tab.document]) == ("", "")


@pytest.mark.parametrize("document", ["", None])
def test_all_documents_are_asked_where_none_is_chosen(
    document: str | None, two_documents: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, tab = answered(two_documents, monkeypatch), laid_out(two_documents)
    html = tab.ask("谁养护绿道？", document, "")[1]
    assert asked == [{"question": "谁养护绿道？", "document": None, "previous": None}]
    assert address(html) == {"q": "谁养护绿道？"}


def test_the_address_has_the_question_before_only_where_it_was_taken_up(
    two_documents: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, tab = answered(two_documents, monkeypatch), laid_out(two_documents)
    before = "绿道建设何时完成？"
    alone = tab.ask("谁清理河道淤泥？", "", before)[1]
    leaning = tab.ask("那由谁负责？", "", before)[1]
    assert [one["previous"] for one in asked] == [before, before]
    assert address(alone) == {"q": "谁清理河道淤泥？"}
    assert address(leaning) == {"q": "那由谁负责？", "previous": before}
    (article,) = classed(leaning, "hk-answer")
    # what follows refers back to the whole of it
    assert "绿道建设" in str(article.attributes["data-whole"])
    (article,) = classed(alone, "hk-answer")
    assert article.attributes["data-whole"] == "谁清理河道淤泥？"
