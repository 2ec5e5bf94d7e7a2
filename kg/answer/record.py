"""The answer record: what every way of asking returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kg.models import to_json
from kg.vocab import Lang

Reason = Literal[
    "not_in_plan", "no_agency_named", "no_date_given", "no_figure_given", "false_premise", "other_place",
    "other_document", "live_data", "personal_data", "unsure", "unclear",
]  # fmt: skip

YES, NO = "是", "否"  # the answers to a yes/no question
# at this probability and above an answer is shown as one; below it, the passage that may hold it comes first
ASSURED = 0.8


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was asked for, in the source's own words; `iri` is its thing in the graph."""

    text: str
    iri: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that bears the answer: `source[start:end]` of *document*, white space taken out.

    `ocr` is the mean score of the page that OCR read it on; None where the file has it as text.
    """

    clause: str
    quote: str
    start: int
    end: int
    document: str
    ocr: float | None = None

    def meets(self, other: Evidence) -> bool:
        """Whether the two share a character of one document."""
        return self.document == other.document and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Ranked:
    """A clause with the score of its best passage."""

    clause: str
    score: float
    document: str


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What limits an answer: each None if the text sets no such limit."""

    force: str | None
    condition: str | None
    exception: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """What a document is called whose slug stands in a record; `status` is its legal status, None if unknown."""

    document: str
    title: str
    identifier: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What other documents answer to the same question, each asked alone, with a quote of each.

    `same` is whether that is what the answer of the record says. `confidence` and `qualifier` are as in an `Answer`,
    of the surest and of the first of these documents.
    """

    answers: tuple[Item, ...]
    same: bool
    qualifier: Qualifier | None
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal (`answered` false, `reason` given) with the nearest passages.

    `sparql` is the query whose rows gave the answer, None if a passage gave it. `confidence` is a calibrated
    probability, None for refusals; `assured` is whether it is high enough for the answer to be shown as one. `basis`
    says in the question's language where the answer comes from; `notes` say how the question was understood and what
    the answer lacks, for example without an embedding model. `ledger` is the query string of the ledger's filter that
    lists what the answer is taken from. Several questions in one have an answer each in `parts`. `others` are the
    answers of other documents that are as near to a question that names none of them, the nearest first; `documents`
    says what every document that is quoted is called.
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
    ledger: str | None = None
    parts: tuple[Answer, ...] = ()
    assured: bool = False
    others: tuple[OtherAnswer, ...] = ()
    documents: tuple[CitedDocument, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as the plain dict that goes into JSON."""
        return to_json(self)
