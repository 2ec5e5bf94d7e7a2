"""Matrices in whole numbers by row and column: the same product but for rounding, whatever the channels reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kg.search.rows import FEW, with_rows
from kg.search.session import open_session

WIDTH = 64
HERE = Path(__file__)


def table(random: np.random.Generator, *, reaching: float) -> NDArray[np.float32]:
    """A vector for each of twenty tokens, in which three channels reach *reaching* times as far as the others."""
    found = random.standard_normal((20, WIDTH)).astype(np.float32)
    found[:, [3, 30, 31]] *= reaching
    return found


def model(vectors: NDArray[np.float32], matrices: list[NDArray[np.float32]]) -> onnx.ModelProto:
    """A graph that looks up the vectors of token ids and multiplies them by each matrix."""
    named = {"table": vectors, **{f"w{i}": matrix for i, matrix in enumerate(matrices)}}
    nodes = [helper.make_node("Gather", ["table", "ids"], ["x"])]
    nodes += [helper.make_node("MatMul", ["x", f"w{i}"], [f"y{i}"]) for i in range(len(matrices))]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "length"])
    outputs = [helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, None) for i in range(len(matrices))]
    weights = [numpy_helper.from_array(array, name) for name, array in named.items()]
    graph = helper.make_graph(nodes, "g", [ids], outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def run(made: onnx.ModelProto, ids: list[int]) -> list[NDArray[np.float32]]:
    found = open_session(made.SerializeToString(), 1).run(None, {"ids": np.array([ids], np.int64)})
    return [np.asarray(one) for one in found]


def sample(ids: list[int]) -> dict[str, np.ndarray]:
    return {"ids": np.array([ids], np.int64)}


@pytest.mark.parametrize("reaching", [1, 60])
def test_products_are_the_same_but_for_rounding(reaching: float) -> None:
    random = np.random.default_rng(7)
    matrices = [random.standard_normal((WIDTH, n)).astype(np.float32) for n in (32, 96)]
    graph = model(table(random, reaching=reaching), matrices)
    made, changed = with_rows(graph, [sample([0, 1, 2, 3]), sample([4, 5, 6])], HERE)
    assert changed == 2
    assert "MatMul" not in [node.op_type for node in made.graph.node]
    for exact, near in zip(run(graph, [7, 8, 9, 2]), run(made, [7, 8, 9, 2]), strict=True):
        cosines = (exact * near).sum(-1) / np.linalg.norm(exact, axis=-1) / np.linalg.norm(near, axis=-1)
        assert cosines.min() > 0.999


def test_channels_that_reach_far_take_no_steps_from_the_others() -> None:
    random = np.random.default_rng(7)
    vectors = table(random, reaching=200)
    matrix = random.standard_normal((WIDTH, 32)).astype(np.float32)
    # what the others say is all that is asked for
    matrix[[3, 30, 31]] *= 0.001
    graph = model(vectors, [matrix])
    ids = list(range(20))
    exact = run(graph, ids)[0]
    off = np.abs(run(with_rows(graph, [sample(ids)], HERE)[0], ids)[0] - exact).max()
    row = np.abs(vectors).max(1, keepdims=True) / 127
    plainly = np.abs((np.rint(vectors / row) * row) @ matrix - exact[0]).max()
    assert off < plainly / 5


def test_a_token_of_zeros_gives_numbers() -> None:
    random = np.random.default_rng(7)
    vectors = table(random, reaching=1)
    vectors[5] = 0
    made, _ = with_rows(
        model(vectors, [random.standard_normal((WIDTH, FEW)).astype(np.float32)]), [sample([0, 5])], HERE
    )
    found = run(made, [5, 1])[0]
    assert np.isfinite(found).all()
    assert found[0, 0].tolist() == [0.0] * FEW


def test_a_matrix_of_few_columns_is_left_as_it_is() -> None:
    random = np.random.default_rng(7)
    few = random.standard_normal((WIDTH, FEW - 1)).astype(np.float32)
    graph = model(table(random, reaching=1), [few])
    made, changed = with_rows(graph, [sample([1, 2])], HERE)
    assert changed == 0
    np.testing.assert_array_equal(run(made, [3])[0], run(graph, [3])[0])


def test_a_graph_without_matrices_is_left_as_it_is() -> None:
    graph = model(table(np.random.default_rng(7), reaching=1), [])
    graph.graph.output.append(helper.make_tensor_value_info("x", TensorProto.FLOAT, None))
    made, changed = with_rows(graph, [sample([1, 2])], HERE)
    assert changed == 0
    np.testing.assert_array_equal(run(made, [3])[0], run(graph, [3])[0])
