"""Vectors of sentences → a FAISS index → the sentences nearest to a question's vector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DenseIndex:
    """FAISS over vectors of length 1 in half precision by inner product, which is their cosine; every vector is
    compared at every size.

    Half precision moves a cosine by less than a thousandth and takes half the memory: 768 bytes for the 384
    dimensions of the packaged model. A quarter of a million sentences are looked through in 30 ms.
    """

    def __init__(self, pieces: Iterable[NDArray[np.float16]], dimensions: int) -> None:
        """*pieces* hold the vectors in their order, each in shape (n, dimensions); a vector's number is its row."""
        import faiss
        import numpy as np

        self._index = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index.is_trained = True  # there is nothing to learn: a code is the vector's own bytes
        for piece in pieces:
            if len(piece):
                self._index.add_sa_codes(np.ascontiguousarray(piece, np.float16).view(np.uint8))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, vector: NDArray[np.float32], count: int, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the numbers and cosines of the *count* nearest sentences, nearest first; fewer where there are fewer.

        Only those *within* these numbers are looked at, where that is given.
        """
        import faiss
        import numpy as np

        chosen = None
        if within is not None:
            bits = np.zeros(len(self), np.bool_)
            bits[within] = True
            # the package's types are those of C++, which Python code wraps
            selected: Any = faiss.IDSelectorBitmap
            parameters: Any = faiss.SearchParameters
            chosen = parameters(sel=selected(np.packbits(bits, bitorder="little")))
            count = min(count, len(within))
        cosines, numbers = self._index.search(vector[None, :], min(count, len(self)), params=chosen)
        # FAISS leaves the order of equal cosines open
        order = np.lexsort((numbers[0], -cosines[0]))
        return numbers[0][order], cosines[0][order]

    def scores(self, vector: NDArray[np.float32], units: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of *units* with *vector*."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(units) @ vector
        return found
