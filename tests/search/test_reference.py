"""sentence-transformers as the reference: one pass gives the vectors of texts and of their tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import ModelError
from kg.search.reference import Reference

TEXT = "实施货物分线管理：具体管理办法由财政部、海关总署制定，2025年前完成。"


def test_token_vectors_have_the_models_own_size_and_length_one(reference: Reference) -> None:
    _, (found,) = reference.passages([TEXT])
    assert found.vectors.shape[1] == 384
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)


def test_token_vectors_are_the_transformers_own_last_layer(reference: Reference) -> None:
    import torch

    _, (found,) = reference.passages([TEXT])
    cut = reference.tokenizer("passage: " + TEXT, return_tensors="pt")
    with torch.no_grad():
        transformer: Any = reference.model[0].auto_model
        last = transformer(**cut).last_hidden_state[0].numpy()
    pieces = reference.tokenizer.convert_ids_to_tokens(cut["input_ids"][0])
    kept = [i for i, piece in enumerate(pieces) if i >= pieces.index(":") + 1 and any(c.isalnum() for c in piece)]
    kept = [i for i in kept if pieces[i] != "</s>"]
    expected = last[kept] / np.linalg.norm(last[kept], axis=1, keepdims=True)
    assert found.vectors.shape == expected.shape
    assert float((found.vectors * expected).sum(1).min()) > 0.9999


def test_each_token_knows_where_it_stands(reference: Reference) -> None:
    _, (found,) = reference.passages([TEXT])
    surfaces = [TEXT[start:end] for start, end in found.places.tolist()]
    assert "".join(surfaces) == "".join(c for c in TEXT if c.isalnum())
    assert not {"passage", "："} & set(surfaces)


def test_half_precision_changes_less_than_an_index_rounds_off(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    found = []
    for able in (True, False):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: {"amx_bf16": able})
        found.append(reference.passages([TEXT, "短句。"]))
    (fast, fast_tokens), (exact, exact_tokens) = found
    assert fast.dtype == exact.dtype == np.float32
    assert float((fast * exact).sum(1).min()) > 0.9999
    assert not np.array_equal(fast, exact)
    for one, other in zip(fast_tokens, exact_tokens, strict=True):
        assert float((one.vectors * other.vectors).sum(1).min()) > 0.999
        assert one.places.tolist() == other.places.tolist()


def test_a_batch_gives_what_its_texts_give_alone(reference: Reference) -> None:
    texts = [TEXT, "短句。", TEXT * 30]
    together, tokens = reference.passages(texts)
    for i, text in enumerate(texts):
        alone, (own,) = reference.passages([text])
        assert float(together[i] @ alone[0]) > 0.9999
        assert own.places.tolist() == tokens[i].places.tolist()
        assert float((own.vectors * tokens[i].vectors).sum(1).min()) > 0.999


def test_nothing_to_encode_gives_nothing(reference: Reference) -> None:
    pooled, tokens = reference.passages([])
    assert pooled.shape == (0, 384)
    assert tokens == []


def test_a_folder_that_is_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Reference(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
