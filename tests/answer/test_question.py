"""What a question is taken to ask for, and in which language."""

from __future__ import annotations

import unicodedata

import pytest

from kg.answer.greetings import Habits, without_courtesy
from kg.answer.question import MAX_CHARACTERS, forms, language, read_question
from kg.answer.wording import messages
from kg.errors import QuestionError
from kg.rules import load
from kg.search.words import folded, simplified

EXAMPLES = [(form.id, example.text, example.hits) for form in forms() for example in form.examples]


@pytest.mark.parametrize(("form", "text", "hits"), EXAMPLES)
def test_an_example_is_taken_for_its_form_exactly_when_it_should_be(form: str, text: str, hits: bool) -> None:
    assert len(EXAMPLES) >= 15
    plain = folded(text)
    first = next((known.id for known in forms() if known.regex.search(plain)), None)
    assert (first == form) is hits


@pytest.mark.parametrize(("text", "rest"), [(one.text, one.rest) for one in load("greetings", Habits).examples])
def test_courtesies_and_nothing_else_are_left_out(text: str, rest: str) -> None:
    assert without_courtesy(simplified(unicodedata.normalize("NFKC", text))) == rest


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("管理办法由谁制定？", "zh-Hans"),
        ("管理辦法由誰制定？", "zh-Hant"),
        ("邊個部門負責？", "zh-Hant"),
        ("白名单是什么", "zh-Hans"),
        ("一般", "zh-Hans"),
        ("Who draws up the catalogue?", "en"),
        ("What does 一线 mean?", "zh-Hans"),
        ("2025?", "en"),
    ],
)
def test_the_language_is_told_by_the_characters(text: str, lang: str) -> None:
    assert language(text) == lang


def test_the_words_that_only_ask_are_no_search_terms() -> None:
    question = read_question("  具体办法\n由谁制定？ ")
    assert question.text == "具体办法 由谁制定？"
    assert question.form is not None
    assert question.form.roles == ("lead", "responsible")
    assert "谁" not in question.terms
    assert "具体办法" in question.terms


def test_a_question_about_who_may_enjoy_something_asks_for_no_owner() -> None:
    assert read_question("谁可以享受税收优惠？").kind == "beneficiary"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("到哪一年建成？", "deadline"),
        ("几时完工？", "deadline"),
        ("由誰制定享受15%稅率的目錄？", "agency"),
        ("哪几个部委出台？", "agency"),
        ("面积有多大", "quantity"),
        ("What is the area of the park?", "quantity"),
        ("喺邊度試行？", "zone"),
        ("免征哪些税？", "list"),
        ("可唔可以請外地人？", "yesno"),
        ("Is it allowed now?", "yesno"),
        ("要满足什么条件？", "condition"),
        ("哪些行业除外？", "exception"),
        ("区内自由是什么意思？", "definition"),
        ("随身物品怎么收税？", "policy"),
        ("海关监管区域的税收政策", "passage"),
    ],
)
def test_the_kind_of_thing_asked_for_is_told_by_the_words(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


@pytest.mark.parametrize("text", ["", " \n\u3000", "？！……", "\x00\x01", "问" * (MAX_CHARACTERS + 1)])
def test_a_text_that_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(QuestionError):
        read_question(text)


def test_every_message_stands_in_every_language_with_the_same_places_to_fill() -> None:
    def places(text: str) -> set[str]:
        return {place for place in ("{clause}", "{names}", "{quote}") if place in text}

    texts = messages()
    for key in texts["en"]:
        if key != "clause":
            assert len({frozenset(places(texts[lang][key])) for lang in texts}) == 1
