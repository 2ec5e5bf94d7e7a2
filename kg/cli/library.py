"""`hetao library`: the documents of the build, to list, add to, remove from and bring up to date."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import data_option, jobs_option
from kg.errors import BuildError, HetaoError, one_line

if TYPE_CHECKING:
    from kg.pipeline.library import LibraryEntry, Sources

_SHOWN = ("title", "number", "issuer", "date", "region", "status", "by", "form", "obligations", "file")


@click.group()
def library() -> None:
    """List the documents of the build, add some, remove some, or read their folders again."""


def _entries(data: Path) -> tuple[list[LibraryEntry], list[dict[str, str]]]:
    """Return the documents of the build in *data*, and the files that were left out of it."""
    from kg.builds import load_build
    from kg.pipeline.library import entries, load_library

    build = load_build(data)
    try:
        return entries(build, load_library(data)), list(build.manifest.get("left_out", []))
    finally:
        build.close()


@library.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print documents and left out files as one JSON object.")
@data_option
def list_command(as_json: bool, data: Path) -> None:
    """List each document in a line, and on stderr what was left out.

    A line has name, title, number, issuer, date, region, status, what changed it, form, obligations and file.
    """
    found, left_out = _entries(data)
    if as_json:
        click.echo(json.dumps({"documents": [_row(one) for one in found], "left_out": left_out}, ensure_ascii=False))
        return
    for one in found:
        row = _row(one)
        click.echo("\t".join(one_line(str(row[name] if row[name] is not None else "")) for name in ("name", *_SHOWN)))
    for left in left_out:
        click.echo("hetao: left out: " + one_line(f"{left['file']}: {left['why']}"), err=True)


def _row(one: LibraryEntry) -> dict[str, object]:
    plain = asdict(one)
    return {"name": one.slug, **{name: plain[name] for name in _SHOWN}}


@library.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as a JSON object.")
@data_option
def show(name: str, as_json: bool, data: Path) -> None:
    """Show the document NAME: what the list says, its counts, its checksum, and whether its file has changed since.

    NAME is the name in the list, the number, the title, or the file with or without its ending.
    """
    from kg.pipeline.library import find_entry

    one = find_entry(_entries(data)[0], name)
    shown = {**_row(one), "sha256": one.sha256, "since": one.changed, **one.counts, "notes": list(one.notes)}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for key, value in shown.items():
        for line in value if isinstance(value, list) else [value]:
            if line is not None:
                click.echo(f"{key:<12} {one_line(str(line))}")


@library.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@jobs_option
@data_option
def add(sources: tuple[Path, ...], jobs: int | None, data: Path) -> None:
    """Add each SOURCE, a document or a folder, and build: `hetao build` with all sources so far and these."""
    _make(_remembered(data).with_sources(sources), data, jobs)


@library.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@data_option
def remove(names: tuple[str, ...], data: Path) -> None:
    """Remove each document NAME, as `show` takes it, and build. Its file stays where it is, and is not read again.

    `hetao library add` and `hetao build` take it in again. Reports on its tasks are kept.
    """
    from kg.pipeline.library import find_entry

    rest = _remembered(data)
    found, _ = _entries(data)
    gone = {one.slug: one for one in (find_entry(found, name) for name in names)}
    if len(gone) == len(found):
        raise HetaoError(names[0], "no document would be left", "keep one, or build others with `hetao build`")
    for one in gone.values():
        rest = rest.without(one)
    _make(rest, data, None)


@library.command()
@jobs_option
@data_option
def update(jobs: int | None, data: Path) -> None:
    """Read the sources again that the library was built from, and build: new documents, other ones, those gone."""
    _make(_remembered(data), data, jobs)


def _remembered(data: Path) -> Sources:
    from kg.pipeline import plans
    from kg.pipeline.library import Sources, load_library

    found = load_library(data)
    if found is None:
        raise BuildError(data, "it is not known what the build there was made of", "run `hetao build DIR`")
    return found if found.sources else Sources(tuple(plans()), files=found.files)


def _make(wanted: Sources, data: Path, jobs: int | None) -> None:
    from kg.cli.builds import make, report

    report(make(wanted.sources, data, jobs=jobs, removed=wanted.removed))
