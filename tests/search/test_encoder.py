"""The exported encoder of questions against sentence-transformers; what any text does to it; what it imports."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.errors import ModelError
from kg.search.document_index import Embedding
from kg.search.encoder import OnnxEncoder, counting, unit_length
from kg.search.export_onnx import COSINE, export_encoder, kept_export
from kg.search.reference import Reference
from kg.search.vocabulary import cut_vocabulary, is_needed

HOSTILE = {
    "ten thousand characters": "规划" * 5000,
    "ten thousand signs": "！" * 10_000,
    "control characters": "\x00\x01\x1b[31m\x7f\u202e\u200b规划\r\n\t",
    "ligatures that grow": "\ufdfa" * 100,
    "nothing": "",
    "only signs": "？！……，。",
    "lone accents": "\u0301" * 500,
    "emoji": "👩‍👩‍👧‍👦" * 200,
    "special tokens": "<s></s><pad><mask><unk>",
    "one word without end": "x" * 10_000,
}


@pytest.fixture(scope="module")
def encoder(index_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(index_folder / "encoder")


def cosines(encoder: OnnxEncoder, reference: Reference, texts: Sequence[str]) -> NDArray[np.float32]:
    mine = np.array([encoder.encode(text).pooled for text in texts])
    same: NDArray[np.float32] = (mine * reference.questions(texts)).sum(1)
    return same


def test_questions_and_sentences_are_encoded_as_sentence_transformers_does(
    encoder: OnnxEncoder,
    reference: Reference,
    questions: list[str],
    plan_sentences: list[str],
    repeats: Callable[[int, int], int],
) -> None:
    assert len(questions) == 200
    assert len(plan_sentences) > 130
    texts = [*questions, *plan_sentences][:: repeats(6, 1)]
    assert cosines(encoder, reference, texts).min() >= COSINE


def test_token_vectors_are_those_of_the_multi_vector_encoder(
    encoder: OnnxEncoder, reference: Reference, questions: list[str]
) -> None:
    worst = 1.0
    for text in questions[::10]:
        mine, theirs = encoder.encode(text).tokens, reference.encode(text).tokens
        assert mine.shape == theirs.shape
        worst = min(worst, float((mine * theirs).sum(1).min()))
    assert worst >= 0.99


def test_every_matrix_of_the_packaged_weights_is_in_whole_numbers(index_folder: Path) -> None:
    about = json.loads((index_folder / "encoder" / "encoder.json").read_bytes())
    assert about["engine"] in ("rows8", "blocks4"), "rows8 is refused where a processor rounds it too coarsely"
    assert about["matrices"] == 73
    assert (index_folder / "encoder" / "question.onnx").stat().st_size < 60_000_000


@pytest.mark.soak
def test_four_bit_blocks_hold_the_packaged_weights_without_loss(reference: Reference, tmp_path: Path) -> None:
    about = export_encoder(reference, tmp_path / "export", ["货物分线管理的具体办法由谁制定？"], ["blocks4"])
    assert about["matrices"] == 73
    assert about["smallest_cosine"] > 0.9998


def test_chinese_and_english_are_cut_into_the_same_pieces_by_the_smaller_vocabulary(
    reference: Reference, questions: list[str], plan_sentences: list[str]
) -> None:
    from opencc import OpenCC
    from tokenizers import Tokenizer

    whole = reference.tokenizer.backend_tokenizer.to_str()
    cut = cut_vocabulary(whole)
    assert cut is not None
    assert len(cut.rows) < len(reference.counted) / 2
    before, after = Tokenizer.from_str(whole), Tokenizer.from_str(cut.tokenizer)
    for one in (before, after):
        one.no_truncation()
        one.no_padding()
    english = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8").splitlines()
    traditional = [OpenCC("s2hk").convert(text) for text in plan_sentences]
    mixed = ["R&D 经费15%，5G、AI+ 项目（Phase II）", "Shenzhen–Hong Kong “Loop” 河套 2025年", "WAPI/IPv6"]
    for text in [*questions, *plan_sentences, *traditional, *english, *mixed]:
        assert after.encode(text).tokens == before.encode(text).tokens, text


def test_any_character_keeps_a_piece_of_its_own(reference: Reference) -> None:
    plain = json.loads(reference.tokenizer.backend_tokenizer.to_str())
    single = [piece for piece, _ in plain["model"]["vocab"] if len(piece.replace("▁", "")) == 1]
    assert len(single) > 15_000
    assert all(is_needed(piece) for piece in single)
    assert not is_needed("▁правительство")
    assert not is_needed("▁größte")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_gives_vectors_of_length_one(encoder: OnnxEncoder, text: str) -> None:
    found = encoder.encode(text)
    assert found.pooled.shape == (384,)
    assert np.isfinite(found.pooled).all()
    assert abs(float(np.linalg.norm(found.pooled)) - 1) < 1e-5
    assert len(found.tokens) <= 512
    np.testing.assert_allclose(np.linalg.norm(found.tokens, axis=1), 1, atol=1e-5)


def test_what_is_longer_than_the_model_reads_is_cut_where_the_library_cuts_it(
    encoder: OnnxEncoder, reference: Reference
) -> None:
    text = "推动深港双方园区协同发展。" * 300
    assert cosines(encoder, reference, [text]).min() >= COSINE
    assert encoder.encode(text).pooled.tolist() == encoder.encode(text + "另行制定").pooled.tolist()


def test_signs_the_prompt_and_the_marks_of_beginning_and_end_do_not_count(encoder: OnnxEncoder) -> None:
    assert len(encoder.encode("？！，。").tokens) == 0
    assert len(encoder.encode("").tokens) == 0
    bare, signed = encoder.encode("税务总局"), encoder.encode("“税务总局”？")
    assert len(bare.tokens) == len(signed.tokens) == 2


def test_the_same_question_has_the_same_vectors_every_time(encoder: OnnxEncoder) -> None:
    first, second = encoder.encode("谁负责制定办法？"), encoder.encode("谁负责制定办法？")
    assert first.pooled.tobytes() == second.pooled.tobytes()
    assert first.tokens.tobytes() == second.tokens.tobytes()


def test_a_question_is_ranked_without_torch(index_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.search.ranking import Ranker;"
        "ranking = Ranker.open(Path(sys.argv[1])).rank('货物分线管理的具体办法由谁制定？');"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'spacy', 'sklearn', 'pandas'} & set(sys.modules);"
        "print(ranking.clauses[0].clause, len(ranking.notes), sorted(heavy))"
    )
    run = [sys.executable, "-W", "ignore", "-c", code, str(index_folder)]
    done = subprocess.run(run, check=True, capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == "15 0 []"


@pytest.mark.parametrize("name", ["question.onnx", "tokenizer.json", "encoder.json", "counted.npy"])
def test_a_damaged_export_is_refused_in_one_line(index_folder: Path, tmp_path: Path, name: str) -> None:
    for path in (index_folder / "encoder").iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(b"{")
    with pytest.raises(ModelError, match="run `hetao build` again"):
        OnnxEncoder(tmp_path)


def test_a_kept_export_is_taken_again_and_a_damaged_one_made_anew(
    index_folder: Path, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.search import export_onnx

    made: list[Path] = []
    embedding = Embedding(reference.info.folder, lambda _stage: None)

    def copy(_: Reference, folder: Path, samples: Sequence[str]) -> dict[str, object]:
        import shutil

        made.append(folder)
        shutil.copytree(index_folder / "encoder", folder)
        return {}

    monkeypatch.setattr(export_onnx, "export_encoder", copy)
    for i in range(2):
        about = kept_export(embedding, tmp_path / str(i), lambda: ["文"], tmp_path / "kept")
        assert about == json.loads((index_folder / "encoder" / "encoder.json").read_bytes())
    assert len(made) == 1
    kept = next((tmp_path / "kept").iterdir())
    (kept / "counted.npy").write_bytes(b"")
    kept_export(embedding, tmp_path / "3", lambda: ["文"], tmp_path / "kept")
    assert len(made) == 2
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [kept.name]
    assert OnnxEncoder(tmp_path / "3").encode("文").pooled.shape == (384,)


def test_counting_leaves_out_what_ends_within_the_prompt() -> None:
    counted = np.array([False, True, True, False])
    offsets = [(0, 0), (0, 5), (5, 8), (8, 9), (9, 11), (0, 0)]
    assert counting([0, 1, 1, 3, 2, 0], offsets, 5, counted).tolist() == [False, False, True, False, True, False]


def test_a_vector_of_zeros_stays_as_it_is() -> None:
    assert unit_length(np.zeros((2, 3), np.float32)).tolist() == [[0.0] * 3] * 2
