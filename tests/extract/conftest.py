"""The plan's records, and the way from a sentence made up in a test to its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.extract import Extraction, extract, extract_with_coverage, names_for
from kg.models import Obligation, Records
from kg.read import parse, read_bytes, read_file

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1 << 25

Read = Callable[[str], Records]
Rows = Callable[[str], list[Obligation]]


@pytest.fixture(scope="session")
def plan() -> Extraction:
    """The plan's records and the sentences without a row, with the plan's own names."""
    source = read_file(ROOT / "corpus" / "hetao-2023.txt", LIMIT)
    return extract_with_coverage(parse(source), names_for(source))


@pytest.fixture(scope="session")
def plain_plan() -> Records:
    """The plan's records as any other document's: without the file of its own names."""
    return extract(parse(read_file(ROOT / "corpus" / "hetao-2023.txt", LIMIT)))


@pytest.fixture(scope="session")
def read() -> Read:
    """The records of a clause whose body is the text given."""
    return lambda body: extract(parse(read_bytes(f"一、任务\n（一）事项。{body}\n".encode(), "made-up.txt")))


@pytest.fixture(scope="session")
def rows(read: Read) -> Rows:
    """The rows of a clause whose body is the text given."""
    return lambda body: list(read(body).obligations)
