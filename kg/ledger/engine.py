"""A data folder or an address → the open store of a ledger, upgraded to this program's version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kg.errors import HetaoError
from kg.ledger import migrations
from kg.refusals import refused
from kg.writing import make_folder

VERSION: Final = "0003"
"""The newest migration: the version that a store must have."""

PATIENCE: Final = 30.0
"""Seconds that one writer waits for another."""

_LOCK: Final = 0x6865_7461
"""The number of PostgreSQL's lock for writers."""


_REASONS: Final = {
    "full": "store-full",
    "readonly": "store-readonly",
    "read-only": "store-readonly",
    "unable to open": "store-unopened",
    "locked": "store-locked",
    "malformed": "store-damaged",
    "not a database": "store-damaged",
    "connect": "store-away",
    "password": "store-away",
}
"""A word in the database's error → the reason in `rules/refusals.yaml`."""


class StoreError(HetaoError):
    """A store that cannot be opened, read or written."""


def store_file(data: Path) -> Path:
    """Return the path of the ledger in a data folder."""
    return data / "ledger" / "ledger.sqlite"


def open_engine(data: Path, url: str = "") -> Engine:
    """Return the store at *url*, or if that is empty the SQLite file in *data*, made or upgraded as needed.

    Raises:
        StoreError: it cannot be opened, made or upgraded.
    """
    if not url:
        make_folder(store_file(data).parent)
    engine = _engine(data, url)
    try:
        with guarded(engine):
            _come_to_version(engine)
    except BaseException:
        # nobody else will close its connections
        engine.dispose()
        raise
    return engine


@contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turn an error of the database into a `StoreError`: one line and what to do."""
    try:
        yield
    except DBAPIError as error:
        told = next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
        key = next((key for sign, key in _REASONS.items() if sign in told), "store-failed")
        raise refused(StoreError, key, shown(engine), told=told) from error
    except OSError as error:
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise refused(StoreError, "store-file", shown(engine), told=problem) from error


@contextmanager
def reading(engine: Engine) -> Iterator[sa.Connection]:
    """Yield a connection that only reads: it neither waits for a writer nor makes one wait."""
    with guarded(engine), engine.connect().execution_options(reads=True) as connection:
        yield connection


def one_writer(connection: sa.Connection) -> None:
    """Wait until no other transaction that called this is open. SQLite does so itself when a transaction begins."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def shown(engine: Engine) -> str:
    """Return where the store is, for people and without a password."""
    return str(engine.url.database) if engine.dialect.name == "sqlite" else str(engine.url)


def _engine(data: Path, url: str) -> Engine:
    if not url:
        return _sqlite(store_file(data))
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            made = sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        elif parsed.get_backend_name() == "sqlite" and parsed.database:
            return _sqlite(Path(parsed.database))
        else:
            raise ArgumentError("neither")
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # the address is not repeated: it may contain a password
        raise refused(StoreError, "store-address") from error
    return made


def _sqlite(path: Path) -> Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own
        # the driver's own transactions would not include the creation of tables
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # what reads and then writes must lock the file from its first read, or another writer may come in between
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _come_to_version(engine: Engine) -> None:
    with reading(engine) as connection:
        found = _version(connection)
    if found == VERSION:
        return
    # imported late: Alembic takes a quarter of a second
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        one_writer(connection)
        found = _version(connection)  # another process may have upgraded it meanwhile
        if found is not None and found > VERSION:
            raise refused(StoreError, "store-newer", shown(engine), found=found)
        if found != VERSION:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
