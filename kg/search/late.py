"""Vectors of the tokens of units → an int8 index of them → late interaction (MaxSim) of a question with units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HELD = 30_000
"""The most tokens held as floats; beyond it, those of the requested units are converted for each question."""


class TokenSource(Protocol):
    """The vectors of tokens, which are numbered from 0."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    @property
    def whole(self) -> NDArray[np.int64]:
        """The runs that cover all of them, in order."""
        ...

    def floats(self, runs: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of *runs*, half-open ranges of shape (r, 2), one run after the other."""
        ...


Runs = Callable[["NDArray[np.int64]"], "tuple[NDArray[np.int64], NDArray[np.int64]]"]
"""Gives the runs of tokens of units, shape (r, 2), those of a unit together, and for each the place of its unit."""


class LateIndex:
    """Token vectors and, for each unit, the runs of its tokens.

    The score of a unit is the mean over the question's tokens of the largest cosine with one of the unit's tokens
    (Khattab and Zaharia, "ColBERT", SIGIR 2020; the mean instead of the sum keeps it at most 1). An obligation uses
    the tokens of the sentence it stands in, which carry their context.
    """

    def __init__(self, tokens: TokenSource, runs: Runs) -> None:
        self.tokens = tokens
        self.runs_of = runs

    @classmethod
    def of(cls, vectors: Sequence[NDArray[np.float32]], units: Sequence[Sequence[tuple[int, int]]]) -> LateIndex:
        """Return an index of the concatenated rows of *vectors*; *units* gives each unit's ranges of them.

        A vector is stored as int8 with its own scale: its largest component is exact, the others within half a step.
        """
        import numpy as np

        tokens = HeldTokens(*quantised(np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32)))
        held = [[run for run in unit if run[0] < run[1]] for unit in units]

        def runs(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            own = [(run, place) for place, number in enumerate(numbers.tolist()) for run in held[number]]
            found = np.array([run for run, _ in own], np.int64).reshape(-1, 2)
            return found, np.array([place for _, place in own], np.int64)

        return cls(tokens, runs)

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
        runs, owner = self.runs_of(units)
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

        return self.tokens.floats(self.runs_of(np.array([unit]))[0])

    @cached_property
    def _held(self) -> NDArray[np.float32] | None:
        import numpy as np

        if len(self.tokens) > HELD:
            return None
        # by column, because the product with a question's few tokens then takes two thirds of the time
        return np.ascontiguousarray(self.tokens.floats(self.tokens.whole).T)

    def _gathered(self, runs: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the vectors that *runs* need, one per column, and the runs as ranges of these columns."""
        import numpy as np

        if self._held is not None:
            return self._held, runs
        ends = np.cumsum(runs[:, 1] - runs[:, 0])
        return self.tokens.floats(runs).T, np.stack([ends - runs[:, 1] + runs[:, 0], ends], 1)


class HeldTokens:
    """Vectors in memory: *tokens* of shape (t, d) times *scales* (t)."""

    def __init__(self, tokens: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        self._tokens, self._scales = tokens, scales

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def whole(self) -> NDArray[np.int64]:
        """The one run of all of them."""
        import numpy as np

        return np.array([[0, len(self)]])

    def floats(self, runs: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of *runs*, one run after the other."""
        import numpy as np

        rows = np.concatenate([np.arange(0), *(np.arange(a, b) for a, b in runs.tolist())])
        floats: NDArray[np.float32] = self._tokens[rows].astype(np.float32) * self._scales[rows, None]
        return floats


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
