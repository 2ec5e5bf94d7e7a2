"""A question and its ranking → the reading that answers it best, or the passage that is nearest and gives nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.answer.library import Library, Named
from kg.answer.passage import Passage, Reading
from kg.answer.question import Question
from kg.answer.readings import read
from kg.models import Obligation
from kg.search.ranking import Hit, Ranking, SentenceHit
from kg.search.units import Unit

SENTENCES = 8
"""So many of the best sentences are read."""

OF_THE_SENTENCE = 0.5
"""What the sentence counts for beside its part."""

FIT = 0.08
"""What a list counts for that has as many items as are asked for."""

NAMED = 0.05
"""What a sentence counts for that names every thing the question names."""

WHOLE = 0.85
"""What the sentence's own score counts for where it is read as a whole."""

GAPS: dict[str, tuple[float, float, float]] = {
    "owner": (0.12, 0.2, 0.1),
    "approver": (0.3, 0.15, 0.08),
    "agency": (0.4, 0.2, 0.12),
    "beneficiary": (0.3, 0.3, 0.2),
    "deadline": (0.1, 0.08, 0.05),
    "quantity": (0.3, 0.2, 0.12),
    "condition": (0.4, 0.2, 0.15),
    "exception": (0.4, 0.3, 0.2),
}
"""So much better may a passage be that says nothing of the kind asked for, before the question is refused: what says
it then stands too far off to be meant. Within a sentence, within a clause, anywhere. The other kinds are given by every
passage."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The passage a question is about. `reading` is None where it gives nothing of the kind asked for."""

    passage: Passage
    reading: Reading | None
    score: float


def choose(
    question: Question,
    ranking: Ranking,
    named: tuple[Named, ...],
    called: tuple[str, ...],
    library: Library,
    clauses: Sequence[str] = (),
) -> Choice | None:
    """Return the best choice for *question*, in *clauses* where any are given; None where nothing was found at all.

    The score is a mean of the sentence's and its part's, so that both the whole and the words themselves must fit;
    equal ones stay in the order of the ranking.
    """
    nearest: Choice | None = None
    best: Choice | None = None
    for sentence, part in _parts(ranking, clauses):
        row = part.unit.obligation
        obligation = library.obligation(part.unit.document, row) if row else None
        passage = Passage(sentence, part, obligation, library, named, called)
        if question.kind == "deadline" and obligation is not None:
            passage = _dated(passage, obligation)
        score = OF_THE_SENTENCE * sentence.score + (1 - OF_THE_SENTENCE) * part.score
        score += NAMED * _names(sentence, named, library)
        if nearest is None or score > nearest.score:
            nearest = Choice(passage, None, score)
        reading = read(question, passage)
        if reading is None:
            continue
        score += FIT * reading.fit
        if best is None or score > best.score:
            best = Choice(passage, reading, score)
    if best is None or nearest is None:
        return nearest
    return nearest if nearest.score - best.score > _gap(question, nearest.passage, best.passage) else best


def _gap(question: Question, nearest: Passage, best: Passage) -> float:
    kind: str = question.kind
    if kind == "agency" and question.form is not None and question.form.roles:
        # who decides or helps is said of the step that follows; who has to do a thing must be said of that thing
        kind = "owner" if "responsible" in question.form.roles else "approver"
    within = GAPS.get(kind, (1.0, 1.0, 1.0))
    if nearest.sentence.unit == best.sentence.unit:
        return within[0]
    same = (nearest.unit.document, nearest.unit.clause) == (best.unit.document, best.unit.clause)
    return within[1] if same else within[2]


def _parts(ranking: Ranking, clauses: Sequence[str]) -> Iterator[tuple[SentenceHit, Hit]]:
    """Yield the best sentences with each of their parts, then as a whole."""
    for sentence in [hit for hit in ranking.sentences if not clauses or hit.unit.clause in clauses][:SENTENCES]:
        rows = [hit.unit for hit in sentence.parts if hit.unit.kind == "obligation"]
        # an obligation says what the phrases in it say, and more of it is known
        parts = [hit for hit in sentence.parts if hit.unit in rows or not _told(hit.unit, rows)]
        yield from ((sentence, part) for part in parts)
        yield sentence, Hit(sentence.unit, WHOLE * sentence.score, sentence.late)


def _told(phrase: Unit, rows: list[Unit]) -> bool:
    return any(
        min(phrase.end, row.end) - max(phrase.start, row.start) > (phrase.end - phrase.start) / 2 for row in rows
    )


def _names(sentence: SentenceHit, named: tuple[Named, ...], library: Library) -> float:
    """Return the share of what the question names that *sentence* names too, 0 where it names nothing."""
    asked = {one.name for one in named if one.name is not None and one.category != "policy"}
    if not asked:
        return 0.0
    unit = sentence.unit
    here = {place.thing.name for place in library.places_in(unit.document, unit.start, unit.end)}
    return len(asked & here) / len(asked)


def _dated(passage: Passage, row: Obligation) -> Passage:
    """Return *passage*, or the passage that gives its time where another clause does."""
    unit = passage.unit
    dated = passage.library.dated(unit.document, row.id) if row.deadline is None else None
    if dated is None:
        return passage
    title = passage.library.clause(unit.document, dated.clause).title
    there = Unit(unit.document, dated.clause, "obligation", dated.start, dated.end, dated.quote, title, dated.id)
    return replace(passage, part=replace(passage.part, unit=there), obligation=dated)
