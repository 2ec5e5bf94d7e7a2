"""The command line as a user meets it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Hetao = Callable[..., "subprocess.CompletedProcess[bytes]"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def hetao(tmp_path: Path) -> Hetao:
    """`hetao("ask", "…", stdin=b"", HETAO_DATA="…")`: run the command in an empty folder and return what it did."""

    def run(*arguments: object, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "kg.cli", *map(str, arguments)],
            input=stdin,
            env=environment(**more),
            cwd=tmp_path,
            capture_output=True,
            timeout=300,
            check=False,
        )

    return run
