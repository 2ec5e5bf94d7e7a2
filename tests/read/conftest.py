"""The plan, the other documents, and the one thing every parse has to hold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from kg.models import Chapter, Clause, Document, SourceText
from kg.read import parse, read_file

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1 << 25


@pytest.fixture(scope="session")
def plan() -> Document:
    return parse(read_file(ROOT / "corpus" / "hetao-2023.txt", LIMIT))


@pytest.fixture(scope="session")
def document() -> Callable[[str], Document]:
    """Parse a text made up in a test."""

    def make(text: str, name: str = "made-up.txt") -> Document:
        return parse(SourceText(name=name, text=text, encoding="utf-8", sha256="0123456789abcdef" * 4))

    return make


@pytest.fixture(scope="session")
def other() -> Callable[[str], Document]:
    """Parse one of the other real documents, or skip where they are not there."""

    def make(stem: str) -> Document:
        path = ROOT.parent / "shared" / "plans" / f"{stem}.txt"
        if not path.is_file():
            pytest.skip(f"{path} is not there: the other documents are not ours to publish")
        return parse(read_file(path, LIMIT))

    return make


@pytest.fixture(scope="session")
def holds() -> Callable[[Document], None]:
    return check_partition


def check_partition(document: Document) -> None:
    """Count for each visible character the headings, clauses and copies it lies in; check spans, order and ids."""
    text = document.source.text
    owners = [0] * len(text)
    for copy in document.copies:
        for at in range(copy.start, copy.end):
            owners[at] = 100
    parts: list[Chapter | Clause] = [*document.chapters, *document.clauses]
    for part in parts:
        assert 0 <= part.start < part.end <= len(text)
        assert not text[part.start].isspace()
        assert not text[part.end - 1].isspace()
        for at in range(part.start, part.end):
            owners[at] += 1 if owners[at] < 100 else 0
    wrong = [(at, text[at], n) for at, n in enumerate(owners) if not text[at].isspace() and n not in (1, 100)]
    assert wrong == []

    parts_of: list[list[Chapter] | list[Clause]] = [[*document.clauses], [*document.chapters]]
    for records in parts_of:
        rows = [(r.order, r.start, r.end, r.id) for r in records]
        assert [order for order, _, _, _ in rows] == list(range(1, len(rows) + 1))
        assert all(before[2] <= after[1] for before, after in pairwise(rows))
        assert len({row[3] for row in rows}) == len(rows)
    known = {chapter.id for chapter in document.chapters}
    for clause in document.clauses:
        assert clause.chapter is None or clause.chapter in known
        assert clause.start <= clause.body <= clause.end
        assert clause.body == (clause.paragraphs[0].start if clause.paragraphs else clause.end)
        for before, after in pairwise(clause.paragraphs):
            assert before.end <= after.start
        for paragraph in clause.paragraphs:
            assert clause.body <= paragraph.start < paragraph.end <= clause.end
            assert not text[paragraph.start].isspace()
            assert not text[paragraph.end - 1].isspace()
            assert not any(paragraph.overlaps(copy) for copy in document.copies)
