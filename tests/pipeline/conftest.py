"""Builds that are killed, for all tests of what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import ROOT


class KilledAt(Protocol):
    """`killed_at(source, data, step, model, environment)`: build in a process that kills itself at *step*; give what it
    ended with.
    """

    def __call__(
        self, source: Path, data: Path, step: str, model: Path | None = None, environment: Mapping[str, str] = {}
    ) -> int: ...


@pytest.fixture(scope="session")
def killed_at() -> Iterator[KilledAt]:
    command = [sys.executable, str(Path(__file__).with_name("killed_build.py"))]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        ask, reply = process.stdin, process.stdout

        def killed(
            source: Path, data: Path, step: str, model: Path | None = None, environment: Mapping[str, str] = {}
        ) -> int:
            line = {
                "source": str(source),
                "data": str(data),
                "step": step,
                "model": model and str(model),
                "environment": dict(environment),
            }
            ask.write(json.dumps(line) + "\n")
            ask.flush()
            return int(reply.readline())

        yield killed
        ask.close()
