"""Scores of several legs → one score between 0 and 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FROM_ZERO = frozenset({"words"})
"""Legs whose 0 means that nothing was found. The others are cosines, which are high even for unrelated texts."""

SHARED = 16
"""The best clause's share is computed over this many of the best, so that it does not shrink as a build grows."""


def fuse(
    clauses: Mapping[str, NDArray[np.float32]],
    units: Mapping[str, NDArray[np.float32]],
    weights: Mapping[str, float],
    from_zero: Collection[str] = FROM_ZERO,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the fused scores of clauses and of units, each the weighted mean of the legs' scores.

    *clauses* and *units* give, by leg, the scores of the same clauses and units. Each leg is scaled so that its best
    clause for this question has 1, and 0 means nothing found or, for other legs, the worst clause; units are scaled by
    the same two numbers. A leg without any score has no weight, so that the others count in full.

    A leg in *from_zero* counts as much as it discriminates: its weight is multiplied by its best clause's share of the
    sum of the `SHARED` best. Words of a single clause identify it; words of many clauses say little about any.
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
        if leg in from_zero:
            weight *= high / float(np.sort(scores)[-SHARED:].sum())
        if low == high:  # all alike, as with a single clause
            low = 0.0
        whole += weight * (scores - low) / (high - low)
        parts += weight * np.clip((units[leg] - low) / (high - low), 0, 1)
        total += weight
    return (whole / total, parts / total) if total else (whole, parts)
