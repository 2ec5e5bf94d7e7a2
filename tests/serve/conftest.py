"""One desk over the product's own plan, and one served, for all tests of what is shown."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.serve.desk import Desk
from tests.serve.pages import only_this_host
from tests.serve.test_http import start

__all__ = ["only_this_host"]


@pytest.fixture(scope="session")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    with start(built, "--port", "0") as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in told
