"""An answer from one document, and what documents as near answer → the same record with theirs beside it.

Nothing is merged: each document keeps its own items and its own words, in the order of the ranking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kg.answer.amounts import Amount, amounts
from kg.answer.choice import NAMES
from kg.answer.figures import equal
from kg.answer.library import Library
from kg.answer.record import ASSURED, Answer, CitedDocument, Evidence, OtherAnswer
from kg.answer.signs import group
from kg.extract.dates import times
from kg.models import Span, strip_space
from kg.search.hits import Ranking
from kg.search.words import folded

MOST = 3  # documents beside the first are read at most: each takes as long as a question

# the best clause of a document that is read as well scores at most so much less than that of the first, and what it
# answers is shown from this probability on; both chosen by `bench/other_answers.py` on documents for choosing
NEAR, SHOWN = 0.2, 0.3

ALIKE = 0.8  # stretches of text say the same if the shorter one has at least this share of its pairs of characters


def near_documents(ranking: Ranking, first: str, near: float = NEAR) -> dict[str, float]:
    """Return the documents, at most `MOST`, whose best clauses score at most *near* less than that of document *first*,
    best first, each with how much less that is; a negative number if it scores more.
    """
    best: dict[str, float] = {}
    for hit in ranking.clauses:
        best.setdefault(hit.document, hit.score)
    own = best.pop(first, 0.0)
    return {slug: own - score for slug, score in islice(best.items(), MOST) if own - score <= near}


def beside(answer: Answer, near: Mapping[str, float], alone: Callable[[str], Answer], library: Library) -> Answer:
    """Return *answer* with what the documents *near* (see `near_documents`) answer; *alone* asks one document.

    A refusal, and an answer to something else than *answer* is, tells nothing. Where others differ, *answer* is as
    probable as that its document alone gives it and is the one that is meant. What was refused as unsure is answered
    by its document if others answer as well: it was unsure because they contend.
    """
    read = [one for one in map(alone, near) if one.answered and (one.confidence or 0.0) >= SHOWN]
    if not read:
        return answer
    slug = answer.evidence[0].document
    own = None if answer.answered else alone(slug)
    first = own or answer
    others = compared(first, read, library) if first.answered else ()
    if not others:
        return answer
    first = replace(first, ranking=answer.ranking, others=others)
    against = [one for one in others if not one.same and _in_force(one, library)]
    if not against:
        return first
    # beside passages of another document each looks less sure than it is
    own = own or alone(slug)
    agrees = own.answered and _Said.of(own, library).same_as(_Said.of(first, library))
    sure = max(first.confidence or 0.0, (own.confidence or 0.0) if agrees else 0.0)
    meant = round(_meant(sure, against, near), 3)
    return replace(first, confidence=meant, assured=meant >= ASSURED)


def compared(answer: Answer, read: Iterable[Answer], library: Library) -> tuple[OtherAnswer, ...]:
    """Return the answers *read* that are of the kind of *answer*, documents that say the same together."""
    said = _Said.of(answer, library)
    found: list[tuple[_Said, OtherAnswer]] = []
    for one in read:
        if not one.answered or one.intent != answer.intent or one.confidence is None:
            continue
        other = _Said.of(one, library)
        at = next((at for at, (known, _) in enumerate(found) if known.same_as(other)), None)
        if at is None:
            same = said.same_as(other)
            found.append((other, OtherAnswer(one.answers, same, one.qualifier, one.confidence, one.evidence[:1])))
        else:
            known, kept = found[at]
            sure = max(kept.confidence, one.confidence)
            found[at] = known, replace(kept, confidence=sure, evidence=(*kept.evidence, *one.evidence[:1]))
    return tuple(other for _, other in found)


def cited(answer: Answer, library: Library) -> tuple[CitedDocument, ...]:
    """Return what each document that *answer* quotes is called, in the order in which they are quoted."""
    quotes = [*answer.evidence, *(one for other in answer.others for one in other.evidence)]
    facts = [library.facts[slug] for slug in dict.fromkeys(one.document for one in quotes)]
    return tuple(CitedDocument(one.slug, strip_space(one.title), one.identifier, one.status) for one in facts)


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer as it is compared: its items folded, and by canonical names; its dates in ISO 8601; its amounts."""

    kind: str
    items: frozenset[str]
    named: frozenset[str]
    dates: frozenset[str]
    amounts: tuple[Amount, ...]

    @classmethod
    def of(cls, answer: Answer, library: Library) -> _Said:
        place, kind = answer.evidence[0], answer.intent
        names = _names(place, library) if kind in NAMES or kind == "list" else {}
        texts = [folded(strip_space(item.text)) for item in answer.answers]
        issued = library.facts[place.document].issued
        dates = {time.date for text in texts for time in times(text, issued=issued) if time.date}
        measured = tuple(amount for text in texts for amount in amounts(text))
        named = frozenset(names.get(text, text) for text in texts)
        return cls(kind, frozenset(texts), named, frozenset(dates), measured)

    def same_as(self, other: _Said) -> bool:
        """Whether the two, answers of one kind, say the same by what was asked for."""
        if self.items == other.items or self.named == other.named:
            return True
        sort = group(self.kind)
        if sort in ("who", "names", "yesno"):
            return False
        if sort == "when" and self.dates and other.dates:
            return self.dates == other.dates
        if self.amounts or other.amounts:
            pairs = ((self.amounts, other.amounts), (other.amounts, self.amounts))
            equals = all(any(equal(a, b) for b in theirs) for ours, theirs in pairs for a in ours)
            if sort in ("when", "amount") or not equals:
                return equals
        return sort == "text" and _alike("".join(sorted(self.items)), "".join(sorted(other.items)))


def _names(place: Evidence, library: Library) -> dict[str, str]:
    """Return the canonical names of the bodies and zones at *place* by their words there, folded."""
    source = library.source(place.document)
    found = library.places_in(place.document, place.start, place.end)
    return {folded(Span(one.mention.start, one.mention.end).quote(source)): folded(one.thing.name) for one in found}


def _alike(one: str, other: str) -> bool:
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other)]
    return len(pairs[0] & pairs[1]) >= ALIKE * min(map(len, pairs)) > 0


def _in_force(other: OtherAnswer, library: Library) -> bool:
    """Whether any document with this answer still applies, as far as is known."""
    return any(library.facts[one.document].status != "repealed" for one in other.evidence)


def _meant(sure: float, against: Sequence[OtherAnswer], near: Mapping[str, float]) -> float:
    """Return the probability *sure* of an answer, shared with those *against* it: one of them may be meant as well, the
    likelier the more probable it is and the nearer its document.
    """
    weights = []
    for one in against:
        behind = min(near[quote.document] for quote in one.evidence)
        weights.append(one.confidence * (1 - max(behind, 0.0) / NEAR))
    return sure / (1 + sum(weights))
