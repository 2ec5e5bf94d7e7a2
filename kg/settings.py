"""The environment and the command line → the few settings there are. Read here and nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kg.resources import checkout

MAX_SOURCE_BYTES = 32 * 1024 * 1024
"""A source file larger than this is refused: the largest plan seen has 0.1 MB, and a limit that is said
is better than a machine that swaps."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and what is allowed; made by `load`, passed down as plain arguments."""

    data: Path
    model: Path
    model_is_default: bool


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
