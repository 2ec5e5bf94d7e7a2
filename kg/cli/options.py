"""What several commands share: where the built data lie, and how a day is given."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg import settings

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


class _Day(click.ParamType[datetime.date]):
    """A day on the command line: YYYY-MM-DD."""

    name = "day"

    def convert(
        self, value: str | datetime.date, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """Return the day; what is none is said with how one is written."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as YYYY-MM-DD, e.g. 2025-12-31", param, ctx)


DAY = _Day()
