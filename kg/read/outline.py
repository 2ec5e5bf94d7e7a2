"""Headings → parts: which are chapters and which clauses, with their ids and their stretch of the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.models import Span, strip_space
from kg.read.ids import Names, bare
from kg.read.lines import Page
from kg.read.sequence import Heading
from kg.read.titles import is_title, stands_alone

_CONTAINERS = frozenset({"part", "chapter", "section"})


@dataclass(slots=True)
class Part:
    """A stretch of the text that belongs to one heading, or to none (`heading` None: what comes before the first).

    `paragraphs` are all of it, the heading's own first. `id` is the chapter's id for a chapter; `chapter` the id of
    the chapter it stands in; `prefix` "a1." in an annex.
    """

    heading: Heading | None
    start: int
    end: int
    paragraphs: list[Span]
    is_chapter: bool = False
    id: str = ""
    chapter: str | None = None
    prefix: str = ""


def outline(text: str, page: Page, headings: Sequence[Heading], paragraphs: Sequence[Span]) -> tuple[list[Part], Names]:
    """Return the parts of *text* in order, together holding every paragraph, and the clause ids given out so far."""
    parts = _with_openings(text, _parts(text, page, headings, paragraphs))
    containers = _containers(text, parts)
    running = _running(parts, containers)
    names, chapter_names = Names(), Names()
    ids: dict[int, str] = {}
    chapters: dict[int, str] = {}
    for part in parts:
        heading = part.heading
        if heading is None or heading.marker.family == "annex":
            continue
        part.is_chapter = _kind(heading) in containers
        inside = _inside(heading, chapters)
        part.chapter = inside
        if part.is_chapter:
            wanted = f"{bare(inside)}.{_number(heading)}" if inside else part.prefix + _number(heading)
            part.id = chapter_names.give(wanted, inside)
            chapters[id(heading)] = part.id
            part.chapter = part.id
        else:
            over = _clause_over(heading, ids)
            wanted = _clause_id(heading, part, over, inside, running)
            part.id = names.give(wanted, over)
            ids[id(heading)] = part.id
    return parts, names


def _number(heading: Heading) -> str:
    return ".".join(str(n) for n in heading.marker.numbers)


def _kind(heading: Heading) -> tuple[int, str]:
    return (heading.segment, heading.marker.family)


def _inside(heading: Heading, chapters: dict[int, str]) -> str | None:
    above = heading.parent
    while above is not None:
        if id(above) in chapters:
            return chapters[id(above)]
        above = above.parent
    return None


def _clause_over(heading: Heading, ids: dict[int, str]) -> str | None:
    above = heading.parent
    while above is not None and id(above) not in ids:
        above = above.parent
    return ids[id(above)] if above is not None else None


def _clause_id(heading: Heading, part: Part, over: str | None, inside: str | None, running: dict[int, str]) -> str:
    number = _number(heading)
    if heading.marker.family == "decimal":
        return part.prefix + number
    if over is not None:
        return f"{bare(over)}.{number}"
    if inside is None or running.get(heading.segment) == heading.marker.family:
        return part.prefix + number
    if heading.segment in running:
        return f"{part.prefix}ch{bare(inside).removeprefix(part.prefix)}.{number}"
    return f"{bare(inside)}.{number}"


# ------------------------------------------------------------------ what the whole document decides


def _containers(text: str, parts: Sequence[Part]) -> set[tuple[int, str]]:
    """Return the (segment, family) pairs whose headings are chapters.

    编, 章 and 节 always are. 一、 and the numbers of 1.1 are where they stand outermost and most of them stand alone on
    their line; other outermost families where they do and have clauses below them.
    """
    heads = [part for part in parts if part.heading and part.heading.marker.family != "annex"]
    parents = {id(part.heading.parent) for part in heads if part.heading and part.heading.parent}
    counts: dict[tuple[int, str], list[int]] = {}
    found: set[tuple[int, str]] = set()
    for part in heads:
        heading = part.heading
        if heading is None:
            continue
        if heading.marker.family in _CONTAINERS:
            found.add(_kind(heading))
        elif heading.parent is None and heading.marker.family != "article":
            row = counts.setdefault(_kind(heading), [0, 0, 0])
            row[0] += 1
            has_text = len(part.paragraphs) > 1 or id(heading) in parents
            row[1] += has_text and stands_alone(text, heading.marker.label_end, part.paragraphs[0])
            row[2] += id(heading) in parents
    for kind, (count, lone, with_clauses) in counts.items():
        if lone * 2 > count and (kind[1] in ("cn", "bare") or with_clauses):
            found.add(kind)
    return found


def _running(parts: Sequence[Part], containers: set[tuple[int, str]]) -> dict[int, str]:
    """Return by segment the family whose numbers run through it from chapter to chapter.

    It is the outermost family right below the chapters. Segments where it starts again in a chapter are left out.
    """
    below: dict[int, list[Heading]] = {}
    for part in parts:
        heading = part.heading
        if heading is None or heading.marker.family == "annex" or _kind(heading) in containers:
            continue
        if heading.parent is None or _kind(heading.parent) in containers:
            below.setdefault(heading.segment, []).append(heading)
    running: dict[int, str] = {}
    for segment, heads in below.items():
        main = min(heads, key=lambda h: h.rank).marker.family
        mine = [h for h in heads if h.marker.family == main]
        again = any(b.marker.number <= a.marker.number and a.parent is not b.parent for a, b in pairwise(mine))
        if not again:
            running[segment] = main
    return running


def _parts(text: str, page: Page, headings: Sequence[Heading], paragraphs: Sequence[Span]) -> list[Part]:
    """Cut the paragraphs at the headings."""
    starts = [p.start for p in paragraphs]
    edges = [0, *(h.marker.start for h in headings), len(text)]
    parts: list[Part] = []
    for index, (start, end) in enumerate(pairwise(edges)):
        mine = list(paragraphs[bisect_left(starts, start) : bisect_left(starts, end)])
        heading = headings[index - 1] if index else None
        if heading is not None or (page.lines and page.lines[0].start < end):
            prefix = f"a{heading.annex}." if heading is not None and heading.annex else ""
            parts.append(Part(heading, start, end, mine, prefix=prefix))
    return parts


def _with_openings(text: str, parts: Sequence[Part]) -> list[Part]:
    """Part the title and introduction of a second document (the plan behind a notice) from the clause above them."""
    done: list[Part] = []
    for before, part in zip([None, *parts], parts, strict=False):
        if before is not None and _opens_segment(before, part):
            places = range(len(before.paragraphs) - 1, 0, -1)
            cut = next((i for i in places if _titles(text, before.paragraphs[i])), None)
            if cut is not None:
                opening = before.paragraphs[cut:]
                done.append(Part(None, opening[0].start, part.start, opening, prefix=part.prefix))
                before.paragraphs = before.paragraphs[:cut]
                before.end = opening[0].start
        done.append(part)
    return done


def _opens_segment(before: Part, part: Part) -> bool:
    old, new = before.heading, part.heading
    if old is None or new is None or "annex" in (old.marker.family, new.marker.family):
        return False
    return new.segment > old.segment and new.annex == old.annex


def _titles(text: str, paragraph: Span) -> bool:
    """Whether a paragraph is the title of a document."""
    return paragraph.end - paragraph.start <= 80 and is_title(strip_space(paragraph.of(text)))
