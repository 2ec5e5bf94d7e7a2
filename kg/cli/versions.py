"""`hetao diff` and `hetao amend`: what differs between two versions, and the text that amendments leave in force."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kg.cli.options import DAY, data_option, output_option, write_output
from kg.errors import CheckError, HetaoError, one_line
from kg.vocab import LANGS, Lang

if TYPE_CHECKING:
    from kg.models import Document
    from kg.versions.differences import Differences


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(["text", "json", "xlsx"]))
@click.option("--lang", default="en", show_default=True, type=click.Choice(LANGS), help="The language of the result.")
@click.option(
    "-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="The file to write [default: stdout]."
)
@data_option
def diff(old: str, new: str, form: str, lang: str, output: Path | None, data: Path) -> None:
    """Compare two versions of a document by their obligations.

    OLD and NEW are two files, or two documents of the build. Each change has the words of both versions: added,
    dropped, changed (body, deadline, kind, force, condition, exception or zone), reworded, or moved to another clause.
    """
    from kg.versions.differences import compare
    from kg.versions.sources import read_versions
    from kg.versions.wording import counts

    if form == "xlsx" and output is None:
        raise HetaoError("--format xlsx", "a workbook cannot be shown on a terminal", "name a file with -o")
    found = compare(*read_versions(old, new, data))
    language = cast("Lang", lang)
    write_output(output or Path("-"), _content(found, form, language), counts(found, language))


def _content(found: Differences, form: str, lang: Lang) -> bytes:
    if form == "json":
        return (json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n").encode()
    if form == "xlsx":
        from kg.versions.workbook import workbook

        return workbook(found, lang)
    return ("\n".join(_lines(found, lang)) + "\n").encode()


def _lines(found: Differences, lang: Lang) -> list[str]:
    from kg.versions.wording import cells, clause_line, counts, heading, wording

    lines = [heading(found, lang), counts(found, lang), *(clause_line(one, lang) for one in found.clauses)]
    if not found.obligations:
        lines.append(wording().nothing[lang])
    for one in found.obligations:
        row = cells(one, lang)
        places = " → ".join(dict.fromkeys(filter(None, (row["old_clause"], row["new_clause"]))))
        lines += ["", f"{row['change']} {places}", *(f"  {line}" for line in row["fields"].splitlines())]
        lines += [f"  {sign} {row[key]}" for sign, key in (("-", "old_quote"), ("+", "new_quote")) if row[key]]
    return lines


@click.command()
@click.argument("base", metavar="BASE", type=click.Path(path_type=Path))
@click.argument("amendments", metavar="AMENDMENT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--as-of", metavar="YYYY-MM-DD", type=DAY, help="Leave out what is in force only later [default: apply all]."
)
@click.option("--changes", metavar="FILE", type=click.Path(path_type=Path), help="Write the changes as JSON.")
@output_option
def amend(
    base: Path, amendments: tuple[Path, ...], as_of: datetime.date | None, changes: Path | None, output: Path
) -> None:
    """Write the text of BASE as amended by each AMENDMENT, in the order of the days they are in force from.

    What cannot be applied is listed, and leaves the text as it is; the exit code is then 1.
    """
    from kg.read import parse, read_file
    from kg.settings import MAX_SOURCE_BYTES
    from kg.versions.amending import amend as amended
    from kg.versions.instructions import read_amendment

    def document(path: Path) -> Document:
        return parse(read_file(path, MAX_SOURCE_BYTES))

    read = [read_amendment(document(path)) for path in amendments]
    for path, amendment in zip(amendments, read, strict=True):
        if not amendment.instructions:
            raise HetaoError(path, "it does not say what it amends", "name a document that amends BASE")
    found = amended(document(base), read, as_of)
    problems = [one for one in found.changes if one.problem]
    if changes:
        content = json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n"
        write_output(changes, content.encode(), f"{len(found.changes)} instructions")
    write_output(output, found.text.encode(), f"{len(found.changes) - len(problems)} changes applied")
    for note in found.notes:
        click.echo(f"hetao: {note}", err=True)
    for one in problems:
        click.echo(f"hetao: {one.source}: not applied, {one.problem}: {one_line(one.quote, 120)}", err=True)
    if problems:
        raise CheckError(base, f"{len(problems)} instructions were not applied", "apply them by hand")
