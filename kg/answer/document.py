"""A question about a document itself (its number, date, publisher, title) → what the graph and its first page say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from kg.answer.question import Question
from kg.answer.record import Item
from kg.answer.rows import Rows, Select
from kg.errors import RuleError
from kg.extract.dates import times
from kg.models import Document
from kg.resources import load_yaml, rules_dir
from kg.search.units import Unit
from kg.vocab import thing

Fact = Literal["identifier", "issued", "publisher", "title"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact and the words that ask for it."""

    id: Fact
    asks: re.Pattern[str]
    examples: tuple[tuple[str, bool], ...]


@cache
def rules() -> tuple[re.Pattern[str], tuple[Asked, ...]]:
    """Return `rules/document.yaml`: what shows that a document is meant, and the facts; else a `RuleError`."""
    path = rules_dir() / "document.yaml"
    plain = load_yaml(path)
    try:
        about = _any(plain["about"])
        facts = tuple(
            Asked(
                cast("Fact", fact["id"]),
                _any(fact["asks"]),
                tuple((example["text"], bool(example["hits"])) for example in fact["examples"]),
            )
            for fact in plain["facts"]
        )
    except (re.error, KeyError, TypeError) as error:
        raise RuleError(path, f"it cannot be read ({error})", "correct it") from error
    return about, facts


def facts_asked(question: Question) -> tuple[Fact, ...]:
    """Return the facts about the document that *question* asks for; () where it asks what the document says."""
    about, facts = rules()
    if not about.search(question.plain):
        return ()
    return tuple(fact.id for fact in facts if fact.asks.search(question.plain))


def find_facts(select: Select, document: Document, facts: Sequence[Fact], units: Sequence[Unit]) -> tuple[Rows, Unit]:
    """Return the *facts* in the document's own words, the query that gives them, and the unit the first stands in.

    *units* are the document's sentences in reading order. A date is given as the document writes it. Without any of
    the facts in the document, there are no items.
    """
    lines = " ".join(f"OPTIONAL {{ ?plan dcterms:{fact} ?{fact} }}" for fact in facts if fact != "publisher")
    if "publisher" in facts:
        lines += (
            " OPTIONAL { ?plan dcterms:publisher ?body . ?body rdfs:label ?publisher ."
            ' FILTER(lang(?publisher) = "zh-Hans") }'
        )
    query = (
        "PREFIX dcterms: <http://purl.org/dc/terms/>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        f"SELECT DISTINCT {' '.join(f'?{fact}' for fact in facts)} WHERE {{\n"
        f"  VALUES ?plan {{ <{thing(document.slug)}> }}\n  ?plan a ?type .\n  {lines.strip()}\n}}\n"
    )
    row = next(iter(select(query)), {})
    found = [(fact, row[fact]) for fact in facts if row.get(fact)]
    places = [_place(fact, value, units) for fact, value in found]
    items = [Item(words, thing(document.slug)) for words, _ in places]
    return Rows(tuple(items), query), places[0][1] if places else units[0]


def _place(fact: Fact, value: str, units: Sequence[Unit]) -> tuple[str, Unit]:
    """Return *value* as the document writes it, and the first unit where it does."""
    for unit in units:
        if fact == "issued":
            for time in times(unit.quote):
                if time.date == value:
                    return time.text, unit
        elif value in unit.quote:
            return value, unit
    return value, units[0]


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
