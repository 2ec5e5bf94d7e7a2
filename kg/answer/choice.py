"""What the reader says of sentences that were found → the answers they may give, the likeliest first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.answer.library import Library
from kg.answer.reader import Judged, ReaderOutput
from kg.answer.record import NO, YES
from kg.models import Obligation, Span
from kg.patterns import words
from kg.search.hits import Ranking, SentenceHit
from kg.search.units import Unit

LED = 2  # so many characters beside a name may be left off to have the name alone
READ = 5  # so many windows of the best sentences are read at most

# kinds that ask for names: an item is the whole name that stands there
NAMES = frozenset({"agency", "beneficiary", "zone"})

# an item less probable than this is left out if another is more probable; the likelier it is that only one is asked
# for, the higher the limit; chosen on `choosing` documents
SURE_OF_ONE, SURE_OF_SEVERAL = 0.95, 0.55

# what the whole width of a ranking's scores counts beside the reader's log-odds; chosen on `choosing` documents
NEARNESS = 6.0

_EDGE = "，。；：、,;:.!?！？ "
_PAIRS = {"（": "）", "(": ")", "“": "”", "「": "」", "《": "》", "〈": "〉", "‘": "’", "『": "』"}


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item in a document's own words: `source[start:end]`, white space taken out, is `text`."""

    text: str
    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one sentence may answer: items, or 是 or 否."""

    judged: Judged
    kind: str
    items: tuple[FoundItem, ...]
    verdict: str | None
    score: float
    """How much speaks for its sentence: the reader's log-odds of its answering, and its nearness."""

    @property
    def unit(self) -> Unit:
        """The sentence."""
        return self.judged.unit

    @property
    def texts(self) -> tuple[str, ...]:
        """The items as they are given."""
        return (self.verdict,) if self.verdict else tuple(item.text for item in self.items)


def log_odds(probability: float) -> float:
    """Return ln(p / (1 − p)), p kept a little away from 0 and 1."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def nearness(ranking: Ranking) -> dict[Unit, float]:
    """Return the score of each sentence that *ranking* names, between 0 and 1."""
    return {hit.unit: hit.score for hit in ranking.sentences}


def weighed(judged: Judged, near: Mapping[Unit, float]) -> float:
    """Return how much speaks for a sentence; one that was only read as a neighbour gets the least nearness of all."""
    least = min(near.values(), default=0.0)
    return log_odds(judged.answers) + NEARNESS * near.get(judged.unit, least)


def candidates(
    reading: ReaderOutput, ranking: Ranking, library: Library, clauses: Sequence[str] = ()
) -> list[Candidate]:
    """Return what each sentence that was read may answer, in *clauses* only if any are given, the best first."""
    near = nearness(ranking)
    kind = reading.kind
    sure = SURE_OF_ONE + (SURE_OF_SEVERAL - SURE_OF_ONE) * reading.several
    inside = [one for one in reading.judged if not clauses or one.unit.clause in clauses]
    ordered = sorted(inside, key=lambda one: (-weighed(one, near), one.unit.document, one.unit.start))
    found = []
    for one in ordered:
        score = weighed(one, near)
        if kind == "yesno":
            found.append(Candidate(one, kind, (), YES if one.yes >= 0.5 else NO, score))
            continue
        items = items_of(one, library.source(one.unit.document), sure)
        if kind in NAMES:
            items = [whole_name(item, library, one.unit) for item in items]
        kept = tuple({item.text: item for item in reversed(items)}.values())[::-1]
        if kept:
            found.append(Candidate(one, kind, kept, None, score))
    return found


def items_of(judged: Judged, source: str, sure: float = 0.0) -> list[FoundItem]:
    """Return the items of a sentence in the words of *source*, signs at their edges and lone brackets left out.

    An item that is less than *sure* is left out if there is a surer one.
    """
    unit = judged.unit
    visible = [i for i in range(unit.start, unit.end) if not source[i].isspace()]
    found = []
    for stretch in judged.items:
        start, end = trimmed(unit.quote, stretch.start, min(stretch.end, len(visible)))
        if start < end:
            found.append(FoundItem(unit.quote[start:end], visible[start], visible[end - 1] + 1, stretch.sure))
    surest = max((item.sure for item in found), default=0.0)
    return [item for item in found if item.sure >= min(sure, surest)]


def whole_name(item: FoundItem, library: Library, unit: Unit) -> FoundItem:
    """Return *item* as the name that stands there: the whole name if *item* is a part of it, the name alone if there is
    a character or two beside it (由财政部, 财政部会); *item* itself if no name is so near.
    """
    source = library.source(unit.document)
    for place in library.places_in(unit.document, unit.start, unit.end):
        start, end = place.mention.start, place.mention.end
        inside = start <= item.start and item.end <= end
        led = item.end == end and item.start < start <= item.start + LED
        led = led or (item.start == start and end < item.end <= end + LED)
        if (inside or led) and (start, end) != (item.start, item.end):
            return FoundItem(Span(start, end).quote(source), start, end, item.sure)
    return item


def trimmed(quote: str, start: int, end: int) -> tuple[int, int]:
    """Return [start, end) of *quote* without signs at its edges, nor unpaired brackets or quotation marks there."""
    while start < end:
        text = quote[start:end]
        if text[0] in _EDGE or (text[0] in _PAIRS and _PAIRS[text[0]] not in text):
            start += 1
        elif (
            text[-1] in _EDGE
            or (text[-1] in words("cutting", "joins") and len(text) > 2)
            or any(text[-1] == close and open_ not in text for open_, close in _PAIRS.items())
        ):
            end -= 1
        elif len(text) > 2 and text[0] in _PAIRS and text[-1] == _PAIRS[text[0]] and text[0] in "“「‘『":
            start, end = start + 1, end - 1
        else:
            break
    return start, end


def obligation_of(candidate: Candidate, library: Library) -> Obligation | None:
    """Return the obligation that the items stand in, the shortest where several hold them all; None if none does."""
    unit = candidate.unit
    held = [(item.start, item.end) for item in candidate.items] or [(unit.start, unit.end)]
    rows = library.obligations_near(unit.document, unit.start, unit.end)
    whole = [
        obligation
        for obligation in rows
        if all(obligation.start <= start and end <= obligation.end for start, end in held)
    ]
    if not whole and candidate.verdict:
        whole = [obligation for obligation in rows if unit.start <= obligation.start and obligation.end <= unit.end]
        return whole[0] if len(whole) == 1 else None
    return min(whole, key=lambda obligation: (obligation.end - obligation.start, obligation.start), default=None)


def hit_of(unit: Unit, ranking: Ranking) -> SentenceHit | None:
    """Return what the ranking says of *unit*; None if it is not among its best sentences."""
    return next((hit for hit in ranking.sentences if hit.unit == unit), None)
