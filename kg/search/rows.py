"""The weights of an ONNX graph → the same graph multiplying eight-bit integers, with inputs quantised row by row.

Each row of an input (one token's activations) and each column of a matrix has its own scale. A few channels of a
transformer's activations are many times as large as the others and would cost them their resolution: each channel is
divided by a number, and the matrix's row multiplied by it, so that both are balanced (Xiao et al., "SmoothQuant", ICML
2023, with its strength of one half).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError
from kg.search.blocks import DOMAIN, rebuilt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST = 1e-5
"""The smallest range assumed for a channel or a row of a matrix, so that nothing is divided by 0."""

_STEPS = 127
FEW = 32
"""A matrix with fewer columns than this is left as it is."""

_ONE, _MIDDLE, _STEP, _LAST = "rows_one", "rows_middle", "rows_step", "rows_last_axis"


def with_rows(
    model: Any,  # noqa: ANN401 - an ONNX ModelProto
    samples: Sequence[Mapping[str, NDArray[Any]]],
    folder: Path,
) -> tuple[Any, int]:
    """Return a copy of an ONNX model that multiplies by its constant matrices in integers, and the number of these.

    *samples* are inputs of the model by name, used to measure the range of each channel. A matrix with few columns
    stays as it is: it takes no time, and its output is used directly.

    Raises:
        ModelError: the model, which came from *folder*, fails on one of them.
    """
    import numpy as np
    from onnx import helper, numpy_helper

    matrices = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer if _is_matrix(one)}
    multiplied = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in matrices]
    inputs = list(dict.fromkeys(node.input[0] for node in multiplied))
    reached = _reach(model, inputs, samples, folder) if inputs else {}
    even = {
        name: _evened(reach, [matrices[node.input[1]] for node in multiplied if node.input[0] == name])
        for name, reach in reached.items()
    }
    added: dict[str, NDArray[Any]] = {
        _ONE: np.array(1, np.float32),
        _MIDDLE: np.array(128, np.uint8),
        _STEP: np.array(1 / _STEPS, np.float32),
        _LAST: np.array([-1], np.int64),
    }
    nodes: list[Any] = []
    cut: set[str] = set()
    for node in model.graph.node:
        if node.op_type != "MatMul" or node.input[1] not in matrices:
            nodes.append(node)
            continue
        x, weight = node.input
        if x not in cut:
            cut.add(x)
            added[f"{x}_even"] = 1 / even[x]
            nodes += _cutting(x)
        matrix = matrices[weight] * even[x][:, None]
        scales = np.maximum(np.abs(matrix).max(0), _LEAST) / np.float32(_STEPS)
        added |= {f"{weight}_rows": np.rint(matrix / scales).astype(np.int8), f"{weight}_steps": scales}
        whole = [f"{x}_whole", f"{weight}_rows", _ONE, f"{weight}_steps", _MIDDLE]
        found = f"{node.output[0]}_in_steps"
        nodes += [
            helper.make_node("MatMulIntegerToFloat", whole, [found], domain=DOMAIN),
            helper.make_node("Mul", [found, f"{x}_step"], node.output, node.name),
        ]
    arrays = (numpy_helper.from_array(array, name) for name, array in added.items())
    return rebuilt(model, nodes, {node.input[1] for node in multiplied}, arrays), len(multiplied)


def _cutting(x: str) -> Iterable[Any]:
    """Return the nodes that turn *x* into integers around 128 with one scale for each row."""
    from onnx import helper

    yield helper.make_node("Mul", [x, f"{x}_even"], [f"{x}_evened"])
    yield helper.make_node("Abs", [f"{x}_evened"], [f"{x}_sizes"])
    yield helper.make_node("ReduceMax", [f"{x}_sizes", _LAST], [f"{x}_largest"], keepdims=1)
    yield helper.make_node("Mul", [f"{x}_largest", _STEP], [f"{x}_step"])
    yield helper.make_node("Div", [f"{x}_evened", f"{x}_step"], [f"{x}_steps"])
    yield helper.make_node("QuantizeLinear", [f"{x}_steps", _ONE, _MIDDLE], [f"{x}_whole"])


def _is_matrix(weight: Any) -> bool:  # noqa: ANN401 - an ONNX TensorProto
    import onnx

    return weight.data_type == onnx.TensorProto.FLOAT and len(weight.dims) == 2 and weight.dims[1] >= FEW


def _evened(reach: NDArray[np.float32], matrices: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the divisor of each channel, from its range and the range of the rows that it is multiplied with."""
    import numpy as np

    rows = np.max([np.abs(matrix).max(1) for matrix in matrices], 0)
    by = np.sqrt(np.maximum(reach, _LEAST) / np.maximum(rows, _LEAST))
    found: NDArray[np.float32] = (by / np.exp(np.log(by).mean())).astype(np.float32)
    return found


def _reach(
    model: Any,  # noqa: ANN401 - an ONNX ModelProto
    names: Sequence[str],
    samples: Sequence[Mapping[str, NDArray[Any]]],
    folder: Path,
) -> dict[str, NDArray[np.float32]]:
    """Return for each of the tensors *names* the largest absolute value of each channel over *samples*."""
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    shown.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(shown.SerializeToString(), providers=["CPUExecutionProvider"])
    reached: dict[str, NDArray[np.float32]] = {}
    for sample in samples:
        try:
            found = session.run(list(names), dict(sample))
        except Exception as error:  # the library raises bare Exceptions
            problem = f"it failed on a sample ({type(error).__name__})"
            raise ModelError(folder, problem, "name another model in HETAO_MODEL") from error
        for name, values in zip(names, found, strict=True):
            largest = np.abs(values).reshape(-1, values.shape[-1]).max(0)
            reached[name] = np.maximum(reached.get(name, largest), largest)
    return reached
