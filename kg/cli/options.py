"""What several commands share: where the built data lie, and what this version does not do yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from kg import settings
from kg.errors import HetaoError

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """Add `--data DIR`: the function gets the folder as `data`, an absolute path."""
    return click.option(
        "--data",
        metavar="DIR",
        type=click.Path(path_type=Path),
        callback=lambda _context, _parameter, value: settings.load(value).data,
        help="Where the built data lie [default: $HETAO_DATA, else data/ in a checkout, else $XDG_DATA_HOME/hetao-kg].",
    )(command)


def variables() -> str:
    """Return the variables of the environment as the foot of a help page."""
    wide = max(len(one.name) for one in settings.TABLE)
    lines = [f"  {one.name:<{wide}}  {one.what}{f' [{one.usual}]' if one.usual else ''}" for one in settings.TABLE]
    return "\b\nSettings, in the environment:\n" + "\n".join(lines)


def not_in_this_version(what: str, instead: str) -> NoReturn:
    """Refuse what the command line knows and this version does not do."""
    raise HetaoError(what, "not in this version", instead)
