"""A question → why no document of the build can answer it, as far as its own words show that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kg.answer.library import Category, Library, Named
from kg.answer.question import Question
from kg.answer.record import Reason
from kg.extract.names import general_entries
from kg.patterns import pattern
from kg.rules import Entries, Entry, WayOfAsking, load
from kg.search.words import folded

# the kind of a place with policies of its own, which are not those of the document's own zone
SPECIAL = "special_zone"

SHORT = 4  # a shorter name may be the beginning of another agent's: 香港 of 香港某某公司

_TITLE = re.compile(r"[《〈]([^》〉]{2,60})[》〉]")


class Outside(WayOfAsking, Entry):
    """Words that mark a question as one that no plan answers."""

    id: Reason


def marks() -> tuple[Outside, ...]:
    """Return `rules/outside.yaml` in its order."""
    return load("outside", Entries[Outside]).root


def names_in(question: Question, called: Sequence[str], library: Library) -> tuple[Named, ...]:
    """Return what *question* names: things of the documents, and agents and places that none of them speaks of.

    Of names that overlap the longest counts. *called* are the documents' words for what the question calls by other
    names.
    """
    text = question.plain.replace(" ", "") if question.lang != "en" else question.plain
    text = " ".join([text, *called])
    strange = _strange(library)
    longest = max(library.longest, *map(len, strange)) if strange else library.longest
    # a question has some hundreds of parts, a library a hundred thousand names
    inside = {text[at : at + size] for at in range(len(text)) for size in range(1, longest + 1)}
    forms = {form: one for form in inside if (one := library.forms.get(form) or strange.get(form))}
    found: list[tuple[int, Named]] = []
    taken = bytearray(len(text))
    parts: set[str | None] = {None}
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not any(taken[at:end]):
                taken[at:end] = b"\1" * len(form)
                if len(form) < SHORT and pattern("cutting", "longer-name").match(text, end):
                    parts.add(forms[form].name)
                else:
                    found.append((at, forms[form]))
            at = text.find(form, at + 1)
    # by position; a thing that is called by two names once, and none whose name is a part of another's
    named: dict[tuple[Category, str | None, str], Named] = {}
    for _, one in sorted(found, key=lambda pair: pair[0]):
        if one.name is None or one.name not in parts:
            named.setdefault((one.category, one.name, "" if one.name else one.form), one)
    return tuple(named.values())


def outside(question: Question, named: tuple[Named, ...], library: Library) -> Reason | None:
    """Return why no document can answer *question*; None if its words alone do not show that."""
    for mark in marks():
        if mark.regex.search(question.plain):
            return mark.id
    strange = [one for one in named if one.name is None and one.category == "zone"]
    # beside a place of the document's own, a city or province is no other subject; another zone of that kind is
    if strange and (any(one.special for one in strange) or not any(one.name for one in named)):
        return "other_place"
    titles = {folded(title) for title in _TITLE.findall(question.plain)}
    if any(not library.speaking_of(title) for title in titles):
        return "other_document"
    return None


def clauses_named(question: Question) -> tuple[str, ...]:
    """Return the clause ids that *question* refers to: 第十五条, （十五）, clause 15."""
    from kg.read.markers import to_int

    found = []
    for groups in pattern("cutting", "clause-number").findall(question.plain):
        number = to_int(next(part for part in groups if part))
        if number is not None:
            found.append(str(number))
    return tuple(dict.fromkeys(found))


@cache
def _strange(library: Library) -> dict[str, Named]:
    """Return the general names that no document of the build has, by folded form."""
    found: dict[str, Named] = {}
    for entry in general_entries():
        forms = [folded(form) for form in entry.forms]
        if any(form in library.spoken or form in library.forms for form in forms):
            continue
        category: Category = "agent" if entry.category == "agent" else "zone"
        if category == "agent" and entry.tier != "named":
            continue
        special = entry.kind == SPECIAL
        found.update((form, Named(form, category, None, special)) for form in forms if len(form) > 1)
    return found
