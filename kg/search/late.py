"""Vectors of the tokens of units → an int8 index of them → late interaction (MaxSim) of a question with units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HELD = 30_000
"""The most tokens held as floats; beyond it, those of the requested units are converted for each question."""

_TOKENS = "late-tokens.npy"
_SCALES = "late-scales.npy"
_RUNS = "late-runs.npy"
_FIRST = "late-first-runs.npy"


class LateIndex:
    """Token vectors and, for each unit, the runs of its tokens.

    The score of a unit is the mean over the question's tokens of the largest cosine with one of the unit's tokens
    (Khattab and Zaharia, "ColBERT", SIGIR 2020; the mean instead of the sum keeps it at most 1). An obligation uses
    the tokens of the sentence it stands in, which carry their context.
    """

    def __init__(
        self,
        tokens: NDArray[np.int8],
        scales: NDArray[np.float32],
        runs: NDArray[np.int64],
        first: NDArray[np.int64],
    ) -> None:
        """*tokens* of shape (t, d) times *scales* (t) are the vectors; *runs* of shape (r, 2) are half-open ranges of
        them, and those of unit u are `runs[first[u]:first[u + 1]]`.
        """
        self._tokens, self._scales, self._runs, self._first = tokens, scales, runs, first

    @classmethod
    def of(cls, vectors: Sequence[NDArray[np.float32]], units: Sequence[Sequence[tuple[int, int]]]) -> LateIndex:
        """Return an index of the concatenated rows of *vectors*; *units* gives each unit's ranges of them.

        A vector is stored as int8 with its own scale: its largest component is exact, the others within half a step.
        """
        import numpy as np

        tokens, scales = quantised(np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32))
        return cls(tokens, scales, *_numbered(units))

    def __len__(self) -> int:
        return len(self._first) - 1

    def cosines(self, question: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the cosines of a question's token vectors, shape (n, d), with all tokens; None if these are too many.

        For `scores`, if it is called more than once for one question.
        """
        return None if self._held is None else _products(question, self._held)

    def scores(
        self,
        question: NDArray[np.float32],
        units: NDArray[np.int64],
        cosines: NDArray[np.float32] | None = None,
        counts: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return the score of each of *units* for the token vectors of a question, shape (n, d) with n above 0.

        A unit without tokens scores 0. *cosines* are those of the question, if known. *counts*, shape (n,), are the
        weights of the tokens, which sum to 1; without it all tokens weigh the same.
        """
        import numpy as np

        found = np.zeros(len(units), np.float32)
        runs, owner = self._runs_of(units)
        if not len(runs):
            return found
        bounds = runs
        if cosines is None:
            vectors, bounds = self._gathered(runs)
            cosines = _products(question, vectors)
        largest = np.maximum.reduceat(cosines, bounds.reshape(-1), axis=1)[:, ::2]
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        best = np.maximum.reduceat(largest, starts, axis=1)
        found[owner[starts]] = best.mean(0) if counts is None else counts @ best
        return found

    def vectors(self, unit: int) -> NDArray[np.float32]:
        """Return the token vectors of a unit, shape (n, d)."""
        import numpy as np

        runs, _ = self._runs_of(np.array([unit]))
        return self._floats(np.concatenate([np.arange(0), *(np.arange(a, b) for a, b in runs)]))

    def save(self, folder: Path) -> None:
        """Write the index to *folder*."""
        import numpy as np

        for name, array in self._arrays().items():
            np.save(folder / name, array)

    @staticmethod
    def write_joined(
        folder: Path,
        pieces: Iterable[tuple[NDArray[np.int8], NDArray[np.float32]]],
        shape: tuple[int, int],
        units: Iterable[Sequence[tuple[int, int]]],
    ) -> None:
        """Write to *folder* what `save` writes for the index of *pieces*, one after the other.

        `quantised` gives a piece; all of them together have *shape*. One is held at a time: those of a thousand
        documents have some gigabytes.
        """
        import numpy as np

        scales = [np.zeros(0, np.float32)]
        with (folder / _TOKENS).open("wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "|i1", "fortran_order": False, "shape": shape})
            for tokens, its_scales in pieces:
                file.write(tokens.tobytes())
                scales.append(its_scales)
        runs, first = _numbered(units)
        for name, array in ((_SCALES, np.concatenate(scales)), (_RUNS, runs), (_FIRST, first)):
            np.save(folder / name, array)

    @classmethod
    def load(cls, folder: Path) -> LateIndex:
        """Return the index saved in *folder*; many tokens stay on the disk until they are needed.

        Raises OSError or ValueError if it is not whole.
        """
        import numpy as np

        tokens = np.load(folder / _TOKENS, mmap_mode="r")
        if len(tokens) <= HELD:
            tokens = np.array(tokens)
        return cls(tokens, *(np.load(folder / name) for name in (_SCALES, _RUNS, _FIRST)))

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        return {_TOKENS: self._tokens, _SCALES: self._scales, _RUNS: self._runs, _FIRST: self._first}

    @cached_property
    def _held(self) -> NDArray[np.float32] | None:
        import numpy as np

        # by column, because the product with a question's few tokens then takes two thirds of the time
        return np.ascontiguousarray(self._floats(slice(None)).T) if len(self._tokens) <= HELD else None

    def _floats(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        import numpy as np

        floats: NDArray[np.float32] = self._tokens[rows].astype(np.float32) * self._scales[rows, None]
        return floats

    def _runs_of(self, units: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the runs of *units* and, for each run, the position of its unit in *units*."""
        import numpy as np

        counts = self._first[units + 1] - self._first[units]
        owner = np.repeat(np.arange(len(units)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._runs[self._first[units][owner] + within], owner

    def _gathered(self, runs: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the vectors that *runs* need, one per column, and the runs as ranges of these columns."""
        import numpy as np

        if self._held is not None:
            return self._held, runs
        lengths = runs[:, 1] - runs[:, 0]
        ends = np.cumsum(lengths)
        rows = np.arange(ends[-1]) + np.repeat(runs[:, 0] - ends + lengths, lengths)
        return self._floats(rows).T, np.stack([ends - lengths, ends], 1)


def _numbered(units: Iterable[Sequence[tuple[int, int]]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the runs of all *units* that are not empty, and where those of each unit begin among them."""
    import numpy as np

    runs: list[tuple[int, int]] = []
    first = [0]
    for unit in units:
        runs += [run for run in unit if run[0] < run[1]]
        first.append(len(runs))
    return np.array(runs, np.int64).reshape(-1, 2), np.array(first, np.int64)


def quantised(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return *vectors* as int8 and the scale of each, which depends on no other."""
    import numpy as np

    scales = np.abs(vectors).max(1, initial=0).astype(np.float32) / 127
    steps = np.divide(vectors, scales[:, None], out=np.zeros_like(vectors), where=scales[:, None] > 0)
    return np.rint(steps).astype(np.int8), scales


def _products(question: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the product of each row of *question* with each column of *vectors*, and one more column of zeros.

    The extra column lets a run end where the tokens do.
    """
    import numpy as np

    cosines = np.zeros((len(question), vectors.shape[1] + 1), np.float32)
    # on one thread: a second numpy thread would keep waiting for work on the core that the encoder needs next
    with _blas().limit(limits=1):
        np.matmul(question, vectors, out=cosines[:, :-1])
    return cosines


@cache
def _blas() -> Any:  # noqa: ANN401 - the package has no types
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController().select(user_api="blas")
