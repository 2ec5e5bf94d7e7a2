"""The command line: arguments → the library's functions → text, files and an exit code."""

from __future__ import annotations

import io
import os
import sys

import click

import kg
from kg.cli.account import account
from kg.cli.ask import ask, search, sparql
from kg.cli.backup import backup, restore
from kg.cli.builds import build, check, extract
from kg.cli.doctor import doctor
from kg.cli.export import eval_command, export, serve
from kg.cli.feedback import feedback
from kg.cli.ledger import ledger
from kg.cli.library import library
from kg.cli.review import review
from kg.cli.versions import amend, diff
from kg.errors import HetaoError, one_line


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="hetao")
@click.pass_context
def hetao(context: click.Context) -> None:
    """Turn a government plan into a graph, search, answers with exact quotes, and a ledger of obligations.

    Machine-read; the gazetted text prevails. 机器提取，以正式公布文本为准。
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


COMMANDS = (
    *(build, library, extract, check),
    *(ask, search, sparql, eval_command),
    *(export, diff, amend, ledger, review, account, feedback, serve, backup, restore, doctor),
)
for command in COMMANDS:
    hetao.add_command(command)


def main() -> None:
    """Run `hetao` and exit with 0 (done), 1 (a check failed), 2 (unusable input or arguments) or 130 (interrupted).

    An error is one line on stderr; with `HETAO_DEBUG=1` it also shows where in the code it occurred.
    """
    # a terminal keeps its own encoding; so does a file or pipe if that can hold Chinese, and gets UTF-8 otherwise
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            kept = stream.isatty() or _holds_chinese(stream.encoding)
            stream.reconfigure(encoding=None if kept else "utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def _holds_chinese(encoding: str) -> bool:
    try:
        "\u56fd\u52a1\u8fd9".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def run(arguments: list[str]) -> int:
    """Run the command in *arguments* and return its exit code."""
    debug = os.environ.get("HETAO_DEBUG") == "1"
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        return code
    except HetaoError as error:
        if debug:
            raise
        return _fail(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "hetao"
        return _fail(f"{error.format_message()} See `{path} --help`.", 2)
    except click.ClickException as error:
        return _fail(error.format_message(), 2)
    except BrokenPipeError:
        # whoever reads our output has closed it; without this Python would complain again when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            raise
        return _fail(
            f"{type(error).__name__}: {one_line(str(error), 160)}; this is a bug in hetao: please report it", 2
        )


def _invoke(arguments: list[str]) -> int:
    # not hetao.main(): it exits with 1, our code for a failed check, if our output was closed
    try:
        with hetao.make_context("hetao", list(arguments)) as context:
            hetao.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    return 0


def _fail(line: str, code: int) -> int:
    click.echo(f"hetao: {one_line(line, 600)}", err=True)
    return code
