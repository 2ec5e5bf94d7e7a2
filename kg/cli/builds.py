"""`hetao build`, `hetao extract` and `hetao check`: documents to records and a build, and whether it is right."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.moved import carry_on_after
from kg.cli.options import data_option, jobs_option, progress_bar
from kg.errors import one_line

if TYPE_CHECKING:
    from kg.extract.coverage import Coverage
    from kg.pipeline import Made
    from kg.pipeline.document_parts import Progress
    from kg.pipeline.library import Removed
    from kg.review.verdicts import Review

SHOWN = 10
"""The most documents of which the encoding or format is said one by one."""


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Read every file of what was built before, and make anew what is damaged.")
@jobs_option
@data_option
def build(sources: tuple[Path, ...], verify: bool, jobs: int | None, data: Path) -> None:
    """Build the graph, the search index and the ledger from each SOURCE (default: the plan that comes with hetao).

    A SOURCE is a document or a folder, which is searched with all folders below it. A file of a folder that cannot be
    read, or is there twice, is listed and left out.
    If nothing has changed, nothing is done. The previous build stays in use until the new one is complete.
    """
    _say_what_is_replaced(sources, data)
    report(make(sources, data, jobs=jobs, verify=verify))


def _say_what_is_replaced(sources: tuple[Path, ...], data: Path) -> None:
    """Print where a library was built from that the plan which comes with hetao takes the place of."""
    from kg.errors import HetaoError
    from kg.pipeline.library import load_library

    if sources:
        return
    try:
        before = load_library(data)
    except HetaoError as error:
        click.echo(f"hetao: {error}", err=True)
        return
    if before is not None and before.sources:
        places = one_line(" ".join(shlex.quote(str(path)) for path in before.sources), 400)
        click.echo(f"hetao: the plan that comes with hetao takes the place of what was built from {places}", err=True)


def report(made: Made) -> None:
    """Print what a build did, and on stderr what it could not read or had to leave out."""
    click.echo(f"{'built' if made.new else 'up to date'}: {made.folder}")
    for left in (one for one in made.left_out if one.kind != "removed"):
        click.echo(f"hetao: left out: {one_line(f'{left.file}: {left.why}')}", err=True)
    where = "offsets count in the build's source.txt, in UTF-8"
    if len(made.encodings) > SHOWN:
        click.echo(f"hetao: {len(made.encodings)} documents are no UTF-8 text; {where}", err=True)
    else:
        for name, encoding in made.encodings.items():
            click.echo(f"hetao: {name} is in {encoding}; {where}", err=True)
    for note in made.notes:
        click.echo(f"hetao: {note}", err=True)
    click.echo("  ".join(f"{name} {count}" for name, count in made.counts.items()))


def _reviews(data: Path) -> dict[str, Review]:
    """Return the latest review of each row, by task."""
    from kg.ledger.reviews import last_reviews
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    with Ledger.lent(data, load_keeping().database_url) as ledger:
        return last_reviews(ledger)


def _reported_titles(data: Path) -> dict[str, str]:
    """Return the titles of those documents of the current build that have reports, by slug.

    A later build may have a document that says by title which of them it repeals.
    """
    from kg.builds import load_build
    from kg.errors import BuildError
    from kg.facts import load_facts
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    with Ledger.lent(data, load_keeping().database_url) as ledger:
        reported = {task.document for task in ledger.tasks().values()} if ledger else set()
    if not reported:
        return {}
    try:
        build = load_build(data)
    except BuildError:  # there is none yet, or one that is about to be made anew
        return {}
    titles = {folder.name: load_facts(folder).title for folder in build.documents if folder.name in reported}
    build.close()
    return titles


def make(
    sources: tuple[Path, ...],
    data: Path,
    *,
    jobs: int | None = None,
    verify: bool = False,
    removed: Sequence[Removed] = (),
    remember: bool = True,
    told: Progress | None = None,
) -> Made:
    """Return the build of *sources* (by default, the plans that come with the product), with a bar on a terminal.

    *jobs* is how many processes read documents, by default as set or as the machine allows; *verify*, *removed*
    and *remember* are those of `pipeline.build`; *told* gets what the bar shows.
    """
    from kg import pipeline
    from kg.engine_settings import load_dask, load_milvus, load_sparql
    from kg.pipeline.workers import processors
    from kg.settings import load_jobs

    titles = _reported_titles(data)
    with progress_bar() as (bar, advance):

        def progress(name: str, done: int, total: int, unit: str) -> None:
            if not bar.disable and (unit, total) != (bar.unit, bar.total):
                # the rate and the time left are those of this stage alone
                bar.unit = unit
                bar.reset(total)
            bar.set_description(name[:40], refresh=False)
            advance(done, total)
            if told is not None:
                told(name, done, total, unit)

        made = pipeline.build(
            sources or pipeline.plans(),
            data,
            model=_model(),
            jobs=load_jobs(jobs) or processors(),
            verify=verify,
            progress=progress,
            reviews=_reviews(data),
            removed=removed,
            remember=remember,
            server=load_sparql(),
            milvus=load_milvus(),
            cluster=load_dask(),
        )
    if made.new:
        carry_on_after(data, titles)
    return made


def _model() -> Path | None:
    """Return the folder of the embedding model, or None if none is named and the default does not exist.

    If HETAO_MODEL names a folder that is not a model, that is an error later on: ignoring it would hide the mistake.
    """
    from kg import settings

    chosen = settings.load()
    return None if chosen.model_is_default and not chosen.model.is_dir() else chosen.model


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The folder to write to.")
def extract(source: Path, out: Path) -> None:
    """Extract any plan to DIR: source.txt, and JSON Lines files of its records.

    SOURCE is a txt, md, html, docx, doc, wps, rtf, xlsx, pdf or ofd file. Offsets count characters of
    source.txt. The current build is not touched.
    """
    from kg import pipeline
    from kg.read import read_file
    from kg.settings import MAX_SOURCE_BYTES

    text = read_file(source, MAX_SOURCE_BYTES)
    with progress_bar() as (bar, progress):
        bar.set_description(source.name[:40], refresh=False)
        records = pipeline.extract_source(text, source, progress)
    pipeline.write_records(records, out)
    if text.written_in:
        click.echo(f"hetao: {source.name} is in {text.written_in}; offsets count in source.txt, in UTF-8", err=True)
    for note in (*(f"{source.name}: {note}" for note in text.notes), *records.notes):
        click.echo(f"hetao: {note}", err=True)
    counts = {"clauses": len(records.document.clauses)}
    counts |= {k: len(getattr(records, k)) for k in ("agents", "zones", "policies", "deadlines", "obligations")}
    click.echo("  ".join(f"{name} {count}" for name, count in counts.items()))


@click.command()
@click.option("--coverage", is_flag=True, help="Count sentences by clause and list those without an obligation.")
@click.option("--json", "as_json", is_flag=True, help="Print checks, counts and sentences as one JSON object.")
@data_option
def check(coverage: bool, as_json: bool, data: Path) -> None:
    """Check the build: quotes against the source, the graph against its shapes, the store against the records.

    A sentence without an obligation has a reason (heading, background, past, framing, case, table, footnote) or is a
    gap to review. The exit code is 1 if a check fails; gaps are not failures.
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
        results = [{"what": done.what, "wrong": done.wrong} for done in checks]
        click.echo(json.dumps({"checks": results, "coverage": found.to_json()}, ensure_ascii=False))
    else:
        _print_coverage(found, whole=coverage)
    if wrong := sum(len(done.wrong) for done in checks):
        raise CheckError(data, f"{wrong} faults in the build", "see above; run `hetao build --verify`")


def _print_coverage(found: Coverage, whole: bool) -> None:
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
