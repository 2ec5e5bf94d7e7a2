"""`hetao ledger`: how tasks stand, reports on them, and importing filled-in workbooks."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.moved import moved
from kg.cli.options import DAY, assigned_option, data_option, field_values, output_option, write_output
from kg.errors import HetaoError, one_line
from kg.vocab import LANGS, Lang

if TYPE_CHECKING:
    from kg.ledger.importing import Comparison, Take
    from kg.ledger.store import Ledger
    from kg.models import Obligation, Records

who_option = click.option("--who", required=True, metavar="NAME", help="Who makes the change.")


@click.group()
def ledger() -> None:
    """Report on tasks, see how they stand, and import filled-in workbooks."""


ledger.add_command(moved)


@ledger.command()
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD", help="The day as of which tasks are counted [default: today].")
@assigned_option
@data_option
def status(as_of: datetime.date | None, assigned: tuple[str, ...], data: Path) -> None:
    """Count tasks by status and assignee, with completion rates and what is overdue or unreported for 30 days."""
    from kg.builds import load_build
    from kg.ledger.standing import KINDS, lights
    from kg.ledger.summary import heard_on, summary
    from kg.ledger.tasks import tasks_of, terms_of
    from kg.workspace import Workspace

    workspace = Workspace(load_build(data))
    records, _ = workspace.records_of(assigned)
    terms = terms_of(workspace.keeping, as_of)
    entries = tasks_of(records, workspace.reports(), terms)
    summed = summary(entries, terms.as_of)
    click.echo(f"as of {terms.as_of}: {len(entries)} tasks")
    for kind in KINDS:
        if count := sum(entry.standing.kind == kind for entry in entries):
            click.echo(f"  {lights().standings[kind]['en']:16} {lights().standings[kind]['zh-Hans']}  {count}")
    for one in summed.assignees:
        click.echo(one_line(f"assigned to {one.name}: {one.finished} of {one.total} finished"))
    none = summed.unassigned
    told = f"the text names a body for {none.named} and nobody for {none.unnamed}"
    click.echo(f"assigned to nobody: {none.unassigned}, of which {told}; assigned where it names nobody: {none.given}")
    found = summed.rates
    for name, share, of in (
        ("finished", found.finished_share, found.counted),
        ("finished on time", found.on_time_share, found.matured),
    ):
        percent = "-" if share is None else f"{share:.1%}"
        click.echo(f"{name}: {percent} of {of}; left out: {sum(found.left_out.values())} without a date or an end")
    for entry in entries:
        if entry.standing.kind == "overdue":
            click.echo(
                one_line(
                    f"overdue {-(entry.standing.days or 0)} d  {entry.obligation.task_id}  {entry.obligation.quote}"
                )
            )
    for entry in summed.quiet:
        click.echo(
            one_line(f"unreported since {heard_on(entry)}  {entry.obligation.task_id}  {entry.obligation.quote}")
        )


@ledger.command()
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD", help="The day that it is about [default: today].")
@click.option("--number", default="", metavar="TEXT", help="The office's own number for it, e.g. 2026年第3期.")
@click.option("--issuer", default="", metavar="NAME", help="Who issues it.")
@click.option("--lang", default="zh-Hans", show_default=True, type=click.Choice(LANGS), help="The language.")
@assigned_option
@output_option
@data_option
def briefing(
    as_of: datetime.date | None,
    number: str,
    issuer: str,
    lang: Lang,
    assigned: tuple[str, ...],
    output: Path,
    data: Path,
) -> None:
    """Write the briefing on how tasks go (专报) as a Word file: rates, progress, what needs attention, next steps."""
    from kg.builds import load_build
    from kg.ledger.briefing import briefing as briefing_of
    from kg.ledger.briefing_paper import briefing_paper
    from kg.ledger.summary import summary
    from kg.ledger.tasks import tasks_of, terms_of
    from kg.workspace import Workspace

    workspace = Workspace(load_build(data))
    records, _ = workspace.records_of(assigned)
    terms = terms_of(workspace.keeping, as_of)
    entries = tasks_of(records, workspace.reports(), terms)
    made = briefing_of(summary(entries, terms.as_of), workspace.records, lang, number=number, issuer=issuer)
    write_output(output, briefing_paper(made), f"{len(entries)} tasks")


@ledger.command()
@click.argument("task_id")
@data_option
def history(task_id: str, data: Path) -> None:
    """Show every report on TASK_ID, oldest first."""
    from kg.ledger.cells import said
    from kg.ledger.days import moment

    records, kept = _opened(data)
    events = kept.history(task_id) if kept else []
    if not events:
        _entry(records, task_id)
        click.echo(f"{one_line(task_id)}: no reports", err=True)
    for e in events:
        at = moment(e.at).isoformat(" ", "seconds")
        change = f"{said(e.field, e.old)} → {said(e.field, e.new)}"
        click.echo("\t".join(map(one_line, (at, e.who, e.means, e.field, change))))


@ledger.command("set")
@click.argument("task_id")
@click.argument("values", metavar="FIELD=VALUE…", nargs=-1, required=True)
@who_option
@data_option
def set_command(task_id: str, values: tuple[str, ...], who: str, data: Path) -> None:
    """Report on TASK_ID: status=done, due=2025-12-31, progress=…; FIELD= clears a field."""
    from kg.ledger.changes import Edit, task_of
    from kg.ledger.days import today
    from kg.ledger.reports import read_value, rules
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    given = field_values(values, rules().fields)
    report = {name: read_value(name, text, today().year) for name, text in given.items()}
    records, _ = _opened(data, find=False)
    document, row = _entry(records, task_id)
    kept = Ledger.open(data, load_keeping().database_url)
    changed = kept.save([Edit(task_of(document, row), report)], who, "hetao ledger set")
    click.echo(f"{task_id}: {'changed' if changed else 'nothing to change'}", err=True)


@ledger.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--who", metavar="NAME", default="", help="Who undoes it.")
@data_option
def undo(number: int | None, who: str, data: Path) -> None:
    """Undo the change of several tasks with this NUMBER, by one more change; without NUMBER, list those changes.

    Tasks that were changed since are left as they are. The history keeps both changes.
    """
    from kg.ledger.days import moment

    _, kept = _opened(data)
    if number is None:
        for one in kept.bulk_changes() if kept else []:
            at = moment(one.at).isoformat(" ", "seconds")
            state = f"undoes #{one.undoes}" if one.undoes else f"undone by #{one.undone_by}" if one.undone_by else ""
            cells = (f"#{one.number}", at, one.who, one.through, f"{one.tasks} tasks", state)
            click.echo("\t".join(map(one_line, cells)).rstrip())
        return
    if kept is None:
        raise HetaoError(data, "nothing was ever reported there", "name another folder with --data")
    done = kept.undo(number, who, "hetao ledger undo")
    for task_id in done.left:
        click.echo(one_line(f"left, changed since: {task_id}"), err=True)
    click.echo(f"undone: {done.tasks} tasks are as they were", err=True)


@ledger.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@who_option
@click.option("--yes", is_flag=True, help="Apply the changes without asking.")
@click.option("--whole", is_flag=True, help="Apply nothing if any cell is refused.")
@click.option("--take", type=click.Choice(["file", "ledger"]), help="Which value wins if both changed a field.")
@click.option("--skip-hidden", is_flag=True, help="Leave out hidden rows, columns and sheets.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(LANGS), help="The language of the reasons.")
@data_option
def import_command(
    file: Path, who: str, yes: bool, whole: bool, take: Take | None, skip_hidden: bool, lang: Lang, data: Path
) -> None:
    """Show what the filled-in workbook FILE would change, then apply what can be applied.

    What is hidden in FILE is named first, and is read too unless it is skipped. Cells that are refused are marked, each
    with its reason, in a copy of FILE; the exit code is then 2.
    """
    from kg.ledger.days import today
    from kg.ledger.hidden import hidden_in, hidden_line, without_hidden
    from kg.ledger.importing import compare
    from kg.ledger.marking import marked, marked_path
    from kg.ledger.reading import read_workbook
    from kg.ledger.store import Ledger
    from kg.ledger.tasks import tasks_of, terms_of
    from kg.settings import load_keeping
    from kg.writing import write_whole

    sheets = read_workbook(file)
    if told := hidden_line(hidden_in(sheets), lang, skipped=skip_hidden):
        click.echo(one_line(told, 500), err=True)
    if skip_hidden:
        sheets = without_hidden(sheets)
    records, _ = _opened(data, find=False)
    kept = Ledger.open(data, load_keeping().database_url)
    entries = tasks_of(records, kept.current(), terms_of(load_keeping()))
    found = compare(sheets, entries, kept, who, today().year, take or "")
    _show(found, lang)
    if found.refused:
        write_whole(marked_path(file), marked(file, found.refused, lang))
    changes = f"{len(found.differences)} changes of {len(found.edits)} tasks"
    applied = False
    if not found.differences:
        click.echo(f"{file}: {found.rows} rows, nothing new", err=True)
    elif not (whole and found.refused):
        if yes:
            applied = True
        elif sys.stdin.isatty():
            applied = click.confirm(f"Apply {changes}?", abort=not found.refused, err=True)
        else:
            click.echo(f"{file}: {changes}; give --yes to apply them", err=True)
    if applied:
        kept.save(found.edits, who, f"import {file.name}", together=True)
        click.echo(f"{file}: {changes} applied", err=True)
    if found.refused:
        first, *others = found.refused
        more = f" and {len(others)} more" if others else ""
        raise HetaoError(
            f"{file.name} {first.cell.where}",
            f"{first.why(lang)}{more}; {'the rest' if applied else 'nothing'} was applied",
            f"{first.fix(lang)}; all of them are marked in {marked_path(file)}",
        )


@ledger.command()
@click.argument("words")
@who_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@data_option
def redact(words: str, who: str, yes: bool, data: Path) -> None:
    """Remove WORDS, a name or a number, from every report, leaving a marker. This cannot be undone."""
    _, kept = _opened(data)
    if kept is None:
        raise HetaoError(data, "nothing was ever reported there", "name another folder with --data")
    if not yes:
        click.confirm(f"Take {one_line(words)!r} out of every report permanently?", abort=True, err=True)
    click.echo(f"taken out of {kept.redact(words, who)} entries", err=True)


def _show(found: Comparison, lang: Lang) -> None:
    from kg.ledger.catalogue import column_name
    from kg.ledger.cells import said
    from kg.ledger.hidden import hidden_mark
    from kg.refusals import refusals

    empty = refusals().empty[lang]
    for d in found.differences:
        was, now = said(d.field, d.old, lang), said(d.field, d.new, lang)
        lost = "  [earlier text is lost]" if d.field == "progress" and was and was not in now else ""
        hidden = f"  [{mark}]" if (mark := hidden_mark(d.cell, lang)) else ""
        change = f"{column_name(d.field, lang)}: {was or empty} → {now or empty}"
        click.echo(one_line(f"{d.cell.where}  {d.task_id}  {change}") + lost + hidden)
    for two in found.now_two:
        click.echo(one_line(two.line(lang), 500))
    for refusal in found.refused:
        click.echo(one_line(f"refused  {refusal.line(lang)}", 500))
    if found.added:
        click.echo(one_line(f"columns that are not the ledger's are ignored: {'、'.join(found.added)}"), err=True)


def _opened(data: Path, *, find: bool = True) -> tuple[tuple[Records, ...], Ledger | None]:
    from kg.builds import load_build
    from kg.ledger.store import Ledger
    from kg.settings import load_keeping

    build = load_build(data)
    records = tuple(build.records)
    build.close()
    return records, Ledger.find(data, load_keeping().database_url) if find else None


def _entry(records: tuple[Records, ...], task_id: str) -> tuple[str, Obligation]:
    for one in records:
        for row in one.obligations:
            if task_id in (row.task_id, row.id):
                return one.document.slug, row
    raise HetaoError(task_id, "there is no such task", "`hetao export` lists them with their task_id")
