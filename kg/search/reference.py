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
            from sentence_transformers import MultiVectorEncoder, SentenceTransformer
            from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
            from sentence_transformers.sentence_transformer.modules import Normalize

            try:
                self.model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
                self.tokenizer: Any = self.model.tokenizer
                # The modules are named one by one: from the folder alone the library would add a layer of random
                # weights, and `Normalize()` without the name of its input would leave the token vectors as they are.
                self.late = MultiVectorEncoder(
                    modules=[self.model[0], MultiVectorMask(), Normalize(module_input_name="token_embeddings")],
                    device="cpu",
                )
            except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
                fix = "name another SentenceTransformer folder in HETAO_MODEL"
                raise ModelError(folder, f"sentence-transformers cannot load it ({error})", fix) from error
        if not getattr(self.tokenizer, "is_fast", False):
            raise ModelError(folder, "its tokenizer has no tokenizer.json", "name a model that has one in HETAO_MODEL")
        # how much of a text the library itself reads; a folder may not say it, or say it in another place
        self.max_tokens: int = self.model.max_seq_length or self.info.max_tokens
        self.counted = counted_ids(self.tokenizer)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each of *texts*, shape (n, d), with the model's passage prompt."""
        return self._pooled(texts, self.info.passage_prompt)

    def questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each of *texts*, shape (n, d), with the model's query prompt."""
        return self._pooled(texts, self.info.query_prompt)

    def passage_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of *texts*, each with the model's passage prompt."""
        return self._tokens(texts, self.info.passage_prompt, "document")

    def encode(self, text: str) -> Encoded:
        """Return the vectors of the question *text*, truncated at the model's limit."""
        short = text[:MAX_CHARACTERS]
        return Encoded(self.questions([short])[0], self._tokens([short], self.info.query_prompt, "query")[0].vectors)

    def _pooled(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return np.zeros((0, self.info.dimensions), np.float32)
        found = self.model.encode(list(texts), prompt=prompt or "", batch_size=BATCH, show_progress_bar=False)
        return unit_length(np.asarray(found, np.float32))

    def _tokens(self, texts: Sequence[str], prompt: str, task: str) -> list[TokenVectors]:
        import numpy as np

        if not texts:
            return []
        found = self.late.encode(
            list(texts), prompt=prompt, task=task, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
        )
        result = []
        for text, vectors in zip(texts, found, strict=True):
            cut = self.tokenizer(
                prompt + text, truncation=True, max_length=self.max_tokens, return_offsets_mapping=True
            )
            if len(cut["input_ids"]) != len(vectors):
                problem = f"{len(vectors)} vectors for {len(cut['input_ids'])} tokens"
                raise ModelError(self.info.folder, problem, "name another model in HETAO_MODEL")
            kept = counting(cut["input_ids"], cut["offset_mapping"], len(prompt), self.counted)
            places = np.array(cut["offset_mapping"], np.int32).reshape(-1, 2)[kept] - len(prompt)
            result.append(TokenVectors(np.asarray(vectors, np.float32)[kept], np.maximum(places, 0)))
        return result


def counted_ids(tokenizer: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - a tokenizer of transformers
    """Return for each token id whether it counts in late interaction, as special tokens and punctuation do not."""
    import numpy as np

    counted = np.zeros(len(tokenizer), np.bool_)
    for piece, i in tokenizer.get_vocab().items():
        counted[i] = any(c.isalnum() for c in piece)
    counted[list(tokenizer.all_special_ids)] = False
    return counted


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
