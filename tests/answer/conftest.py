"""A desk over the plan's build, with its vectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.web.desk.desk import Desk


@pytest.fixture(scope="package")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()
