"""A data folder or an address → the open store of a ledger, at this program's version."""

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
from kg.writing import make_folder

VERSION: Final = "0002"
"""The newest migration: the version a store has to be at."""

PATIENCE: Final = 30.0
"""Seconds that one writer waits for another."""

_LOCK: Final = 0x6865_7461
"""The number by which PostgreSQL locks what writes."""


class StoreError(HetaoError):
    """A store that cannot be opened, read or written."""


def store_file(data: Path) -> Path:
    """Return where the ledger of a data folder lies."""
    return data / "ledger" / "ledger.sqlite"


def open_engine(data: Path, url: str = "") -> Engine:
    """Return the store at *url*, or where that is empty the SQLite file in *data*; it is made or brought up to date.

    A `StoreError` where that cannot be done.
    """
    if not url:
        make_folder(store_file(data).parent)
    engine = _engine(data, url)
    try:
        with guarded(engine):
            _come_to_version(engine)
    except BaseException:
        # nobody gets it, so nobody else would let go of its connections
        engine.dispose()
        raise
    return engine


@contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turn what the database says of itself into a `StoreError`: one line and what to do."""
    try:
        yield
    except DBAPIError as error:
        told = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        raise StoreError(shown(engine), f"the store says: {told}", _fix(told)) from error
    except OSError as error:
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise StoreError(shown(engine), problem, "name another folder with --data") from error


@contextmanager
def reading(engine: Engine) -> Iterator[sa.Connection]:
    """Yield a connection that only reads: it waits for no writer and holds up none."""
    with guarded(engine), engine.connect().execution_options(reads=True) as connection:
        yield connection


def one_writer(connection: sa.Connection) -> None:
    """Wait until no other transaction that called this is open: writers come one after the other.

    SQLite sees to it by itself, from where a transaction begins.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _fix(told: str) -> str:
    for sign, fix in (
        ("full", "free some space and do it again; what was there before is unharmed"),
        ("readonly", "name a folder that can be written with --data"),
        ("read-only", "name a database that can be written"),
        ("unable to open", "name a folder that can be written with --data"),
        ("locked", "wait until the other program is done"),
        ("malformed", "restore it from a backup with `hetao restore`"),
        ("not a database", "restore it from a backup with `hetao restore`"),
        ("connect", "see that the database runs, and what HETAO_DATABASE_URL says"),
        ("password", "see what HETAO_DATABASE_URL says"),
    ):
        if sign in told:
            return fix
    return "see that the database is well; what was there before is unharmed"


def shown(engine: Engine) -> str:
    """Return where the store is, for people: never with a password."""
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
        # the address is not repeated: it may hold a password
        raise StoreError(
            "HETAO_DATABASE_URL", "it is no address of a database", "write postgresql://user@host/name, or leave it out"
        ) from error
    return made


def _sqlite(path: Path) -> Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own
        # the driver's own way with transactions leaves the making of tables outside them
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # one that reads and then writes must hold the file from its first read, or another may write in between
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _come_to_version(engine: Engine) -> None:
    with reading(engine) as connection:
        found = _version(connection)
    if found == VERSION:
        return
    # only now: Alembic takes a quarter of a second to be imported
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        one_writer(connection)
        found = _version(connection)  # another may have done it while this one waited
        if found is not None and found > VERSION:
            raise StoreError(shown(engine), f"it is of a newer version ({found})", "use the newer hetao with it")
        if found != VERSION:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
