"""What a question finds: units, sentences and clauses with their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.search.units import Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A unit with its score, from 0 to 1. `late` is its late-interaction score, -1 to 1; None without a model."""

    unit: Unit
    score: float
    late: float | None


@dataclass(frozen=True, slots=True)
class SentenceHit(UnitHit):
    """A sentence with its obligations and phrases, best first."""

    parts: tuple[UnitHit, ...]


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause with its score, from 0 to 1, and its best sentence."""

    document: str
    clause: str
    score: float
    sentence: Unit


@dataclass(frozen=True, slots=True)
class Found:
    """A clause by its best passage: `source[start:end]` of *document* without white space is `quote`."""

    clause: str
    score: float
    quote: str
    start: int
    end: int
    document: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """All clauses and the `SENTENCES` best sentences, each best first. `notes` must be shown.

    `shares_words` is false if no sentence has a word of the question or a document's word for it: vectors alone find
    something near to anything.
    """

    clauses: tuple[ClauseHit, ...]
    sentences: tuple[SentenceHit, ...]
    notes: tuple[str, ...]
    shares_words: bool


@dataclass(frozen=True, slots=True)
class Legs:
    """The scores of the legs for one question, before fusion.

    `clauses` are the numbers of clauses in reading order, `units` those of sentences followed by those of their parts.
    The arrays by leg run over these two. A leg without any score is absent.
    """

    clauses: NDArray[np.int64]
    units: NDArray[np.int64]
    of_clauses: dict[str, NDArray[np.float32]]
    of_units: dict[str, NDArray[np.float32]]
