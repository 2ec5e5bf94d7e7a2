"""How a question's tokens are turned and weighed before they are compared."""

from __future__ import annotations

import numpy as np
import pytest

from kg.search.late import LateIndex
from kg.search.late_map import LateMap, late_map


def _unit(rows: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return scaled


def test_a_map_that_turns_and_weighs_nothing_gives_the_mean_of_late_interaction() -> None:
    draw = np.random.default_rng(1)
    tokens = _unit(draw.normal(size=(5, 16))).astype(np.float32)
    passages = [_unit(draw.normal(size=(n, 16))).astype(np.float32) for n in (3, 7)]
    index = LateIndex.of(passages, [[(0, 3)], [(3, 10)]])
    turned, counts = LateMap(np.eye(16, dtype=np.float32), np.zeros(16, np.float32), 0.0).of(tokens)
    assert counts == pytest.approx(np.full(5, 0.2), abs=1e-6)
    both = np.array([0, 1])
    assert index.scores(turned, both, None, counts) == pytest.approx(index.scores(tokens, both), abs=1e-5)


def test_tokens_count_as_they_are_weighed() -> None:
    draw = np.random.default_rng(2)
    tokens = _unit(draw.normal(size=(4, 8))).astype(np.float32)
    passage = _unit(draw.normal(size=(6, 8))).astype(np.float32)
    index = LateIndex.of([passage], [[(0, 6)]])
    weight = draw.normal(size=8).astype(np.float32)
    turn = draw.normal(size=(8, 8)).astype(np.float32)
    turned, counts = LateMap(turn, weight, 0.1).of(tokens)
    assert np.linalg.norm(turned, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    raw = np.log1p(np.exp(tokens @ weight + 0.1 + 0.5413))
    wanted = sum(
        count * max(float(np.dot(_unit((turn @ token)[None])[0], row)) for row in passage)
        for token, count in zip(tokens, raw / raw.sum(), strict=True)
    )
    assert index.scores(turned, np.array([0]), None, counts)[0] == pytest.approx(wanted, abs=0.02)


def test_a_model_that_nothing_was_learned_for_has_none() -> None:
    assert late_map("another model") is None
