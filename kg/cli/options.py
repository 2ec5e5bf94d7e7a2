"""What several commands share: options, how values are written, and where output goes."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg import settings
from kg.errors import HetaoError

if TYPE_CHECKING:
    from tqdm import tqdm

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """Return *command* with `--data DIR`; it receives the folder as `data`, an absolute path."""
    return click.option(
        "--data",
        metavar="DIR",
        type=click.Path(path_type=Path),
        callback=lambda _context, _parameter, value: settings.load(value).data,
        help="The data folder [default: $HETAO_DATA, else data/ in a checkout, else $XDG_DATA_HOME/hetao-kg].",
    )(command)


jobs_option = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    help="How many processes read documents [default: $HETAO_JOBS, else one for each core, fewer if memory is short].",
)


output_option = click.option(
    "-o",
    "output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file to write; - for stdout.",
)


assigned_option = click.option(
    "--assigned",
    multiple=True,
    metavar="BODY",
    help="Only tasks that the office gave to BODY, whatever the text says; `none` for those of nobody. Repeatable.",
)


def write_output(output: Path, content: bytes, note: str) -> None:
    """Write *content* to the file *output* and print *note* about it on stderr, or write it to stdout for "-"."""
    from kg.writing import write_whole

    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content)
    click.echo(f"{output}: {note}", err=True)


def field_values(values: Iterable[str], fields: Collection[str]) -> dict[str, str]:
    """Return FIELD=VALUE arguments as a dictionary; a `HetaoError` for one whose field is not in *fields*."""
    found: dict[str, str] = {}
    for one in values:
        name, equals, text = one.partition("=")
        if not equals or name not in fields:
            raise HetaoError(one, "that is not a field and its value", f"write FIELD=VALUE, of {', '.join(fields)}")
        found[name] = text
    return found


@contextmanager
def progress_bar() -> Iterator[tuple[tqdm[Any], Callable[[int, int], None]]]:
    """Yield a bar, shown on a terminal only, and a function that sets how many of how many parts are done."""
    from tqdm import tqdm

    with tqdm(disable=None, leave=False, unit="part") as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        yield bar, progress


def variables() -> str:
    """Return the table of environment variables for the end of a help page."""
    wide = max(len(one.name) for one in settings.TABLE)
    lines = [f"  {one.name:<{wide}}  {one.what}{f' [{one.usual}]' if one.usual else ''}" for one in settings.TABLE]
    return "\b\nSettings, in the environment:\n" + "\n".join(lines)


class _Day(click.ParamType[datetime.date]):
    """A day on the command line: YYYY-MM-DD."""

    name = "day"

    def convert(
        self, value: str | datetime.date, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """Return the day; anything else fails with the expected form."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as YYYY-MM-DD, e.g. 2025-12-31", param, ctx)


DAY = _Day()
