"""The environment and the command line → the few settings there are. Read here and nowhere else."""

from __future__ import annotations

import os
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
    """

    query_seconds: float = 30.0
    query_rows: int = 100_000
    queries_at_once: int = 16
    origins: tuple[str, ...] = ()


def load_serving() -> Serving:
    """Return what `HETAO_QUERY_SECONDS`, `HETAO_QUERY_ROWS`, `HETAO_QUERIES_AT_ONCE` and `HETAO_ORIGINS` say.

    The origins are separated by spaces. A value that cannot be used is a `HetaoError`.
    """
    usual = Serving()
    return Serving(
        query_seconds=_number("HETAO_QUERY_SECONDS", float, usual.query_seconds, 0.1, 3600.0),
        query_rows=_number("HETAO_QUERY_ROWS", int, usual.query_rows, 1, 10_000_000),
        # each holds one of the forty threads the server answers with
        queries_at_once=_number("HETAO_QUERIES_AT_ONCE", int, usual.queries_at_once, 1, 32),
        origins=tuple(os.environ.get("HETAO_ORIGINS", "").split()),
    )


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
