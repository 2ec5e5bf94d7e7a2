"""Layers in eight bits compute the same on every processor."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from kg.search.session import open_session


def test_products_of_eight_bits_are_added_without_overflow() -> None:
    weights = np.full((64, 3), 127, dtype=np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "weights"], ["y"])],
        "products",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [2, 64])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [2, 3])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    x = np.full((2, 64), 255, dtype=np.uint8)
    (found,) = open_session(model.SerializeToString(), threads=1).run(None, {"x": x})
    assert found.tolist() == (x.astype(int) @ weights.astype(int)).tolist()
