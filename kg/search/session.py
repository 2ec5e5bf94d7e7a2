"""A model file in ONNX becomes a session that computes the same on every processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(model: str | bytes, threads: int) -> InferenceSession:
    """Return a session over *model*, a path or the bytes of one, that runs each operator on *threads* threads.

    Raises:
        Exception: whatever onnxruntime raises for a file it cannot read; it has no class of its own for that.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    # threads spin while waiting within a run, which saves a quarter of its time, but not after it, when they would
    # keep the core from what comes next
    options.add_session_config_entry("session.force_spinning_stop", "1")
    # x86 processors with AVX2 but without VNNI add two products of eight bits in sixteen, which overflows: layers in
    # eight bits gave other answers there. This way takes a quarter more time on them and costs nothing elsewhere.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
