"""Vectors of units → a FAISS index → the units nearest to a question's vector."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE = "dense.faiss"


class DenseIndex:
    """FAISS over vectors of length 1 by inner product, which is their cosine; exact at every size.

    A flat index over the 384 dimensions of the packaged model takes 1.5 KB per unit.
    """

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - faiss gives its indexes as one base class
        self._index = index

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> DenseIndex:
        """Return an index of *vectors*, shape (units, d); a unit's number is its row."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def joined(cls, pieces: Iterable[NDArray[np.float32]], dimensions: int) -> DenseIndex:
        """Return the same index of *pieces*, one after the other, each of shape (units, dimensions)."""
        import faiss
        import numpy as np

        index = faiss.IndexFlatIP(dimensions)
        for piece in pieces:
            index.add(np.ascontiguousarray(piece))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the numbers and cosines of the *count* nearest units, nearest first; fewer where there are fewer."""
        import numpy as np

        cosines, numbers = self._index.search(vector[None, :], min(count, len(self)))
        # FAISS leaves the order of equal cosines open
        order = np.lexsort((numbers[0], -cosines[0]))
        return numbers[0][order], cosines[0][order]

    def scores(self, vector: NDArray[np.float32], units: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of each of *units* with *vector*."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(units) @ vector
        return found

    def save(self, folder: Path) -> None:
        """Write the index to *folder*."""
        import faiss

        faiss.write_index(self._index, str(folder / FILE))

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Return the index saved in *folder*. Raises RuntimeError if it is not whole."""
        import faiss

        return cls(faiss.read_index(str(folder / FILE)))
