"""Scores as arrays (question, clause) → the same on one scale, so that two ways of scoring can be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.search.encoder import Encoded
from kg.search.fusion import SHARED

Array = NDArray[np.floating[Any]]


def scaled(scores: Array) -> Array:
    """Each question's scores with the best clause at 1 and the worst at 0."""
    low, high = scores.min(1, keepdims=True), scores.max(1, keepdims=True)
    found: Array = (scores - low) / np.where(high > low, high - low, 1)
    return found


def highest(scores: Array) -> Array:
    """Each question's scores with the best clause at 1, nothing at 0."""
    high = scores.max(1, keepdims=True)
    found: Array = scores / np.where(high > 0, high, 1)
    return found


def share(scores: Array) -> Array:
    """Each question's scores as shares of the `SHARED` best."""
    whole = np.sort(scores, 1)[:, -SHARED:].sum(1, keepdims=True)
    found: Array = scores / np.where(whole > 0, whole, 1)
    return found


def deviations(scores: Array) -> Array:
    """Each question's scores less their mean, by their standard deviation."""
    found: Array = (scores - scores.mean(1, keepdims=True)) / np.maximum(scores.std(1, keepdims=True), 1e-9)
    return found


def reciprocal(scores: Array, k: int = 60) -> Array:
    """1 / (k + rank)."""
    found: Array = 1.0 / (k + 1 + np.argsort(np.argsort(-scores, 1, kind="stable"), 1))
    return found


def max_sim(asked: Sequence[Encoded], tokens: Sequence[Array]) -> list[Array]:
    """Late interaction of each question with each text of these token vectors."""
    return [one.mean(0) for one in largest(asked, tokens)]


def max_sim_of_clauses(asked: Sequence[Encoded], tokens: Sequence[Array], owner: NDArray[np.int64]) -> Array:
    """Late interaction with the tokens of all sentences of a clause taken together."""
    found = []
    for one in largest(asked, tokens):
        whole = np.full((len(one), owner.max() + 1), -1.0)
        for i, clause in enumerate(owner):
            whole[:, clause] = np.maximum(whole[:, clause], one[:, i])
        found.append(whole.mean(0))
    return np.array(found)


def largest(asked: Sequence[Encoded], tokens: Sequence[Array]) -> list[Array]:
    """The best likeness of each token of each question to a token of each text: (token, text) by question."""
    whole = np.concatenate(tokens).T
    starts = np.cumsum([0, *(len(one) for one in tokens[:-1])])
    return [np.maximum.reduceat(one.tokens @ whole, starts, axis=1) for one in asked]
