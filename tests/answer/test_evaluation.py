"""A question set read, answered and judged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.answer.evaluation import Judged, Row, answer_rows, figures, judge, read_rows
from kg.answer.record import Answer, Item, Ranked
from kg.errors import QuestionError

EMPTY = Answer(None, "", "en", "agency", True, None, (), "", None, (), (), (), None, None, 10.0, None)


def row(mode: str, *wanted: str, **more: object) -> Row:
    return Row(1, {"id": "1", "q": "?", "answer": list(wanted), "answer_mode": mode, "clause": ["15"], **more})


def given(*items: str, answered: bool = True) -> Answer:
    return replace(EMPTY, answered=answered, answers=tuple(Item(text, None) for text in items))


@pytest.mark.parametrize(
    ("mode", "wanted", "items", "right"),
    [
        ("any", ["深圳市", "深圳"], ["深圳"], True),
        ("any", ["深圳市"], ["广东省"], False),
        ("any", ["2025年"], ["到2025年"], True),
        ("any", ["2025年"], ["到2035年"], False),
        ("any", ["是"], ["否"], False),
        ("all", ["财政部", "税务总局"], ["税务总局", "财政部"], True),
        ("all", ["财政部", "税务总局"], ["财政部"], False),
        ("all", ["财政部", "税务总局"], ["财政部", "税务总局", "海关总署"], False),
    ],
)
def test_an_answer_is_right_where_it_names_what_is_wanted_and_nothing_else(
    mode: str, wanted: list[str], items: list[str], right: bool
) -> None:
    assert judge(row(mode, *wanted), given(*items)).right is right


def test_a_question_that_has_no_answer_is_right_only_when_it_is_refused() -> None:
    assert judge(row("none"), given(answered=False)).right
    assert not judge(row("none"), given("财政部")).right
    assert not judge(row("any", "财政部"), given(answered=False)).right


def test_the_figures_are_the_shares_counted_by_hand() -> None:
    ranking = (Ranked("1", 1.0, "d"), Ranked("15", 0.5, "d"))
    judged = [
        judge(row("any", "财政部", lang="en", type="agency"), replace(given("财政部"), ranking=ranking[1:])),
        judge(row("any", "财政部", lang="en", type="agency"), replace(given("国务院"), ranking=ranking)),
        judge(row("none", lang="zh-Hans", type="out"), given(answered=False)),
        judge(row("none", lang="zh-Hans", type="out"), given("财政部")),
    ]
    assert all(isinstance(one, Judged) for one in judged)
    found = figures(judged)
    assert (found["accuracy"], found["clause_recall_at_1"], found["clause_recall_at_3"]) == (0.5, 0.5, 1.0)
    assert found["mrr_at_10"] == 0.75
    assert (found["refused"], found["refusal_precision"], found["refusal_recall"]) == (1, 1.0, 0.5)
    assert found["by_lang"] == {"en": "1/2", "zh-Hans": "1/2"}


def test_a_row_that_cannot_be_read_is_told_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = ['{"id": "a", "q": "谁？"}', "{", '{"id": "c"}', "[1]", '{"q": "谁？"}', '{"id": "f", "q": ""}']
    path.write_text("\n".join(lines), encoding="utf-8")

    def ask(text: str, identifier: str) -> Answer:
        if not text:
            raise QuestionError("question", "it is empty", "give one")
        return replace(EMPTY, id=identifier)

    found = answer_rows(read_rows(path), ask)
    assert [(line["id"], read) for line, read in found] == [
        ("a", True),
        (None, False),
        ("c", False),
        (None, False),
        (None, False),
        ("f", False),
    ]
    assert [line["error"][:6] for line, read in found if not read] == ["line 2", "line 3", "line 4", "line 5", "line 6"]
    assert all(set(json.loads(json.dumps(line))) == {"id", "error"} for line, read in found if not read)


@pytest.mark.parametrize(("content", "problem"), [(b"", "no question"), (b"\xff\xfe{", "not UTF-8")])
def test_a_file_of_no_questions_is_refused_in_one_line(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionError, match=problem):
        read_rows(path)
    with pytest.raises(QuestionError, match="cannot be read"):
        read_rows(tmp_path / "nowhere.jsonl")
