"""A question and its ranking → all that the best passages may say to it → the answer that most speaks for."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from kg.answer.asked import Asked, asked_of, head_noun
from kg.answer.features import Features, of_passage, of_reading, of_variant
from kg.answer.library import Library, Named
from kg.answer.passage import Passage, Reading
from kg.answer.question import Question
from kg.answer.readings import read
from kg.answer.sorts import sort_of
from kg.answer.structure import may_say
from kg.errors import RuleError
from kg.resources import rules_dir
from kg.search.ranking import Hit, Ranker, Ranking, SentenceHit
from kg.search.units import Unit

SENTENCES = 12
"""So many of the best sentences are looked at,"""

PASSAGES = 12
"""and so many of their parts are read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned by `python -m bench.fit_answers`: by name, how much a feature speaks for an answer (`choice`),
    for the document's answering at all (`answered`), and for the answer's being right (`right`). `direct` is the share
    of answers by a route of their own that are right.
    """

    choice: Mapping[str, float]
    answered: Mapping[str, float]
    right: Mapping[str, float]
    direct: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of one passage, and what speaks for it."""

    passage: Passage
    reading: Reading
    near: Features
    own: Features

    @property
    def own_sort(self) -> str:
        """What sort of thing the reading gives."""
        return sort_of(self.reading.variant)


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that most speaks for, its share of all that speaks for any, and the share of the next best answer.

    Candidates that give the same items speak for one answer together.
    """

    candidate: Candidate
    share: float
    next_share: float


@cache
def weights() -> Weights:
    """Return `rules/choosing.json`; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "choosing.json"
    try:
        plain = json.loads(path.read_bytes())
        choice, answered, right = (
            {str(feature): float(weight) for feature, weight in plain[name].items()}
            for name in ("choice", "answered", "right")
        )
        return Weights(choice, answered, right, float(plain["direct"]))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise RuleError(path, f"it cannot be read ({error})", "run python -m bench.fit_answers") from error


def look(
    question: Question,
    ranking: Ranking,
    named: tuple[Named, ...],
    called: tuple[str, ...],
    library: Library,
    ranker: Ranker,
    clauses: Sequence[str] = (),
) -> tuple[Asked, list[Candidate]]:
    """Return what *question* looks for and every candidate, in *clauses* alone where any are given.

    *called* are the documents' words for what the question calls otherwise.
    """
    passages = _passages(ranking, named, called, library, clauses)
    heads = [head_noun(head) for head in question.heads if not head.isascii()]
    heads += [word for head in question.heads if head.isascii() for word in ranker.expansion.words(head)]
    asked = asked_of(question, _words(question, called, ranker), ranking, passages, heads)
    rank: dict[Unit, int] = {}
    near = [of_passage(asked, one, rank.setdefault(one.sentence.unit, len(rank))) for one in passages]
    most = max((one["covered"] for one in near), default=0.0)
    way = cache(partial(of_variant, question))
    found = [
        Candidate(passage, reading, features, of_reading(asked, passage, reading, features, way(reading.variant)))
        for passage, features in zip(passages, near, strict=True)
        for reading in read(question, passage)
        if may_say(question, passage, reading, passages[0], most - features["covered"])
    ]
    return asked, found


def choose(candidates: Sequence[Candidate], choice: Mapping[str, float] | None = None) -> Choice | None:
    """Return the best of *candidates*, None where there is none. *choice* are other weights than those learned."""
    known = weights().choice if choice is None else choice
    if not candidates:
        return None
    passages = {id(one.near): one.near for one in candidates}
    near = {key: weigh(features, known) for key, features in passages.items()}
    scores = [near[id(one.near)] + weigh(one.own, known) for one in candidates]
    most = max(scores)
    strength = [math.exp(score - most) for score in scores]
    total = sum(strength)
    shares: dict[tuple[str, ...], float] = {}
    best: dict[tuple[str, ...], int] = {}
    for number, one in enumerate(candidates):
        items = tuple(sorted(one.reading.items))
        shares[items] = shares.get(items, 0.0) + strength[number] / total
        if items not in best or scores[number] > scores[best[items]]:
            best[items] = number
    ordered = sorted(shares, key=lambda items: (-shares[items], best[items]))
    following = shares[ordered[1]] if len(ordered) > 1 else 0.0
    return Choice(candidates[best[ordered[0]]], shares[ordered[0]], following)


def weigh(features: Features, known: Mapping[str, float]) -> float:
    """Return the sum of *features*, each times its weight in *known*."""
    total = 0.0
    for name, value in features.items():
        weight = known.get(name)
        if weight is not None:
            total += weight * value
    return total


def _passages(
    ranking: Ranking, named: tuple[Named, ...], called: tuple[str, ...], library: Library, clauses: Sequence[str]
) -> list[Passage]:
    found = []
    for sentence, part in _parts(ranking, clauses):
        found.append(Passage(sentence, part, library.obligation_of(part.unit), library, named, called))
    found.sort(key=lambda one: -(one.sentence.score + one.part.score))
    return found[:PASSAGES]


def _words(question: Question, called: Sequence[str], ranker: Ranker) -> list[tuple[str, float]]:
    """Return the words that carry *question*, and what the documents call them, with how much each tells."""
    index = ranker.index
    words = index.lexicon.words_of_folded(" ".join([question.terms, *called]))
    kept = [word for word in dict.fromkeys(words) if not word.startswith("_")]
    # an English word stands in no Chinese text: what the documents call it counts instead
    kept = [word for word in kept if not word.isascii() or (question.lang != "en" and len(word) > 1)]
    return [(word, index.words["sentence"].tells(word)) for word in kept]


def _parts(ranking: Ranking, clauses: Sequence[str]) -> Iterator[tuple[SentenceHit, Hit]]:
    """Yield the best sentences with each of their parts, then as a whole."""
    for sentence in [hit for hit in ranking.sentences if not clauses or hit.unit.clause in clauses][:SENTENCES]:
        rows = [hit.unit for hit in sentence.parts if hit.unit.kind == "obligation"]
        # an obligation says what the phrases in it say, and more of it is known
        parts = [hit for hit in sentence.parts if hit.unit in rows or not _told(hit.unit, rows)]
        yield from ((sentence, part) for part in parts)
        yield sentence, Hit(sentence.unit, sentence.score, sentence.late)


def _told(phrase: Unit, rows: list[Unit]) -> bool:
    return any(
        min(phrase.end, row.end) - max(phrase.start, row.start) > (phrase.end - phrase.start) / 2 for row in rows
    )
