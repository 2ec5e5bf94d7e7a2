"""A question and an index → sentences ranked with their obligations and phrases, and clauses by their best sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.search.expansion import Expansion
from kg.search.fusion import fuse
from kg.search.store import PARTS, Index, open_index
from kg.search.units import Unit
from kg.search.words import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = 2_000
"""Up to so many sentences, late interaction ranks every one."""

FIRST = 200
"""Beyond, it ranks those that the dense index or the words put among their first so many."""

SENTENCES = 20
"""So many of the best sentences are named, each with all its parts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit with its score, between 0 and 1. `late` is its late interaction, -1 to 1; None without a model."""

    unit: Unit
    score: float
    late: float | None


@dataclass(frozen=True, slots=True)
class SentenceHit(Hit):
    """A sentence with its obligations and phrases, best first."""

    parts: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause with its score, between 0 and 1, and its best sentence."""

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

    `shares_words` is false where no sentence has a word of the question, nor one that documents use for it: vectors
    alone find something near to anything.
    """

    clauses: tuple[ClauseHit, ...]
    sentences: tuple[SentenceHit, ...]
    notes: tuple[str, ...]
    shares_words: bool


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs say of one question, before it is fused.

    `clauses` are the numbers of clauses in reading order, `units` those of sentences and, behind them, of their parts.
    The arrays by leg run over the two. A leg that has nothing to say is not there.
    """

    clauses: NDArray[np.int64]
    units: NDArray[np.int64]
    of_clauses: dict[str, NDArray[np.float32]]
    of_units: dict[str, NDArray[np.float32]]


class Ranker:
    """Ranks the clauses of an index for questions. Holds no state between questions, so one serves many threads."""

    def __init__(self, index: Index) -> None:
        self.index = index
        sentences = [unit for unit in index.units if unit.kind == "sentence"]
        parts = [unit for kind in PARTS for unit in index.units if unit.kind == kind]
        self._units = (*sentences, *parts)
        self._number = {unit: i for i, unit in enumerate(self._units)}
        self._sentences = len(sentences)
        self._clauses = tuple((unit.document, unit.clause) for unit in index.units if unit.kind == "clause")
        number = {key: i for i, key in enumerate(self._clauses)}
        self._clause_of = np.array([number[unit.document, unit.clause] for unit in self._units], np.int64)
        self._sentence_of = _sentence_of(sentences, parts)
        self.expansion = Expansion(index.aliases)

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None) -> Ranker:
        """Return a ranker over the index saved in *folder*; a `BuildError` where it cannot be opened."""
        return cls(open_index(folder, threads=threads))

    def rank(self, question: str, top: int | None = None) -> Ranking:
        """Return the *top* clauses for *question* (None: all that were ranked), equal scores in reading order.

        A question without a letter, digit or character of any script has an empty ranking; so has one that shares no
        word with any sentence where there is no model.
        """
        looked = self._look(question)
        if looked is None:
            return Ranking((), (), self.index.notes, False)
        numbers, pooled = looked.pooled(self._clause_of)
        whole, scores = fuse(pooled, looked.scores, self.index.weights)
        best: dict[int, Unit] = {}
        order = np.lexsort((looked.sentences, -scores))
        for number in looked.sentences[order].tolist():
            best.setdefault(int(self._clause_of[number]), self._units[number])
        clauses = [
            ClauseHit(*self._clauses[number], round(score, 6), best[number])
            for number, score in ((int(numbers[i]), float(whole[i])) for i in np.lexsort((numbers, -whole))[:top])
        ]
        # parts are looked at in the best sentences alone: there are several times as many as sentences
        chosen = order[:SENTENCES]
        inside = np.flatnonzero(np.isin(self._sentence_of, looked.sentences[chosen]))
        of_parts = self._of_parts(looked, inside)
        _, parts = fuse(pooled, of_parts, self.index.weights)
        found = self._hits(self._sentences + inside, parts, of_parts.get("late"))
        ranked = np.lexsort((inside, -parts))
        of_sentence: dict[int, list[Hit]] = {}
        for i, number in zip(ranked.tolist(), self._sentence_of[inside[ranked]].tolist(), strict=True):
            of_sentence.setdefault(number, []).append(found[i])
        sentences = []
        for hit, number in zip(
            self._hits(looked.sentences[chosen], scores[chosen], _some(looked.scores.get("late"), chosen)),
            looked.sentences[chosen].tolist(),
            strict=True,
        ):
            sentences.append(SentenceHit(hit.unit, hit.score, hit.late, tuple(of_sentence.get(number, ()))))
        shares = bool(looked.scores["words"].any())
        return Ranking(tuple(clauses), tuple(sentences), self.index.notes, shares)

    def _hits(
        self, numbers: NDArray[np.int64], scores: NDArray[np.float32], late: NDArray[np.float32] | None
    ) -> list[Hit]:
        near = [None] * len(numbers) if late is None else [round(score, 6) for score in late.tolist()]
        return [
            Hit(self._units[number], round(score, 6), one)
            for number, score, one in zip(numbers.tolist(), scores.tolist(), near, strict=True)
        ]

    def search(self, query: str, top: int) -> list[Found]:
        """Return the *top* clauses for *query*, best first, each as its best sentence."""
        return [
            Found(hit.clause, hit.score, hit.sentence.quote, hit.sentence.start, hit.sentence.end, hit.document)
            for hit in self.rank(query, top).clauses
        ]

    def sentences(self, document: str) -> list[Unit]:
        """Return the sentences of *document* in reading order."""
        return [unit for unit in self._units[: self._sentences] if unit.document == document]

    def phrases(self) -> list[Unit]:
        """Return the phrases of every document in reading order."""
        return [unit for unit in self._units if unit.kind == "phrase"]

    def sentence_of(self, unit: Unit) -> Unit:
        """Return the sentence that *unit*, one of this index, is or begins in."""
        number = self._number[unit]
        return unit if number < self._sentences else self._units[int(self._sentence_of[number - self._sentences])]

    def legs(self, question: str) -> Legs | None:
        """Return what each leg says of *question*; None where there is nothing to look for or nothing is found.

        A clause has the score of its best sentence. The parts of a sentence are scored beside: by the tokens and words
        that are theirs, and by the dense vector of the sentence they begin in.
        """
        looked = self._look(question)
        if looked is None:
            return None
        clauses, pooled = looked.pooled(self._clause_of)
        inside = np.flatnonzero(np.isin(self._sentence_of, looked.sentences))
        of_parts = self._of_parts(looked, inside)
        units = np.concatenate([looked.sentences, self._sentences + inside])
        scores = {leg: np.concatenate([found, of_parts[leg]]) for leg, found in looked.scores.items()}
        return Legs(clauses, units, pooled, scores)

    def _look(self, question: str) -> _Looked | None:
        """Return what each leg says of the sentences it looks at; None where there is nothing to look for or nothing is
        found.
        """
        if not any(c.isalnum() for c in question) or not self._sentences:
            return None
        text = plain(question)
        # what a word is called in the documents is of use to the leg that knows words alone: the encoder knows the
        # question better as it was asked
        called = self.expansion.words(text.lower())
        asked = self.index.lexicon.words_of_folded(" ".join([text.lower(), *called]))
        by_words = self.index.words["sentence"].scores(asked)
        vectors = self.index.vectors
        if vectors is None:
            chosen = np.flatnonzero(by_words > 0)
            return _Looked(asked, chosen, {"words": by_words[chosen]}, None, None) if len(chosen) else None
        encoded = vectors.encoder.encode(text)
        chosen = np.arange(self._sentences)
        if len(chosen) > ALL:
            nearest, _ = vectors.dense.nearest(encoded.pooled, FIRST)
            chosen = np.union1d(nearest, np.argsort(-by_words, kind="stable")[:FIRST])
        scores = {"words": by_words[chosen], "dense": vectors.dense.scores(encoded.pooled, chosen)}
        cosines = None
        if len(encoded.tokens):
            cosines = vectors.late.cosines(encoded.tokens)
            scores["late"] = vectors.late.scores(encoded.tokens, chosen, cosines)
        return _Looked(asked, chosen, scores, encoded.tokens, cosines)

    def _of_parts(self, looked: _Looked, inside: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        """Return what each leg says of the parts of these numbers, which lie in sentences that were looked at."""
        words = np.concatenate([self.index.words[kind].scores(looked.asked) for kind in PARTS])
        found = {"words": words[inside]}
        vectors = self.index.vectors
        if vectors is not None:
            found["dense"] = looked.scores["dense"][np.searchsorted(looked.sentences, self._sentence_of[inside])]
            if "late" in looked.scores and looked.tokens is not None:
                found["late"] = vectors.late.scores(looked.tokens, self._sentences + inside, looked.cosines)
        return found


@dataclass(frozen=True, slots=True)
class _Looked:
    """A question's words, the sentences that were looked at by number, rising, what each leg says of them, and the
    question's token vectors with their cosines where they are known.
    """

    asked: list[str]
    sentences: NDArray[np.int64]
    scores: dict[str, NDArray[np.float32]]
    tokens: NDArray[np.float32] | None
    cosines: NDArray[np.float32] | None

    def pooled(self, clause_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
        """Return the clauses of the sentences by number, and for each leg the score of each one's best sentence."""
        clauses, place = np.unique(clause_of[self.sentences], return_inverse=True)
        return clauses, {leg: _largest(scores, place, len(clauses)) for leg, scores in self.scores.items()}


def _some(scores: NDArray[np.float32] | None, places: NDArray[np.int64]) -> NDArray[np.float32] | None:
    return None if scores is None else scores[places]


def _sentence_of(sentences: Sequence[Unit], parts: Sequence[Unit]) -> NDArray[np.int64]:
    """Return for each part the number of the sentence it begins in; those of a clause are in reading order."""
    of_clause: dict[tuple[str, str], list[int]] = {}
    for i, unit in enumerate(sentences):
        of_clause.setdefault((unit.document, unit.clause), []).append(i)
    found = []
    for unit in parts:
        own = of_clause[unit.document, unit.clause]
        found.append(own[max(0, bisect_right([sentences[i].start for i in own], unit.start) - 1)])
    return np.array(found, np.int64)


def _largest(scores: NDArray[np.float32], of: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Return for each of *count* clauses the largest of the scores of its sentences."""
    found = np.full(count, -np.inf, np.float32)
    np.maximum.at(found, of, scores)
    return found
