"""A question's token vectors → the same, transformed towards what answers such questions, and their weights.

Learned for the packaged model by `tools/model/fit_late.py`; with another model tokens are unchanged and weigh the same.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE = "late.npz"
_SOFT = 0.5413
"""The softplus of this is 1: a token whose vector says nothing about its weight counts as one."""


class LateMap:
    """Transforms token vectors by a matrix of shape (d, d) and weights each by a vector of shape (d,)."""

    def __init__(self, turn: NDArray[np.float32], weight: NDArray[np.float32], bias: float) -> None:
        self._turn, self._weight, self._bias = turn, weight, bias

    def of(self, tokens: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return *tokens*, shape (n, d), transformed and of length 1, and their weights, shape (n,), summing to 1."""
        import numpy as np

        turned = tokens @ self._turn.T
        turned /= np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), 1e-9)
        counts = np.log1p(np.exp(tokens @ self._weight + self._bias + _SOFT)).astype(np.float32)
        return turned, counts / counts.sum()


@cache
def late_map(fingerprint: str) -> LateMap | None:
    """Return the map learned for the model with this *fingerprint*; None for any other model."""
    import numpy as np

    path = files("kg.search") / "model" / FILE
    if not path.is_file():
        return None
    with path.open("rb") as file:
        held = np.load(file)
        if str(held["model"]) != fingerprint:
            return None
        return LateMap(held["turn"].astype(np.float32), held["weight"], float(held["bias"][0]))
