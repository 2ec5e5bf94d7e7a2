"""`hetao review`: a person confirms, corrects or rejects what was extracted, and gets it back as test cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import Command, data_option
from kg.errors import HetaoError, one_line

if TYPE_CHECKING:
    from kg.ledger.reviewed import Case
    from kg.ledger.store import Ledger
    from kg.ledger.verdicts import Verdict


def about_a_row(command: Command) -> Command:
    """Give *command* what every review is given with: the row, who says so, and why."""
    for option in (
        data_option,
        click.option("--reason", required=True, metavar="TEXT", help="Why, by the text."),
        click.option("--who", required=True, metavar="NAME", help="Who says so."),
        click.argument("task_id"),
    ):
        command = option(command)
    return command


@click.group()
def review() -> None:
    """Say of a row that it is right, what it should be, or that it is none. The next build takes it in."""


@review.command("list")
@click.option("--json", "as_json", is_flag=True, help="Give them as a JSON array.")
@data_option
def list_command(as_json: bool, data: Path) -> None:
    """Print the rows that were reviewed: what was said, by whom, why, and how that stands in the build."""
    from kg.ledger.days import moment

    with _cases(data) as (found, _):
        said = [case for case in found.values() if case.review and (case.review.verdict != "withdrawn" or case.state)]
    if as_json:
        click.echo(json.dumps([_plain(case) for case in said], ensure_ascii=False, indent=1))
        return
    for case in said:
        one = case.review
        assert one is not None
        at = moment(one.at).strftime("%Y-%m-%d %H:%M")
        told = (case.task_id, one.verdict, case.state, at, one.who, one.reason, one.seen["quote"])
        click.echo("\t".join(map(one_line, told)))
        if case.reviewed and case.state not in ("taken", "waiting"):
            click.echo(one_line(f"    to be looked at again: {case.reviewed.why}"))
    if not said:
        click.echo(f"{data}: nothing was reviewed", err=True)


@review.command()
@about_a_row
def confirm(task_id: str, who: str, reason: str, data: Path) -> None:
    """Say that the row TASK_ID is right as it was extracted."""
    _keep(task_id, "confirmed", who, reason, data)


@review.command()
@about_a_row
@click.option(
    "--set", "values", metavar="FIELD=VALUE", multiple=True, required=True,
    help="What a field should be: force=support, deadline=到2025年, agents='lead: 海关总署; cooperating: …'.",
)  # fmt: skip
def correct(task_id: str, values: tuple[str, ...], who: str, reason: str, data: Path) -> None:
    """Say what the row TASK_ID should be. Words have to stand in its clause, names in the document."""
    from kg.ledger.corrections import CORRECTABLE

    given: dict[str, str] = {}
    for one in values:
        name, equals, text = one.partition("=")
        if not equals or name not in CORRECTABLE:
            raise HetaoError(one, "it is no field and its value", f"write FIELD=VALUE, of {', '.join(CORRECTABLE)}")
        given[name] = text
    _keep(task_id, "corrected", who, reason, data, given)


@review.command()
@about_a_row
def reject(task_id: str, who: str, reason: str, data: Path) -> None:
    """Say that the row TASK_ID is none: nothing is asked, allowed or forbidden there."""
    _keep(task_id, "rejected", who, reason, data)


@review.command()
@about_a_row
def withdraw(task_id: str, who: str, reason: str, data: Path) -> None:
    """Take back what was last said of the row TASK_ID: it is as it was extracted again."""
    _keep(task_id, "withdrawn", who, reason, data)


@review.command()
@click.option("-o", "--out", metavar="FILE", required=True, type=click.Path(path_type=Path), help="A JSON Lines file.")
@data_option
def export(out: Path, data: Path) -> None:
    """Write the reviews that hold to FILE as test cases: the row as it was found and as it should be."""
    from kg.ledger.reviewing import cases_for_tests
    from kg.records import json_lines
    from kg.writing import write_whole

    with _cases(data) as (found, _):
        made = cases_for_tests(found.values())
    write_whole(out, json_lines(made))
    click.echo(f"{out}: {len(made)} cases", err=True)


def _keep(
    task_id: str, verdict: Verdict, who: str, reason: str, data: Path, values: dict[str, str] | None = None
) -> None:
    from kg.ledger.reviewed import find_case
    from kg.ledger.reviewing import make_review
    from kg.ledger.reviews import save_review

    with _cases(data) as (found, opened):
        case = find_case(found, task_id)
        if case is None:
            raise HetaoError(task_id, "there is no such row", "`hetao export` lists them with their task_id")
        made = make_review(case, verdict, reason, who, "hetao review", values)
        save_review(opened(), made, case.review.number if case.review else 0)
    click.echo(f"{case.task_id}: {verdict}; run `hetao build` to take it in", err=True)


@contextmanager
def _cases(data: Path) -> Iterator[tuple[dict[str, Case], Callable[[], Ledger]]]:
    """Yield every row with its reviews, and what opens the ledger to write in it: made where there is none."""
    from kg.builds import load_build
    from kg.ledger.reviewed import cases, load_reviewed
    from kg.ledger.reviews import last_reviews
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    url = load_keeping().database_url
    build = load_build(data)
    kept = Ledger.find(data, url)
    made: list[Ledger] = [kept] if kept else []

    def opened() -> Ledger:
        if not made:
            made.append(Ledger.open(data, url))
        return made[0]

    try:
        yield cases(build.records, load_reviewed(build), last_reviews(kept)), opened
    finally:
        for one in made:
            one.close()
        build.close()


def _plain(case: Case) -> dict[str, object]:
    one = case.review
    assert one is not None
    return {
        "task_id": case.task_id,
        "document": one.document,
        "verdict": one.verdict,
        "state": case.state,
        "at": one.at,
        "who": one.who,
        "reason": one.reason,
        "quote": one.seen["quote"],
        "corrected": dict(one.corrected),
        "why": case.reviewed.why if case.reviewed else "",
    }
