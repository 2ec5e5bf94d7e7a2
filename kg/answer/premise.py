"""A question that is refused and the passage nearest to it → what the question takes for granted wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.answer.asked import years
from kg.answer.passage import Passage
from kg.answer.question import Question
from kg.extract.dates import times
from kg.models import Agent, Zone


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a question says of a matter, and what the text says in its place."""

    kind: Literal["body", "place", "year"]
    asked: str
    told: tuple[str, ...]


def mismatch(question: Question, passage: Passage) -> Mismatch | None:
    """Return the body, place or year that *question* puts in the place of another that *passage* has; None where it
    does not.
    """
    unit, sentence, text = passage.unit, passage.sentence.unit, question.plain
    clause = passage.library.clause(unit.document, unit.clause)
    in_clause = {one.name for one in passage.names(clause.start, clause.end)}
    here = passage.names(sentence.start, sentence.end)
    strangers = [one for one in passage.named if one.form in text and one.name not in in_clause]
    bodies = tuple(one.name for one in here if isinstance(one, Agent) and one.tier == "named")
    body = next((one for one in strangers if one.category == "agent"), None)
    if body is not None and bodies:
        return Mismatch("body", body.form, bodies)
    zones = tuple(one.name for one in here if isinstance(one, Zone))
    zone = next((one for one in strangers if one.category == "zone"), None)
    if zone is not None and zones:
        return Mismatch("place", zone.form, zones)
    told = tuple(time.text for time in times(clause.text) if years(time.text))
    year = next((year for year in years(text) if not any(year in time for time in told)), None)
    return Mismatch("year", year, tuple(dict.fromkeys(told))) if year is not None and told else None
