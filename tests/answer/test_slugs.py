"""What a user calls a document, and which one is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg import Plan
from kg.answer.slugs import SHOWN, slug_of
from kg.errors import QuestionError
from kg.models import Records
from tests.small_plan import write_small_plan


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return Plan.read(write_small_plan(tmp_path_factory.mktemp("plan"))).records


def called(one: Records, slug: str, file: str) -> Records:
    source = replace(one.document.source, name=file)
    return replace(one, document=replace(one.document, slug=slug, source=source))


def test_a_document_is_meant_by_its_slug_and_by_its_file_with_or_without_its_ending(one: Records) -> None:
    records = [called(one, "a", "first.txt"), called(one, "b", "第二.2024.docx")]
    for name, slug in (("a", "a"), ("first", "a"), ("first.txt", "a"), ("第二.2024", "b"), ("第二.2024.docx", "b")):
        assert slug_of(records, name) == slug


def test_a_slug_wins_over_a_file_of_that_name(one: Records) -> None:
    assert slug_of([called(one, "b", "a.txt"), called(one, "a", "b.txt")], "a") == "a"


def test_a_name_of_several_files_and_one_of_none_are_refused_with_what_there_is(one: Records) -> None:
    with pytest.raises(QuestionError, match=r"document same: several .* name one of: a, b"):
        slug_of([called(one, "a", "same.txt"), called(one, "b", "same.docx"), called(one, "c", "c.txt")], "same")
    many = [called(one, f"d{number}", f"{number}.txt") for number in range(SHOWN + 1)]
    with pytest.raises(QuestionError, match=rf"document no: .* name one of: d0, .*, d{SHOWN - 1}, …$"):
        slug_of(many, "no")
    with pytest.raises(QuestionError, match="none of this name"):
        slug_of(many, "")
