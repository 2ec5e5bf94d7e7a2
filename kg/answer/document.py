"""A question about a document itself (number, date, publisher, title) → what the graph and its first page say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator

from kg.answer.question import Question
from kg.answer.record import Item
from kg.answer.rows import Rows, Select, iri, run
from kg.extract.dates import times
from kg.rules import Entry, Strict, WayOfAsking, each_once, load
from kg.search.units import Unit
from kg.vocab import thing

Fact = Literal["identifier", "issued", "publisher", "title"]


class FactForm(WayOfAsking, Entry):
    """A fact and the words that ask for it."""

    id: Fact


class OfDocument(Strict):
    """`rules/document.yaml`: the words that show that a document itself is meant, and the facts."""

    about: WayOfAsking
    facts: Annotated[tuple[FactForm, ...], AfterValidator(each_once)]


def facts_asked(question: Question) -> tuple[Fact, ...]:
    """Return the facts about the document that *question* asks for; () if it asks what the document says."""
    rules = load("document", OfDocument)
    if not rules.about.regex.search(question.plain):
        return ()
    return tuple(fact.id for fact in rules.facts if fact.regex.search(question.plain))


def find_facts(select: Select, document: str, facts: Sequence[Fact], units: Sequence[Unit]) -> tuple[Rows, Unit]:
    """Return the *facts* in the document's own words, the query that gives them, and the unit the first stands in.

    *units* are the sentences of *document*, a slug, in reading order. A date is given as the document writes it. There
    are no items if the document has none of the facts.
    """
    lines = " ".join(f"OPTIONAL {{ ?plan dcterms:{fact} ?{fact} }}" for fact in facts if fact != "publisher")
    if "publisher" in facts:
        lines += (
            " OPTIONAL { ?plan dcterms:publisher ?agent . ?agent rdfs:label ?publisher ."
            ' FILTER(LANGMATCHES(LANG(?publisher), "zh-Hans")) }'
        )
    variables = " ".join(f"?{fact}" for fact in facts)
    query = f"SELECT DISTINCT {variables} ?plan WHERE {{\n  ?plan a ?type .\n  {lines.strip()}\n}}\n"
    rows, shown = run(select, query, {"plan": iri(document)})
    row = next(iter(rows), {})
    found = [(fact, row[fact]) for fact in facts if row.get(fact)]
    places = [_place(fact, value, units) for fact, value in found]
    items = [Item(words, thing(document)) for words, _ in places]
    return Rows(tuple(items), shown), places[0][1] if places else units[0]


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
