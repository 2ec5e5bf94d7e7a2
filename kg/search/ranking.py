"""A question and an index → clauses ranked, each with its best sentence and its best obligation."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.search.fusion import fuse
from kg.search.store import Index, open_index
from kg.search.units import Unit
from kg.search.words import folded, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL = 2_000
"""Up to so many sentences, late interaction ranks every one."""

HITS = 100
"""So many of the best sentences and obligations are named."""

FIRST = 200
"""Beyond, it ranks those that the dense index or the words put among their first so many."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence or an obligation with its score, between 0 and 1."""

    unit: Unit
    score: float


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause with its score, between 0 and 1, the best of its sentences and, where it has any, obligations."""

    document: str
    clause: str
    score: float
    sentence: Hit
    obligation: Hit | None


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
    """Clauses and, at most 100, sentences and obligations, each best first. `notes` must be shown."""

    clauses: tuple[ClauseHit, ...]
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs say of one question, before it is fused.

    `clauses` are the numbers of clauses in reading order, `units` those of sentences and, behind them, obligations.
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
        kinds = {kind: [unit for unit in index.units if unit.kind == kind] for kind in ("sentence", "obligation")}
        self._units = (*kinds["sentence"], *kinds["obligation"])
        self._sentences = len(kinds["sentence"])
        self._clauses = tuple((unit.document, unit.clause) for unit in index.units if unit.kind == "clause")
        number = {key: i for i, key in enumerate(self._clauses)}
        self._clause_of = np.array([number[unit.document, unit.clause] for unit in self._units], np.int64)
        self._sentence_of = _sentence_of(kinds["sentence"], kinds["obligation"])
        self._aliases = sorted((folded(alias), folded(name)) for alias, name in index.aliases.items())

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None) -> Ranker:
        """Return a ranker over the index saved in *folder*; a `BuildError` where it cannot be opened."""
        return cls(open_index(folder, threads=threads))

    def rank(self, question: str, top: int | None = None) -> Ranking:
        """Return the *top* clauses for *question* (None: all that were ranked), equal scores in reading order.

        A question without a letter, digit or character of any script has an empty ranking; so has one that shares no
        word with any sentence where there is no model.
        """
        legs = self.legs(question)
        if legs is None:
            return Ranking((), (), self.index.notes)
        whole, parts = fuse(legs.of_clauses, legs.of_units, self.index.weights)
        order = np.lexsort((legs.units, -parts))
        numbers, scores = legs.units[order].tolist(), parts[order].tolist()
        best: dict[tuple[int, bool], int] = {}
        for place, (clause, number) in enumerate(zip(self._clause_of[numbers].tolist(), numbers, strict=True)):
            best.setdefault((clause, number < self._sentences), place)

        def hit(place: int) -> Hit:
            return Hit(self._units[numbers[place]], round(scores[place], 6))

        ranked = []
        for i in np.lexsort((legs.clauses, -whole))[:top].tolist():
            clause = int(legs.clauses[i])
            row = best.get((clause, False))
            obligation = None if row is None else hit(row)
            (document, number), score = self._clauses[clause], round(float(whole[i]), 6)
            ranked.append(ClauseHit(document, number, score, hit(best[clause, True]), obligation))
        return Ranking(tuple(ranked), tuple(map(hit, range(min(HITS, len(numbers))))), self.index.notes)

    def search(self, query: str, top: int) -> list[Found]:
        """Return the *top* clauses for *query*, best first, each as the better of its best sentence and obligation."""
        found = []
        for hit in self.rank(query, top).clauses:
            best = max((h for h in (hit.sentence, hit.obligation) if h), key=lambda h: h.score).unit
            found.append(Found(hit.clause, hit.score, best.quote, best.start, best.end, hit.document))
        return found

    def legs(self, question: str) -> Legs | None:
        """Return what each leg says of *question*; None where there is nothing to look for or nothing is found.

        A clause has the score of its best sentence. Obligations are scored beside: by the tokens and words that are
        theirs, and by the dense vector of the sentence they begin in.
        """
        if not any(c.isalnum() for c in question) or not self._sentences:
            return None
        text = plain(question)
        asked = self._words(text.lower())
        by_words = self.index.words["sentence"].scores(asked)
        vectors = self.index.vectors
        if vectors is None:
            chosen = np.flatnonzero(by_words > 0)
        else:
            encoded = vectors.encoder.encode(text)
            chosen = np.arange(self._sentences)
            if len(chosen) > ALL:
                nearest, _ = vectors.dense.nearest(encoded.pooled, FIRST)
                chosen = np.union1d(nearest, np.argsort(-by_words, kind="stable")[:FIRST])
        if not len(chosen):
            return None
        rows = np.flatnonzero(np.isin(self._sentence_of, chosen))
        units = np.concatenate([chosen, self._sentences + rows])
        parts = {"words": np.concatenate([by_words[chosen], self.index.words["obligation"].scores(asked)[rows]])}
        if vectors is not None:
            cosines = vectors.dense.scores(encoded.pooled, chosen)
            parts["dense"] = np.concatenate([cosines, cosines[np.searchsorted(chosen, self._sentence_of[rows])]])
            if len(encoded.tokens):
                parts["late"] = vectors.late.scores(encoded.tokens, units)
        clauses, place = np.unique(self._clause_of[chosen], return_inverse=True)
        pooled = {leg: _largest(scores[: len(chosen)], place, len(clauses)) for leg, scores in parts.items()}
        return Legs(clauses, units, pooled, parts)

    def _words(self, question: str) -> list[str]:
        """Return the words of a folded question, and of the names of what it calls by another name."""
        called = [name for alias, name in self._aliases if alias in question and name not in question]
        return self.index.lexicon.words_of_folded(" ".join([question, *dict.fromkeys(called)]))


def _sentence_of(sentences: list[Unit], obligations: list[Unit]) -> NDArray[np.int64]:
    """Return for each obligation the number of the sentence it begins in; both lists are in reading order."""
    of_clause: dict[tuple[str, str], list[int]] = {}
    for i, unit in enumerate(sentences):
        of_clause.setdefault((unit.document, unit.clause), []).append(i)
    found = []
    for unit in obligations:
        own = of_clause[unit.document, unit.clause]
        found.append(own[max(0, bisect_right([sentences[i].start for i in own], unit.start) - 1)])
    return np.array(found, np.int64)


def _largest(scores: NDArray[np.float32], of: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Return for each of *count* clauses the largest of the scores of its sentences."""
    found = np.full(count, -np.inf, np.float32)
    np.maximum.at(found, of, scores)
    return found
