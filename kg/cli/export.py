"""`hetao export`, `hetao serve` and `hetao eval`: the ledger as a file, the desk, figures."""

from __future__ import annotations

import datetime
import json
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from kg.cli.options import DAY, assigned_option, data_option, output_option, variables, write_output
from kg.errors import HetaoError, one_line

if TYPE_CHECKING:
    import socket

    from kg.builds import Build


@click.command()
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(["csv", "xlsx", "docx", "json", "ics", "parquet", "jsonld", "ttl", "dcat"]),
    help="The format of the file.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", type=DAY, help="The day as of which tasks are shown [default: today].")
@click.option("--personal", is_flag=True, help="Include people's names and contact details (xlsx).")
@click.option(
    "--template",
    metavar="FILE.xlsx",
    type=click.Path(path_type=Path),
    help="A workbook of the office's own to fill in (xlsx).",
)
@click.option(
    "--address",
    metavar="URL",
    default="http://127.0.0.1:7860",
    show_default=True,
    help="Where the desk can be reached, for the links of the catalogue (dcat).",
)
@assigned_option
@output_option
@data_option
def export(
    form: str,
    as_of: datetime.date | None,
    personal: bool,
    template: Path | None,
    address: str,
    assigned: tuple[str, ...],
    output: Path,
    data: Path,
) -> None:
    """Export the ledger of obligations as a file, or (dcat) the catalogue of what the desk has to offer."""
    from kg.builds import load_build
    from kg.ledger.tasks import tasks_of, terms_of
    from kg.workspace import FORMATS, Workspace

    if template and form != "xlsx":
        raise HetaoError(template, f"{form} takes no template", "use it with --format xlsx")
    workspace = Workspace(load_build(data))
    if form == "dcat":
        write_output(output, workspace.catalogue(address), f"{len(workspace.build.facts)} documents")
        return
    records, _ = workspace.records_of(assigned)
    if template:
        from kg.ledger.template import fill_template

        terms = terms_of(workspace.keeping, as_of, personal=personal)
        content = fill_template(template, tasks_of(records, workspace.reports(), terms), terms)
    else:
        known = next(known for known in FORMATS if known == form)
        content = workspace.export(known, as_of, personal=personal, assigned=assigned)
    write_output(output, content, f"{sum(len(one.obligations) for one in records)} obligations")


@click.command(epilog=variables())
@click.option("--host", help="The address to listen on [default: 127.0.0.1].")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port to listen on; 0 for any free one [default: 7860]."
)
@click.option(
    "--root-path", metavar="PATH", help="The path below which a proxy shows the desk, e.g. /hetao [default: none]."
)
@data_option
def serve(host: str | None, port: int | None, root_path: str | None, data: Path) -> None:
    """Serve the desk over HTTP, building first if there is no build or only one by another version."""
    from kg import settings
    from kg.answer.office_model import office_model
    from kg.ledger.tasks import terms_of

    # before anything is built or opened, so that an unusable value is reported at once
    place = settings.load_place(host, port, root_path)
    serving = settings.load_serving()
    office_model(settings.load_reader())
    terms_of(settings.load_keeping())
    from kg.builds import current_name, load_build, open_build
    from kg.web.http.listening import listening

    # the server stops properly on this signal and then raises it again: a normal end, not a failure
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address, number, root = place
    with listening(address, number) as listener, ExitStack() as meanwhile:
        name = current_name(data)
        build = open_build(data / "builds" / name) if name else None
        if build is None:
            build = _build_first(data, name, listener, root, serving.access_log, meanwhile)
        # imported late: Gradio takes seconds
        import search_app
        from kg.ledger.accounts import Accounts
        from kg.web.desk.desk import Desk

        if serving.sign_in == "all" and not Accounts(data):
            click.echo(
                "hetao: HETAO_SIGN_IN=all and there is no account: nobody can sign in before `hetao account put`",
                err=True,
            )
        while True:
            desk = Desk(build)
            again = search_app.serve(desk, listener, click.echo, root, meanwhile.close)
            desk.close()
            if not again:
                break
            build = load_build(data)


def _build_first(
    data: Path, name: str | None, listener: socket.socket, root: str, log: str, meanwhile: ExitStack
) -> Build:
    """Make the build that *data* lacks, or that of *name* again; until *meanwhile* ends, pages say how far it is.

    Raises:
        HetaoError: it cannot be made.
    """
    from kg.builds import load_build
    from kg.cli.builds import make
    from kg.pipeline import held_sources
    from kg.web.http.building import BuildingApp
    from kg.web.http.listening import address_of, answered_beside

    place = f"{address_of(listener, root)} says how far it is"
    if name:
        click.echo(f"hetao: the build in {data} is damaged or by another version: building again; {place}", err=True)
    else:
        click.echo(f"hetao: nothing is built in {data} yet: building first; {place}", err=True)
    waiting = BuildingApp()
    meanwhile.enter_context(answered_beside(waiting, listener, root, log))
    with TemporaryDirectory(prefix="hetao-sources-") as scratch:
        held = tuple(held_sources(data / "builds" / name, Path(scratch))) if name else ()
        # copies in a folder that is gone afterwards are no sources to remember
        make(held, data, remember=not held, told=waiting.tell)
    waiting.done()
    return load_build(data)


@click.command("eval")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Give the figures as JSON.")
@click.option("--save", is_flag=True, help="Keep the figures in the built data, for the desk to show.")
@click.option("--misses", metavar="N", type=click.IntRange(0), default=0, help="List the first N that went wrong.")
@data_option
def eval_command(gold: Path, as_json: bool, misses: int, save: bool, data: Path) -> None:
    """Give the product's own figures on the question set GOLD: rows with id, q, answer, answer_mode and clause.

    Exact match and the lenient match come first, then precision and coverage of what is assured: the answers that are
    shown as the answer. The last lines are the reliability table: of the answers given with about that confidence, how
    many are right.
    """
    from tqdm import tqdm

    from kg.answer.evaluation import QuestionRow, figures, grade, read_rows
    from kg.builds import load_build
    from kg.errors import QuestionError
    from kg.workspace import Workspace
    from kg.writing import write_whole

    rows = []
    for row in read_rows(gold):
        if not isinstance(row, QuestionRow):
            raise QuestionError(gold, row[1], "correct the line")
        if row.plain.get("answer_mode") not in ("any", "all", "none"):
            raise QuestionError(gold, f"line {row.line} has no answer_mode", "give any, all or none")
        rows.append(row)
    answerer = Workspace(load_build(data)).answerer
    with tqdm(rows, disable=None, leave=False, unit="question") as bar:
        graded = [
            grade(row, answerer.ask(row.text, identifier=row.id, document=row.document, previous=row.previous))
            for row in bar
        ]
    found = figures(graded)
    if save:
        moment = datetime.datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(timespec="seconds")
        kept = {"questions_file": gold.name, "at": moment, **found}
        write_whole(data / "evaluation.json", (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        table = found.pop("reliability")
        del found["accuracy"]  # the older name of the lenient match
        for name, value in found.items():
            told = "  ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            click.echo(f"{name:28} {told}")
        click.echo("confidence  right  answers")
        for level in table:
            click.echo(f"{level['confidence']:10.3f} {level['right']:6.3f} {level['answers']:8}")
    for one in [one for one in graded if not one.right][:misses]:
        given = "、".join(item.text for item in one.answer.answers) or one.answer.reason
        wanted = "、".join(map(str, one.row.plain.get("answer") or [])) or "-"
        click.echo(one_line(f"{one.row.id} {one.row.text} | {wanted} | {given}"))
