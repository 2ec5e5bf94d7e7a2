"""The environment and the command line → the few settings there are. Read here and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kg.errors import HetaoError
from kg.resources import checkout

Number = TypeVar("Number", int, float)

MAX_SOURCE_BYTES = 32 * 1024 * 1024
"""A source file larger than this is refused: the largest plan seen has 0.1 MB, and a limit that is said
is better than a machine that swaps."""


LOGS = ("off", "plain", "full")
"""What is written of requests: nothing; a line each without what was asked; with it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment: what it is where it is not set, and what it does."""

    name: str
    usual: str
    what: str


# docs/settings.md and `hetao serve --help` say the same
TABLE: tuple[Setting, ...] = (
    Setting("HETAO_DATA", "see the README", "the folder of what is built and kept; `--data` goes before it"),
    Setting("HETAO_MODEL", "DATA/model/e5-small", "a SentenceTransformer folder, the embedding model"),
    Setting("HETAO_HOST", "127.0.0.1", "the address `hetao serve` listens at; `--host` goes before it"),
    Setting("HETAO_PORT", "7860", "its port, 0 for any that is free; `--port` goes before it"),
    Setting("HETAO_ROOT_PATH", "", "where a proxy shows the desk, such as /hetao; `--root-path` goes before it"),
    Setting("HETAO_ACCESS_LOG", "off", "a line on stderr for each request: off, plain, or full with what was asked"),
    Setting("HETAO_QUERY_SECONDS", "30", "how long a SPARQL query may run, 0.1 to 3600"),
    Setting("HETAO_QUERY_ROWS", "100000", "how many rows it may give, 1 to 10000000"),
    Setting("HETAO_QUERIES_AT_ONCE", "16", "how many queries are taken on at a time, 1 to 32"),
    Setting("HETAO_DATABASE_URL", "", "where reports are kept, postgresql://user@host/name; DATA/ledger/ledger.sqlite"),
    Setting("HETAO_LIGHTS", "red-yellow-green", "the office's convention of lights, by its name in docs/ledger.md"),
    Setting("HETAO_DUE_SOON_DAYS", "30", "from how many days before its date on a task is due soon, 0 to 366"),
    Setting("HETAO_ORIGINS", "", "pages that may read what GET gives, separated by spaces; * for all"),
    Setting("HETAO_DEBUG", "", "1: a fault is shown with where in the code it was"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and what is allowed; made by `load`, passed down as plain arguments."""

    data: Path
    model: Path
    model_is_default: bool


@dataclass(frozen=True, slots=True)
class Serving:
    """What the server allows to those who query it; made by `load_serving`.

    A query ends after `query_seconds` and gives at most `query_rows` rows. At most `queries_at_once` are taken on,
    those that wait for a worker among them. Pages of `origins` may read what GET gives ("*": of every origin).
    `access_log` is one of `LOGS`.
    """

    query_seconds: float = 30.0
    query_rows: int = 100_000
    queries_at_once: int = 16
    origins: tuple[str, ...] = ()
    access_log: str = "off"


def load_serving() -> Serving:
    """Return what the variables of `TABLE` say of serving.

    The origins are separated by spaces. A value that cannot be used is a `HetaoError`.
    """
    usual = Serving()
    return Serving(
        query_seconds=_number("HETAO_QUERY_SECONDS", float, usual.query_seconds, 0.1, 3600.0),
        query_rows=_number("HETAO_QUERY_ROWS", int, usual.query_rows, 1, 10_000_000),
        # each holds one of the forty threads the server answers with
        queries_at_once=_number("HETAO_QUERIES_AT_ONCE", int, usual.queries_at_once, 1, 32),
        origins=tuple(os.environ.get("HETAO_ORIGINS", "").split()),
        access_log=_one_of("HETAO_ACCESS_LOG", LOGS),
    )


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where reports are kept, by what lights tasks are seen, and from how many days before its date one is due soon."""

    database_url: str = ""
    lights: str = ""
    due_soon_days: int = 30


def load_keeping() -> Keeping:
    """Return what the variables of `TABLE` say of the ledger; a number that cannot be used is a `HetaoError`."""
    return Keeping(
        database_url=os.environ.get("HETAO_DATABASE_URL", "").strip(),
        lights=os.environ.get("HETAO_LIGHTS", "").strip(),
        due_soon_days=_number("HETAO_DUE_SOON_DAYS", int, 30, 0, 366),
    )


def load_place(host: str | None, port: int | None, root_path: str | None) -> tuple[str, int, str]:
    """Return the address, the port and the path below which the desk is shown: what is given, else what is set.

    The path is empty or begins with a slash and ends without one.
    """
    root = os.environ.get("HETAO_ROOT_PATH", "") if root_path is None else root_path
    trimmed = root.strip().removeprefix("/").removesuffix("/")
    parts = trimmed.split("/") if trimmed else []
    if not all(re.fullmatch(r"[A-Za-z0-9._~-]+", part) and part.strip(".") for part in parts):
        raise HetaoError(f"root path {root}", "that is no path a desk can be shown below", "give one such as /hetao")
    return (
        (host or os.environ.get("HETAO_HOST", "").strip() or "127.0.0.1"),
        (_number("HETAO_PORT", int, 7860, 0, 65535) if port is None else port),
        (f"/{trimmed}" if trimmed else ""),
    )


def _one_of(name: str, known: tuple[str, ...]) -> str:
    said = os.environ.get(name, "").strip() or known[0]
    if said not in known:
        raise HetaoError(f"{name}={said}", "that cannot be used", f"give one of {', '.join(known)}")
    return said


def _number(name: str, kind: Callable[[str], Number], usual: Number, least: Number, most: Number) -> Number:
    said = os.environ.get(name, "").strip()
    if not said:
        return usual
    try:
        value = kind(said)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise HetaoError(f"{name}={said}", "that cannot be used", f"give a number from {least} to {most}")
    return value


def load(data: str | Path | None = None) -> Settings:
    """Return the settings: *data* from the command line first, then `HETAO_DATA`, then the default.

    The default data folder is `data/` in a checkout and `$XDG_DATA_HOME/hetao-kg` elsewhere. The
    embedding model is the folder named by `HETAO_MODEL`, else `model/e5-small` in the default data folder: one
    copy of its 465 MB serves every `--data`.
    """
    named = os.environ.get("HETAO_MODEL")
    home = default_home()
    chosen = data or os.environ.get("HETAO_DATA") or home
    return Settings(
        data=Path(chosen).expanduser().absolute(),
        model=Path(named).expanduser().absolute() if named else home / "model" / "e5-small",
        model_is_default=not named,
    )


def default_home() -> Path:
    """Return the default data folder."""
    root = checkout()
    if root is not None:
        return root / "data"
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return (Path(base).expanduser() / "hetao-kg").absolute()
