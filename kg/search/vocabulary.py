"""A tokenizer of 250,000 pieces in a hundred languages → one with the pieces that Chinese and English need.

Loading the pieces is most of a cold start and their vectors are most of a model, and most of them are of no use for
questions about Chinese documents. What is kept: every piece of one character in any script, so that any text can be
encoded; every piece of ASCII; every piece of Han characters, with punctuation and digits between. A text whose best cut
into pieces uses only these is cut exactly as before, which holds for Chinese in both scripts and for English.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

MARK = "▁"
"""The sign that Unigram tokenizers write for the space before a word."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A tokenizer (JSON) with fewer pieces; `rows[i]` is the former id of piece i."""

    tokenizer: str
    rows: tuple[int, ...]


def cut_vocabulary(tokenizer: str) -> Cut | None:
    """Return *tokenizer* (the JSON of a `tokenizers` file) without the pieces that only other languages need.

    Returns None if it is not a Unigram tokenizer or if cutting would change the id of a special token; such a model
    keeps its vocabulary.
    """
    plain = json.loads(tokenizer)
    model = plain["model"]
    template = plain.get("post_processor") or {}
    if model.get("type") != "Unigram" or model.get("byte_fallback") or template.get("type") != "TemplateProcessing":
        return None
    added: list[dict[str, Any]] = plain.get("added_tokens") or []
    pieces: list[list[Any]] = model["vocab"]
    fixed = {token["id"] for token in added}
    rows = tuple(i for i, (piece, _) in enumerate(pieces) if i in fixed or is_needed(piece))
    place = {row: i for i, row in enumerate(rows)}
    # the template of the special tokens gives them by id, so their ids must not change; a <mask> at the very end of the
    # vocabulary is of no use to an encoder and is left out instead
    added = [token for token in added if place.get(token["id"]) == token["id"]]
    used = {i for token in template["special_tokens"].values() for i in token["ids"]}
    if not used <= {token["id"] for token in added} or place.get(model["unk_id"]) != model["unk_id"]:
        return None
    kept = {token["id"] for token in added}
    rows = tuple(row for row in rows if row in kept or row not in fixed)
    model["vocab"] = [pieces[row] for row in rows]
    plain["added_tokens"] = added
    return Cut(json.dumps(plain, ensure_ascii=False, separators=(",", ":")), rows)


def is_needed(piece: str) -> bool:
    """Return whether Chinese or English text, or text in any script of single characters, can need *piece*."""
    bare = piece.replace(MARK, "")
    if len(bare) <= 1 or bare.isascii():
        return True
    return all(c.isascii() or _is_han(c) or unicodedata.category(c)[0] in "PNSZ" for c in bare)


def _is_han(c: str) -> bool:
    return unicodedata.name(c, "").startswith("CJK ")
