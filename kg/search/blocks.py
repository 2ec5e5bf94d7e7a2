"""The weights of an ONNX graph → the same weights in blocks of small integers, with which onnxruntime computes.

A block is 32 neighbouring weights of one output, stored as integers with one scale. Weights that were published in such
blocks (Q4_0) are recovered exactly, at an eighth of the memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 32
Bits = Literal[4, 8]

DOMAIN = "com.microsoft"
_INT8_COMPUTE = 4
"""`accuracy_level` of MatMulNBits: activations are in blocks of int8 as well, each with its own scale."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in blocks along its last axis: `whole` of shape (rows, n, 32) holds numbers from 0 to 2^bits − 1, whose
    middle stands for 0; `scales` has shape (rows, n).
    """

    whole: NDArray[np.uint8]
    scales: NDArray[np.float32]
    bits: Bits

    def values(self) -> NDArray[np.float32]:
        """Return the matrix that these blocks represent."""
        import numpy as np

        middle = np.float32(1 << (self.bits - 1))
        found: NDArray[np.float32] = (self.whole.astype(np.float32) - middle) * self.scales[..., None]
        return found.reshape(len(self.whole), -1)

    def packed(self) -> NDArray[np.uint8]:
        """Return the numbers as bytes: one number per byte, or two of four bits with the first in the lower half."""
        import numpy as np

        if self.bits == 8:
            return self.whole
        packed: NDArray[np.uint8] = self.whole[..., 0::2] | np.left_shift(self.whole[..., 1::2], np.uint8(4))
        return packed


def to_blocks(matrix: NDArray[np.float32], bits: Bits) -> Blocks:
    """Return *matrix*, whose rows are a multiple of 32 long, in blocks: the largest weight of a block is exact."""
    import numpy as np

    middle = 1 << (bits - 1)
    blocks = matrix.reshape(len(matrix), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    scales = (largest / -middle).astype(np.float32)
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales != 0)
    whole = np.clip(np.rint(blocks * inverse[..., None]) + middle, 0, 2 * middle - 1).astype(np.uint8)
    return Blocks(whole, scales, bits)


def with_blocks(model: Any, bits: Bits, *, exactly: bool) -> tuple[Any, int]:  # noqa: ANN401 - an ONNX ModelProto
    """Return a copy of an ONNX model with its weight matrices in blocks, and the number of these matrices.

    This concerns multiplications by a constant matrix and look-ups in a constant table. With *exactly*, a matrix that
    blocks cannot hold without loss stays as it is.
    """
    from onnx import helper, numpy_helper

    weights = {one.name: one for one in model.graph.initializer}
    nodes, added, replaced = [], [], set()
    for node in model.graph.node:
        name = {"MatMul": 1, "Gather": 0}.get(node.op_type)
        if name is None or node.input[name] not in weights or not _is_matrix(weights[node.input[name]], node):
            nodes.append(node)
            continue
        weight = node.input[name]
        table = node.op_type == "Gather"
        matrix = numpy_helper.to_array(weights[weight])
        blocks = to_blocks(matrix if table else matrix.T.copy(), bits)
        if exactly and not _same(blocks, matrix if table else matrix.T):
            nodes.append(node)
            continue
        numbers, scales = f"{weight}_blocks", f"{weight}_scales"
        if table:
            added += [_table(numbers, blocks), numpy_helper.from_array(blocks.scales, scales)]
            attributes: dict[str, Any] = {"block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
            if bits == 8:
                attributes["bits"] = 8
            inputs = [numbers, node.input[1], scales]
            made = helper.make_node("GatherBlockQuantized", inputs, node.output, node.name, domain=DOMAIN, **attributes)
        else:
            added += [
                numpy_helper.from_array(blocks.packed(), numbers),
                numpy_helper.from_array(blocks.scales.reshape(-1), scales),
            ]
            attributes = {"K": matrix.shape[0], "N": matrix.shape[1], "bits": bits, "block_size": BLOCK}
            attributes["accuracy_level"] = _INT8_COMPUTE
            inputs = [node.input[0], numbers, scales]
            made = helper.make_node("MatMulNBits", inputs, node.output, node.name, domain=DOMAIN, **attributes)
        nodes.append(made)
        replaced.add(weight)
    return rebuilt(model, nodes, replaced, added), len(replaced)


def rebuilt(model: Any, nodes: Iterable[Any], replaced: Collection[str], added: Iterable[Any]) -> Any:  # noqa: ANN401
    """Return a copy of an ONNX model with other *nodes*, which may be onnxruntime's own.

    The weights named in *replaced* are left out, and the tensors *added* are put in.
    """
    import onnx
    from onnx import helper

    made = onnx.ModelProto()
    made.CopyFrom(model)
    kept = [one for one in made.graph.initializer if one.name not in replaced]
    del made.graph.initializer[:], made.graph.node[:]
    made.graph.initializer.extend([*kept, *added])
    made.graph.node.extend(nodes)
    made.opset_import.append(helper.make_opsetid(DOMAIN, 1))
    return made


def _is_matrix(weight: Any, node: Any) -> bool:  # noqa: ANN401 - parts of an ONNX graph
    """Return whether *weight* is a matrix of floats that fits into whole blocks and, as a table, is worth it."""
    import onnx

    if weight.data_type != onnx.TensorProto.FLOAT or len(weight.dims) != 2:
        return False
    if node.op_type == "MatMul":
        return bool(weight.dims[0] % BLOCK == 0)
    axis = next((one.i for one in node.attribute if one.name == "axis"), 0)
    return bool(axis == 0 and weight.dims[1] % BLOCK == 0 and weight.dims[0] >= 10_000)


def _same(blocks: Blocks, matrix: NDArray[np.float32]) -> bool:
    import numpy as np

    return np.array_equal(blocks.values(), matrix)


def _table(name: str, blocks: Blocks) -> Any:  # noqa: ANN401 - an ONNX TensorProto
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    rows = len(blocks.whole)
    if blocks.bits == 8:
        return numpy_helper.from_array(blocks.whole.reshape(rows, -1), name)
    # a table's numbers are signed: the middle, 8, becomes 0
    signed = Blocks((blocks.whole ^ np.uint8(8)), blocks.scales, 4)
    shape = [rows, blocks.whole.shape[1] * BLOCK]
    return helper.make_tensor(name, TensorProto.INT4, shape, signed.packed().tobytes(), raw=True)
