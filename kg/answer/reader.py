"""A question and windows of sentences → whether each sentence answers it, with which items, yes or no.

The layers in `kg/answer/model/reader.onnx` were trained by `tools/model` (NOTICE says on what); the word vectors they
read are the packaged model's own, whichever model ranks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.answer.reader_input import KINDS, ReaderInput, UnitTokens, assemble
from kg.answer.windows import Window
from kg.errors import ModelError
from kg.search.session import open_session
from kg.search.units import Unit
from kg.search.words import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODEL = "reader.onnx"
ABOUT = "reader.json"
WORDS = "words.npy"
TOKENIZER = "tokenizer.json"

_FIX = "install hetao-kg again"

# the states of a token: outside before any item, beginning one, inside, outside behind one; the tag of each, and the
# states that may come before it
_TAGS = (0, 1, 2, 0)
_BEFORE = ((0,), (0, 1, 2, 3), (1, 2), (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters [start, end) of a sentence's quote that are an item; `sure` is the mean probability of its tokens."""

    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the reader says of a sentence: the probabilities that it is only near the question, that it answers, and
    that it confirms what is asked rather than contradicts it; and the items in it.

    `fit` is the mean log-probability of the tokens, given these items.
    """

    unit: Unit
    near: float
    answers: float
    yes: float
    items: tuple[Stretch, ...]
    fit: float


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What the reader says of a question: each sentence of the windows once, the likeliest to answer first; the
    probability that each kind of thing is asked for; and that several items are.
    """

    judged: tuple[Judged, ...]
    kinds: dict[str, float]
    several: float

    @property
    def kind(self) -> str:
        """The kind that is most probably asked for."""
        return max(self.kinds, key=lambda kind: (self.kinds[kind], kind))


class Reader:
    """Reads windows with a question. Holds no state between questions, so that one serves many threads.

    *folder* holds the words' vectors and the tokenizer, as `kg.answer.reader_words` writes them; *threads* is what
    onnxruntime computes with.

    Raises:
        ModelError: the layers, the vectors or the tokenizer are missing or damaged.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        import numpy as np
        from tokenizers import Tokenizer

        own = files("kg.answer") / "model"
        try:
            self.about: dict[str, Any] = json.loads((own / ABOUT).read_bytes())
            self._session = open_session((own / MODEL).read_bytes(), threads)
            self._words: NDArray[np.float16] = np.load(folder / WORDS, mmap_mode="r")
            self._pieces = UnitTokens(Tokenizer.from_file(str(folder / TOKENIZER)))
        except ImportError:
            raise
        except Exception as error:  # the libraries raise bare Exceptions for files they cannot read
            raise ModelError(folder, f"the reader is missing or damaged ({type(error).__name__})", _FIX) from error

    def read(self, question: str, windows: Sequence[Window]) -> ReaderOutput:
        """Return what *windows* say about *question*, which is as it was typed."""
        if not windows:
            return ReaderOutput((), dict.fromkeys(KINDS, 1 / len(KINDS)), 0.5)
        asked = plain(question)
        reads = [assemble(asked, window, self._pieces) for window in windows]
        outputs = self._run(reads)
        return reading_of(windows, reads, outputs)

    def _run(self, reads: Sequence[ReaderInput]) -> dict[str, NDArray[np.float32]]:
        import numpy as np

        width = max(len(read.ids) for read in reads)
        ids = np.full((len(reads), width), self._pieces.pad, np.int64)
        for i, read in enumerate(reads):
            ids[i, : len(read.ids)] = read.ids
        mask = (np.arange(width) < np.array([[len(read.ids)] for read in reads])).astype(np.int64)
        names = [one.name for one in self._session.get_outputs()]
        try:
            found = self._session.run(None, {"words": self._words[ids].astype(np.float32), "mask": mask})
        except Exception as error:  # the library raises bare Exceptions
            raise ModelError(MODEL, f"the reader failed ({type(error).__name__})", _FIX) from error
        return dict(zip(names, found, strict=True))


def reading_of(
    windows: Sequence[Window], reads: Sequence[ReaderInput], outputs: dict[str, NDArray[np.float32]]
) -> ReaderOutput:
    """Return what the reader's *outputs* mean: logits `relevance` (n, length, 3), `verdict` (n, length, 2) and `tags`
    (n, length, 3), `kind` (n, kinds) and `several` (n, 2), for the n *windows* as they were read.
    """
    import numpy as np

    best: dict[Unit, Judged] = {}
    leading = np.zeros(len(windows), np.float32)
    for i, (window, read) in enumerate(zip(windows, reads, strict=True)):
        for unit, mark, first, piece in zip(window.units, read.marks, read.firsts, read.pieces, strict=True):
            if not piece.ids or mark >= outputs["relevance"].shape[1]:
                continue
            _, near, answers = softmax(outputs["relevance"][i, mark]).tolist()
            leading[i] = max(leading[i], answers)
            if unit in best and best[unit].answers >= answers:
                continue
            yes = float(softmax(outputs["verdict"][i, mark])[0])
            tags = softmax(outputs["tags"][i, first : first + len(piece.ids)])
            items, fit = decode(tags, piece.offsets)
            best[unit] = Judged(unit, near, answers, yes, items, fit)
    weight = np.maximum(leading, 1e-6)
    weight /= weight.sum()
    kinds = (softmax(outputs["kind"]) * weight[:, None]).sum(0)
    several = float((softmax(outputs["several"])[:, 1] * weight).sum())
    judged = sorted(best.values(), key=lambda one: (-one.answers, one.unit.document, one.unit.start))
    return ReaderOutput(tuple(judged), dict(zip(KINDS, kinds.tolist(), strict=True)), several)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *logits* as probabilities along the last axis."""
    import numpy as np

    raised = np.exp(logits - logits.max(-1, keepdims=True))
    found: NDArray[np.float32] = raised / raised.sum(-1, keepdims=True)
    return found


def decode(tags: NDArray[np.float32], offsets: Sequence[tuple[int, int]]) -> tuple[tuple[Stretch, ...], float]:
    """Return the likeliest items, one at least, of a sentence whose tokens have these probabilities of being outside,
    at the beginning of and inside an item, shape (n, 3); and the mean log-probability of that reading.

    An item begins with a beginning (Viterbi, "Error bounds for convolutional codes", 1967, over sequences of tags).
    """
    import numpy as np

    logs = np.log(np.maximum(tags, 1e-8))
    scores, back = [0.0, -np.inf, -np.inf, -np.inf], []
    for step in logs.tolist():
        came = [max(before, key=scores.__getitem__) for before in _BEFORE]
        scores = [scores[came[state]] + step[tag] for state, tag in enumerate(_TAGS)]
        back.append(came)
    state = max((1, 2, 3), key=scores.__getitem__)
    fit = scores[state] / len(back)
    path: list[int] = []
    for came in reversed(back):
        path.insert(0, state)
        state = came[state]
    items: list[Stretch] = []
    for at in (at for at, state in enumerate(path) if state == 1):
        stop = next((end for end in range(at + 1, len(path)) if path[end] != 2), len(path))
        seen = [offsets[k] for k in range(at, stop) if offsets[k][0] < offsets[k][1]]
        if seen:
            sure = float(np.exp(np.mean([logs[k, _TAGS[path[k]]] for k in range(at, stop)])))
            items.append(Stretch(seen[0][0], seen[-1][1], sure))
    return tuple(items), float(fit)
