"""`hetao feedback`: what users said of answers, listed, given as a file, erased."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option
from kg.errors import one_line


@click.group()
def feedback() -> None:
    """Show, give out or erase what users of the desk said of its answers."""


@feedback.command("list")
@data_option
def list_command(data: Path) -> None:
    """Print a line for each: time, right or wrong, question, answer, comment; the oldest first."""
    from kg.serve.feedback import Feedback

    kept = Feedback(data).all()
    for said in kept:
        verdict = "right" if said.right else "wrong"
        told = [said.time, verdict, *(one_line(text) for text in (said.question, said.answer, said.comment))]
        click.echo("\t".join(told))
    if not kept:
        click.echo(f"{data}: nothing was said of any answer", err=True)


@feedback.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), help="What kind of file [default: as FILE ends].")
@click.option("-o", "output", required=True, metavar="FILE", type=click.Path(path_type=Path), help="- for stdout.")
@data_option
def export_command(form: str | None, output: Path, data: Path) -> None:
    """Give all of it as a file."""
    import sys

    from kg.serve.feedback import FILE_FORMS, Feedback, as_file
    from kg.writing import write_whole

    wanted = form or output.suffix.removeprefix(".").lower()
    known = next((one for one in FILE_FORMS if one == wanted), None)
    if known is None:
        raise click.UsageError(f"{output}: which format? End FILE in .csv or .json, or give --format.")
    kept = Feedback(data).all()
    content = as_file(kept, known)
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content)
    click.echo(f"{output}: {len(kept)} verdicts", err=True)


@feedback.command("erase")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@data_option
def erase_command(yes: bool, data: Path) -> None:
    """Erase all of it for good."""
    from kg.serve.feedback import Feedback

    kept = Feedback(data)
    count = len(kept.all())
    if count and not yes:
        click.confirm(f"Erase {count} verdicts for good?", abort=True)
    click.echo(f"{data}: {kept.erase()} verdicts erased")
