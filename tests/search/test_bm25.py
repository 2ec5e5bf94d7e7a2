"""BM25 against the formula written out here."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kg.search.bm25 import Bm25

TEXTS = [
    ["税务", "总局", "财政部", "税务"],
    ["口岸", "重建", "完成"],
    [],
    ["财政部", "制定", "办法", "财政部", "财政部", "办法", "另行", "制定"],
    ["口岸"],
]


def by_formula(texts: list[list[str]], asked: list[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    average = sum(map(len, texts)) / len(texts)
    held = Counter(word for text in texts for word in set(text))
    scores = []
    for text in texts:
        counts = Counter(text)
        score = 0.0
        for word in asked:
            if counts[word]:
                rarity = math.log(1 + (len(texts) - held[word] + 0.5) / (held[word] + 0.5))
                score += rarity * counts[word] / (counts[word] + k1 * (1 - b + b * len(text) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize(
    "asked", [["财政部"], ["财政部", "口岸", "无此词"], ["办法", "办法"], ["税务", "完成", "另行"]]
)
def test_scores_are_those_of_the_formula(asked: list[str]) -> None:
    np.testing.assert_allclose(Bm25.of(TEXTS).scores(asked), by_formula(TEXTS, asked), rtol=1e-5)


def test_an_empty_text_in_front_changes_no_score() -> None:
    texts = [[], *TEXTS]
    np.testing.assert_allclose(Bm25.of(texts).scores(["口岸"]), by_formula(texts, ["口岸"]), rtol=1e-5)


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_texts_without_any_word_score_zero_and_can_be_saved(texts: list[list[str]], tmp_path: Path) -> None:
    Bm25.of(texts).save(tmp_path)
    assert Bm25.load(tmp_path).scores(["口岸"]).tolist() == [0.0] * len(texts)


def test_words_nobody_wrote_score_zero() -> None:
    assert Bm25.of(TEXTS).scores(["量子"]).tolist() == [0.0] * len(TEXTS)
    assert Bm25.of(TEXTS).scores([]).tolist() == [0.0] * len(TEXTS)


def test_saved_scores_come_back_bit_for_bit(tmp_path: Path) -> None:
    index = Bm25.of(TEXTS)
    index.save(tmp_path)
    asked = ["财政部", "口岸"]
    assert Bm25.load(tmp_path).scores(asked).tobytes() == index.scores(asked).tobytes()


def test_the_files_do_not_hang_on_the_order_of_a_set(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.search.bm25 import Bm25;"
        "Bm25.of([['税务', '总局'], ['口岸', '重建', '税务'], ['办法']]).save(Path(sys.argv[1]))"
    )
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=env, timeout=120)
        made.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert made[0] == made[1]
    assert len(made[0]) > 3
