"""BM25 against the formula written out here."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.search.bm25 import Bm25, document_words, joined_words

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


def index_of(texts: list[list[str]]) -> Bm25:
    return Bm25([document_words([texts])])


def scores(index: Bm25, asked: list[str]) -> NDArray[np.float32]:
    return index.sentences(index.asked(asked))


@pytest.mark.parametrize(
    "asked", [["财政部"], ["财政部", "口岸", "无此词"], ["办法", "办法"], ["税务", "完成", "另行"]]
)
def test_scores_are_those_of_the_formula(asked: list[str]) -> None:
    np.testing.assert_allclose(scores(index_of(TEXTS), asked), by_formula(TEXTS, asked), rtol=1e-5)


def test_an_empty_text_in_front_changes_no_score() -> None:
    texts = [[], *TEXTS]
    np.testing.assert_allclose(scores(index_of(texts), ["口岸"]), by_formula(texts, ["口岸"]), rtol=1e-5)


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_texts_without_any_word_score_zero(texts: list[list[str]]) -> None:
    assert scores(index_of(texts), ["口岸"]).tolist() == [0.0] * len(texts)


def test_words_nobody_wrote_score_zero() -> None:
    assert scores(index_of(TEXTS), ["量子"]).tolist() == [0.0] * len(TEXTS)
    assert scores(index_of(TEXTS), []).tolist() == [0.0] * len(TEXTS)


@pytest.mark.parametrize("groups", [[[0, 1, 2]], [[0], [1, 2]], [[0], [1], [2]]])
def test_texts_joined_from_documents_and_in_several_segments_score_as_if_they_were_one(groups: list[list[int]]) -> None:
    """What is rare, and what is long, counts over all of them; so does what a part of a sentence scores."""
    rng = np.random.default_rng(5)
    words = [f"词{i}" for i in range(40)]
    documents = [
        [[[words[w] for w in rng.zipf(1.4, 7) % 40] for _ in range(rng.integers(0, 9))] for _ in range(3)]
        for _ in range(3)
    ]
    index = Bm25([joined_words([document_words(documents[i]) for i in group]) for group in groups])
    asked = [words[0], words[1], words[7], words[7], "无此词"]
    sentences, *kinds = ([text for one in documents for text in one[kind]] for kind in range(3))
    np.testing.assert_allclose(scores(index, asked), by_formula(sentences, asked), rtol=1e-5)
    expected = [iter(by_formula(texts, asked)) for texts in kinds]
    order = [kind for one in documents for kind in (1, 2) for _ in one[kind]]
    found = index.parts(index.asked(asked), np.arange(len(order)), np.array(order))
    np.testing.assert_allclose(found, [next(expected[kind - 1]) for kind in order], rtol=1e-5)
    some = np.arange(1, len(order), 3)
    few = index.parts(index.asked(asked), some, np.array(order)[some])
    assert few.tolist() == found[some].tolist()


def test_the_arrays_do_not_hang_on_the_order_of_a_set() -> None:
    code = (
        "import hashlib; from kg.search.bm25 import document_words;"
        "found = document_words([[['税务', '总局'], ['口岸', '重建', '税务'], ['办法']]]);"
        "print(hashlib.sha256(b''.join(one.tobytes() for one in found.values())).hexdigest())"
    )
    made = set()
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        ran = subprocess.run([sys.executable, "-c", code], check=True, env=env, timeout=120, capture_output=True)
        made.add(ran.stdout)
    assert len(made) == 1
