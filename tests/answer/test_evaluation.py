"""A question set read, answered and judged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.answer.evaluation import QuestionRow, answer_rows, figures, grade, read_rows
from kg.answer.record import Answer, Item, Ranked
from kg.errors import QuestionError

EMPTY = Answer(None, "", "en", "agency", True, None, (), "", None, (), (), (), None, None, 10.0, None)


def row(mode: str, *wanted: str, **more: object) -> QuestionRow:
    return QuestionRow(1, {"id": "1", "q": "?", "answer": list(wanted), "answer_mode": mode, "clause": ["15"], **more})


def given(*items: str, answered: bool = True, confidence: float | None = None) -> Answer:
    return replace(EMPTY, answered=answered, answers=tuple(Item(text, None) for text in items), confidence=confidence)


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
    assert grade(row(mode, *wanted), given(*items)).right is right


def test_a_question_that_has_no_answer_is_right_only_when_it_is_refused() -> None:
    assert grade(row("none"), given(answered=False)).right
    assert not grade(row("none"), given("财政部")).right
    assert not grade(row("any", "财政部"), given(answered=False)).right


def test_the_figures_are_the_shares_counted_by_hand() -> None:
    ranking = (Ranked("1", 1.0, "d"), Ranked("15", 0.5, "d"))
    sure, unsure = 0.8, 0.79
    graded = [
        # exact and assured; lenient and assured; wrong and assured; exact and not assured
        grade(row("any", "财政部", lang="en"), replace(given("财政部", confidence=sure), ranking=ranking[1:])),
        grade(row("any", "2025年", lang="en"), replace(given("到2025年", confidence=0.9), ranking=ranking)),
        grade(row("any", "财政部", lang="en"), given("国务院", confidence=sure)),
        grade(row("all", "财政部", "税务总局"), given("税务总局", "财政部", confidence=unsure)),
        # refused wrongly; refused rightly; answered although there is no answer, and assured of it
        grade(row("any", "财政部"), given(answered=False)),
        grade(row("none"), given(answered=False)),
        grade(row("none"), given("财政部", confidence=0.99)),
    ]
    assert [(one.exact, one.right) for one in graded] == [
        *((True, True), (False, True), (False, False), (True, True)),
        *((False, False), (True, True), (False, False)),
    ]
    found = figures(graded)
    assert (found["questions"], found["exact"]) == (7, round(3 / 7, 4))
    assert found["lenient"] == found["accuracy"] == round(4 / 7, 4)
    assert (found["assured_from"], found["assured"]) == (0.8, 4)
    assert (found["assured_precision"], found["assured_coverage"]) == (2 / 4, 2 / 5)
    assert (found["clause_recall_at_1"], found["clause_recall_at_3"], found["mrr_at_10"]) == (1 / 5, 2 / 5, 1.5 / 5)
    assert (found["refused"], found["refusal_precision"], found["refusal_recall"]) == (2, 0.5, 0.5)
    assert found["by_lang"] == {"?": "2/4", "en": "2/3"}
    assert [level["answers"] for level in found["reliability"]] == [1, 2, 2]


def test_a_row_that_cannot_be_read_is_told_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = ['{"id": "a", "q": "谁？"}', "{", '{"id": "c"}', "[1]", '{"q": "谁？"}', '{"id": "f", "q": ""}']
    path.write_text("\n".join(lines), encoding="utf-8")

    def ask(row: QuestionRow) -> Answer:
        if not row.text:
            raise QuestionError("question", "it is empty", "give one")
        return replace(EMPTY, id=row.id)

    found = answer_rows(read_rows(path), ask)
    assert [line["id"] for line, _ in found] == ["a", None, "c", None, None, "f"]
    assert [read for _, read in found] == [True, False, False, False, False, False]
    assert [line["error"][:6] for line, read in found if not read] == ["line 2", "line 3", "line 4", "line 5", "line 6"]
    assert all(set(json.loads(json.dumps(line))) == {"id", "error"} for line, read in found if not read)


def test_a_row_may_name_its_document_and_the_question_before(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    more: list[dict[str, object]] = [{"document": "a", "previous": "谁？"}, {}, {"document": None, "previous": ""}]
    more += [{"document": 7}, {"previous": ["谁？"]}]
    path.write_text("\n".join(json.dumps({"id": "1", "q": "何时？", **one}) for one in more), encoding="utf-8")
    rows = read_rows(path)
    read = [(row.document, row.previous) for row in rows if isinstance(row, QuestionRow)]
    assert read == [("a", "谁？"), (None, None), (None, None)]
    assert rows[3:] == [("1", "line 4 has no text in document"), ("1", "line 5 has no text in previous")]


@pytest.mark.parametrize(("content", "problem"), [(b"", "no question"), (b"\xff\xfe{", "not UTF-8")])
def test_a_file_of_no_questions_is_refused_in_one_line(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionError, match=problem):
        read_rows(path)
    with pytest.raises(QuestionError, match="cannot be read"):
        read_rows(tmp_path / "nowhere.jsonl")
