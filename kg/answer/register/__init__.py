"""A question for all obligations or clauses of one kind → these as the graph has them, or how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.answer.library import Library, Named
from kg.answer.question import Question
from kg.answer.register.clauses import list_clauses
from kg.answer.register.forms import Filled, forms_of
from kg.answer.register.obligations import list_obligations, year_of
from kg.answer.register.result import Listing
from kg.answer.register.scope import Scope, bare, spellings
from kg.answer.rows import Select

__all__ = ["Listing", "find_listing", "nothing_registered"]

_OF_CLAUSES = ("chapters", "clauses", "headings", "mentions")


def find_listing(question: Question, library: Library, select: Select, documents: tuple[str, ...]) -> Listing | None:
    """Return what the register holds of what *question* asks for in *documents*, slugs, () for all of *library*.

    None if the question is not wholly one of the forms of asking for the register, if it names what no document has or
    what several have, so that it is not clear which is meant, and if the register holds nothing of it.
    """
    for filled, scope in _readings(question, library, documents):
        listing = list_clauses if filled.form.about in _OF_CLAUSES else list_obligations
        found = listing(filled, scope, question.lang, select)
        if found is not None:
            return found
    return None


def nothing_registered(
    question: Question, named: Sequence[Named], library: Library, documents: tuple[str, ...]
) -> bool:
    """Whether *question*, which names *named*, asks the register for what no document can hold: what is due by or aimed
    at in a year that stands in none of them, the obligations of an agent that is known but that none of them names, or
    the clauses with a word that none of them has.

    Such a question has no answer, whatever passage comes near it.
    """
    unknown = {bare(one.form) for one in named if one.name is None}
    for filled, scope in _readings(question, library, documents):
        about, places = filled.form.about, filled.places
        if about == "goals" or (about == "due" and "year" in places):
            return not scope.clauses_with(f"{year_of(places['year'])}年")
        if about == "body":
            return any(word in unknown for word in spellings(places["name"]))
        if about == "mentions" and not places["name"].isascii():
            return not any(scope.things(word) or scope.clauses_with(word) for word in spellings(places["name"]))
    return False


def _readings(question: Question, library: Library, documents: tuple[str, ...]) -> Iterator[tuple[Filled, Scope]]:
    """Yield the forms that are the whole of *question*, each with the documents it is about."""
    for filled in forms_of(question):
        scope: Scope | None = Scope(library, documents or tuple(library.records))
        if "title" in filled.places:
            scope = scope and scope.titled(filled.places["title"])
        if scope is not None:
            yield filled, scope
