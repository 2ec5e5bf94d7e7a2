"""A document → its clauses as blocks of text that can be changed, taken out, put in and numbered anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.models import Clause, Document
from kg.patterns import pattern
from kg.read import parse, read_bytes
from kg.read.markers import to_int
from kg.versions.instructions import place_of


@dataclass(slots=True)
class ClauseBlock:
    """A stretch of the text: a clause of the highest level with its items, or what stands between two.

    `number` is the clause's, None of what is no clause; `was` the one it had, None if it was added; `after` the second
    number of a clause between two others (第六条之一: 6, 1).
    """

    text: str
    number: int | None = None
    was: int | None = None
    after: int | None = None


def blocks_of(document: Document) -> list[ClauseBlock]:
    """Return the text of *document* in blocks, which joined again are the text."""
    text, top = document.source.text, top_clauses(document)
    headings = [one.start for one in document.chapters]
    starts = sorted({0, len(text), *(one.start for one in top), *headings, *_chapter_texts(document)})
    clauses = {one.start: one for one in top}
    return [block for a, b in pairwise(starts) for block in _split(text[a:b], clauses.get(a))]


def _split(text: str, clause: Clause | None) -> Iterator[ClauseBlock]:
    """Yield the clause and those between it and the next one (第六条之一), which are read as paragraphs of it."""
    number = last_number(clause) if clause else None
    block = ClauseBlock("", number, number)
    for line in text.splitlines(keepends=True):
        label = place_of(line.lstrip())
        if number is not None and label is not None and label.after is not None and label.clause == number:
            yield block
            block = ClauseBlock("", number, number, label.after)
        block.text += line
    yield block


def run_through(blocks: Sequence[ClauseBlock]) -> bool:
    """Whether the clauses are numbered through the text, not anew in each chapter."""
    numbers = [(one.number, one.after or 0) for one in blocks if one.number is not None]
    return numbers == sorted(set(numbers))


def top_clauses(document: Document) -> list[Clause]:
    """Return the clauses of *document* that are no items of another."""
    ids = {one.id for one in document.clauses}
    return [one for one in document.clauses if one.label and one.id.rpartition(".")[0] not in ids]


def _chapter_texts(document: Document) -> list[int]:
    return [one.start for one in document.clauses if not one.label]


def last_number(clause: Clause) -> int | None:
    """Return the last number in a clause's id, None if it has none."""
    digits = clause.id.partition("~")[0].rpartition(".")[2]
    return int(digits) if digits.isdigit() else None


def parsed(text: str) -> Document:
    """Return *text* with its structure."""
    return parse(read_bytes(text.encode("utf-8"), "text.txt"))


def label_of(text: str) -> str:
    """Return the label that *text* begins with, and the space behind it."""
    found = place_of(text)
    if found is None:
        return ""
    rest = text[len(found.said) :]
    return found.said + rest[: len(rest) - len(rest.lstrip())]


def renumbered(text: str, number: int) -> str:
    """Return the clause *text* with another number in its label."""
    from cn2an import an2cn

    label = label_of(text)
    return pattern("amendments", "numeral").sub(an2cn(number), label, count=1) + text[len(label) :]


def names_clause(block: ClauseBlock, number: int) -> bool:
    """Whether the body of *block* names the clause of that number."""
    body = block.text[len(label_of(block.text)) :]
    found = pattern("amendments", "clause-number").finditer(body)
    return any(to_int(one.group("n")) == number and not one.group("after") for one in found)


def at_labels(text: str) -> list[str]:
    """Return the clauses of *text*, which begin at the lines with a label of the first one's kind."""
    lines = text.splitlines()
    kind = lines[0][:1]
    found: list[str] = []
    for line in lines:
        if line[:1] == kind and place_of(line):
            found.append(line)
        elif found:
            found[-1] += f"\n{line}"
    return found
