"""The packaged weights → a folder with their tokenizer and the vectors of its pieces, for the reader of passages.

words.npy        shape (pieces, 384), half precision
tokenizer.json   the tokenizer, without the pieces that only other languages need
words.json       what they were made from, with checksums
"""

from __future__ import annotations

import json
from pathlib import Path

from kg.errors import ModelError
from kg.search.cache import digests, fill_from_cache

FORMAT = 1
WORDS, TOKENIZER, ABOUT = "words.npy", "tokenizer.json", "words.json"


def write_words(folder: Path) -> None:
    """Write *folder*, which is made; this takes a second or two.

    Raises:
        ModelError: the packaged weights are missing or damaged.
    """
    import numpy as np

    from kg.search.packaged_weights import WEIGHTS_SHA256, find_weights, open_weights, tensors, tokenizer
    from kg.search.vocabulary import cut_vocabulary

    path = find_weights()
    weights = open_weights(path)
    cut = cut_vocabulary(tokenizer(weights.pieces).to_str())
    if cut is None:
        raise ModelError(path, "its tokenizer is of another kind than expected", "install hetao-kg again")
    name, words = next(iter(tensors(weights)))
    if name != "embeddings.word_embeddings.weight":
        raise ModelError(path, "its first tensor is not that of the words", "install hetao-kg again")
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / WORDS, words[list(cut.rows)].astype(np.float16))
    (folder / TOKENIZER).write_text(cut.tokenizer, encoding="utf-8")
    about = {"format": FORMAT, "weights": WEIGHTS_SHA256, "pieces": len(cut.rows)}
    about["files"] = digests(folder, (WORDS, TOKENIZER))
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="ascii")


def kept_words(folder: Path, kept: Path | None) -> None:
    """Write *folder* like `write_words`, but reuse what an earlier call left in *kept*, or leave it there."""
    fill_from_cache(folder, kept and kept / f"words-{FORMAT}", ABOUT, write_words)
