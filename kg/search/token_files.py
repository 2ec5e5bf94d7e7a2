"""A file of token vectors for each document → the vectors of a few of them, read when a question needs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import BuildError
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

        Raises:
            OSError, ValueError: a file is missing or not whole.
        """
        self._paths, self._first, self._dimensions, self._scales = paths, first, dimensions, scales
        for path, count in zip(paths, np.diff(first).tolist(), strict=True):
            if path.stat().st_size < count * dimensions:
                raise ValueError(f"{path.name} is not whole")

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
            BuildError: a file can no longer be read.
        """
        counts = runs[:, 1] - runs[:, 0]
        found = np.empty((int(counts.sum()), self._dimensions), np.int8)
        # of documents that begin at one place, all but the last are without tokens
        documents = np.searchsorted(self._first, runs[:, 0], "right") - 1
        at = 0
        for document, own in _together(documents, runs):
            rows = found[at : at + int((own[:, 1] - own[:, 0]).sum())]
            self._read(document, own - self._first[document], rows)
            at += len(rows)
        floats: NDArray[np.float32] = found.astype(np.float32)
        floats *= self._scales(ranges(runs[:, 0], counts))[:, None]
        return floats

    def _read(self, document: int, runs: NDArray[np.int64], found: NDArray[np.int8]) -> None:
        """Read *runs* of the tokens of one document to *found*, one after the other."""
        path, count = self._paths[document], int(self._first[document + 1] - self._first[document])
        at = 0
        try:
            # by the system's own calls, because a question reads some hundred files
            file = os.open(path, os.O_RDONLY)
            try:
                begin = os.fstat(file).st_size - count * self._dimensions  # the array ends where the file does
                for start, end in runs.tolist():
                    rows = found[at : at + end - start]
                    if os.preadv(file, [rows.data.cast("B")], begin + start * self._dimensions) != rows.nbytes:
                        raise OSError("it is not whole")
                    at += len(rows)
            finally:
                os.close(file)
        except OSError as error:
            problem = f"the search index is missing or damaged ({error.strerror or error})"
            raise BuildError(path, problem, "run `hetao build` again") from error


def _together(documents: NDArray[np.int64], runs: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """Return runs that follow each other in one document together."""
    bounds = np.flatnonzero(np.diff(documents, prepend=-1, append=-1))
    return [(int(documents[a]), runs[a:b]) for a, b in pairwise(bounds.tolist())]
