"""Questions → the weights of the search's legs, chosen by cross-validation. The product itself never reads them.

    python -m bench.fit_weights DATA [QUESTIONS …]

DATA holds a build of the plan; QUESTIONS are those of `bench.folds.SETS` where none are named. Printed are each leg
alone, and the combinations tried, with the figures of five-fold cross-validation (repeated over five shuffles) and with
the weights that are best on all questions.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from bench.folds import SETS, Figures, cross_validated, figures, heading, line, read_questions
from kg.builds import load_build
from kg.search.fusion import fuse
from kg.search.hits import Legs
from kg.search.ranking import Ranker

GRIDS = {"words": (0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 3.0, 4.0), "dense": (0.05, 0.1, 0.2, 0.4, 0.8)}
COMBINATIONS = (("late", "words"), ("late", "dense"), ("late", "words", "dense"))


def main(data: Path, paths: list[Path]) -> None:
    """Print the table."""
    questions = read_questions(paths)
    ranker = Ranker.open(load_build(data).index)
    found = [ranker.legs(question.text) for question in questions]
    clauses = [unit.clause for unit in ranker.index.units if unit.kind == "clause"]

    def of(weights: Mapping[str, float]) -> Figures:
        return figures([_scores(legs, weights, len(clauses)) for legs in found], clauses, questions)

    print(heading(questions))
    for leg in ("late", "dense", "words"):
        print(line(leg, of({leg: 1.0}), questions))
    for legs in COMBINATIONS:
        grid = itertools.product(*(GRIDS[leg] for leg in legs[1:]))
        candidates = [dict(zip(legs, (1.0, *weights), strict=True)) for weights in grid]
        table = np.array([of(weights) for weights in candidates])
        print(line(" + ".join(legs) + ", cross-validated", cross_validated(table), questions))
        best = candidates[int(table.mean(1).sum(1).argmax())]
        print(line(f"  best on all: {best}", of(best), questions))
    chosen = ranker.index.weights
    print(line(f"as built: {dict(chosen)}", of(chosen), questions))


def _scores(legs: Legs | None, weights: Mapping[str, float], count: int) -> Figures:
    scores = np.full(count, -1.0)
    if legs is not None:
        scores[legs.clauses], _ = fuse(legs.of_clauses, legs.of_units, weights)
    return scores


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]] or list(SETS))
