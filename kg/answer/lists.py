"""A passage → the lists it may give: members of what is done, of the words themselves, of several rows, of headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kg.answer.items import members, quoted, spaces_between
from kg.answer.library import Library
from kg.answer.passage import Passage, Reading
from kg.answer.question import Question
from kg.search.units import Unit

_DASHED = re.compile(r"[—－-]{1,3}([^。，；]{2,40})[。，；]")
_JOINS = frozenset({"、", "和", "及", "与", "以及", "或"})
_INNER = re.compile(r"[、+]")


def lists(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the lists of a passage, the first member of each also without what the question says itself."""
    for reading in _lists(passage.library, passage.unit, passage.whole):
        yield reading
        short = _beyond(question, reading.items)
        if short != reading.items:
            yield Reading(f"{reading.variant}_rest", short, reading.field)
        others = tuple(item for item in reading.items if not _said(question, item))
        if others and len(others) < len(reading.items):
            yield Reading(f"{reading.variant}_others", others, reading.field)


def number_of_members(passage: Passage) -> int:
    """Return how many members the list of a passage has."""
    row = passage.obligation
    return len(members(row.object if row else passage.unit.quote, passage.library.cut))


@lru_cache(maxsize=20_000)
def _lists(library: Library, unit: Unit, whole: bool) -> tuple[Reading, ...]:
    """Return the lists of *unit*, read as a *whole* sentence or as a part of one: the same for every question."""
    return tuple(_of_sentence(library, unit) if whole else _of_part(library, unit))


def _of_part(library: Library, unit: Unit) -> Iterator[Reading]:
    row, cut = library.obligation_of(unit), library.cut
    for chain in _chains(library, unit):
        yield Reading("chain", chain, None)
    listed = members(row.object, cut) if row is not None else []
    if len(listed) > 1:
        yield Reading("members", tuple(listed), "object")
    inside = members(unit.quote, cut)
    if len(inside) > 1 and inside != listed:
        yield Reading("words", tuple(inside), None)
    # “一线放开、二线管住、区内自由”, “基础研究+技术攻关+…”: a list that is a name
    for name in quoted(unit.quote):
        parts = _INNER.split(name)
        if len(parts) > 1:
            yield Reading("in_quotes", tuple(parts), None)


def _chains(library: Library, unit: Unit) -> Iterator[tuple[str, ...]]:
    """Yield the runs of noun phrases that nothing but 、, 和, 及 or 与 stands between.

    Where 、 parts them, 及 and the like join two into one, but for the last: 甲、乙及丙、丁和戊 are four.
    """
    source = library.source(unit.document)
    # of the phrases that end alike, the shortest: what stands before 的 belongs to the whole list
    ends = {end: start for start, end in library.terms_in(unit.document, unit.start, unit.end)}
    found: list[list[tuple[int, int]]] = []
    joins: list[list[str]] = []
    for end, start in sorted(ends.items()):
        join = "".join(source[found[-1][-1][1] : start].split()) if found else ""
        if join in _JOINS:
            found[-1].append((start, end))
            joins[-1].append(join)
        else:
            found.append([(start, end)])
            joins.append([])
    for chain, between in zip(found, joins, strict=True):
        merged = chain[:1]
        for place, (start, end) in enumerate(chain[1:]):
            if "、" in between and between[place] != "、" and place < len(between) - 1:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        if len(merged) > 1:
            yield tuple("".join(source[start:end].split()) for start, end in merged)


def _of_sentence(library: Library, unit: Unit) -> Iterator[Reading]:
    """Yield what a sentence says one part after the other: names in quotes, places between, what its rows do."""
    names = tuple(dict.fromkeys(quoted(unit.quote)))
    if len(names) > 1:
        yield Reading("quotes", names, None)
    clause = library.clause(unit.document, unit.clause)
    spaces = tuple(spaces_between(clause.text.replace("\n", "。")))
    if len(spaces) > 1:
        yield Reading("betweens", spaces, None)
    rows = [row for row in library.obligations_in(unit.document, unit.start, unit.end) if row.object]
    if len(rows) > 1:
        yield Reading("objects", tuple(row.object for row in rows), None)
        both = tuple(item for row in rows for item in members(row.object, library.cut))
        if len(both) > len(rows):
            yield Reading("objects_members", both, None)
    titles = [m.group(1) for line in clause.text.split("\n") for m in [_DASHED.match(line.strip())] if m]
    if len(titles) > 1:
        yield Reading("titles", tuple(titles), None)


def _beyond(question: Question, items: tuple[str, ...]) -> tuple[str, ...]:
    """Return *items*, the first without what the question says itself: 担任董事 asked with 担任 is 董事."""
    first = items[0]
    said = [i + 2 for i in range(len(first) - 3) if first[i : i + 2] in question.plain]
    return (first[said[-1] :], *items[1:]) if said and len(items) > 1 else items


def _said(question: Question, item: str) -> bool:
    """Whether most pairs of characters of *item* stand in the question."""
    pairs = [item[i : i + 2] for i in range(len(item) - 1)]
    return 2 * sum(pair in question.plain for pair in pairs) > len(pairs)
