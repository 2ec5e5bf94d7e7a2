"""Commands that give: `export`, `serve`, `eval`."""

from __future__ import annotations

import datetime
import json
import signal
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kg.cli.options import DAY, data_option, variables
from kg.errors import HetaoError, one_line


@click.command()
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(["csv", "xlsx", "docx", "json", "ics", "jsonld", "ttl"]),
    help="What kind of file.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", type=DAY, help="The day the ledger's status is of [default: today].")
@click.option("--personal", is_flag=True, help="With the names of people and how to reach them (xlsx).")
@click.option(
    "--template", metavar="FILE.xlsx", type=click.Path(path_type=Path), help="Fill in an office's own workbook (xlsx)."
)
@click.option("-o", "output", required=True, metavar="FILE", type=click.Path(path_type=Path), help="- for stdout.")
@data_option
def export(
    form: str, as_of: datetime.date | None, personal: bool, template: Path | None, output: Path, data: Path
) -> None:
    """Give the obligation ledger as a file."""
    from kg.builds import load_build
    from kg.ledger.entries import entries_of, terms_of
    from kg.serve.desk import FORMATS, Desk
    from kg.writing import write_whole

    if template and form != "xlsx":
        raise HetaoError(template, f"{form} takes no template", "give --format xlsx with it")
    desk = Desk(load_build(data))
    if template:
        from kg.ledger.template import fill_template

        terms = terms_of(desk.keeping, as_of, personal=personal)
        content = fill_template(template, entries_of(desk.records, desk.reports(), terms), terms)
    else:
        content = desk.export(next(known for known in FORMATS if known == form), as_of, personal=personal)
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    write_whole(output, content)
    rows = desk.build.manifest["counts"]["obligations"]
    click.echo(f"{output}: {rows} obligations", err=True)


@click.command(epilog=variables())
@click.option("--host", help="The address to listen at [default: 127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="0: any that is free [default: 7860].")
@click.option("--root-path", metavar="PATH", help="Where a proxy shows the desk: /hetao [default: at its root].")
@data_option
def serve(host: str | None, port: int | None, root_path: str | None, data: Path) -> None:
    """Open the desk on a page of its own; builds first where there is no build, or one by another version."""
    from kg import settings
    from kg.ledger.entries import terms_of

    # before anything is built or opened: what cannot be used is told at once
    place = settings.load_place(host, port, root_path)
    settings.load_serving()
    terms_of(settings.load_keeping())
    from kg.builds import current_name, load_build, open_build
    from kg.cli.making import make

    name = current_name(data)
    build = open_build(data / "builds" / name) if name else None
    if build is None:
        if name:
            click.echo(f"hetao: the build in {data} is damaged or by another version: it is made anew", err=True)
        make((), data)
        build = load_build(data)
    import search_app
    from kg.serve.desk import Desk

    address, number, root = place
    # the server ends as it should on this signal and then raises it anew: ended as asked, not killed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    search_app.serve(Desk(build), address, number, click.echo, root)


@click.command("eval")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Give the figures as JSON.")
@click.option("--save", is_flag=True, help="Keep the figures in the built data, for the desk to show.")
@click.option("--misses", metavar="N", type=click.IntRange(0), default=0, help="List the first N that went wrong.")
@data_option
def eval_command(gold: Path, as_json: bool, misses: int, save: bool, data: Path) -> None:
    """Give the product's own figures on the question set GOLD: rows with id, q, answer, answer_mode and clause.

    The last lines are the reliability table: of the answers given with about that confidence, how many are right.
    """
    from tqdm import tqdm

    from kg.answer.evaluation import Row, figures, judge, read_rows
    from kg.builds import load_build
    from kg.errors import QuestionError
    from kg.serve.desk import Desk
    from kg.writing import write_whole

    rows = []
    for row in read_rows(gold):
        if not isinstance(row, Row):
            raise QuestionError(gold, row[1], "correct the line")
        if row.plain.get("answer_mode") not in ("any", "all", "none"):
            raise QuestionError(gold, f"line {row.line} has no answer_mode", "give any, all or none")
        rows.append(row)
    answerer = Desk(load_build(data)).answerer
    with tqdm(rows, disable=None, leave=False, unit="question") as bar:
        judged = [judge(row, answerer.ask(row.text, identifier=row.id)) for row in bar]
    found = figures(judged)
    if save:
        moment = datetime.datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds")
        kept = {"questions_file": gold.name, "at": moment, **found}
        write_whole(data / "evaluation.json", (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        table = found.pop("reliability")
        for name, value in found.items():
            told = "  ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            click.echo(f"{name:28} {told}")
        click.echo("confidence  right  answers")
        for level in table:
            click.echo(f"{level['confidence']:10.3f} {level['right']:6.3f} {level['answers']:8}")
    for one in [one for one in judged if not one.right][:misses]:
        given = "、".join(item.text for item in one.answer.answers) or one.answer.reason
        wanted = "、".join(map(str, one.row.plain.get("answer") or [])) or "-"
        click.echo(one_line(f"{one.row.id} {one.row.text} | {wanted} | {given}"))
