"""Scores of clauses for questions → how often the right one comes first; weights chosen on folds, judged on others."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.run import ROOT

Array = NDArray[np.float64]
Figures = Array
"""By question (or one mean): found first, found among the first three, reciprocal rank within the first ten."""

SETS = (ROOT.parent / "shared" / "gold" / "questions.jsonl", ROOT / "tests" / "answer" / "at_hand" / "questions.jsonl")
"""The questions that may be chosen on; those of tests/answer/held_out may not."""

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
FOLDS = 5
SHUFFLES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a clause answers, and the file it is of."""

    text: str
    language: str
    right: frozenset[str]
    source: str


def read_questions(paths: Sequence[Path]) -> list[Asked]:
    """Return the questions of *paths* that a clause answers."""
    found = []
    for path in paths:
        rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        source = path.parent.name
        found += [
            Asked(row["q"], row["lang"], frozenset(row["clause"]), source)
            for row in rows
            if row["answer_mode"] != "none"
        ]
    return found


def figures(scores: Sequence[NDArray[Any]], clauses: Sequence[str], questions: Sequence[Asked]) -> Figures:
    """Return the figures of each question, shape (questions, 3), by its *scores* of *clauses* in reading order."""
    rows = []
    for own, question in zip(scores, questions, strict=True):
        ranked = [clauses[i] for i in np.lexsort((np.arange(len(own)), -np.asarray(own)))[:10]]
        rank = next((i for i, clause in enumerate(ranked) if clause in question.right), 99)
        rows.append([rank == 0, rank < 3, 1 / (rank + 1) if rank < 10 else 0])
    return np.array(rows, np.float64)


def cross_validated(table: Array) -> Figures:
    """Return the figures of questions ranked by what is best on the other folds, mean of `SHUFFLES` ways to make folds.

    *table* is by candidate, question and figure.
    """
    held = np.zeros((SHUFFLES, *table.shape[1:]))
    for shuffle, fold in _folds(table.shape[1]):
        for k in range(FOLDS):
            best = table[:, fold != k].mean(1).sum(1).argmax()
            held[shuffle][fold == k] = table[best][fold == k]
    mean: Figures = held.mean(0)
    return mean


def fitted(
    fit: Callable[[NDArray[np.bool_]], Sequence[NDArray[Any]]], clauses: Sequence[str], questions: Sequence[Asked]
) -> Figures:
    """Return the figures of a model that *fit* trains on the questions it is told and scores all of them with."""
    held = np.zeros((SHUFFLES, len(questions), 3))
    for shuffle, fold in _folds(len(questions)):
        for k in range(FOLDS):
            held[shuffle][fold == k] = figures(fit(fold != k), clauses, questions)[fold == k]
    mean: Figures = held.mean(0)
    return mean


def line(name: str, of: Figures, questions: Sequence[Asked]) -> str:
    """Return one line of a table: recall@1, recall@3 and MRR of all, by the file they are of, and by language."""
    parts = [of]
    parts += [of[[q.source == source for q in questions]] for source in dict.fromkeys(q.source for q in questions)]
    parts += [of[[q.language == language for q in questions]] for language in LANGUAGES]
    return f"{name:52}" + "  ".join("/".join(f"{x:.3f}" for x in part.mean(0)) for part in parts if len(part))


def heading(questions: Sequence[Asked]) -> str:
    """Return the line above those of `line`."""
    sources = dict.fromkeys(q.source for q in questions)
    return f"{'recall@1 / recall@3 / MRR@10':52}" + "  ".join(f"{name:17}" for name in ("all", *sources, *LANGUAGES))


def _folds(count: int) -> list[tuple[int, NDArray[np.int64]]]:
    return [(shuffle, np.random.default_rng(shuffle).permutation(count) % FOLDS) for shuffle in range(SHUFFLES)]
