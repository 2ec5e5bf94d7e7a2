"""`hetao feedback`: users' feedback on answers, to list, export or erase."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import data_option, output_option, write_output
from kg.errors import one_line


@click.group()
def feedback() -> None:
    """List, export or erase users' feedback on answers."""


@feedback.command("list")
@data_option
def list_command(data: Path) -> None:
    """List all feedback, oldest first: time, right or wrong, question, answer, comment."""
    from kg.feedback import Feedback

    kept = Feedback(data).all()
    for said in kept:
        verdict = "right" if said.right else "wrong"
        texts = (one_line(text) for text in (said.question, said.answer, said.comment))
        click.echo("\t".join([said.time, verdict, *texts]))
    if not kept:
        click.echo(f"{data}: there is no feedback", err=True)


@feedback.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    help="The format of the file [default: by the extension of FILE].",
)
@output_option
@data_option
def export_command(form: str | None, output: Path, data: Path) -> None:
    """Export all feedback as a file."""
    from kg.feedback import FILE_FORMS, Feedback, as_file

    wanted = form or output.suffix.removeprefix(".").lower()
    known = next((one for one in FILE_FORMS if one == wanted), None)
    if known is None:
        raise click.UsageError(f"{output}: the format is unknown: end FILE in .csv or .json, or give --format.")
    kept = Feedback(data).all()
    write_output(output, as_file(kept, known), f"{len(kept)} verdicts")


@feedback.command("erase")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@data_option
def erase_command(yes: bool, data: Path) -> None:
    """Erase all feedback permanently."""
    from kg.feedback import Feedback

    kept = Feedback(data)
    count = len(kept.all())
    if count and not yes:
        click.confirm(f"Erase {count} verdicts permanently?", abort=True)
    click.echo(f"{data}: {kept.erase()} verdicts erased")
