"""What the desk shows is escaped, and what it marks is what stands at the offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.models import Span
from kg.read import parse, read_bytes, read_file
from kg.read.offsets import text_offsets
from kg.serve import fragments
from kg.serve.desk import Desk

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


@pytest.fixture(scope="module")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()


def marked(html: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", unescape(part)) for part in re.findall(r"<mark>(.*?)</mark>", html)]


def test_what_is_marked_in_a_clause_is_each_obligation_s_quote(desk: Desk) -> None:
    document = desk.records[0].document
    clauses = {clause.id: clause for clause in document.clauses}
    seen = 0
    for row in desk.records[0].obligations:
        html = fragments.clause_html(document, clauses[row.clause], [Span(row.start, row.end)])
        assert "".join("".join(marked(html)).split()) == row.quote
        seen += 1
    assert seen > 200


def test_a_clause_without_marks_reads_as_its_text(desk: Desk) -> None:
    document = desk.records[0].document
    for clause in document.clauses:
        html = fragments.clause_html(document, clause)
        assert "<mark>" not in html
        assert unescape(re.sub(r"</p><p>", "\n", html)).endswith(clause.text + "</p></article>")


def test_every_character_of_every_clause_is_traced_to_its_place(shared: Path) -> None:
    paths = sorted(shared.glob("*.txt"))
    assert len(paths) > 60
    for path in paths[::6]:
        document = parse(read_file(path, 10**7))
        for clause in document.clauses:
            places = text_offsets(document, clause)
            assert len(places) == len(clause.text)
            for character, place in zip(clause.text, places, strict=True):
                assert (place is None) == character.isspace()
                assert place is None or document.source.text[place] == character


def test_a_document_s_markup_is_text_on_the_page() -> None:
    document = parse(read_bytes(f"（一）{EVIL}标题。要{EVIL}。".encode(), "evil.txt"))
    for clause in document.clauses:
        html = fragments.clause_html(document, clause, [Span(clause.start, clause.end)])
        assert set(re.findall(r"</?(\w+)", html)) == {"article", "p", "mark"}


def test_a_question_s_markup_is_text_in_the_answer(desk: Desk) -> None:
    answer = desk.ask(f"{EVIL}管理办法由谁制定？")
    html = fragments.answer_html(answer, desk)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    evil = replace(answer, message=EVIL, evidence=tuple(replace(e, quote=EVIL, clause=EVIL) for e in answer.evidence))
    assert "<script" not in fragments.answer_html(evil, desk)


def test_the_head_names_the_document_and_says_which_text_prevails(desk: Desk) -> None:
    html = fragments.head_html(desk)
    assert "国发〔2023〕12号" in html
    assert "机器提取，以正式公布文本为准 Machine-read; the gazetted text prevails" in html


def test_every_clause_can_be_chosen_once_and_found_by_what_is_chosen(desk: Desk) -> None:
    choices = fragments.clause_choices(desk)
    assert len({value for _, value in choices}) == len(choices) == len(desk.records[0].document.clauses)
    for label, value in choices:
        slug, _, clause = value.partition("/")
        found = desk.clause(slug, clause)
        assert found is not None
        assert found.label in label or clause == "preamble"
