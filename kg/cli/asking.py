"""Commands that ask: `ask`, `search`, `sparql`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import data_option
from kg.errors import QueryError, QuestionError, one_line

if TYPE_CHECKING:
    from kg.answer.record import Answer


@click.command()
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help="Give the whole answer record as JSON.")
@click.option("--batch", metavar="FILE", type=click.Path(path_type=Path), help="Questions, one JSON object a line.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Where the answers to --batch go.")
@data_option
def ask(question: str | None, as_json: bool, batch: Path | None, out: Path | None, data: Path) -> None:
    r"""Answer QUESTION from the plan, with the clause and the quote; a refusal says why.

    \b
    hetao ask "货物分线管理的具体管理办法由谁制定？"
    """
    if (batch is None) != (out is None):
        raise click.UsageError("--batch FILE goes with --out FILE.")
    if batch is not None and out is not None:
        if question is not None or as_json:
            raise click.UsageError("Give a QUESTION or --batch, not both.")
        _ask_all(batch, out, data)
        return
    if question is None:
        raise click.UsageError("Missing argument 'QUESTION'.")
    from kg.builds import load_build
    from kg.serve.desk import Desk

    answer = Desk(load_build(data)).ask(question)
    if as_json:
        click.echo(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(_told(answer))


def _ask_all(batch: Path, out: Path, data: Path) -> None:
    """Answer every row of *batch* in *out*, in order; a row that cannot be read is told there and fails the command."""
    from tqdm import tqdm

    from kg.answer.evaluation import answer_rows, read_rows
    from kg.builds import load_build
    from kg.records import json_lines
    from kg.serve.desk import Desk
    from kg.writing import write_whole

    rows = read_rows(batch)
    answerer = Desk(load_build(data)).answerer
    with tqdm(rows, disable=None, leave=False, unit="question") as bar:
        found = answer_rows(bar, lambda text, identifier: answerer.ask(text, identifier=identifier))
    write_whole(out, json_lines(line for line, _ in found))
    unread = [line["error"] for line, read in found if not read]
    click.echo(f"{out}: {len(found)} answers", err=True)
    if unread:
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        raise QuestionError(batch, f"{unread[0]}{more}", f"correct them; {out} holds the others' answers")


def _told(answer: Answer) -> str:
    """Return an answer as a reader at a terminal wants it: short, then where it stands, then how sure it is."""
    from kg.answer.wording import messages

    words = messages()[answer.lang]
    lines = []
    if answer.intent not in ("passage", "yesno") and answer.answers:
        between = "\n" if answer.intent == "tasks" else words["separator"]
        lines += [between.join(item.text for item in answer.answers), ""]
    lines.append(answer.message)
    for number, item in enumerate(answer.evidence[: 1 if answer.answered else 3]):
        lines += [""] if number == 0 else []
        lines.append(f"  {item.clause} [{item.start}-{item.end}] {item.quote}")
    limits = answer.qualifier and [
        value
        for value in (
            answer.qualifier.force,
            answer.qualifier.zone,
            answer.qualifier.condition,
            answer.qualifier.exception,
        )
        if value
    ]
    if limits or answer.basis:
        lines.append("")
    if limits:
        lines.append(f"{words['limits']}: {'; '.join(limits)}")
    if answer.basis:
        lines.append(answer.basis)
    lines += answer.notes
    if answer.sparql:
        lines += ["", answer.sparql.rstrip()]
    return "\n".join(lines)


@click.command()
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="Give the passages as JSON.")
@click.option("--top", metavar="N", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@data_option
def search(query: str, as_json: bool, top: int, data: Path) -> None:
    """Rank the clauses for QUERY, each with its best passage."""
    from kg.answer.question import read_question
    from kg.builds import load_build
    from kg.serve.desk import Desk

    desk = Desk(load_build(data))
    found = desk.search(read_question(query).text, top)
    if as_json:
        plain = {"query": query, "results": [asdict(one) for one in found], "notes": desk.ranker.index.notes}
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(f"{one.score:.3f}  {one.clause} [{one.start}-{one.end}] {one_line(one.quote, 200)}")
    if not found:
        click.echo("hetao: nothing was found", err=True)
    for note in desk.ranker.index.notes:
        click.echo(f"hetao: {note}", err=True)


@click.command()
@click.argument("query", required=False, metavar="[FILE or -]", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--named", metavar="NAME", help="Run one of the queries that come with hetao.")
@click.option("--set", "values", metavar="VAR=VALUE", multiple=True, help="A value for a --named query.")
@click.option("--list", "listed", is_flag=True, help="List the named queries.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "tsv"]), default="table", show_default=True
)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1), default=30.0, show_default=True)
@data_option
def sparql(
    query: Path | None, named: str | None, values: tuple[str, ...], listed: bool, form: str, timeout: float, data: Path
) -> None:
    """Run a read-only SPARQL 1.1 query from FILE, from standard input (-), or a --named one.

    Updates, SERVICE and FROM are refused. Dates, names and other values go to a named query with --set.
    """
    from kg.builds import load_build
    from kg.graph import formats, sparql
    from kg.graph.named import load, names, run_named
    from kg.serve.desk import Desk

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
    desk = Desk(load_build(data))
    try:
        if named is not None:
            result = run_named(desk.store, named, dict(_pair(value) for value in values))
        else:
            assert query is not None
            text = _query_text(query)
            with desk.store_for(text) as store:
                result = sparql.run(store, text, timeout)
    finally:
        desk.close()
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
