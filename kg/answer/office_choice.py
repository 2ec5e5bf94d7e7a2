"""What was read for a question → what a model of the office's own chooses of it, under the same rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.answer.choice import Candidate, items_of, nearness, weighed
from kg.answer.examined import Asked, Examined, weigh
from kg.answer.library import Library
from kg.answer.office_model import OfficeModel, Passage
from kg.answer.reader import Stretch
from kg.answer.record import ASSURED

SHOWN = 10  # so many of the best sentences are shown to the model
# what another model chose alone is never shown as the answer: nobody knows how often it is right
UNASSURED = ASSURED - 0.01


@dataclass(frozen=True, slots=True)
class ByOffice:
    """What the model chose; `examined` is None if it finds no answer. `confidence` is the built-in reader's if both
    agree, else that reader's trust in what was chosen, kept below what is assured.
    """

    examined: Examined | None
    confidence: float


def chosen_by(office: OfficeModel, asked: Asked, examined: Examined, library: Library) -> ByOffice | None:
    """Return what *office* chooses among what was read; None if it does not count: it is unreachable, slow, unusable,
    or refuses what the built-in reader is assured of.
    """
    near = nearness(asked.ranking)
    read = sorted(examined.reading.judged, key=lambda one: (-weighed(one, near), one.unit.document, one.unit.start))
    shown = read[:SHOWN]
    kind = examined.best.kind
    passages = [Passage(number, one.unit.quote) for number, one in enumerate(shown, 1)]
    chosen = office.choose(asked.question.text, kind, passages)
    if chosen is None:
        return None
    if chosen.refused:
        return None if examined.right >= ASSURED else ByOffice(None, 0.0)
    judged = shown[chosen.passage - 1]
    stretches = tuple(Stretch(start, end, 1.0) for start, end in chosen.items)
    own = replace(judged, items=stretches)
    items = tuple(items_of(own, library.source(own.unit.document)))
    if not items and chosen.verdict is None:
        return None
    candidate = Candidate(own, kind, items, chosen.verdict, weighed(own, near))
    if (candidate.unit, candidate.texts) == (examined.best.unit, examined.best.texts):
        return ByOffice(examined, examined.right)
    other = weigh(asked, examined.reading, [candidate], library)
    return ByOffice(other, min(other.right, UNASSURED))
