"""The environment and the command line → the settings, which are read here and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kg.errors import HetaoError
from kg.resources import checkout

Numeric = TypeVar("Numeric", int, float)

MAX_SOURCE_BYTES = 32 * 1024 * 1024
"""A larger source file is refused: the largest plan seen has 0.1 MB, and a stated limit is better than a
machine that swaps."""


LOGS = ("off", "plain", "full")
"""What is logged of a request: nothing; a line without the question; a line with it."""

SIGN_INS = ("reporting", "all")
"""What asks for a sign-in: the pages on which an office reports, or everything."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable: its name, its default and what it does."""

    name: str
    usual: str
    what: str


# docs/settings.md and `hetao serve --help` say the same
TABLE: tuple[Setting, ...] = (
    Setting("HETAO_DATA", "see the README", "the data folder, for what is built and kept; `--data` takes precedence"),
    Setting("HETAO_MODEL", "DATA/model/e5-small", "a SentenceTransformer folder, the embedding model"),
    Setting(
        "HETAO_JOBS",
        "the number of cores",
        "how many processes read documents for a build, 1 to 64, by default fewer if memory is short; "
        "`--jobs` takes precedence",
    ),
    Setting("HETAO_HOST", "127.0.0.1", "the address `hetao serve` listens on; `--host` takes precedence"),
    Setting("HETAO_PORT", "7860", "its port, 0 for any free one; `--port` takes precedence"),
    Setting(
        "HETAO_ROOT_PATH",
        "",
        "the path below which a proxy shows the desk, e.g. /hetao; `--root-path` takes precedence",
    ),
    Setting("HETAO_ACCESS_LOG", "off", "a line on stderr for each request: off, plain, or full (with the question)"),
    Setting("HETAO_QUERY_SECONDS", "30", "how long a SPARQL query may run, 0.1 to 3600"),
    Setting("HETAO_QUERY_ROWS", "100000", "how many rows it may return, 1 to 10000000"),
    Setting("HETAO_QUERIES_AT_ONCE", "16", "how many queries are accepted at a time, 1 to 32"),
    Setting(
        "HETAO_DATABASE_URL",
        "",
        "where reports are kept, e.g. postgresql://user@host/name; by default DATA/ledger/ledger.sqlite",
    ),
    Setting("HETAO_LIGHTS", "red-yellow-green", "the colour convention of lights, by its name in docs/ledger.md"),
    Setting("HETAO_DUE_SOON_DAYS", "30", "how many days before its date a task counts as due soon, 0 to 366"),
    Setting(
        "HETAO_READER_URL", "", "an OpenAI-compatible server whose model reads passages, e.g. http://127.0.0.1:8000/v1"
    ),
    Setting("HETAO_READER_MODEL", "", "the name of that model on its server"),
    Setting("HETAO_READER_KEY", "", "the key for that server, sent as a bearer token and never stored"),
    Setting("HETAO_READER_SECONDS", "20", "how many seconds it may take for a question, 1 to 600"),
    Setting(
        "HETAO_SPARQL_URL", "", "a SPARQL 1.1 server that holds and queries the graph, e.g. http://127.0.0.1:7878/query"
    ),
    Setting("HETAO_SPARQL_UPDATE_URL", "", "where it takes updates; found from HETAO_SPARQL_URL if that is usual"),
    Setting("HETAO_SPARQL_GRAPHS_URL", "", "its graph store; found from HETAO_SPARQL_URL if that is usual"),
    Setting("HETAO_SPARQL_USER", "", "the user that may query and update it, by basic or digest authentication"),
    Setting("HETAO_SPARQL_PASSWORD", "", "that user's password, sent to this server alone and never stored"),
    Setting(
        "HETAO_MILVUS_URI",
        "",
        "a Milvus server that finds candidates in a large library, e.g. http://127.0.0.1:19530, or a file of Milvus "
        "Lite, which ends in .db",
    ),
    Setting("HETAO_MILVUS_TOKEN", "", "its token, or user:password, sent to this server alone and never stored"),
    Setting(
        "HETAO_DASK",
        "",
        "a Dask scheduler whose workers read and encode documents, e.g. tcp://127.0.0.1:8786, or local:N for N here",
    ),
    Setting("HETAO_SIGN_IN", "reporting", "what asks for a sign-in: reporting (the office's pages), or all"),
    Setting("HETAO_ORIGINS", "", "origins whose pages may query and read replies, separated by spaces; * for all"),
    Setting("HETAO_DEBUG", "", "1: show where in the code an error occurred"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and limits; made by `load`, passed down as plain arguments."""

    data: Path
    model: Path
    model_is_default: bool


@dataclass(frozen=True, slots=True)
class Serving:
    """The server's limits and what it logs; made by `load_serving`.

    A query ends after `query_seconds` and gives at most `query_rows` rows. At most `queries_at_once` are accepted,
    including those that wait for a worker. Pages of `origins` may send queries and read the replies ("*": of every
    origin). `access_log` is one of `LOGS`, `sign_in` of `SIGN_INS`.
    """

    query_seconds: float = 30.0
    query_rows: int = 100_000
    queries_at_once: int = 16
    origins: tuple[str, ...] = ()
    access_log: str = "off"
    sign_in: str = "reporting"


def load_serving() -> Serving:
    """Return the settings of the server from the environment.

    The origins are separated by spaces. An unusable value is a `HetaoError`.
    """
    usual = Serving()
    return Serving(
        query_seconds=_number("HETAO_QUERY_SECONDS", float, usual.query_seconds, 0.1, 3600.0),
        query_rows=_number("HETAO_QUERY_ROWS", int, usual.query_rows, 1, 10_000_000),
        # each occupies one of the server's forty threads
        queries_at_once=_number("HETAO_QUERIES_AT_ONCE", int, usual.queries_at_once, 1, 32),
        origins=tuple(os.environ.get("HETAO_ORIGINS", "").split()),
        access_log=_one_of("HETAO_ACCESS_LOG", LOGS),
        sign_in=_one_of("HETAO_SIGN_IN", SIGN_INS),
    )


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where reports are kept, the convention of lights, and how many days before its date a task is due soon."""

    database_url: str = ""
    lights: str = ""
    due_soon_days: int = 30


def load_keeping() -> Keeping:
    """Return the settings of the ledger from the environment; an unusable number is a `HetaoError`."""
    return Keeping(
        database_url=os.environ.get("HETAO_DATABASE_URL", "").strip(),
        lights=os.environ.get("HETAO_LIGHTS", "").strip(),
        due_soon_days=_number("HETAO_DUE_SOON_DAYS", int, 30, 0, 366),
    )


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """The office's own model that reads passages: its server, its name, its key and its time limit."""

    url: str = field(repr=False)
    model: str
    key: str | None = field(default=None, repr=False)
    seconds: float = 20.0


def load_reader() -> OfficeReader | None:
    """Return the settings of the office's own model from the environment, or None if there are none.

    A server without a model, a model without a server and an unusable number are a `HetaoError`.
    """
    url, model = (os.environ.get(name, "").strip() for name in ("HETAO_READER_URL", "HETAO_READER_MODEL"))
    seconds = _number("HETAO_READER_SECONDS", float, 20.0, 1.0, 600.0)
    if not url and not model:
        return None
    if not url or not model:
        there, missing = ("URL", "MODEL") if url else ("MODEL", "URL")
        raise HetaoError(f"HETAO_READER_{there}", f"it is set without HETAO_READER_{missing}", "set both or neither")
    return OfficeReader(url, model, os.environ.get("HETAO_READER_KEY", "").strip() or None, seconds)


def load_place(host: str | None, port: int | None, root_path: str | None) -> tuple[str, int, str]:
    """Return the address, the port and the path below which the desk appears: each as given, otherwise as set.

    The path is empty, or begins with a slash and ends without one.
    """
    root = os.environ.get("HETAO_ROOT_PATH", "") if root_path is None else root_path
    trimmed = root.strip().removeprefix("/").removesuffix("/")
    parts = trimmed.split("/") if trimmed else []
    if not all(re.fullmatch(r"[A-Za-z0-9._~-]+", part) and part.strip(".") for part in parts):
        raise HetaoError(f"root path {root}", "the desk cannot be shown below that path", "give one such as /hetao")
    return (
        (host or os.environ.get("HETAO_HOST", "").strip() or "127.0.0.1"),
        (_number("HETAO_PORT", int, 7860, 0, 65535) if port is None else port),
        (f"/{trimmed}" if trimmed else ""),
    )


def load_jobs(jobs: int | None) -> int | None:
    """Return how many processes read documents, as given, otherwise as set; None where neither says."""
    return _number("HETAO_JOBS", int, 0, 1, 64) or None if jobs is None else jobs


def _one_of(name: str, known: tuple[str, ...]) -> str:
    said = os.environ.get(name, "").strip() or known[0]
    if said not in known:
        raise HetaoError(f"{name}={said}", "that is not a valid value", f"give one of {', '.join(known)}")
    return said


def _number(name: str, kind: Callable[[str], Numeric], usual: Numeric, least: Numeric, most: Numeric) -> Numeric:
    said = os.environ.get(name, "").strip()
    if not said:
        return usual
    try:
        value = kind(said)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise HetaoError(f"{name}={said}", "that is not a valid value", f"give a number from {least} to {most}")
    return value


def load(data: str | Path | None = None) -> Settings:
    """Return the settings: *data* from the command line first, then `HETAO_DATA`, then the default.

    The default data folder is `data/` in a checkout and `$XDG_DATA_HOME/hetao-kg` elsewhere. The
    embedding model is the folder named by `HETAO_MODEL`, else `model/e5-small` in the default data folder: one
    copy of its 490 MB serves every `--data`.
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
