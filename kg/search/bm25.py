"""Lists of words → a BM25 index of them → a score for each list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K1 = 1.2
B = 0.75
_ABOUT = "bm25.json"


class Bm25:
    """`bm25s` in Lucene's form of BM25, over texts that are already lists of words.

    score(q, d) = Σ over the words w of q of ln(1 + (N − n + ½) / (n + ½)) · f / (f + k1 · (1 − b + b · |d| / avg)),
    n being the number of texts with w and f how often w stands in d. Source: Kamphuis et al., "Which BM25 Do You
    Mean?" (ECIR 2020), variant "Lucene (accurate)".
    """

    def __init__(self, count: int, index: Any) -> None:  # noqa: ANN401 - the package has no types
        self._count = count
        self._index = index
        self._known: dict[str, int] = index.vocab_dict if index is not None else {}

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Bm25:
        """Return an index of *texts*; texts without any word are allowed and score 0."""
        import bm25s

        if not any(texts):
            return cls(len(texts), None)
        # numbered here in the order of the words: the library would use the order of a set, different in every run
        number = {word: i for i, word in enumerate(sorted({word for text in texts for word in text}))}
        index = bm25s.BM25(method="lucene", k1=K1, b=B)
        index.index(([[number[word] for word in text] for text in texts], number), show_progress=False)
        return cls(len(texts), index)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the score of every text for *words*, 0 if it has none of them. A repeated word counts twice."""
        import numpy as np

        known = [word for word in words if word in self._known]
        if not known:
            return np.zeros(self._count, np.float32)
        found: NDArray[np.float32] = self._index.get_scores(known)
        return found

    def tells(self, word: str) -> float:
        """Return how distinctive *word* is, from 0 to 1: its ln((N + 1) / (n + ½)) over that of a word in no text."""
        import numpy as np

        number = self._known.get(word)
        texts = 0
        if number is not None:
            bounds = self._index.scores["indptr"]
            texts = int(bounds[number + 1] - bounds[number])
        return float(np.log((self._count + 1) / (texts + 0.5)) / np.log((self._count + 1) / 0.5))

    def save(self, folder: Path) -> None:
        """Write the index to *folder*, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {"texts": self._count, "words": len(self._known), "method": "lucene", "k1": K1, "b": B}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="ascii")
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Bm25:
        """Return the index saved in *folder*. Raises OSError, ValueError or KeyError if it is not whole."""
        import bm25s

        about = json.loads((folder / _ABOUT).read_bytes())
        return cls(about["texts"], bm25s.BM25.load(str(folder)) if about["words"] else None)
