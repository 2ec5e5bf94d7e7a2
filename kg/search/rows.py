"""The weights of an ONNX graph → the same graph multiplying whole numbers of eight bits, its inputs cut row by row.

A row of an input (one token's activations) has a scale of its own, and so has each column of a matrix. A few channels
of a transformer's activations are many times as large as the others and would take the steps from them: each channel
is divided by a number, and the matrix's row multiplied by it, so that both are even (Xiao et al., "SmoothQuant", ICML
2023, with its strength of one half).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DOMAIN = "com.microsoft"
_LEAST = 1e-5
"""A channel or a row of a matrix is taken to reach at least so far, so that one that is always 0 divides nothing."""

_STEPS = 127
_ONE, _MIDDLE, _STEP, _LAST = "rows_one", "rows_middle", "rows_step", "rows_last_axis"


def with_rows(
    graph: Any,  # noqa: ANN401 - an ONNX ModelProto
    samples: Sequence[Sequence[int]],
    folder: Path,
) -> tuple[Any, int]:
    """Return a copy of an ONNX model that multiplies by its constant matrices in whole numbers, and how many there are.

    *samples* are texts as token ids, by which the reach of each channel is measured.

    Raises:
        ModelError: the model, which came from *folder*, fails on one of them.
    """
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.ModelProto()
    model.CopyFrom(graph)
    matrices = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer if _is_matrix(one)}
    multiplied = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in matrices]
    inputs = list(dict.fromkeys(node.input[0] for node in multiplied))
    reached = _reach(graph, inputs, samples, folder) if inputs else {}
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
            helper.make_node("MatMulIntegerToFloat", whole, [found], domain=_DOMAIN),
            helper.make_node("Mul", [found, f"{x}_step"], node.output, node.name),
        ]
    replaced = {node.input[1] for node in multiplied}
    kept = [one for one in model.graph.initializer if one.name not in replaced]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend([*kept, *(numpy_helper.from_array(array, name) for name, array in added.items())])
    model.graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    return model, len(multiplied)


def _cutting(x: str) -> Iterable[Any]:
    """The nodes that make of *x* whole numbers around 128 and, for each row, how much one of them is."""
    from onnx import helper

    yield helper.make_node("Mul", [x, f"{x}_even"], [f"{x}_evened"])
    yield helper.make_node("Abs", [f"{x}_evened"], [f"{x}_sizes"])
    yield helper.make_node("ReduceMax", [f"{x}_sizes", _LAST], [f"{x}_largest"], keepdims=1)
    yield helper.make_node("Mul", [f"{x}_largest", _STEP], [f"{x}_step"])
    yield helper.make_node("Div", [f"{x}_evened", f"{x}_step"], [f"{x}_steps"])
    yield helper.make_node("QuantizeLinear", [f"{x}_steps", _ONE, _MIDDLE], [f"{x}_whole"])


def _is_matrix(weight: Any) -> bool:  # noqa: ANN401 - an ONNX TensorProto
    import onnx

    return weight.data_type == onnx.TensorProto.FLOAT and len(weight.dims) == 2


def _evened(reach: NDArray[np.float32], matrices: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return by what each channel is divided, from how far it reaches and how far the rows it meets do."""
    import numpy as np

    rows = np.max([np.abs(matrix).max(1) for matrix in matrices], 0)
    by = np.sqrt(np.maximum(reach, _LEAST) / np.maximum(rows, _LEAST))
    found: NDArray[np.float32] = (by / np.exp(np.log(by).mean())).astype(np.float32)
    return found


def _reach(
    graph: Any,  # noqa: ANN401 - an ONNX ModelProto
    names: Sequence[str],
    samples: Sequence[Sequence[int]],
    folder: Path,
) -> dict[str, NDArray[np.float32]]:
    """Return for each of the tensors *names* the largest absolute value of each channel over *samples*."""
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    shown = onnx.ModelProto()
    shown.CopyFrom(graph)
    shown.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(shown.SerializeToString(), providers=["CPUExecutionProvider"])
    reached: dict[str, NDArray[np.float32]] = {}
    for ids in samples:
        try:
            found = session.run(list(names), {session.get_inputs()[0].name: np.array([ids], np.int64)})
        except Exception as error:  # the library raises bare Exceptions
            problem = f"the encoder of questions failed ({type(error).__name__})"
            raise ModelError(folder, problem, "name another model in HETAO_MODEL") from error
        for name, values in zip(names, found, strict=True):
            largest = np.abs(values).reshape(-1, values.shape[-1]).max(0)
            reached[name] = np.maximum(reached.get(name, largest), largest)
    return reached
