"""The answer record: what every way of asking gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kg.models import to_json

Lang = Literal["zh-Hans", "zh-Hant", "en"]
Reason = Literal[
    "not_in_plan",
    "no_agency_named",
    "no_date_given",
    "no_figure_given",
    "false_premise",
    "other_place",
    "other_document",
    "live_data",
    "personal_data",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was asked for, in the source's own words; `iri` is its thing in the graph."""

    text: str
    iri: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that bears the answer: `source[start:end]` of *document*, white space taken out."""

    clause: str
    quote: str
    start: int
    end: int
    document: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A clause with the score of its best passage."""

    clause: str
    score: float
    document: str


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What limits an answer: each None where the text sets no such limit."""

    force: str | None
    condition: str | None
    exception: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal (`answered` false, `reason` given) with the nearest passages.

    `sparql` is the query whose rows gave the answer, None where a passage gave it. `confidence` is None until a
    probability is calibrated. `basis` says in the question's language where the answer comes from; `notes` what the
    answer lacks, as where no embedding model was there.
    """

    id: str | None
    question: str
    lang: Lang
    intent: str
    answered: bool
    reason: Reason | None
    answers: tuple[Item, ...]
    message: str
    qualifier: Qualifier | None
    clauses: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    ranking: tuple[Ranked, ...]
    sparql: str | None
    confidence: float | None
    elapsed_ms: float
    basis: str | None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as the plain dict that goes into JSON."""
        return to_json(self)
