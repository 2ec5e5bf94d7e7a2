"""Vectors of sentences → a FAISS index → the sentences nearest to a question's vector."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PART: Final = 50_000
"""Vectors that take a thread ten milliseconds to look through: fewer are not worth a part of their own."""

MOST: Final = 8
"""The most parts: beyond, memory is what they wait for."""


class DenseIndex:
    """FAISS over vectors of length 1 in half precision by inner product, which is their cosine; every vector is
    compared at every size.

    Half precision moves a cosine by less than a thousandth and takes half the memory: 768 bytes for the 384
    dimensions of the packaged model. FAISS looks for one vector on one thread: many vectors are held in parts, in each
    of which a thread looks.
    """

    def __init__(self, pieces: Iterable[NDArray[np.float16]], dimensions: int) -> None:
        """*pieces* hold the vectors in their order, each in shape (n, dimensions); a vector's number is its row."""
        import numpy as np

        held = [piece for piece in pieces if len(piece)]
        total = sum(map(len, held))
        parts = max(1, min(os.cpu_count() or 1, MOST, total // PART))
        self._firsts = [total * at // parts for at in range(parts + 1)]
        """The number of the first vector of each part, and of all vectors."""
        self._parts = [_new_part(dimensions) for _ in range(parts)]
        number = 0
        for piece in held:
            for part, (first, stop) in zip(self._parts, pairwise(self._firsts), strict=True):
                here = piece[max(0, first - number) : max(0, stop - number)]
                if len(here):
                    part.add_sa_codes(np.ascontiguousarray(here, np.float16).view(np.uint8))
            number += len(piece)

    def __len__(self) -> int:
        return self._firsts[-1]

    def nearest(
        self, vector: NDArray[np.float32], count: int, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the numbers and cosines of the *count* nearest sentences, nearest first; fewer where there are fewer.

        Only those *within* these numbers are looked at, where that is given.
        """
        import numpy as np

        bits = None
        if within is not None:
            bits = np.zeros(len(self), np.bool_)
            bits[within] = True
            count = min(count, len(within))

        def look(at: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            first, stop = self._firsts[at : at + 2]
            numbers, cosines = _nearest(self._parts[at], vector, count, None if bits is None else bits[first:stop])
            return numbers + first, cosines

        found = list(self._threads.map(look, range(len(self._parts)))) if len(self._parts) > 1 else [look(0)]
        numbers, cosines = (np.concatenate(one) for one in zip(*found, strict=True))
        # FAISS leaves the order of equal cosines open
        order = np.lexsort((numbers, -cosines))[:count]
        return numbers[order], cosines[order]

    def scores(self, vector: NDArray[np.float32], units: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of *units* with *vector*."""
        import numpy as np

        found = np.zeros(len(units), np.float32)
        for part, (first, stop) in zip(self._parts, pairwise(self._firsts), strict=True):
            here = (first <= units) & (units < stop)
            if here.any():
                found[here] = part.reconstruct_batch(units[here] - first) @ vector
        return found

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(len(self._parts), "nearest")


def _new_part(dimensions: int) -> Any:  # noqa: ANN401 - the package's types are those of C++, which Python code wraps
    import faiss

    part = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    part.is_trained = True  # there is nothing to learn: a code is the vector's own bytes
    return part


def _nearest(
    part: Any,  # noqa: ANN401
    vector: NDArray[np.float32],
    count: int,
    bits: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the numbers in *part* and the cosines of its *count* nearest vectors, of those alone whose bit is set."""
    import faiss
    import numpy as np

    chosen = None
    if bits is not None:
        selected: Any = faiss.IDSelectorBitmap
        parameters: Any = faiss.SearchParameters
        chosen = parameters(sel=selected(np.packbits(bits, bitorder="little")))
        count = min(count, int(bits.sum()))
    count = min(count, int(part.ntotal))
    if count == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    cosines, numbers = part.search(vector[None, :], count, params=chosen)
    return numbers[0], cosines[0]
