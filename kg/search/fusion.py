"""Scores of several legs → one score between 0 and 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FROM_ZERO = frozenset({"words"})
"""Legs whose 0 means that nothing was found. The others are cosines, which are high even for what is unrelated."""


def fuse(
    clauses: Mapping[str, NDArray[np.float32]],
    units: Mapping[str, NDArray[np.float32]],
    weights: Mapping[str, float],
    from_zero: Collection[str] = FROM_ZERO,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the fused scores of clauses and of units, each the weighted mean of the legs' scores.

    *clauses* and *units* give, by leg, the scores of the same clauses and units. Each leg is scaled so that its best
    clause of this question has 1 and 0 stands for nothing found, or else for its worst clause; units are scaled by the
    same two numbers. A leg without any score has no weight, so that the others count in full.
    """
    import numpy as np

    total = 0.0
    whole = np.zeros(len(next(iter(clauses.values()))), np.float32)
    parts = np.zeros(len(next(iter(units.values()))), np.float32)
    for leg in sorted(set(clauses) & set(weights)):
        weight, scores = weights[leg], clauses[leg]
        high = float(scores.max(initial=0))
        if weight <= 0 or high <= 0:
            continue
        low = 0.0 if leg in from_zero else float(scores.min())
        if low == high:  # all alike, as where there is one clause alone
            low = 0.0
        whole += weight * (scores - low) / (high - low)
        parts += weight * np.clip((units[leg] - low) / (high - low), 0, 1)
        total += weight
    return (whole / total, parts / total) if total else (whole, parts)
