"""A file of token vectors for each document → the vectors of a few of them, read when a question needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.search.bm25 import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TokenFiles:
    """The tokens of documents: int8 in a `.npy` file for each, which is opened only while it is read.

    A thousand documents have gigabytes of them, of which a question needs megabytes.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        first: NDArray[np.int64],
        dimensions: int,
        scales: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    ) -> None:
        """*paths* are in the order of the documents, whose tokens begin at *first*, shape (documents + 1,), and have
        this many *dimensions*; *scales* gives those of tokens by their numbers.
        """
        self._paths, self._first, self._dimensions, self._scales = paths, first, dimensions, scales

    def __len__(self) -> int:
        return int(self._first[-1])

    @property
    def whole(self) -> NDArray[np.int64]:
        """The run of all tokens of each document that has any."""
        runs = np.stack([self._first[:-1], self._first[1:]], 1)
        return runs[runs[:, 0] < runs[:, 1]]

    def floats(self, runs: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of *runs*, none of which is empty or of two documents, one run after the other.

        Raises:
            OSError: a file cannot be read.
        """
        counts = runs[:, 1] - runs[:, 0]
        found = np.empty((int(counts.sum()), self._dimensions), np.int8)
        # of documents that begin at one place, all but the last are without tokens
        documents = np.searchsorted(self._first, runs[:, 0], "right") - 1
        at = 0
        for document, own in _together(documents, runs):
            count = int(self._first[document + 1] - self._first[document])
            with self._paths[document].open("rb", buffering=0) as file:
                # the array ends where the file does
                begin = file.seek(0, SEEK_END) - count * self._dimensions
                if begin < 0:
                    raise OSError(f"{self._paths[document].name} is not whole")
                for start, end in (own - self._first[document]).tolist():
                    rows = found[at : at + end - start]
                    file.seek(begin + start * self._dimensions)
                    if file.readinto(rows.data.cast("B")) != rows.nbytes:
                        raise OSError(f"{self._paths[document].name} is not whole")
                    at += end - start
        floats: NDArray[np.float32] = found.astype(np.float32)
        floats *= self._scales(ranges(runs[:, 0], counts))[:, None]
        return floats


def _together(documents: NDArray[np.int64], runs: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """Return runs that follow each other in one document together."""
    bounds = np.flatnonzero(np.diff(documents, prepend=-1, append=-1))
    return [(int(documents[a]), runs[a:b]) for a, b in pairwise(bounds.tolist())]
