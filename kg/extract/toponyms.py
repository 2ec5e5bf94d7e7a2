"""Names in a text → the zones that a sentence gives as the place of what is done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.predicates import verbs_in
from kg.patterns import pattern, words

if TYPE_CHECKING:
    from kg.extract.names import NameHit

_LOOK_BACK = 4


def zones_in(
    text: str, start: int, end: int, hits: dict[int, NameHit], own: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the zones that `text[start:end]` names, in order, each once; *own* are those the document is about.

    A name inside a longer proper name is no mention (the longest name wins); a bare city name that opens a longer
    name (深圳数据交易场所) is not one either. Facilities and lines are not zones.
    """
    found: dict[str, None] = {}
    for at in range(start, end):
        hit = hits.get(at)
        if (
            hit
            and hit.end <= end
            and hit.entry.category == "zone"
            and (_is_own(text, hit, own) or _is_where(text, hit))
        ):
            found.setdefault(hit.entry.name)
    return tuple(found)


def _is_own(text: str, hit: NameHit, own: frozenset[str]) -> bool:
    """Whether a place the document is about is named, and no body or thing that is called by it (海南省税务局)."""
    if hit.entry.name not in own or pattern("zones", "own-not-behind").search(text, max(0, hit.start - 1), hit.start):
        return False
    return not _opens_proper_name(text, hit.end) and not pattern("zones", "own-goes-on").match(text, hit.end)


def is_zone_mention(text: str, hit: NameHit) -> bool:
    """Whether a place's name stands there for the place itself."""
    surface = text[hit.start : hit.end]
    if _opens_proper_name(text, hit.end):
        return False
    if hit.entry.acts_as is None or surface == hit.entry.name:
        return not pattern("zones", "route-follows").match(text, hit.end)
    return pattern("zones", "stands-alone").match(text, hit.end) is not None


def _is_where(text: str, hit: NameHit) -> bool:
    """Whether a zone's name says where something is done.

    The short name of a place that can also act (香港, 深圳) does so only in a phrase of place: 进入深圳的货物,
    与香港之间; 香港居民 and 借鉴香港制度 say nothing of where.
    """
    if not is_zone_mention(text, hit) or pattern("zones", "department-of").match(text, hit.end):
        return False
    if hit.entry.acts_as is None or text[hit.start : hit.end] == hit.entry.name:
        return True
    before = pattern("zones", "located-before").search(text, max(0, hit.start - _LOOK_BACK), hit.start)
    return before is not None or pattern("zones", "located-behind").match(text, hit.end) is not None


def _opens_proper_name(text: str, at: int) -> bool:
    match = pattern("zones", "name-goes-on").match(text, at)
    if match is None:
        return False
    between = match.group("words")
    if between is None:
        return True
    verbs = {verb.group() for verb in verbs_in(between)} - words("zones", "nouns-of-verbs")
    return not verbs and not pattern("zones", "words-between").search(between)
