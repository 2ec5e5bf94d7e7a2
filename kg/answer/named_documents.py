"""A question → the documents that it names, and the question without their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.answer.document import facts_asked
from kg.answer.library import Library
from kg.answer.question import read_question
from kg.facts import DocumentFacts
from kg.models import strip_space
from kg.patterns import pattern
from kg.search.words import folded

_MARKED = re.compile('[《〈“"「『]$')

SHORTEST = 4  # a title of fewer characters may be an ordinary word


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question as it is to be asked, of *documents* alone where there are any."""

    text: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text as names are looked for in it, and where each of its characters stands in the text as typed."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, typed: str) -> _Folded:
        characters = [(form, at) for at, one in enumerate(typed) if not one.isspace() for form in folded(one)]
        return cls("".join(form for form, _ in characters), (*(at for _, at in characters), len(typed)))


def narrow(text: str, library: Library, documents: tuple[str, ...] = ()) -> Narrowed:
    """Return *text* narrowed to the documents it names by number, title, or the place at its head.

    The name is taken off, unless the question is about the document itself or nothing would be left of it. *documents*
    are asked alone whatever the question names; a title among theirs is taken off all the same. Where a place is
    named, a document that only speaks of it is asked as well.
    """
    if len(library.facts) < 2:
        return Narrowed(text, documents)
    read = _Folded.of(text)
    found = _by_name(read.text, library) or _by_place(read.text, library)
    if found is None or (documents and not set(documents) & set(found[2])):
        return Narrowed(text, documents)
    start, end, named = found
    rest = (text[: read.places[start]] + text[read.places[end] :]).strip()
    keeps = start == end or len(strip_space(rest)) < SHORTEST or facts_asked(read_question(text))
    return Narrowed(text if keeps else rest, documents or named)


def _by_name(text: str, library: Library) -> tuple[int, int, tuple[str, ...]] | None:
    """Return where a document's number or the longest title in *text* stands, and whose it is."""
    names = _names(library)
    for name in names:
        at = text.find(name)
        if at < 0 or not (pattern("naming", "genre").search(name) or _MARKED.search(text[:at])):
            continue
        before = pattern("naming", "before").search(text[:at])
        behind = pattern("naming", "behind").match(text, at + len(name))
        year = before.group("year") if before else None
        dated = tuple(slug for slug in names[name] if year and _year(library.facts[slug]) == year)
        return (before.start() if before else at), (behind.end() if behind else at + len(name)), dated or names[name]
    return None


def _by_place(text: str, library: Library) -> tuple[int, int, tuple[str, ...]] | None:
    """Return the place at the head of *text* and the documents of that place, or that speak of it."""
    for place, slugs in _places(library).items():
        if text.startswith(place):
            named = tuple(dict.fromkeys((*slugs, *library.speaking_of(place))))
            if len(named) == len(library.facts):
                return None
            behind = pattern("naming", "of-place").match(text, len(place))
            return 0, behind.end() if behind else 0, named
    return None


@cache
def _names(library: Library) -> Mapping[str, tuple[str, ...]]:
    """Return the documents of *library* by each of their names, folded, the longest first."""
    found: dict[str, list[str]] = {}
    for slug, one in library.facts.items():
        for name in _names_of(one):
            if len(name) >= SHORTEST:
                found.setdefault(name, []).append(slug)
    ordered = sorted(found, key=lambda one: (-len(one), one))
    return {name: tuple(dict.fromkeys(found[name])) for name in ordered}


def _names_of(document: DocumentFacts) -> Iterator[str]:
    title = folded(strip_space(document.title))
    yield title
    core = pattern("naming", "core").match(title)
    if core:
        title = re.sub("[《》〈〉]", "", next(part for part in core.groups() if part))
        yield title
    place = pattern("naming", "place").match(title)
    if place:
        yield title[place.end() :]
    if document.identifier:
        yield from (document.identifier.translate(str.maketrans("〔〕", pair)) for pair in ("〔〕", "[]", "()", "（）"))


@cache
def _places(library: Library) -> Mapping[str, tuple[str, ...]]:
    """Return the documents of *library* by the place that issued them, the longest name first."""
    found: dict[str, list[str]] = {}
    for slug, one in library.facts.items():
        for name in (one.publisher or "", one.title):
            place = pattern("naming", "place").match(folded(strip_space(name)))
            if place:
                found.setdefault(place.group(), []).append(slug)
    return {place: tuple(dict.fromkeys(found[place])) for place in sorted(found, key=lambda one: (-len(one), one))}


def _year(document: DocumentFacts) -> str | None:
    return document.issued[:4] if document.issued else None
