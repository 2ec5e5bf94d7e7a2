"""Commands that make: `build`, `extract`, `check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import data_option

if TYPE_CHECKING:
    from kg.extract.coverage import Coverage
    from kg.ledger.verdicts import Review
    from kg.pipeline import Made


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@data_option
def build(sources: tuple[Path, ...], data: Path) -> None:
    """Make graph, index and ledger of each SOURCE (with none: of the plan that comes with hetao).

    Nothing changed since: nothing is done. What was built before serves until the new build is whole.
    """
    made = make(sources, data)
    click.echo(f"{'built' if made.new else 'up to date'}: {made.folder}")
    for name, encoding in made.encodings.items():
        click.echo(f"hetao: {name} is in {encoding}; offsets count in the build's source.txt, in UTF-8", err=True)
    for note in made.notes:
        click.echo(f"hetao: {note}", err=True)
    click.echo("  ".join(f"{name} {count}" for name, count in made.counts.items()))


def _reviews(data: Path) -> dict[str, Review]:
    """Return what people last said of each row."""
    from kg.ledger.reviews import last_reviews
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    with Ledger.lent(data, load_keeping().database_url) as ledger:
        return last_reviews(ledger)


def _carry_on(data: Path) -> None:
    """Let reports whose words moved go on with their tasks, and tell of those and of reviews that wait for a person."""
    from kg.builds import load_build
    from kg.ledger.moved import carry_on, find_moved
    from kg.ledger.reviewed import load_reviewed
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    ledger = Ledger.find(data, load_keeping().database_url)
    if ledger is None:
        return
    build = load_build(data)
    reviewed = load_reviewed(build)
    # what is reported of a row that somebody rejected is that row's, and goes on under no other
    rejected = {key for key, one in reviewed.items() if one.verdict == "rejected"}
    waiting_for = {key: task for key, task in ledger.open_tasks().items() if key not in rejected}
    found = find_moved(waiting_for, build.records)
    sure = carry_on(ledger, found, {}, build.records)
    build.close()
    ledger.close()
    if sure:
        click.echo(f"hetao: {sure} reports go on under a task whose words moved", err=True)
    if waiting := len(found) - sure:
        click.echo(f"hetao: {waiting} reports wait for their task: see `hetao ledger moved`", err=True)
    if again := sum(one.outcome != "taken" for one in reviewed.values()):
        click.echo(f"hetao: {again} reviews are to be looked at again: see `hetao review list`", err=True)


def make(sources: tuple[Path, ...], data: Path) -> Made:
    """Build *sources*, the plans that come with the product where there are none, with a bar on a terminal."""
    from tqdm import tqdm

    from kg import pipeline

    with tqdm(disable=None, leave=False, unit="part") as bar:

        def progress(name: str, done: int, total: int) -> None:
            bar.set_description(name[:40], refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        made = pipeline.build(
            sources or pipeline.plans(), data, model=_model(), progress=progress, reviews=_reviews(data)
        )
    if made.new:
        _carry_on(data)
    return made


def _model() -> Path | None:
    """Return the folder of the embedding model, None where none was asked for and the default is not there.

    A folder named by HETAO_MODEL that is no model is an error later on: to go on without it would hide the mistake.
    """
    from kg import settings

    chosen = settings.load()
    return None if chosen.model_is_default and not chosen.model.is_dir() else chosen.model


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the files go.")
def extract(source: Path, out: Path) -> None:
    """Read any plan (txt, md, html, docx, pdf) into JSON Lines files, one a kind of record, and source.txt in DIR.

    Offsets count characters of that source.txt. The built data are left alone.
    """
    from tqdm import tqdm

    from kg import pipeline
    from kg.read import read_file
    from kg.settings import MAX_SOURCE_BYTES

    text = read_file(source, MAX_SOURCE_BYTES)
    with tqdm(disable=None, leave=False, unit="part", desc=source.name[:40]) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        records = pipeline.extract_source(text, source, progress)
    pipeline.write_records(records, out)
    if text.written_in:
        click.echo(f"hetao: {source.name} is in {text.written_in}; offsets count in source.txt, in UTF-8", err=True)
    for note in records.notes:
        click.echo(f"hetao: {note}", err=True)
    counts = {"clauses": len(records.document.clauses)}
    counts |= {k: len(getattr(records, k)) for k in ("agents", "zones", "policies", "deadlines", "obligations")}
    click.echo("  ".join(f"{name} {count}" for name, count in counts.items()))


@click.command()
@click.option("--coverage", is_flag=True, help="Count sentences clause by clause and list those without an obligation.")
@click.option("--json", "as_json", is_flag=True, help="Print checks, counts and sentences as one JSON object.")
@data_option
def check(coverage: bool, as_json: bool, data: Path) -> None:
    """Check the build: quotes against the source, the graph against its shapes, the store against the records.

    A sentence without an obligation says why (heading, background, past, framing, case) or is a gap to review. Exit
    code 1 if a check fails; gaps are no failure.
    """
    from kg import pipeline
    from kg.builds import load_build
    from kg.errors import CheckError

    build = load_build(data)
    checks = []
    for done in pipeline.run_checks(build):
        checks.append(done)
        if not as_json:
            click.echo(f"{'ok  ' if not done.wrong else 'FAIL'} {done.what}")
            for line in done.wrong:
                click.echo(f"     {line}")
    found = pipeline.coverage(build)
    if as_json:
        told = [{"what": done.what, "wrong": done.wrong} for done in checks]
        click.echo(json.dumps({"checks": told, "coverage": found.to_json()}, ensure_ascii=False))
    else:
        _tell(found, whole=coverage)
    if wrong := sum(len(done.wrong) for done in checks):
        raise CheckError(data, f"{wrong} things are wrong in the build", "see above; run `hetao build` again")


def _tell(found: Coverage, whole: bool) -> None:
    """Print the totals; with *whole* the counts of each clause and each sentence without an obligation as well."""
    total, silent = found.sentences, len(found.silent)
    click.echo(
        f"{total - silent} of {total} sentences yielded an obligation, {silent} none; gaps to review: {found.gaps}"
    )
    if not whole:
        return
    for one in found.clauses:
        click.echo(
            f"     {one.document} {one.clause}: sentences {one.sentences}, with obligations {one.with_obligations}, "
            f"silent {one.silent}, gaps {one.gaps}"
        )
    for each in found.silent:
        why = f"gap: {each.why or 'no reason'}" if each.gap else each.why
        click.echo(f"     {each.document} {each.clause} [{each.start}-{each.end}] ({why}) {each.quote}")
