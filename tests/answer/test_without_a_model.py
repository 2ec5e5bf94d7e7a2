"""Without an embedding model, answers go by words and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.web.desk.desk import Desk
from tests.small_plan import write_small_plan


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("lexical")
    made = pipeline.build([write_small_plan(folder)], folder / "data")
    assert len(made.notes) == 1
    desk = Desk(load_build(folder / "data"))
    yield desk
    desk.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("具体补助办法由谁制定？", "仅按词语查找"),
        ("具體補助辦法由誰制定？", "僅按詞語查找"),
        ("Who of the Ministry of Finance?", "by words alone"),
    ],
)
def test_every_answer_says_in_the_question_s_language_that_words_alone_were_matched(
    question: str, said: str, lexical: Desk
) -> None:
    answer = lexical.ask(question)
    assert said in answer.notes[0]
    assert "lexical search alone" in answer.notes[1]


def test_the_answer_itself_is_the_same(lexical: Desk) -> None:
    answer = lexical.ask("具体补助办法由谁制定？")
    assert [item.text for item in answer.answers] == ["财政部"]
    assert answer.clauses[0] == "2"
