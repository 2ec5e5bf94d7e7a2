"""Dense and late scores against numpy written out, and fusion against sums done by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.errors import BuildError
from kg.search import late as late_module
from kg.search.dense import DenseIndex
from kg.search.fusion import fuse
from kg.search.late import LateIndex, quantised
from kg.search.token_files import TokenFiles

Vectors = NDArray[np.float32]


def unit_vectors(count: int, seed: int, size: int = 48) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(count, size))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, np.float32)


def max_sim(question: Vectors, tokens: list[Vectors]) -> float:
    """The mean over the question's tokens of the best cosine, in plain loops."""
    return sum(max(float(sum(a * b for a, b in zip(q, t, strict=True))) for t in tokens) for q in question) / len(
        question
    )


# ------------------------------------------------------------------ dense


def halved(vectors: Vectors) -> NDArray[np.float16]:
    return vectors.astype(np.float16)


def test_cosines_are_the_inner_products_of_numpy() -> None:
    vectors, question = unit_vectors(50, 1), unit_vectors(1, 2)[0]
    index = DenseIndex([halved(vectors[:20]), halved(vectors[:0]), halved(vectors[20:])], 48)
    numbers, cosines = index.nearest(question, 7)
    expected = halved(vectors).astype(np.float32) @ question
    assert numbers.tolist() == np.argsort(-expected, kind="stable")[:7].tolist()
    np.testing.assert_allclose(cosines, np.sort(expected)[::-1][:7], atol=1e-6)
    some = np.array([3, 0, 49, 20])
    numbers, cosines = index.nearest(question, 3, some)
    assert numbers.tolist() == some[np.argsort(-expected[some])[:3]].tolist()
    np.testing.assert_allclose(cosines, expected[numbers], atol=1e-6)
    assert len(index.nearest(question, 9, some)[0]) == 4
    np.testing.assert_allclose(index.scores(question, some), expected[some], atol=1e-6)
    np.testing.assert_allclose(expected, vectors @ question, atol=1e-3)


def test_equal_cosines_stand_in_reading_order() -> None:
    vectors = np.repeat(unit_vectors(1, 3), 6, axis=0)
    numbers, _ = DenseIndex([halved(vectors)], 48).nearest(vectors[0], 6)
    assert numbers.tolist() == [0, 1, 2, 3, 4, 5]


# ------------------------------------------------------------------ late

GROUPS = [unit_vectors(n, 10 + n) for n in (3, 1, 5, 2)]
RANGES = [[(0, 3)], [(3, 4)], [(4, 9)], [(9, 11)], [(4, 5), (6, 9)], []]


def stored(vectors: Vectors) -> Vectors:
    """What int8 with a scale for each vector keeps of it."""
    scales = np.abs(vectors).max(1, keepdims=True) / 127
    return np.asarray(np.rint(vectors / scales) * scales, np.float32)


def expected_scores(question: Vectors) -> list[float]:
    tokens = np.concatenate([stored(group) for group in GROUPS])
    return [max_sim(question, [tokens[i] for a, b in unit for i in range(a, b)]) if unit else 0.0 for unit in RANGES]


@pytest.mark.parametrize("held", [0, 1000])
def test_late_scores_are_those_of_plain_loops(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_module, "HELD", held)
    index = LateIndex.of(GROUPS, RANGES)
    question = unit_vectors(4, 99)
    expected = expected_scores(question)
    np.testing.assert_allclose(index.scores(question, np.arange(6)), expected, atol=1e-6)
    some = np.array([5, 4, 1])
    np.testing.assert_allclose(index.scores(question, some), [expected[i] for i in some], atol=1e-6)


def test_whole_numbers_of_eight_bits_keep_a_cosine_within_a_hundredth() -> None:
    index = LateIndex.of(GROUPS, RANGES[:4])
    question = unit_vectors(6, 7)
    exact = [max_sim(question, list(group)) for group in GROUPS]
    np.testing.assert_allclose(index.scores(question, np.arange(4)), exact, atol=0.01)


def test_the_worst_token_of_a_unit_does_not_lower_it() -> None:
    question = unit_vectors(1, 5)
    index = LateIndex.of([question, -question], [[(0, 1)], [(0, 2)], [(1, 2)]])
    scores = index.scores(question, np.arange(3))
    assert scores[0] == scores[1] > 0.99
    assert scores[2] < -0.99


@pytest.mark.parametrize("held", [0, 1000])
def test_tokens_in_files_score_as_those_in_memory_to_the_last_bit(
    tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_module, "HELD", held)
    memory = LateIndex.of(GROUPS, RANGES)
    # the groups are documents here, two of them without a token
    documents = [GROUPS[0], GROUPS[0][:0], *GROUPS[1:], GROUPS[0][:0]]
    pieces = [quantised(one) for one in documents]
    for i, (tokens, _) in enumerate(pieces):
        np.save(tmp_path / f"{i}.npy", tokens)
    scales = np.concatenate([own for _, own in pieces])
    first = np.cumsum([0, *map(len, documents)])
    files = TokenFiles([tmp_path / f"{i}.npy" for i in range(len(pieces))], first, 48, scales.__getitem__)
    index = LateIndex(files, memory.runs_of)
    question = unit_vectors(4, 98)
    every = np.arange(6)
    assert index.scores(question, every).tobytes() == memory.scores(question, every).tobytes()
    assert index.vectors(4).tobytes() == memory.vectors(4).tobytes()
    (tmp_path / "3.npy").write_bytes((tmp_path / "3.npy").read_bytes()[:140])
    if not held:
        with pytest.raises(BuildError, match="run `hetao build` again"):
            index.scores(question, every)
    with pytest.raises(ValueError, match=r"3\.npy is not whole"):
        TokenFiles([tmp_path / f"{i}.npy" for i in range(len(pieces))], first, 48, scales.__getitem__)


def test_an_index_without_tokens_scores_zero() -> None:
    index = LateIndex.of([], [[], []])
    assert index.scores(unit_vectors(2, 1), np.arange(2)).tolist() == [0.0, 0.0]


# ------------------------------------------------------------------ fusion


def floats(*values: float) -> Vectors:
    return np.array(values, np.float32)


def test_a_leg_without_any_score_leaves_the_others_as_they_are() -> None:
    late = floats(0.90, 0.80, 0.85)
    weights = {"late": 1.0, "words": 0.3}
    alone, _ = fuse({"late": late}, {"late": late}, weights)
    both, parts = fuse({"late": late, "words": floats(0, 0, 0)}, {"late": late, "words": floats(0, 0, 0)}, weights)
    assert both.tolist() == alone.tolist()
    np.testing.assert_allclose(both, [1.0, 0.0, 0.5], atol=1e-5)
    assert parts.tolist() == both.tolist()


def test_the_fused_score_is_the_weighted_mean_of_the_scaled_legs() -> None:
    legs = {"late": floats(0.9, 0.8, 0.85), "words": floats(0.0, 8.0, 4.0)}
    whole, _ = fuse(legs, legs, {"late": 1.0, "words": 0.3})
    # the best clause has two thirds of what the words found: they count .2
    np.testing.assert_allclose(whole, [1 / 1.2, 0.2 / 1.2, (0.5 + 0.1) / 1.2], atol=1e-5)


def test_words_that_one_clause_has_outweigh_vectors_and_words_that_all_have_do_not() -> None:
    late, weights = floats(0.9, 0.8, 0.84, 0.85), {"late": 1.0, "words": 2.0}
    named = {"late": late, "words": floats(0, 5, 0, 0)}
    common = {"late": late, "words": floats(5, 6, 5, 5)}
    assert fuse(named, named, weights)[0].argmax() == 1
    assert fuse(common, common, weights)[0].argmax() == 0


def test_clauses_beyond_the_best_sixteen_do_not_change_what_words_weigh() -> None:
    """A build of many documents: the same best clauses, and ever more that share a word with the question."""
    weights = {"late": 1.0, "words": 2.0}
    late, words = np.linspace(0.8, 0.9, 20, dtype=np.float32), np.linspace(9, 0.1, 20, dtype=np.float32)
    few = {"late": late, "words": words}
    tail = np.full(500, 0.05, np.float32)
    many = {"late": np.append(late, tail + 0.75), "words": np.append(words, tail)}
    np.testing.assert_allclose(fuse(many, many, weights)[0][:20], fuse(few, few, weights)[0], atol=1e-5)


def test_words_are_scaled_from_zero_and_cosines_from_the_worst() -> None:
    same = floats(4.0, 2.0)
    assert fuse({"words": same}, {"words": same}, {"words": 1.0})[0].tolist() == [1.0, 0.5]
    assert fuse({"late": same}, {"late": same}, {"late": 1.0})[0].tolist() == [1.0, 0.0]


def test_one_clause_alone_has_the_full_score() -> None:
    assert fuse({"late": floats(0.8)}, {"late": floats(0.8)}, {"late": 1.0})[0].tolist() == [1.0]


def test_units_are_scaled_with_their_clauses() -> None:
    whole, parts = fuse({"late": floats(0.9, 0.7)}, {"late": floats(0.9, 0.8, 0.6)}, {"late": 1.0})
    assert whole.tolist() == [1.0, 0.0]
    np.testing.assert_allclose(parts, [1.0, 0.5, 0.0], atol=1e-5)


def test_legs_that_found_nothing_give_zero_and_not_an_error() -> None:
    nothing = floats(0, 0)
    assert fuse({"words": nothing}, {"words": nothing}, {"words": 1.0})[0].tolist() == [0.0, 0.0]
