"""A SentenceTransformer folder → the vectors of passages and their tokens, by sentence-transformers itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError
from kg.search.encoder import MAX_CHARACTERS, Encoded, counting, unit_length
from kg.search.model_folder import check_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

BATCH = 16
"""Texts that are encoded at once, alike in length; a larger batch loses more to padding than it gains."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text that count in late interaction: vectors of length 1, shape (n, d), and their places.

    `places` has shape (n, 2): the half-open range of characters of the text that each token covers.
    """

    vectors: NDArray[np.float32]
    places: NDArray[np.int32]


class Reference:
    """The model in *folder*, as its own library runs it. Loads torch: for building, and where there is no export.

    Raises:
        ModelError: *folder* is not a SentenceTransformer folder, or its library cannot load it.
    """

    def __init__(self, folder: Path) -> None:
        self.info = check_model(folder)
        with _quiet():
            from sentence_transformers import SentenceTransformer

            try:
                self.model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
                self.tokenizer: Any = self.model.tokenizer
            except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
                fix = "name another SentenceTransformer folder in HETAO_MODEL"
                raise ModelError(folder, f"sentence-transformers cannot load it ({error})", fix) from error
        if not getattr(self.tokenizer, "is_fast", False):
            raise ModelError(folder, "its tokenizer has no tokenizer.json", "name a model that has one in HETAO_MODEL")
        # how much of a text the library itself reads; a folder may not say it, or say it in another place
        self.max_tokens: int = self.model.max_seq_length or self.info.max_tokens
        self.counted = counted_ids(self.tokenizer)

    def passages(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[TokenVectors]]:
        """Return one vector of length 1 for each of *texts*, shape (n, d), and the vectors of their tokens.

        Both have the model's passage prompt and come from one pass. Tokens are the transformer's own last layer, of
        another size than d where layers follow it. A processor that multiplies in bfloat16 (AMX) does so, in half the
        time; what that changes, cosines of .99999, is less than what an index rounds off. One thread computes: with
        several the last digits depend on how many there are, and documents side by side take less time than threads.
        """
        import torch

        amx = bool(torch.cpu.get_capabilities().get("amx_bf16"))
        with _one_thread(), torch.autocast("cpu", torch.bfloat16, enabled=amx):
            return self._encode(texts, self.info.passage_prompt)

    def questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each of *texts*, shape (n, d), with the model's query prompt."""
        return self._encode(texts, self.info.query_prompt)[0]

    def encode(self, text: str) -> Encoded:
        """Return the vectors of the question *text*, truncated at the model's limit."""
        pooled, (tokens,) = self._encode([text[:MAX_CHARACTERS]], self.info.query_prompt)
        return Encoded(pooled[0], tokens.vectors)

    def _encode(self, texts: Sequence[str], prompt: str) -> tuple[NDArray[np.float32], list[TokenVectors]]:
        import numpy as np

        if not texts:
            return np.zeros((0, self.info.dimensions), np.float32), []
        # the library's own encoder of many vectors would run the whole model once more
        rows: Any = self.model.encode(
            list(texts), prompt=prompt, batch_size=BATCH, show_progress_bar=False, output_value=None
        )
        pooled = np.stack([row["sentence_embedding"].float().numpy() for row in rows])
        tokens = []
        for text, row in zip(texts, rows, strict=True):
            vectors = row["token_embeddings"][row["attention_mask"].bool()].float().numpy()
            cut = self.tokenizer(
                prompt + text, truncation=True, max_length=self.max_tokens, return_offsets_mapping=True
            )
            if len(cut["input_ids"]) != len(vectors):
                problem = f"{len(vectors)} vectors for {len(cut['input_ids'])} tokens"
                raise ModelError(self.info.folder, problem, "name another model in HETAO_MODEL")
            kept = counting(cut["input_ids"], cut["offset_mapping"], len(prompt), self.counted)
            places = np.array(cut["offset_mapping"], np.int32).reshape(-1, 2)[kept] - len(prompt)
            tokens.append(TokenVectors(unit_length(vectors[kept]), np.maximum(places, 0)))
        return unit_length(pooled), tokens


def counted_ids(tokenizer: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - a tokenizer of transformers
    """Return for each token id whether it counts in late interaction, as special tokens and punctuation do not."""
    import numpy as np

    counted = np.zeros(len(tokenizer), np.bool_)
    for piece, i in tokenizer.get_vocab().items():
        counted[i] = any(c.isalnum() for c in piece)
    counted[list(tokenizer.all_special_ids)] = False
    return counted


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and notes off the terminal; the build itself says what a user should know."""
    import transformers.utils.logging as transformers_logging

    bars = transformers_logging.is_progress_bar_enabled()
    level = logging.getLogger("sentence_transformers").level
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.getLogger("sentence_transformers").setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
