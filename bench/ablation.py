"""What each part of the ranking is worth: the same questions ranked with it, without it, with what was tried instead.

    python -m bench.ablation DATA [-o FILE]

DATA holds a build of the plan. The questions are those of `bench.folds.SETS`. Every row that says “late +” is late
interaction with the words as the product weighs them, their weight chosen by five-fold cross-validation; the rerankers
are trained on four folds and judged on the fifth.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.folds import SETS, Figures, cross_validated, figures, fitted, heading, line, read_questions
from bench.run import ROOT
from bench.scores import (
    Array,
    deviations,
    highest,
    largest,
    max_sim,
    max_sim_of_clauses,
    reciprocal,
    scaled,
    share,
)
from kg.answer.question import read_question
from kg.builds import load_build
from kg.read.document import parse
from kg.read.source import read_bytes
from kg.search.bm25 import Bm25, document_words
from kg.search.encoder import Encoded
from kg.search.ranking import Ranker
from kg.search.reference import Reference
from kg.search.tables import PARTS
from kg.search.units import Unit
from kg.search.words import plain, simplified

PLAN = ROOT / "corpus" / "hetao-2023.txt"
MODEL = ROOT / "data" / "model" / "e5-small"
GRID = (0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0)
FIXED = (0.1, 0.2, 0.3, 0.4, 0.6, 1.0)


class Bench:
    """A build with its questions. Scores are arrays (question, clause); those of units are lists, by question."""

    def __init__(self, data: Path) -> None:
        build = load_build(data)
        self.ranker = Ranker.open(build.index)
        index = self.ranker.index
        if index.vectors is None:
            raise SystemExit("the build has no vectors: nothing to compare")
        self.encoder = index.vectors.encoder
        self.late = index.vectors.late
        self.questions = read_questions(SETS)
        self.clauses = [unit.clause for unit in index.units if unit.kind == "clause"]
        number = {clause: i for i, clause in enumerate(self.clauses)}
        self.sentences = [unit for unit in index.units if unit.kind == "sentence"]
        self.parts = [unit for kind in PARTS for unit in index.units if unit.kind == kind]
        self.of_sentence = np.array([number[unit.clause] for unit in self.sentences])
        self.of_part = np.array([number[unit.clause] for unit in self.parts])
        self.plain = [plain(question.text) for question in self.questions]
        self.called = [self.ranker.expansion.words(text.lower()) for text in self.plain]
        self.held = [
            "".join(unit.quote for unit in self.sentences if unit.clause == clause) or " " for clause in self.clauses
        ]

    def encoded(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of questions put so."""
        return [self.encoder.encode(text) for text in texts]

    def indexed(self, of: Sequence[Encoded], units: NDArray[np.int64]) -> list[Array]:
        """Late interaction with units as the index holds them."""
        return [self.late.scores(one.tokens, units) for one in of]

    def pooled(self, scores: Sequence[Array], owner: NDArray[np.int64]) -> Array:
        """Each clause by its best unit; the least there is for one that has none."""
        found = np.full((len(scores), len(self.clauses)), -1.0)
        for own, row in zip(found, scores, strict=True):
            np.maximum.at(own, owner, row)
        return np.where(found == -1.0, np.where(found == -1.0, 1.0, found).min(), found)

    def words(self, texts: Sequence[str], keep: Callable[[str], bool], called: bool) -> Array:
        """BM25 of sentences of these texts, over the words that *keep* lets through; *called* adds the vocabulary."""
        cut = self.ranker.index.lexicon.words
        index = Bm25([document_words([[[word for word in cut(text) if keep(word)] for text in texts]])])
        asked = [
            " ".join([text, *words]) if called else text for text, words in zip(self.plain, self.called, strict=True)
        ]
        scores = [index.sentences(index.asked([word for word in cut(text) if keep(word)])) for text in asked]
        return np.maximum(self.pooled(scores, self.of_sentence), 0)


def main(data: Path, out: Path | None) -> None:
    """Print the table, and write it to *out* where that is given."""
    bench = Bench(data)
    lines = [heading(bench.questions)]
    print(lines[0])

    def row(name: str, of: Figures) -> None:
        lines.append(line(name, of, bench.questions))
        print(lines[-1], flush=True)

    def alone(name: str, scores: Array) -> None:
        row(name, figures(list(scores), bench.clauses, bench.questions))

    def weighed(name: str, late: Array, words: Array, grid: Sequence[float] = GRID) -> None:
        table = [figures(list(late + weight * words), bench.clauses, bench.questions) for weight in grid]
        row(name, cross_validated(np.array(table)))

    _rows(bench, alone, weighed, row)
    if out is not None:
        out.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def _rows(
    bench: Bench,
    alone: Callable[[str, Array], None],
    weighed: Callable[..., None],
    row: Callable[[str, Figures], None],
) -> None:
    reference = Reference(MODEL)
    texts = [simplified(unit.text) for unit in bench.sentences]
    bare = [simplified(unit.quote) for unit in bench.sentences]
    sentences, parts = np.arange(len(bench.sentences)), len(bench.sentences) + np.arange(len(bench.parts))
    asked = bench.encoded(bench.plain)

    def late_of(of: Sequence[Encoded]) -> Array:
        return bench.pooled(bench.indexed(of, sentences), bench.of_sentence)

    raw = late_of(asked)
    late, words = scaled(raw), bench.words(texts, every, True)
    by = share(words)

    alone("late interaction alone", late)
    vectors, encoded = reference.passages(texts)
    dense = scaled(bench.pooled([vectors @ one.pooled for one in asked], bench.of_sentence))
    alone("dense vectors alone", dense)
    alone("words alone", words)
    weighed("late + words of a fixed weight", late, highest(words), FIXED)
    weighed("late + words by their share (as built)", late, by)

    for name, own in (
        ("words: jieba's alone", bench.words(texts, lambda word: word[0] != "_", True)),
        ("words: pairs of characters alone", bench.words(texts, lambda word: word[0] == "_" or word.isascii(), True)),
        ("words: without the vocabulary", bench.words(texts, every, False)),
        ("words: sentences without their title", bench.words(bare, every, True)),
    ):
        alone(f"{name}, alone", own)
        weighed(f"  late + {name}", late, share(own))

    titled = _with_chapter(bench, texts)
    for name, passages in (
        ("sentences without their title", bare),
        ("with the chapter's title as well", titled),
        ("with the sentence before", _with_the_one_before(bench)),
    ):
        tokens = [one.vectors for one in reference.passages(passages)[1]]
        weighed(f"late, {name} + words", scaled(bench.pooled(max_sim(asked, tokens), bench.of_sentence)), by)

    tokens = [one.vectors for one in encoded]
    whole = scaled(max_sim_of_clauses(asked, tokens, bench.of_sentence))
    by_parts = scaled(bench.pooled(bench.indexed(asked, parts), bench.of_part))
    weighed("late of obligations and phrases + words", by_parts, by)
    weighed("late, sentence and best part, 1 : .25, + words", scaled(late + 0.25 * by_parts), by)
    weighed("late, mean of the two best sentences + words", scaled(two_best(bench, asked, sentences)), by)
    weighed("late of the whole clause + words", whole, by)
    weighed("late, sentence and whole clause, 1 : .25, + words", scaled(late + 0.25 * whole), by)
    for weight in (0.1, 0.25, 0.5):
        weighed(f"late and dense, 1 : {weight}, + words", scaled(late + weight * dense), by)

    longer = bench.encoded([" ".join([t, *c]) for t, c in zip(bench.plain, bench.called, strict=True)])
    with_called = late_of(longer)
    terms = late_of(bench.encoded([" ".join(read_question(q.text).terms.split()) or q.text for q in bench.questions]))
    weighed("question without the words that only ask + words", scaled(terms), by)
    weighed("question and that, mean + words", scaled(late + scaled(terms)), by)
    typed = bench.encoded([question.text for question in bench.questions])
    weighed("question as typed, not converted + words", scaled(late_of(typed)), by)
    weighed("question with the vocabulary's words + words", scaled(with_called), by)
    weighed("question and that, mean (two passes) + words", scaled(late + scaled(with_called)), by)
    weighed("question and that, the larger (two passes) + words", scaled(np.maximum(raw, with_called)), by)
    both = scaled(scaled(with_called) + whole)
    weighed("that and the whole clause (two passes) + words", both, by)
    for power in (0.5, 1.0):
        weighed(f"tokens by idf^{power} + words", scaled(by_idf(bench, asked, tokens, power)), by)

    weighed("reciprocal ranks, k = 60", reciprocal(late), reciprocal(words), FIXED)
    weighed("late + words, by mean and deviation", deviations(late), deviations(words), FIXED)
    _rerankers(bench, [late, whole, scaled(with_called), dense, by_parts, by, highest(words)], row)


def every(word: str) -> bool:
    """Keep every word."""
    return True


def by_idf(bench: Bench, asked: Sequence[Encoded], tokens: Sequence[Array], power: float) -> Array:
    """Late interaction with each token of the question weighed by how few sentences have one nearly like it."""
    found = []
    for one in largest(asked, tokens):
        near = (one > 0.9).sum(1)
        weights = np.log((one.shape[1] + 1) / (near + 0.5)) ** power
        found.append((weights[:, None] * one).sum(0) / weights.sum())
    return bench.pooled(found, bench.of_sentence)


def two_best(bench: Bench, asked: Sequence[Encoded], sentences: NDArray[np.int64]) -> Array:
    """Each clause by the mean of its two best sentences."""
    found = []
    for scores in bench.indexed(asked, sentences):
        own = [np.sort(scores[bench.of_sentence == i])[-2:] for i in range(len(bench.clauses))]
        found.append([best.mean() if len(best) else 0.0 for best in own])
    return np.array(found)


def _with_chapter(bench: Bench, texts: Sequence[str]) -> list[str]:
    document = parse(read_bytes(PLAN.read_bytes(), PLAN.name))
    titles = {chapter.id: chapter.title for chapter in document.chapters}
    of = {clause.id: titles.get(clause.chapter or "", "") for clause in document.clauses}
    chapters = [simplified(of.get(unit.clause, "")) for unit in bench.sentences]
    return [f"{chapter}，{text}" if chapter else text for chapter, text in zip(chapters, texts, strict=True)]


def _with_the_one_before(bench: Bench) -> list[str]:
    found, before = [], Unit("", "", "sentence", 0, 0, "", "", None)
    for unit in bench.sentences:
        context = before.quote if before.clause == unit.clause else ""
        found.append(simplified((f"{unit.heading}：" if unit.heading else "") + context + unit.quote))
        before = unit
    return found


def _rerankers(bench: Bench, features: list[Array], row: Callable[[str, Figures], None]) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    count = len(bench.clauses)
    length = np.log([len(text) for text in bench.held])
    features = [
        *features,
        _coverage(bench),
        np.tile(length, (len(bench.questions), 1)),
        np.array([[q.language == "en"] * count for q in bench.questions], np.float64),
    ]
    table = np.stack(features, -1)
    right = np.array([[clause in q.right for clause in bench.clauses] for q in bench.questions])

    def fit(model: Any) -> Callable[[NDArray[np.bool_]], list[Array]]:  # noqa: ANN401 - no types
        def train(on: NDArray[np.bool_]) -> list[Array]:
            model.fit(table[on].reshape(-1, table.shape[-1]), right[on].reshape(-1))
            return list(model.decision_function(table.reshape(-1, table.shape[-1])).reshape(-1, count))

        return train

    logistic = LogisticRegression(C=1.0, max_iter=2000)
    trees = HistGradientBoostingClassifier(max_iter=60, max_depth=2, learning_rate=0.08, random_state=0)
    for name, model in (("logistic regression", logistic), ("60 trees of depth 2", trees)):
        row(f"reranker: {name}, {table.shape[-1]} features", fitted(fit(model), bench.clauses, bench.questions))


def _coverage(bench: Bench) -> Array:
    """The share of the question's words, by idf, that a clause has."""
    cut = bench.ranker.index.lexicon.words
    words = [set(cut(text)) for text in bench.held]
    count: dict[str, int] = {}
    for own in words:
        for word in own:
            count[word] = count.get(word, 0) + 1
    idf = {word: np.log(1 + (len(words) - n + 0.5) / (n + 0.5)) for word, n in count.items()}
    found = []
    for text, called in zip(bench.plain, bench.called, strict=True):
        asked = {word for word in cut(" ".join([text, *called])) if word in idf}
        whole = sum(idf[word] for word in sorted(asked)) or 1.0
        found.append([sum(idf[word] for word in sorted(asked & own)) / whole for own in words])
    return np.array(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.ablation", description="What each part of the ranking is worth.")
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--out", type=Path)
    given = parser.parse_args()
    main(given.data, given.out)
