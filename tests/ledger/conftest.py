"""The product's own plan, read, for all tests of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.builds import load_build
from kg.models import Records


@pytest.fixture(scope="session")
def records(built: Path) -> Records:
    build = load_build(built)
    (found,) = build.records
    build.close()
    return found
