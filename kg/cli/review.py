"""`hetao review`: confirm, correct or reject extracted obligations, and export the reviews as test cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import Command, data_option, field_values
from kg.errors import HetaoError, one_line

if TYPE_CHECKING:
    from kg.ledger.store import Ledger
    from kg.review.applied import Case
    from kg.review.verdicts import Verdict


def review_options(command: Command) -> Command:
    """Return *command* with what every review needs: the obligation, the reviewer, and the reason."""
    for option in (
        data_option,
        click.option("--reason", required=True, metavar="TEXT", help="The reason, from the text."),
        click.option("--who", required=True, metavar="NAME", help="The reviewer."),
        click.argument("task_id"),
    ):
        command = option(command)
    return command


@click.group()
def review() -> None:
    """Confirm, correct or reject extracted obligations. The next build applies the reviews."""


@review.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the reviews as a JSON array.")
@data_option
def list_command(as_json: bool, data: Path) -> None:
    """List the reviews with verdict, state in the build, time, reviewer, reason and quote."""
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
        columns = (case.task_id, one.verdict, case.state, at, one.who, one.reason, one.seen["quote"])
        click.echo("\t".join(map(one_line, columns)))
        if case.reviewed and case.state not in ("taken", "waiting"):
            click.echo(one_line(f"    needs another look: {case.reviewed.why}"))
    if not said:
        click.echo(f"{data}: nothing was reviewed", err=True)


@review.command()
@review_options
def confirm(task_id: str, who: str, reason: str, data: Path) -> None:
    """Confirm that the obligation TASK_ID is right as extracted."""
    _keep(task_id, "confirmed", who, reason, data)


@review.command()
@review_options
@click.option(
    "--set", "values", metavar="FIELD=VALUE", multiple=True, required=True,
    help="The right value of a field: force=support, deadline=到2025年, agents='lead: 海关总署; cooperating: …'.",
)  # fmt: skip
def correct(task_id: str, values: tuple[str, ...], who: str, reason: str, data: Path) -> None:
    """Correct fields of the obligation TASK_ID. Words must stand in its clause, names in the document."""
    from kg.review.corrections import CORRECTABLE

    _keep(task_id, "corrected", who, reason, data, field_values(values, CORRECTABLE))


@review.command()
@review_options
def reject(task_id: str, who: str, reason: str, data: Path) -> None:
    """Reject the obligation TASK_ID: its words ask, allow or forbid nothing."""
    _keep(task_id, "rejected", who, reason, data)


@review.command()
@review_options
def withdraw(task_id: str, who: str, reason: str, data: Path) -> None:
    """Withdraw the last review of the obligation TASK_ID, which is then as extracted again."""
    _keep(task_id, "withdrawn", who, reason, data)


@review.command()
@click.option("-o", "--out", metavar="FILE", required=True, type=click.Path(path_type=Path), help="A JSON Lines file.")
@data_option
def export(out: Path, data: Path) -> None:
    """Write the valid reviews to FILE as test cases: each obligation as extracted and as it should be."""
    from kg.records import json_lines
    from kg.review.reviews import cases_for_tests
    from kg.writing import write_whole

    with _cases(data) as (found, _):
        made = cases_for_tests(found.values())
    write_whole(out, json_lines(made))
    click.echo(f"{out}: {len(made)} cases", err=True)


def _keep(
    task_id: str, verdict: Verdict, who: str, reason: str, data: Path, values: dict[str, str] | None = None
) -> None:
    from kg.graph.validate import faults_of
    from kg.ledger.reviews import save_review
    from kg.review.applied import find_case
    from kg.review.reviews import make_review

    with _cases(data) as (found, opened):
        case = find_case(found, task_id)
        if case is None:
            raise HetaoError(task_id, "there is no such obligation", "`hetao export` lists them with their task_id")
        made = make_review(case, verdict, reason, who, "hetao review", values, faults_of)
        save_review(opened(), made, case.review.number if case.review else 0)
    click.echo(f"{case.task_id}: {verdict}; run `hetao build` to apply it", err=True)


@contextmanager
def _cases(data: Path) -> Iterator[tuple[dict[str, Case], Callable[[], Ledger]]]:
    """Yield obligations with their reviews, and a function that opens the ledger for writing, made if needed."""
    from kg.builds import load_build
    from kg.ledger.reviews import last_reviews
    from kg.ledger.store import Ledger
    from kg.review.applied import cases, load_reviewed
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
