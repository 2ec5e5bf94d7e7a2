"""What a user calls a document, and which one is meant."""

from __future__ import annotations

import pytest

from kg.answer.slugs import SHOWN, slug_of
from kg.errors import QuestionError


def test_a_document_is_meant_by_its_slug_and_by_its_file_with_or_without_its_ending() -> None:
    files = {"a": "first.txt", "b": "第二.2024.docx"}
    for name, slug in (("a", "a"), ("first", "a"), ("first.txt", "a"), ("第二.2024", "b"), ("第二.2024.docx", "b")):
        assert slug_of(files, name) == slug


def test_a_slug_wins_over_a_file_of_that_name() -> None:
    assert slug_of({"b": "a.txt", "a": "b.txt"}, "a") == "a"


def test_a_name_of_several_files_and_one_of_none_are_refused_with_what_there_is() -> None:
    with pytest.raises(QuestionError, match=r"document same: several .* name one of: a, b"):
        slug_of({"a": "same.txt", "b": "same.docx", "c": "c.txt"}, "same")
    many = {f"d{number}": f"{number}.txt" for number in range(SHOWN + 1)}
    with pytest.raises(QuestionError, match=rf"document no: .* name one of: d0, .*, d{SHOWN - 1}, …$"):
        slug_of(many, "no")
    with pytest.raises(QuestionError, match="none of this name"):
        slug_of(many, "")
