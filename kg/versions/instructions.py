"""An amending document → its instructions, in order: where, what is done, and with which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from kg.models import Document, Span
from kg.patterns import pattern
from kg.read.dates import iso_date
from kg.read.markers import to_int

Amending = Literal[
    "add-clauses", "add-part", "insert-words", "replace-words", "delete-words", "rewrite", "delete", "renumber"
]  # fmt: skip
ACTS: tuple[Amending, ...] = get_args(Amending)

_QUOTED = "“”"
"""What is left of a text in quotation marks where instructions are looked for."""


@dataclass(frozen=True, slots=True)
class PartNumber:
    """A part of a document by its printed numbers: a clause (None: the one named last), a paragraph or an item of it.

    `after` is the second number of a clause between two others (第六条之一: 6, 1).
    """

    said: str
    clause: int | None
    after: int | None = None
    paragraph: int | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of an amending document, whose own words are `span` of its source.

    `places` are the parts it changes (none: the whole document), `to` the numbers that parts get, `old` and `new` the
    words it takes away and puts in (in front of the old ones if `before`). Of a part that is added, `item` tells an
    item from a paragraph. `act` is None if it could not be understood.
    """

    act: Amending | None
    span: Span
    places: tuple[PartNumber, ...] = ()
    to: tuple[PartNumber, ...] = ()
    old: str = ""
    new: str = ""
    before: bool = False
    item: bool = False


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an amending document lays down: its instructions, whether the clauses are numbered anew, and from when."""

    document: Document
    instructions: tuple[Instruction, ...]
    renumbers: bool
    in_force: str | None


def read_amendment(document: Document) -> Amendment:
    """Return the instructions of *document*; `in_force` is the day it names, else the day it was issued."""
    text = document.source.text
    skeleton, places, quoted = _skeleton(text)
    day = pattern("amendments", "in-force").search(skeleton)
    return Amendment(
        document,
        tuple(_instructions(skeleton, places, quoted)),
        bool(pattern("amendments", "renumbered").search(skeleton)),
        (iso_date(day) if day else None) or document.issued,
    )


def _skeleton(text: str) -> tuple[str, list[Span], list[str]]:
    """Return *text* without white space and quoted texts; the span of each of its characters; the quoted texts."""
    characters: list[str] = []
    spans: list[Span] = []
    quoted: list[str] = []
    depth, start = 0, 0
    for at, character in enumerate(text):
        if character == "“":
            # a quoted text of several paragraphs has an opening mark before each of them
            if depth and not text[:at].rpartition("\n")[2].strip():
                continue
            if not depth:
                start = at
            depth += 1
        elif character == "”" and depth:
            depth -= 1
            if not depth:
                characters += _QUOTED
                spans += [Span(start, start + 1), Span(at, at + 1)]
                quoted.append(_lines(text[start + 1 : at]))
        elif not depth and not character.isspace():
            characters.append(character)
            spans.append(Span(at, at + 1))
    return "".join(characters), spans, quoted


def _lines(quoted: str) -> str:
    """Return a quoted text with a line for each paragraph, none of them opened by a mark of its own."""
    lines = (line.strip() for line in quoted.splitlines())
    return "\n".join(re.sub("^“(?![^“]*”)", "", line) for line in lines if line)


def _instructions(skeleton: str, spans: list[Span], quoted: list[str]) -> list[Instruction]:
    found: list[tuple[int, int, Amending | None, re.Match[str] | None]] = []
    taken = [False] * len(skeleton)
    for act in ACTS:
        for match in pattern("amendments", act).finditer(skeleton):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                found.append((match.start(), match.end(), act, match))
    for match in pattern("amendments", "verb").finditer(skeleton):
        if not any(taken[match.start() : match.end()]):
            start, end = _sentence(skeleton, match.start(), taken)
            taken[start:end] = [True] * (end - start)
            found.append((start, end, None, None))
    last: int | None = None
    instructions = []
    for start, end, kind, words in sorted(found, key=lambda one: one[0]):
        span = Span(spans[start].start, spans[end - 1].end)
        one = Instruction(None, span) if kind is None or words is None else _read(kind, words, span, quoted, last)
        last = next((place.clause for place in reversed(one.places) if place.clause is not None), last)
        instructions.append(one)
    return instructions


def _sentence(skeleton: str, at: int, taken: list[bool]) -> tuple[int, int]:
    """Return the stretch round *at* up to a full stop, a semicolon or what another instruction has."""
    start, end = at, at
    while start and skeleton[start - 1] not in "。；;" and not taken[start - 1]:
        start -= 1
    while end < len(skeleton) and skeleton[end] not in "。；;" and not taken[end]:
        end += 1
    return start, end


def _read(act: Amending, match: re.Match[str], span: Span, quoted: list[str], last: int | None) -> Instruction:
    named = {name: value for name, value in match.groupdict().items() if value is not None}

    def text(name: str) -> str:
        group = next((group for group in (name, f"{name}2") if group in named), None)
        return "" if group is None else quoted[match.string.count(_QUOTED, 0, match.start(group))]

    return Instruction(
        act,
        span,
        _places(named.get("places") or named.get("places2") or "", last),
        _places(named.get("to", ""), last),
        text("old"),
        text("new"),
        "before" in named,
        "item" in named,
    )


def _places(said: str, last: int | None) -> tuple[PartNumber, ...]:
    found: list[PartNumber] = []
    for match in pattern("amendments", "place").finditer(said):
        one = _place(match.group())
        before = found[-1].clause if found else last
        found.append(one if one.clause is not None else PartNumber(one.said, before, None, one.paragraph, one.item))
    return tuple(found)


def place_of(text: str) -> PartNumber | None:
    """Return the number of a part (第六条, （四）) that *text* begins with, or None."""
    match = pattern("amendments", "place").match(text)
    return _place(match.group()) if match else None


def _place(said: str) -> PartNumber:
    clause = pattern("amendments", "clause-number").search(said) or pattern("amendments", "bracketed-number").match(
        said
    )
    paragraph, item = (pattern("amendments", f"{part}-number").search(said) for part in ("paragraph", "item"))
    after = clause.groupdict().get("after") if clause else None
    return PartNumber(said, _number(clause), to_int(after) if after else None, _number(paragraph), _number(item))


def _number(match: re.Match[str] | None) -> int | None:
    return to_int(match.group("n")) if match else None
