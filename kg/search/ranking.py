"""A question and an index → sentences ranked with their obligations and phrases, and clauses by their best sentence."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kg.errors import EngineError
from kg.search.bm25 import AskedWords
from kg.search.expansion import Expansion
from kg.search.fusion import fuse
from kg.search.hits import ClauseHit, Found, Legs, Ranking, SentenceHit, UnitHit
from kg.search.store import Index, open_index
from kg.search.tables import KINDS, RANKED
from kg.search.units import Unit
from kg.search.words import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

ALL = 2_000
"""The most sentences of which late interaction ranks every one."""

FIRST = 200
"""Beyond `ALL`, it ranks those that the dense index or the words put among their first this many."""

SENTENCES = 20
"""How many of the best sentences are returned, each with all its parts."""


class FirstStage(Protocol):
    """What finds the sentences that are worth ranking among many."""

    def candidates(
        self, vector: NDArray[np.float32], asked: AskedWords, count: int, documents: Collection[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the *count* sentences nearest to *vector*, and of at most *count* best by words."""


class Ranker:
    """Ranks the clauses of an index for questions. Holds no state between questions, so one serves many threads."""

    def __init__(self, index: Index, first_stage: FirstStage | None = None) -> None:
        """Rank with *index*; of more sentences than `ALL`, those that *first_stage* finds.

        Without one, and while it is away, the index itself finds them.
        """
        self.index = index
        self._first_stage = first_stage
        self._said = False
        self._segments = index.segments
        self._sentences = index.segments.count("sentences")
        self.expansion = Expansion(index.aliases)

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None, first_stage: FirstStage | None = None) -> Ranker:
        """Return a ranker over the index saved in *folder*; a `BuildError` if it cannot be opened."""
        return cls(open_index(folder, threads=threads), first_stage)

    def rank(self, question: str, top: int | None = None, documents: Collection[str] = ()) -> Ranking:
        """Return the *top* clauses for *question* (None: all that were ranked), equal scores in reading order.

        With *documents*, by slug, only those are searched.

        A question without a letter, digit or character of any script has an empty ranking; so has, without a model, one
        that shares no word with any sentence.
        """
        scored = self._score_legs(question, documents)
        if scored is None:
            return Ranking((), (), self.index.notes, False)
        clause_of = self._segments.field("sentences", "clause", scored.sentences)
        numbers, pooled = scored.pooled(clause_of)
        whole, scores = fuse(pooled, scored.scores, self.index.weights)
        best: dict[int, int] = {}
        order = np.lexsort((scored.sentences, -scores))
        for clause, number in zip(clause_of[order].tolist(), scored.sentences[order].tolist(), strict=True):
            best.setdefault(clause, number)
        ranked = np.lexsort((numbers, -whole))[:top]
        sentences = [self._segments.unit("sentences", best[number]) for number in numbers[ranked].tolist()]
        clauses = [
            ClauseHit(unit.document, unit.clause, round(score, 6), unit)
            for unit, score in zip(sentences, whole[ranked].tolist(), strict=True)
        ]
        chosen = order[:SENTENCES]
        return Ranking(
            tuple(clauses),
            tuple(self._with_parts(scored, pooled, chosen, scores[chosen])),
            self.index.notes,
            bool(scored.scores["words"].any()),
        )

    def _with_parts(
        self,
        scored: _LegScores,
        pooled: dict[str, NDArray[np.float32]],
        chosen: NDArray[np.int64],
        scores: NDArray[np.float32],
    ) -> Iterator[SentenceHit]:
        """Yield the *chosen* of the scored sentences with their *scores* and their parts, which are scored here alone:
        there are several times as many parts as sentences.
        """
        sentences = scored.sentences[chosen]
        inside = self._segments.parts_in(np.sort(sentences))
        of_parts = self._of_parts(scored, inside)
        _, parts = fuse(pooled, of_parts, self.index.weights)
        found = self._hits("parts", inside, parts, of_parts.get("late"))
        ranked = np.lexsort((inside, -parts))
        of_sentence: dict[int, list[UnitHit]] = {}
        sentence_of = self._segments.field("parts", "sentence", inside)
        for i, number in zip(ranked.tolist(), sentence_of[ranked].tolist(), strict=True):
            of_sentence.setdefault(number, []).append(found[i])
        hits = self._hits("sentences", sentences, scores, _some(scored.scores.get("late"), chosen))
        for hit, number in zip(hits, sentences.tolist(), strict=True):
            yield SentenceHit(hit.unit, hit.score, hit.late, tuple(of_sentence.get(number, ())))

    def _hits(
        self, table: str, numbers: NDArray[np.int64], scores: NDArray[np.float32], late: NDArray[np.float32] | None
    ) -> list[UnitHit]:
        near = [None] * len(numbers) if late is None else [round(score, 6) for score in late.tolist()]
        return [
            UnitHit(self._segments.unit(table, number), round(score, 6), one)
            for number, score, one in zip(numbers.tolist(), scores.tolist(), near, strict=True)
        ]

    def search(self, query: str, top: int, documents: Collection[str] = ()) -> list[Found]:
        """Return the *top* clauses for *query*, only in *documents* if any are named, each as its best sentence."""
        return [
            Found(hit.clause, hit.score, hit.sentence.quote, hit.sentence.start, hit.sentence.end, hit.document)
            for hit in self.rank(query, top, documents).clauses
        ]

    def sentences(self, document: str) -> list[Unit]:
        """Return the sentences of *document* in reading order."""
        return [self._segments.unit("sentences", number) for number in self._segments.rows_of(document, "sentences")]

    def legs(self, question: str) -> Legs | None:
        """Return the scores of each leg for *question*; None if there is nothing to search for or nothing is found.

        A clause has the score of its best sentence. The parts of a sentence are scored as well: by their own tokens and
        words, and by the dense vector of the sentence in which they begin.
        """
        scored = self._score_legs(question)
        if scored is None:
            return None
        clauses, pooled = scored.pooled(self._segments.field("sentences", "clause", scored.sentences))
        inside = self._segments.parts_in(scored.sentences)
        of_parts = self._of_parts(scored, inside)
        units = np.concatenate([scored.sentences, self._sentences + inside])
        scores = {leg: np.concatenate([found, of_parts[leg]]) for leg, found in scored.scores.items()}
        return Legs(clauses, units, pooled, scores)

    def _within(self, documents: Collection[str]) -> NDArray[np.int64]:
        """Return the numbers of the sentences of *documents*, or of all documents, in ascending order."""
        if not documents:
            return np.arange(self._sentences)
        there = [self._segments.rows_of(slug, "sentences") for slug in sorted(set(documents))]
        return np.sort(np.concatenate([np.arange(0), *(np.arange(one.start, one.stop) for one in there)]))

    def _score_legs(self, question: str, documents: Collection[str] = ()) -> _LegScores | None:
        """Return the scores of each leg for the sentences it looks at; None if nothing is asked for or found."""
        if not any(c.isalnum() for c in question) or not self._sentences:
            return None
        within = self._within(documents)
        if not len(within):
            return None
        text = plain(question)
        # the documents' words for a thing help the leg of words alone: the encoder understands the question better as
        # it was asked
        called = self.expansion.words(text.lower())
        words = self.index.words
        asked = words.asked(self.index.lexicon.words_of_folded(" ".join([text.lower(), *called])))
        by_words = words.sentences(asked)
        vectors = self.index.vectors
        if vectors is None:
            chosen = within[by_words[within] > 0]
            if len(chosen) > ALL:
                chosen = np.sort(chosen[_first(by_words[chosen])])
            return _LegScores(asked, chosen, {"words": by_words[chosen]}, None, None, None) if len(chosen) else None
        encoded = vectors.encoder.encode(text)
        chosen = within
        if len(chosen) > ALL:
            found = self._asked_elsewhere(encoded.pooled, asked, documents)
            if found is not None:
                nearest, worded = found
                # as on disk, where the first of the sentences without a word make up the number
                rest = within[~np.isin(within, worded)][: FIRST - len(worded)]
                chosen = np.unique(np.concatenate([nearest, worded, rest]))
            else:
                nearest, _ = vectors.dense.nearest(encoded.pooled, FIRST, within if documents else None)
                chosen = np.union1d(nearest, within[_first(by_words[within])])
        scores = {"words": by_words[chosen], "dense": vectors.dense.scores(encoded.pooled, chosen)}
        tokens, cosines, counts = encoded.tokens, None, None
        if len(tokens):
            if vectors.turn is not None:
                tokens, counts = vectors.turn.of(tokens)
            cosines = vectors.late.cosines(tokens)
            scores["late"] = vectors.late.scores(tokens, chosen, cosines, counts)
        return _LegScores(asked, chosen, scores, tokens, cosines, counts)

    def _asked_elsewhere(
        self, vector: NDArray[np.float32], asked: AskedWords, documents: Collection[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Return the candidates of the first stage; None if there is none, or if it is away, which is logged once."""
        if self._first_stage is None:
            return None
        try:
            found = self._first_stage.candidates(vector, asked, FIRST, documents)
        except EngineError as error:
            if not self._said:
                _log.warning("%s", error)
            self._said = True
            return None
        self._said = False
        return found

    def _of_parts(self, scored: _LegScores, inside: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        """Return the scores of each leg for the parts with these numbers, which lie in sentences that were scored."""
        kinds = self._segments.field("parts", "kind", inside) - KINDS.index(RANKED[0])
        found = {"words": self.index.words.parts(scored.asked, inside, kinds)}
        vectors = self.index.vectors
        if vectors is not None:
            sentences = self._segments.field("parts", "sentence", inside)
            found["dense"] = scored.scores["dense"][np.searchsorted(scored.sentences, sentences)]
            if "late" in scored.scores and scored.tokens is not None:
                units = self._sentences + inside
                found["late"] = vectors.late.scores(scored.tokens, units, scored.cosines, scored.counts)
        return found


@dataclass(frozen=True, slots=True)
class _LegScores:
    """A question's words, the numbers of the scored sentences in ascending order, and the scores of each leg for them.

    The question's token vectors, their cosines and their weights are there if known.
    """

    asked: AskedWords
    sentences: NDArray[np.int64]
    scores: dict[str, NDArray[np.float32]]
    tokens: NDArray[np.float32] | None
    cosines: NDArray[np.float32] | None
    counts: NDArray[np.float32] | None

    def pooled(self, clause_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
        """Return the clauses by number, and for each leg the score of each clause's best sentence; *clause_of* are
        those of the sentences.
        """
        clauses, place = np.unique(clause_of, return_inverse=True)
        return clauses, {leg: _largest(scores, place, len(clauses)) for leg, scores in self.scores.items()}


def _first(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the positions of the `FIRST` largest of *scores*, of which most may be 0; equal ones in order."""
    some = np.flatnonzero(scores > 0)
    if len(some) < FIRST:
        return np.sort(np.concatenate([some, np.flatnonzero(scores <= 0)[: FIRST - len(some)]]))
    own = scores[some]
    least = np.partition(own, len(own) - FIRST)[len(own) - FIRST]
    larger, equal = some[own > least], some[own == least]
    return np.concatenate([larger, equal[: FIRST - len(larger)]])


def _some(scores: NDArray[np.float32] | None, places: NDArray[np.int64]) -> NDArray[np.float32] | None:
    return None if scores is None else scores[places]


def _largest(scores: NDArray[np.float32], of: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Return for each of *count* clauses the largest of the scores of its sentences."""
    found = np.full(count, -np.inf, np.float32)
    np.maximum.at(found, of, scores)
    return found
