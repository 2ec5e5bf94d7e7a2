"""Gold questions → the weights of the search's legs, chosen by cross-validation. The product itself never reads gold.

    python -m bench.fit_weights DATA [GOLD]

DATA holds a build of the plan, GOLD the questions (../shared/gold/questions.jsonl). Printed are each
leg alone, the combinations tried, each with the figures of five-fold cross-validation (repeated over five shuffles) and
with the weights that are best on all questions.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.builds import load_build
from kg.search.fusion import fuse
from kg.search.ranking import Legs, Ranker

Figures = NDArray[np.float64]
"""By question (or one mean): found first, found among the first three, reciprocal rank within the first ten."""

GRID = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0)
COMBINATIONS = (("late", "words"), ("late", "dense"), ("late", "words", "dense"))
FOLDS = 5
SHUFFLES = 5


def main(data: Path, gold: Path) -> None:
    """Print the table."""
    questions = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    questions = [question for question in questions if question["answer_mode"] != "none"]
    ranker = Ranker.open(load_build(data).index)
    found = [ranker.legs(question["q"]) for question in questions]
    clauses = [unit.clause for unit in ranker.index.units if unit.kind == "clause"]

    def figures(weights: Mapping[str, float]) -> Figures:
        return np.array([_figures(legs, weights, q, clauses) for legs, q in zip(found, questions, strict=True)])

    for leg in ("late", "dense", "words"):
        alone = figures({leg: 1.0})
        print(f"{leg:40}", _line(alone.mean(0)), _by_language(alone, questions))
    for legs in COMBINATIONS:
        candidates = [dict(zip(legs, (1.0, *weights), strict=True)) for weights in _grid(len(legs) - 1)]
        table = np.array([figures(weights) for weights in candidates])
        best = candidates[int(table.mean(1).sum(1).argmax())]
        print(
            f"{' + '.join(legs):40}", _line(_cross_validated(table)), "best on all:", best, _line(figures(best).mean(0))
        )
    chosen = ranker.index.weights
    print(f"{'as built':40}", _line(figures(chosen).mean(0)), _by_language(figures(chosen), questions), chosen)


def _figures(
    legs: Legs | None, weights: Mapping[str, float], question: dict[str, Any], clauses: Sequence[str]
) -> Figures:
    rank = 99
    if legs is not None:
        scores, _ = fuse(legs.of_clauses, legs.of_units, weights)
        ranked = [clauses[legs.clauses[i]] for i in np.lexsort((legs.clauses, -scores))[:10]]
        rank = next((i for i, clause in enumerate(ranked) if clause in question["clause"]), 99)
    return np.array([rank == 0, rank < 3, 1 / (rank + 1) if rank < 10 else 0])


def _cross_validated(table: Figures) -> Figures:
    """Return the mean figures of folds ranked with weights chosen on the other folds; *table* is by candidate."""
    means = []
    for shuffle in range(SHUFFLES):
        fold = np.random.default_rng(shuffle).permutation(table.shape[1]) % FOLDS
        held = np.zeros(table.shape[1:])
        for k in range(FOLDS):
            best = table[:, fold != k].mean(1).sum(1).argmax()
            held[fold == k] = table[best][fold == k]
        means.append(held.mean(0))
    mean: Figures = np.mean(means, axis=0)
    return mean


def _grid(legs: int) -> list[tuple[float, ...]]:
    return list(itertools.product(GRID, repeat=legs))


def _line(mean: Figures) -> str:
    return f"R@1 {mean[0]:.3f}  R@3 {mean[1]:.3f}  MRR {mean[2]:.3f}"


def _by_language(figures: Figures, questions: Sequence[dict[str, Any]]) -> str:
    parts = []
    for language in ("zh-Hans", "zh-Hant", "en"):
        rows = figures[[question["lang"] == language for question in questions]].mean(0)
        parts.append(f"{language} {rows[0]:.3f}/{rows[1]:.3f}/{rows[2]:.3f}")
    return "  ".join(parts)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    default = root.parent / "shared" / "gold" / "questions.jsonl"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else default)
