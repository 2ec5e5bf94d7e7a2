"""A document → the titles of the documents that it repeals, and of those that it amends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.models import strip_space
from kg.patterns import pattern
from kg.read.layout import layout
from kg.read.script import simplified

if TYPE_CHECKING:
    from kg.models import Document

_TITLE = re.compile("《([^《》]+)》")
_COMMA = re.compile("[，,；;]")
_BRACKETS = re.compile("[（(]([^（()）]*)[）)]")


def repealed_titles(document: Document) -> tuple[str, ...]:
    """Return the titles that *document* says are no longer in force from then on, in the order of the text."""
    found = (one.group() for clause in document.clauses for one in _repeals(clause.text))
    return tuple(dict.fromkeys(title for words in found for title in _TITLE.findall(words)))


def repealed_numbers(document: Document) -> tuple[str, ...]:
    """Return the document numbers that stand in brackets behind those titles, in the order of the text."""
    found = (one.group() for clause in document.clauses for one in _repeals(clause.text))
    front = layout().front
    return tuple(
        dict.fromkeys(
            number
            for words in found
            for inside in _BRACKETS.findall(_TITLE.sub("", words))
            if front.by_year.fullmatch(number := _COMMA.split(inside)[0]) or front.by_order.fullmatch(number)
        )
    )


def amended_titles(document: Document) -> tuple[str, ...]:
    """Return the titles of the documents that the title of *document* says it amends."""
    match = pattern("amendments", "amends").search(simplified(strip_space(document.title)))
    return () if match is None else (match.group("title").strip("《》"),)


def _repeals(text: str) -> list[re.Match[str]]:
    return list(pattern("amendments", "repeals").finditer(simplified(strip_space(text))))
