"""What the register holds of what a question asks for, with where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.answer.library import Library
from kg.answer.question import Kind
from kg.answer.record import Item
from kg.answer.wording import say
from kg.models import Clause, Span
from kg.search.units import Unit
from kg.vocab import Lang


@dataclass(frozen=True, slots=True)
class Listing:
    """What the register holds of what a question asks for.

    `items` are all of them in reading order, in the source's own words; for a number one item, its numeral. `query` is
    the SPARQL whose rows gave the items. `units`, never empty, are where all that is listed or counted stands, in
    reading order. `ledger` is the query string of the desk's address that lists exactly these obligations; None if no
    filter of the ledger does. `message` says in the question's language what is listed, and what is left out.
    """

    items: tuple[Item, ...]
    query: str
    units: tuple[Unit, ...]
    ledger: str | None
    message: str
    intent: Kind


def unit_of(library: Library, document: str, clause: Clause, span: Span) -> Unit:
    """Return the words of *clause* at *span* as a unit."""
    quote = span.quote(library.source(document))
    return Unit(document, clause.id, "sentence", span.start, span.end, quote, clause.title, None)


def in_all(lang: Lang, sentences: Iterable[str], units: Iterable[Unit]) -> str:
    """Return *sentences* as one message, which says in how many documents *units* stand if it is not one."""
    number = len({unit.document for unit in units})
    more = [say(lang, "register_documents", count=number)] if number > 1 else []
    return (" " if lang == "en" else "").join([*sentences, *more])
