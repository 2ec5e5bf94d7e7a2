"""Texts of an old and a new version → which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SCREEN = 0.25
"""The share of bigrams in common below which two texts are not compared letter by letter."""


def likeness(old: Sequence[str], new: Sequence[str]) -> NDArray[np.float64]:
    """Return how similar each text of *old* is to each of *new*, from 0 to 1, as an array old × new.

    It is the ratio of `difflib.SequenceMatcher`, or 0 where the two have next to no bigrams in common.
    """
    if not old or not new:
        return np.zeros((len(old), len(new)))
    vocabulary: dict[str, int] = {}
    ones, others = (_bigrams(texts, vocabulary) for texts in (old, new))
    # the second was read when the vocabulary had grown
    ones.resize((len(old), len(vocabulary)))
    shared = (ones @ others.T).toarray()
    sizes = np.asarray(ones.sum(axis=1)) + np.asarray(others.sum(axis=1)).T
    dice = np.divide(2.0 * shared, sizes, out=np.zeros(shared.shape), where=sizes > 0)
    found = np.zeros(shared.shape)
    for left, right in np.argwhere(dice >= SCREEN):
        same = old[left] == new[right]
        found[left, right] = 1.0 if same else SequenceMatcher(None, old[left], new[right], autojunk=False).ratio()
    return found


def _bigrams(texts: Sequence[str], vocabulary: dict[str, int]) -> csr_matrix:
    # imported here and below: a server that compares nothing does without it
    from scipy.sparse import csr_matrix

    rows, columns = [], []
    for row, text in enumerate(texts):
        for pair in {text[at : at + 2] for at in range(max(len(text) - 1, 1))}:
            rows.append(row)
            columns.append(vocabulary.setdefault(pair, len(vocabulary)))
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), max(len(vocabulary), 1)))


def pairs(scores: NDArray[np.float64], least: float) -> dict[int, int]:
    """Return the pairs, old → new, whose scores have the highest sum; none has a score below *least*."""
    from scipy.optimize import linear_sum_assignment

    wanted = np.where(scores >= least, scores, 0.0)
    rows, columns = linear_sum_assignment(wanted, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if wanted[row, column] > 0}
