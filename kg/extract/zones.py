"""Places mentioned in a document → zone records: area, boundary, the larger zone; and places that a plan builds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.extract.names import KnownName
from kg.extract.toponyms import is_zone_mention
from kg.models import Mention, Zone
from kg.patterns import pattern, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.extract.names import NameBook, NameHit
    from kg.extract.obligations import ClauseContext
    from kg.models import Obligation

_ITEM = re.compile("[^、，；和]+")
_LONGEST_ITEM = 28


@dataclass(slots=True)
class _Place:
    """What is known of one place so far."""

    entry: KnownName
    mentions: list[Mention] = field(default_factory=list)
    area: float | None = None
    boundary: str | None = None
    part_of: str | None = None


class ZoneMentions:
    """Collects places clause by clause."""

    def __init__(self, book: NameBook) -> None:
        self._book = book
        self._found: dict[str, _Place] = {}
        self._abbreviated: dict[str, _Place] = {}
        self._edge_of: dict[str, str] = {}

    def read(self, context: ClauseContext, rows: Sequence[Obligation]) -> None:
        """Take in the places that one clause names, what it says of them, and those that its *rows* build."""
        text = context.plain.text
        for hit in context.analysis.hits.values():
            if hit.entry.category == "agent" or (hit.entry.category == "zone" and not is_zone_mention(text, hit)):
                continue
            place = _mention(self._found, context, hit.entry, hit.start, hit.end)
            self._measure(place, context, hit)
        covered = {at for hit in context.analysis.hits.values() for at in range(hit.start, hit.end)}
        places = self._book.abbreviated()
        for at in _abbreviations(text, places):
            if at not in covered:
                _mention(self._abbreviated, context, places[text[at]], at, at + 1)
        for row in rows:
            self._build(context, row)

    def records(self, order: dict[str, int]) -> list[Zone]:
        """Return the places in reading order of their first mention; *order* gives the position of each clause.

        A place that is only met by one character (澳 in 粤港澳三地) counts as mentioned; one that is also named is
        mentioned where it is named alone.
        """
        places = {**self._abbreviated, **self._found}
        zones = [
            Zone(
                name=name,
                aliases=place.entry.aliases,
                kind=place.entry.kind,
                part_of=self._larger(name, place),
                area_km2=place.area,
                boundary=place.boundary,
                clauses=tuple(sorted({m.clause for m in place.mentions}, key=lambda c: order[c])),
                mentions=tuple(sorted(place.mentions, key=lambda m: (m.start, m.end))),
            )
            for name, place in places.items()
        ]
        return sorted(zones, key=lambda z: (z.mentions[0].start, z.name))

    def _measure(self, place: _Place, context: ClauseContext, hit: NameHit) -> None:
        """Read what stands right behind a mention: the area, the boundary, what the place holds."""
        text = context.plain.text
        said = pattern("zones", "area").match(text, hit.end) or _later_area(text, hit.start, hit.end)
        if said:
            if place.area is None:
                place.area = round(float(said.group("n")) * _factor(said.group("unit")), 6)
                edges = pattern("zones", "boundary").match(text, said.end())
                if edges and place.boundary is None:
                    place.boundary = context.plain.written[edges.start("b") : edges.end("b")]
                    for other in _hits(context, edges.start("b"), edges.end("b")):
                        if other.entry.category == "facility":
                            self._edge_of.setdefault(other.entry.name, place.entry.name)
            return
        holds = pattern("zones", "includes").match(text, hit.end)
        if holds is None:
            return
        if place.boundary is None:
            place.boundary = context.plain.written[hit.start : holds.end()]
        for other in _hits(context, holds.start("parts"), holds.end("parts")):
            if other.entry.category == "zone" and other.entry.name != place.entry.name:
                part = self._found.setdefault(other.entry.name, _Place(other.entry))
                part.part_of = part.part_of or place.entry.name

    def _build(self, context: ClauseContext, row: Obligation) -> None:
        """Take in the places that a row builds: items after a verb of building whose names have the form of a place."""
        text = context.plain.text
        a, b = context.plain.from_source(row.start, row.end)
        verb = pattern("zones", "builds").search(text, a, b)
        if verb is None:
            return
        for start, end in _items(text, verb.end(), b):
            named = pattern("zones", "planned-place").search(text, start, end)
            short = 2 < end - start <= _LONGEST_ITEM
            known = any(hit.end == end for hit in _hits(context, start, end))
            if named and short and not known and not pattern("zones", "described-only").match(text, start):
                place = _mention(self._found, context, _planned(text[start:end]), start, end)
                place.part_of = place.part_of or _built_in(context, row, a, b)

    def _larger(self, name: str, place: _Place) -> str | None:
        """Return the place that *name* is part of: as known, as the text says, or as its own name begins."""
        said = place.entry.part_of or place.part_of or self._opened_by(name)
        if said is None and name in self._edge_of:
            return self._city_of(self._edge_of[name])
        return said

    def _opened_by(self, name: str) -> str | None:
        """香港国际机场 lies in 香港: the city or region whose name opens a longer one."""
        for end in range(len(name) - 1, 1, -1):
            entry = self._book.get(name[:end])
            if entry is not None and entry.kind in {"city", "region"} and entry.name != name:
                return entry.name
        return None

    def _city_of(self, name: str) -> str | None:
        """Return the city that a zone lies in: the roads and rivers that bound it lie there too."""
        seen: set[str] = set()
        while name not in seen:
            seen.add(name)
            entry = self._book.entries.get(name)
            if entry is not None and entry.kind == "city":
                return name
            opened = self._opened_by(name)
            if opened is not None:
                return opened
            known = self._found.get(name)
            larger = entry.part_of if entry is not None and entry.part_of else known.part_of if known else None
            if larger is None:
                return None
            name = larger
        return None


def _mention(found: dict[str, _Place], context: ClauseContext, entry: KnownName, start: int, end: int) -> _Place:
    span = context.plain.to_source(start, end)
    place = found.setdefault(entry.name, _Place(entry))
    surface = context.plain.written[start:end]
    place.mentions.append(Mention(entry.name, surface, context.clause.id, span.start, span.end))
    return place


def _hits(context: ClauseContext, start: int, end: int) -> Iterator[NameHit]:
    return (hit for at in range(start, end) if (hit := context.analysis.hits.get(at)) and hit.end <= end)


def _abbreviations(text: str, places: dict[str, KnownName]) -> Iterator[int]:
    """Yield where two or more places stand side by side by one character each: 粤港澳三地."""
    for run in re.finditer(f"[{''.join(sorted(places))}]{{2,}}", text):
        yield from range(run.start(), run.end())


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut `text[start:end]` into the items of a list; an item begins behind the last verb of building in it."""
    for item in _ITEM.finditer(text, start, end):
        begin = item.start()
        for verb in pattern("zones", "builds").finditer(text, item.start(), item.end()):
            begin = verb.end()
        if begin < item.end():
            yield begin, item.end()


def _planned(name: str) -> KnownName:
    return KnownName(name, (), "facility", "planned_place", "place")


def _built_in(context: ClauseContext, row: Obligation, start: int, end: int) -> str | None:
    """Return the zone that a row builds in: the one behind 在, else the only one its sentence names."""
    for hit in _hits(context, start, end):
        if hit.entry.category == "zone" and context.plain.text.startswith("在", hit.start - 1):
            return hit.entry.name
    return row.zones[0] if len(row.zones) == 1 else None


def _factor(unit: str) -> float:
    """Return how many km² a unit of area has."""
    for rule in rules("zones"):
        if rule.sets.km2 is not None and unit in rule.cues:
            return rule.sets.km2
    raise KeyError(unit)


def _later_area(text: str, start: int, behind: int) -> re.Match[str] | None:
    """合作区地处…，是…，面积约3.89平方公里: the sentence's own subject, an area without one of its own."""
    if start and text[start - 1] not in "。！；":
        return None
    stop = pattern("zones", "sentence-subject-ends").search(text, behind)
    at = pattern("zones", "area-follows").search(text, behind, stop.end() if stop else len(text))
    return pattern("zones", "area").match(text, at.end()) if at else None
