"""`hetao ledger moved`, and what a build does of itself: reports go on with their tasks in a new build or version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import data_option
from kg.errors import HetaoError, one_line

if TYPE_CHECKING:
    from kg.ledger.changes import Task
    from kg.models import Records
    from kg.versions.moved import Moved


@click.command()
@click.option("--apply", "to_apply", is_flag=True, help="Move the reports whose new task is certain.")
@click.option("--to", metavar="OLD=NEW", multiple=True, help="Move the reports on OLD to NEW, as a person decided.")
@click.option("--replaced", metavar="OLD=NEW", multiple=True, help="The document NEW takes the place of OLD.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as one JSON object.")
@data_option
def moved(to_apply: bool, to: tuple[str, ...], replaced: tuple[str, ...], as_json: bool, data: Path) -> None:
    """Show the reports whose task is no longer in the build, and which task each may belong to now.

    A document of the build takes the place of one that is no longer there if it says that it repeals it. Any other, or
    one whose old version stays in the build, is named with --replaced, by slugs, with which task ids begin, or files.
    """
    from kg.builds import load_build
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping
    from kg.versions.moved import carry_on, find_moved, said_replacements

    build = load_build(data)
    records = tuple(build.records)
    build.close()
    chosen = dict(one.partition("=")[::2] for one in to)
    with Ledger.lent(data, load_keeping().database_url) as kept:
        reported = kept.open_tasks() if kept else {}
        documents = said_replacements(reported.values(), records) | _replaced(replaced, reported, records)
        found = find_moved(reported, records, documents)
        count = None
        if chosen and not kept:
            raise HetaoError(data, "nothing was ever reported there", "name another folder with --data")
        if kept and (chosen or (to_apply and found)):
            count = carry_on(kept, found if to_apply else [], chosen, records, documents)
    if as_json:
        told = {"replaced": documents, "reports": [one.to_json() for one in found], "moved": count or 0}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print(found)
    if not found:
        click.echo("every report has its task in the build", err=True)
    elif count is not None:
        click.echo(f"{count} reports moved to another task", err=True)


def _replaced(named: Sequence[str], reported: Mapping[str, Task], records: Sequence[Records]) -> dict[str, str]:
    """Return the slugs of the documents *named* OLD=NEW: OLD is one with reports, NEW one of the build."""
    from kg.answer.slugs import slug_of

    files = {one.document.slug: one.document.source.name for one in records}
    waiting = {task.document for task in reported.values()}
    found: dict[str, str] = {}
    for one in named:
        before, mark, after = one.partition("=")
        if not mark:
            raise HetaoError(f"--replaced {one}", "it does not name two documents", "give --replaced OLD=NEW")
        new = slug_of(files, after)
        called = {slug for slug, file in files.items() if before in (file, Path(file).stem)}
        old = before if before in waiting or len(called) != 1 else called.pop()
        if old not in waiting:
            fix = f"documents with reports: {', '.join(sorted(waiting))}" if waiting else "nothing was reported yet"
            raise HetaoError(before, "no report is on a task of that document", fix)
        if old == new:
            raise HetaoError(f"--replaced {one}", "that is one document", "name the new version behind the =")
        if found.setdefault(old, new) != new:
            raise HetaoError(old, f"{found[old]} and {new} are both to take its place", "name one of them")
    return found


def _print(found: Sequence[Moved]) -> None:
    """Print each report with the task it moves to and what differs, or with those that it may belong to."""
    from kg.versions.wording import difference_lines

    for one in found:
        click.echo(one_line(f"{one.task.task_id} → {one.to.task_id if one.to else '?'}  {one.task.quote}"))
        if one.to:
            for line in difference_lines(one.task, one.to, one.changes, "en"):
                click.echo(one_line(f"    {line}", 600))
        if one.beside:
            click.echo(one_line(f"    and {one.beside.task_id}  {one.beside.quote}"))
        for near in one.near if not one.to else ():
            click.echo(one_line(f"    may be {near.task_id}  {near.quote}"))


def carry_on_after(data: Path, titles: Mapping[str, str]) -> None:
    """Move reports after a new build, and print what moved and how many reports and reviews wait for a person.

    *titles* are those of the documents of the build before, by slug.
    """
    from kg.builds import load_build
    from kg.ledger.store import Ledger
    from kg.review.applied import load_reviewed
    from kg.settings import load_keeping
    from kg.versions.moved import carry_on, find_moved, said_replacements

    ledger = Ledger.find(data, load_keeping().database_url)
    if ledger is None:
        return
    build = load_build(data)
    reviewed = load_reviewed(build)
    # a report on a row that somebody rejected stays with that row and moves to no other
    rejected = {key for key, one in reviewed.items() if one.verdict == "rejected"}
    waiting_for = {key: task for key, task in ledger.open_tasks().items() if key not in rejected}
    replaced = said_replacements(waiting_for.values(), build.records, titles)
    found = find_moved(waiting_for, build.records, replaced)
    sure = carry_on(ledger, found, {}, build.records)
    build.close()
    ledger.close()
    _tell(found, sure, replaced)
    if again := sum(one.outcome != "taken" for one in reviewed.values()):
        click.echo(f"hetao: {again} reviews need another look: see `hetao review list`", err=True)


def _tell(found: Sequence[Moved], sure: int, replaced: Mapping[str, str]) -> None:
    """Print on stderr what a build moved, where the two tasks differ in more than words, and what waits."""
    from kg.versions.wording import field_lines

    for one in found:
        if one.to and one.beside:
            told = f"{one.task.task_id} is two tasks now: its report is with {one.to.task_id}; look at the other, "
            click.echo(f"hetao: {one_line(told + f'{one.beside.task_id} {one.beside.quote}', 200)}", err=True)
        elif one.to and one.changes:
            told = f"{one.task.task_id} is {one.to.task_id} now: {'; '.join(field_lines(one.changes, 'en'))}"
            click.echo(f"hetao: {one_line(told)}", err=True)
    for old, new in replaced.items():
        mine = [one for one in found if one.task.document == old]
        with_it = sum(one.to is not None for one in mine)
        click.echo(f"hetao: {new} repeals {old}: {with_it} of its {len(mine)} reports moved to {new}", err=True)
    if sure:
        click.echo(f"hetao: {sure} reports moved to the task that now has their words", err=True)
    if waiting := len(found) - sure:
        click.echo(f"hetao: {waiting} reports have no task in the build: see `hetao ledger moved`", err=True)
    for old, new in replaced.items():
        if any(one.to is None for one in found if one.task.document == old):
            click.echo(f"hetao: for those of {old} see `hetao ledger moved --replaced {old}={new}`", err=True)
