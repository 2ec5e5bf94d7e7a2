"""sentence-transformers as the reference, and the two ways in which its late interaction goes wrong in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import ModelError
from kg.search.reference import Reference

TEXT = "实施货物分线管理：具体管理办法由财政部、海关总署制定，2025年前完成。"


def test_token_vectors_have_the_models_own_size_and_length_one(reference: Reference) -> None:
    (found,) = reference.passage_tokens([TEXT])
    assert found.vectors.shape[1] == 384
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_from_the_folder_alone_the_library_would_add_a_layer_of_random_weights(
    model_folder: Path, reference: Reference
) -> None:
    from sentence_transformers import MultiVectorEncoder

    wrong = MultiVectorEncoder(str(model_folder), device="cpu", local_files_only=True)
    assert [type(module).__name__ for module in wrong] != [type(module).__name__ for module in reference.late]
    assert wrong.encode([TEXT], convert_to_numpy=True)[0].shape[1] == 128
    assert [type(module).__name__ for module in reference.late] == ["Transformer", "MultiVectorMask", "Normalize"]


@pytest.mark.filterwarnings("ignore")
def test_normalize_without_the_name_of_its_input_would_leave_token_vectors_as_they_are(reference: Reference) -> None:
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
    from sentence_transformers.sentence_transformer.modules import Normalize

    assert reference.late[2].module_input_name == "token_embeddings"
    wrong = MultiVectorEncoder(modules=[reference.model[0], MultiVectorMask(), Normalize()], device="cpu")
    lengths = np.linalg.norm(wrong.encode([TEXT], convert_to_numpy=True)[0], axis=1)
    assert abs(lengths - 1).max() > 0.1


def test_token_vectors_are_the_transformers_own_last_layer(reference: Reference) -> None:
    import torch

    (found,) = reference.passage_tokens([TEXT])
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
    (found,) = reference.passage_tokens([TEXT])
    surfaces = [TEXT[start:end] for start, end in found.places.tolist()]
    assert "".join(surfaces) == "".join(c for c in TEXT if c.isalnum())
    assert not {"passage", "："} & set(surfaces)


def test_a_batch_gives_what_its_texts_give_alone(reference: Reference) -> None:
    texts = [TEXT, "短句。", TEXT * 30]
    together = reference.passages(texts)
    alone = np.concatenate([reference.passages([text]) for text in texts])
    assert float((together * alone).sum(1).min()) > 0.99999
    tokens = reference.passage_tokens(texts)
    for i, text in enumerate(texts):
        (own,) = reference.passage_tokens([text])
        assert own.places.tolist() == tokens[i].places.tolist()
        assert float((own.vectors * tokens[i].vectors).sum(1).min()) > 0.999


def test_nothing_to_encode_gives_nothing(reference: Reference) -> None:
    assert reference.passages([]).shape == (0, 384)
    assert reference.passage_tokens([]) == []


def test_a_folder_that_is_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        Reference(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
