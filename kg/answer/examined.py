"""A question and the sentences found for it → what they may answer, what speaks against it, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.answer.backing import Backing, backing_of, is_backed
from kg.answer.choice import READ, Candidate, candidates, obligation_of
from kg.answer.claims import Objection, objections
from kg.answer.library import Library, Named
from kg.answer.question import Question
from kg.answer.reader import Reader, ReaderOutput
from kg.answer.record import NO
from kg.answer.signs import Signs, probability, signs, trust, weights
from kg.answer.windows import Windows
from kg.models import Agent, Obligation
from kg.search.hits import Ranking

CONSIDERED = 4  # so many candidates are weighed against each other


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was found for it. `documents` are the slugs that alone are asked, () for all."""

    question: Question
    ranking: Ranking
    named: tuple[Named, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was read for a question: the candidates, the chosen one first, and for that one its obligation, what backs
    it, what rules object to a yes, and the signs for and against it.
    """

    reading: ReaderOutput
    found: tuple[Candidate, ...]
    obligation: Obligation | None
    backing: Backing | None
    objections: tuple[Objection, ...]
    signs: Signs

    @property
    def best(self) -> Candidate:
        """The candidate that was chosen."""
        return self.found[0]

    @property
    def answered(self) -> float:
        """How probable it is that the document answers the question."""
        return probability(self.signs, weights().answered)

    @property
    def right(self) -> float:
        """How far the chosen candidate can be trusted to be the answer, between 0 and 1."""
        return trust(self.signs, weights().right)


def consider(
    asked: Asked, reader: Reader, windows: Windows, library: Library, clauses: Sequence[str] = ()
) -> list[Examined]:
    """Return the first `CONSIDERED` candidates in the best sentences, each with the signs for and against it.

    They stand in *clauses* only, if any are given.
    """
    ranking = asked.ranking
    units = [hit.unit for hit in ranking.sentences if not clauses or hit.unit.clause in clauses]
    reading = reader.read(asked.question.text, windows.over(units, READ))
    found = candidates(reading, ranking, library, clauses)
    return [weigh(asked, reading, found, library, at) for at in range(min(CONSIDERED, len(found)))]


def choose(considered: Sequence[Examined]) -> Examined | None:
    """Return the one with most signs in its favour, the first if several have; None of an empty sequence."""
    return max(considered, key=lambda one: probability(one.signs, weights().chosen), default=None)


def weigh(asked: Asked, reading: ReaderOutput, found: Sequence[Candidate], library: Library, at: int = 0) -> Examined:
    """Return `found[at]` with the signs for and against it; a yes that a rule contradicts becomes a no."""
    best, others = found[at], [*found[:at], *found[at + 1 :]]
    obligation = obligation_of(best, library)
    against = _against(asked, best, obligation, library) if best.verdict else ()
    contradicted = any(one.verdict == NO for one in against)
    if contradicted:
        best = replace(best, verdict=NO)
    among = [*found[:at], best, *found[at + 1 :]]
    held = signs(asked.question, reading, asked.ranking, among, at, obligation, is_backed(best, obligation))
    if contradicted:
        held["against"] = 1.0
    return Examined(reading, (best, *others), obligation, backing_of(best, obligation), against, held)


def _against(asked: Asked, best: Candidate, obligation: Obligation | None, library: Library) -> tuple[Objection, ...]:
    """Return what rules object to a yes to *asked* in the sentence of *best*."""
    unit = best.unit
    there = [place.thing for place in library.places_in(unit.document, unit.start, unit.end)]
    return objections(
        asked.question.text,
        unit.quote,
        force=obligation.force if obligation else None,
        exception=obligation.exception if obligation else None,
        agents_asked=[one.name or one.form for one in asked.named if one.category == "agent"],
        agents_there=[one.name for one in there if isinstance(one, Agent)],
    )
