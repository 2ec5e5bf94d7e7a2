"""`hetao ask`, `hetao search` and `hetao sparql`: questions and queries to the current build."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from kg.cli.options import data_option
from kg.errors import QueryError, QuestionError, one_line

document_option = click.option(
    "--document", metavar="NAME", help="Use only this document: its slug, or its file name without the extension."
)


@click.command()
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer record as JSON.")
@document_option
@click.option("--previous", metavar="QUESTION", help="The previous question, which this one may refer back to.")
@click.option(
    "--batch", metavar="FILE", type=click.Path(path_type=Path), help="A file of questions, one JSON object per line."
)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="The file to write the answers to --batch to."
)
@data_option
def ask(
    question: str | None,
    as_json: bool,
    document: str | None,
    previous: str | None,
    batch: Path | None,
    out: Path | None,
    data: Path,
) -> None:
    r"""Answer QUESTION with its clause and quote, or refuse and say why.

    \b
    hetao ask "货物分线管理的具体管理办法由谁制定？"

    Each line of --batch has id and q, and may have previous, and document, which takes precedence over --document.
    """
    if (batch is None) != (out is None):
        raise click.UsageError("--batch FILE and --out FILE go together.")
    if batch is not None and out is not None:
        if question is not None or as_json:
            raise click.UsageError("Give a QUESTION or --batch, not both.")
        if previous is not None:
            raise click.UsageError("--previous goes with a QUESTION; each line of --batch has its own.")
        _ask_all(batch, out, document, data)
        return
    if question is None:
        raise click.UsageError("Missing argument 'QUESTION'.")
    from kg.builds import load_build
    from kg.cli.answer_text import answer_text
    from kg.workspace import Workspace

    workspace = Workspace(load_build(data))
    answer = workspace.ask(question, document=document, previous=previous)
    if as_json:
        click.echo(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(answer_text(answer, several=len(workspace.build.facts) > 1))


def _ask_all(batch: Path, out: Path, document: str | None, data: Path) -> None:
    """Write an answer to *out* for each line of *batch*, in order; an unreadable line gets an error and exit code 2."""
    from tqdm import tqdm

    from kg.answer.evaluation import QuestionRow, answer_rows, read_rows
    from kg.answer.record import Answer
    from kg.answer.slugs import slug_of
    from kg.builds import load_build
    from kg.records import json_lines
    from kg.workspace import Workspace
    from kg.writing import write_whole

    rows = read_rows(batch)
    workspace = Workspace(load_build(data))
    every = None if document is None else slug_of(workspace.build.files, document)

    def answered(row: QuestionRow) -> Answer:
        asked = row.document or every
        return workspace.answerer.ask(row.text, identifier=row.id, document=asked, previous=row.previous)

    with tqdm(rows, disable=None, leave=False, unit="question") as bar:
        found = answer_rows(bar, answered)
    write_whole(out, json_lines(line for line, _ in found))
    unread = [line["error"] for line, read in found if not read]
    click.echo(f"{out}: {len(found)} answers", err=True)
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        raise QuestionError(batch, f"{unread[0]}{more}", f"correct them; {out} has the answers to the others")


@click.command()
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON.")
@click.option("--top", metavar="N", type=click.IntRange(1), default=10, show_default=True, help="How many clauses.")
@document_option
@data_option
def search(query: str, as_json: bool, top: int, document: str | None, data: Path) -> None:
    """Rank the clauses for QUERY, each shown with its best passage."""
    from kg.answer.question import read_question
    from kg.builds import load_build
    from kg.workspace import Workspace

    workspace = Workspace(load_build(data))
    found = workspace.search(read_question(query).text, top, document)
    if as_json:
        plain = {"query": query, "results": [asdict(one) for one in found], "notes": workspace.ranker.index.notes}
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    for one in found:
        of = f"{one.document} " if len(workspace.build.facts) > 1 else ""
        click.echo(f"{one.score:.3f}  {of}{one.clause} [{one.start}-{one.end}] {one_line(one.quote, 200)}")
    if not found:
        click.echo("hetao: nothing was found", err=True)
    for note in workspace.ranker.index.notes:
        click.echo(f"hetao: {note}", err=True)


@click.command()
@click.argument("query", required=False, metavar="[FILE or -]", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--named", metavar="NAME", help="Run a query that comes with hetao.")
@click.option("--set", "values", metavar="VAR=VALUE", multiple=True, help="A value for a --named query.")
@click.option("--list", "listed", is_flag=True, help="List the named queries.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "tsv"]), default="table", show_default=True
)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1), default=30.0, show_default=True)
@document_option
@data_option
def sparql(
    query: Path | None,
    named: str | None,
    values: tuple[str, ...],
    listed: bool,
    form: str,
    timeout: float,
    document: str | None,
    data: Path,
) -> None:
    """Run a read-only SPARQL 1.1 query: a FILE, standard input (-), or a --named one.

    Updates, SERVICE and FROM are refused. Use --set to pass dates, names and other values to a named query.
    """
    from kg.builds import load_build
    from kg.graph import formats, sparql
    from kg.graph.named import load, names, run_named
    from kg.workspace import Workspace

    if [query is not None, named is not None, listed].count(True) != 1:
        raise click.UsageError("Give a FILE, -, --named NAME or --list.")
    if values and named is None:
        raise click.UsageError("--set goes with --named NAME.")
    if listed:
        for name in names():
            known = load(name)
            parameters = " ".join(f"{p.name}=" if p.required else f"[{p.name}=]" for p in known.parameters)
            click.echo("  ".join(part for part in (name, parameters, known.title_zh, known.title_en) if part))
        return
    workspace = Workspace(load_build(data))
    try:
        if named is not None:
            with workspace.store_for(load(named).text, document) as store:
                result = run_named(store, named, dict(_pair(value) for value in values))
        else:
            assert query is not None
            text = _query_text(query)
            with workspace.store_for(text, document) as store:
                result = sparql.run(store, text, timeout)
    finally:
        workspace.close()
    click.echo(formats.render(result, form), nl=False)


def _pair(value: str) -> tuple[str, str]:
    name, sign, rest = value.partition("=")
    if not sign or not name:
        raise click.UsageError(f"--set {value}: write VAR=VALUE.")
    return name, rest


def _query_text(path: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise QueryError(path, f"cannot be read ({error.strerror})", "name a file with a query, or -") from error
    except UnicodeDecodeError as error:
        raise QueryError(path, "is not UTF-8", "save it in UTF-8") from error
