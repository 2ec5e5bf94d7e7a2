"""The sentences of one document → their vectors and those of their tokens; the same ↔ the files of a folder.

dense.npy     one vector for each sentence, in half precision
tokens.npy    the vectors of their tokens, as int8 …
scales.npy    … times these
starts.npy    the character of the sentence's text at which each token begins
counts.npy    the number of tokens of each sentence
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from kg.search.late import quantised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.search.reference import Reference


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The vectors of the sentences of a document, one file each; see the module."""

    dense: NDArray[np.float16]
    tokens: NDArray[np.int8]
    scales: NDArray[np.float32]
    starts: NDArray[np.int32]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str], reference: Reference) -> SentenceVectors:
        """Return the vectors of *texts*, which are encoded in batches of their own.

        A batch is as long as its longest text, which changes the last digits of the vectors of the others: the vectors
        of a document are the same bytes whatever else is in a build only because no batch has texts of two.
        """
        import numpy as np

        dense, encoded = reference.passages(texts)
        # a layer behind the transformer may give sentences another size than tokens have
        vectors = [one.vectors for one in encoded]
        tokens, scales = quantised(np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32))
        starts = np.concatenate([np.zeros(0, np.int32), *(one.places[:, 0] for one in encoded)]).astype(np.int32)
        counts = np.array([len(one.vectors) for one in encoded], np.int64)
        return cls(dense.astype(np.float16), tokens, scales, starts, counts)

    def save(self, folder: Path) -> None:
        """Write the files to *folder*."""
        import numpy as np

        for one in fields(self):
            np.save(folder / f"{one.name}.npy", getattr(self, one.name))

    @classmethod
    def load(cls, folder: Path) -> SentenceVectors:
        """Return what was saved in *folder*; the tokens stay on the disk until they are needed."""
        import numpy as np

        return cls(**{one.name: np.load(folder / f"{one.name}.npy", mmap_mode="r") for one in fields(cls)})
