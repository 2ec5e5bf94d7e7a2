"""A question → its vector and the vectors of its tokens, in one pass of onnxruntime. Imports no torch."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.errors import ModelError
from kg.search.session import open_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

MODEL = "question.onnx"
TOKENIZER = "tokenizer.json"
COUNTED = "counted.npy"
ABOUT = "encoder.json"

MAX_CHARACTERS = 8_000
"""How much of a text is read, so that none keeps the tokenizer busy for long: more characters than any model reads as
tokens of Chinese, and longer than any question."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as vectors of length 1: `pooled` of shape (d,), `tokens` of shape (n, d); n is 0 if no token counts.

    Tokens of the prompt, special tokens and punctuation do not count.
    """

    pooled: NDArray[np.float32]
    tokens: NDArray[np.float32]


class QuestionEncoder(Protocol):
    """Turns a question into vectors; holds no state between questions, so that one serves many threads."""

    def encode(self, text: str) -> Encoded:
        """Return the vectors of *text*, truncated at the model's limit."""
        ...


class OnnxEncoder:
    """The exported encoder in a folder that `kg.search.export_onnx` wrote.

    *threads* is the number of threads for onnxruntime; None takes what suits the export, at most two.

    Raises:
        ModelError: the folder is missing or damaged.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import numpy as np

        self._folder = folder
        try:
            about = json.loads((folder / ABOUT).read_bytes())
            self._prompt: str = about["query_prompt"]
            self._inputs: list[str] = about["inputs"]
            threads = threads or about["threads"] or min(2, os.cpu_count() or 1)
            self._tokenizer = tokenizer_of(folder, about["max_tokens"])
            self._counted: NDArray[np.bool_] = np.load(folder / COUNTED)
            self._session = open_session(str(folder / MODEL), threads)
        except ImportError:
            raise
        except Exception as error:  # both libraries raise bare Exceptions for files they cannot read
            problem = f"the encoder of questions is missing or damaged ({type(error).__name__})"
            raise ModelError(folder, problem, "run `hetao build` again") from error

    def encode(self, text: str) -> Encoded:
        """Return the vectors of *text*, truncated at the model's limit.

        Raises:
            ModelError: onnxruntime failed on it, which an export that was compared with its model never does.
        """
        import numpy as np

        cut = self._tokenizer.encode(self._prompt + text[:MAX_CHARACTERS])
        ids = np.array([cut.ids], np.int64)
        try:
            pooled, tokens = self._session.run(None, {self._inputs[0]: ids})
        except Exception as error:  # the library raises bare Exceptions
            problem = f"the encoder of questions failed ({type(error).__name__})"
            raise ModelError(self._folder, problem, "run `hetao build` again") from error
        kept = counting(cut.ids, cut.offsets, len(self._prompt), self._counted)
        return Encoded(unit_length(pooled[0]), unit_length(tokens[0][kept]))


def tokenizer_of(folder: Path, max_tokens: int) -> Tokenizer:
    """Return the tokenizer in *folder*, which does not pad and truncates at *max_tokens*."""
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder / TOKENIZER))
    found.no_padding()
    found.enable_truncation(max_tokens)
    return found


def counting(
    ids: Sequence[int], offsets: Sequence[tuple[int, int]], prompt: int, counted: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which tokens of a text count in late interaction.

    They are those after its first *prompt* characters whose id is *counted*.
    """
    import numpy as np

    behind = np.array([end > prompt for _, end in offsets], np.bool_)
    allowed: NDArray[np.bool_] = behind & counted[np.asarray(ids, np.int64)]
    return allowed


def unit_length(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return *vectors* (along the last axis), each divided by its length; a vector of zeros stays as it is."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
