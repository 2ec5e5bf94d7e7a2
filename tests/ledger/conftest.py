"""The product's own plan, read, and places where reports are kept, for all tests of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from kg.builds import load_build
from kg.ledger.store import Ledger
from kg.models import Records
from tests.conftest import Need
from tests.postgres import find_postgres, running_postgres


@dataclass(frozen=True)
class Store:
    """Where a ledger is kept: a data folder, and an address where it is not a file in it."""

    data: Path
    url: str

    def open(self) -> Ledger:
        return Ledger.open(self.data, self.url)


@pytest.fixture(scope="session")
def records(built: Path) -> Records:
    build = load_build(built)
    (found,) = build.records
    build.close()
    return found


@pytest.fixture(scope="session")
def postgres(need: Need) -> Iterator[str]:
    """One PostgreSQL server for the session, by its address."""
    programs = find_postgres()
    need(programs, "PostgreSQL", "sudo apt-get install postgresql")
    assert programs is not None
    with running_postgres(programs) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty place for a ledger, once as a file and once in PostgreSQL: the same tests hold for both."""
    if request.param == "sqlite":
        yield Store(tmp_path, "")
        return
    server = request.getfixturevalue("postgres")
    name = f"ledger_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield Store(tmp_path, f"{server}/{name}")


@pytest.fixture
def ledger(store: Store) -> Iterator[Ledger]:
    """An empty ledger, open as long as the test."""
    opened = store.open()
    yield opened
    opened.close()
