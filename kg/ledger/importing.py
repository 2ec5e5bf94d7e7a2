"""A filled-in workbook and the ledger → every difference, what is refused, and the edits that result."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from kg.errors import HetaoError, ReportError, one_line
from kg.ledger.catalogue import Column, column_names, columns
from kg.ledger.cells import said, words_of
from kg.ledger.changes import Edit, Reported, Task, task_of
from kg.ledger.cutting import cut_in_two
from kg.ledger.days import FIRST, LAST, DayError
from kg.ledger.layout import day_in, layout
from kg.ledger.reading import Sheet, SheetCell, SheetRow
from kg.ledger.reports import LONGEST, Value, check, read_value, rules
from kg.ledger.store import Ledger
from kg.ledger.tasks import LedgerTask
from kg.models import Obligation
from kg.refusals import Fact, parts_in, refusals, refused, shortened, why_in
from kg.vocab import LANGS, Lang

Take = Literal["", "file", "ledger"]
"""Which value holds if two people changed the same field: undecided, the file's, or the ledger's."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the file changes, from its value in the ledger to its value in the file."""

    cell: SheetCell
    task_id: str
    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that cannot be accepted, and why."""

    cell: SheetCell
    error: HetaoError

    def why(self, lang: Lang) -> str:
        """Return what is wrong with it."""
        return why_in(self.error, lang)

    def fix(self, lang: Lang) -> str:
        """Return what to do."""
        return parts_in(self.error, lang)[2]

    def line(self, lang: Lang) -> str:
        """Return where it is, what is wrong and what to do."""
        return refusals().line[lang].format(subject=self.cell.where, problem=self.why(lang), fix=self.fix(lang))

    def __str__(self) -> str:
        return self.line("en")


@dataclass(frozen=True, slots=True)
class NowTwo:
    """A row of a task *old* that an upgrade cut in two: what it reports goes to *first*, which opens its words."""

    cell: SheetCell
    old: str
    first: Obligation
    other: Obligation

    def line(self, lang: Lang) -> str:
        """Return what became of it, with the other task's number and first words."""
        facts = {"where": self.cell.where, "old": self.old, "first": self.first.id, "other": self.other.id}
        return refusals().now_two[lang].format(**facts, words=one_line(self.other.quote, _OPENING))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a workbook changes: the differences that can be applied, the edits that do so, and the refused cells.

    A refused cell leaves the other cells of its row as they are, unless the report they would make together may not be.
    `now_two` are the rows of tasks that were cut in two since the workbook was made.
    """

    differences: tuple[Difference, ...]
    refused: tuple[Refusal, ...]
    edits: tuple[Edit, ...]
    rows: int
    added: tuple[str, ...]
    now_two: tuple[NowTwo, ...] = ()


_OPENING: Final = 20
"""Characters by which a task is told."""

_LINE_END: Final = re.compile(r"_x000D_\n?")
"""A line's end as some programs write it into a cell."""


def compare(
    sheets: Sequence[Sheet], tasks: Sequence[LedgerTask], ledger: Ledger | None, who: str, year: int, take: Take = ""
) -> Comparison:
    """Return what *sheets*, filled in by *who*, change in the ledger. A day without a year is taken to be of *year*."""
    known = {task.obligation.task_id: task for task in tasks}
    wrong: list[Refusal] = []
    now_two: dict[str, NowTwo] = {}
    read: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    for found in _read_sheets(sheets, known, ledger, year):
        if isinstance(found, Refusal):
            wrong.append(found)
        elif isinstance(found, NowTwo):
            now_two.setdefault(found.old, found)
        else:
            read[found.task_id, found.field].append(found)
    wanted: dict[str, dict[str, Difference]] = defaultdict(dict)
    for (task_id, name), (first, *others) in read.items():
        change, now = (first, *others)[-1], known[task_id].value(name)
        other = next((one for one in others if one.new != first.new), None)
        if other is not None:
            wrong.append(_refusal(other.cell, "cells-disagree", where=first.cell.where))
        elif now == change.new:
            continue
        elif now == change.old or take == "file":
            # what is replaced is what the ledger holds, which may be another person's
            wanted[task_id][name] = replace(change, old=now)
        elif take == "":
            wrong.append(_conflict(change, known[task_id].reported.who, now))
    differences: list[Difference] = []
    edits = []
    for task_id, changes in wanted.items():
        task = known[task_id]
        if refusal := _refused_together(task, changes, who):
            wrong.append(refusal)
            continue
        differences += changes.values()
        values = {name: change.new for name, change in changes.items()}
        edits.append(Edit(task_of(task.document.slug, task.obligation), values, task.reported.revision))
    added = dict.fromkeys(name for sheet in sheets for name in sheet.added)
    rows = sum(len(sheet.rows) for sheet in sheets)
    return Comparison(tuple(differences), tuple(wrong), tuple(edits), rows, tuple(added), tuple(now_two.values()))


def _read_sheets(
    sheets: Sequence[Sheet], known: Mapping[str, LedgerTask], ledger: Ledger | None, year: int
) -> Iterator[Difference | Refusal | NowTwo]:
    seen: set[tuple[str, str]] = set()
    present = [task_of(task.document.slug, task.obligation) for task in known.values()]
    for sheet in sheets:
        for row in sheet.rows:
            task_id = "".join(str(row.task.value or "").split())
            task, old = known.get(task_id), ""
            if task_id and task is None and (pair := _cut_in_two(row, task_id, present, ledger)):
                task, old = known[pair[0].task_id], task_id
                yield NowTwo(row.task, old, task.obligation, known[pair[1].task_id].obligation)
            if not task_id:
                yield _refusal(row.task, "no-task-id")
            elif task is None:
                yield _refusal(row.task, "no-such-task", task=shortened(task_id))
            elif (sheet.name, task.obligation.task_id) in seen:
                yield _refusal(row.task, "row-twice", task=task_id)
            else:
                seen.add((sheet.name, task.obligation.task_id))
                try:
                    base = _base(row, task, ledger, old)
                except ReportError as error:
                    yield Refusal(row.cells["revision"], error)
                else:
                    yield from _read_row(row, task, base, year, joined=bool(old))


def _cut_in_two(
    row: SheetRow, task_id: str, present: Sequence[Task], ledger: Ledger | None
) -> tuple[Task, Task] | None:
    """The two tasks that the one of *row* is now, by the words that the ledger or the row itself has of it."""
    before = ledger.tasks().get(task_id) if ledger else None
    cell = row.cells.get("quote")
    words = before.quote if before else str(cell.value) if cell and cell.value and not cell.formula else ""
    return cut_in_two(words, present, before.clause if before else "") if words else None


def _base(row: SheetRow, task: LedgerTask, ledger: Ledger | None, old: str = "") -> Mapping[str, Value]:
    """What was reported when the file was made, by its column 版本, else what is reported now.

    The version is of the task *old* if the row is of one that was cut in two.
    """
    cell, now = row.cells.get("revision"), task.reported
    if cell is None or cell.value is None:
        return now.report
    try:
        revision = int(str(cell.value).strip().removesuffix(".0"))
    except ValueError:
        raise refused(ReportError, "not-a-version") from None
    if old:
        last = ledger.current([old]).get(old, Reported()).revision if ledger else 0
        if not 0 <= revision <= last:
            raise refused(ReportError, "no-such-version", version=revision)
        return ledger.as_of_revision(old, revision) if ledger else {}
    if revision == now.revision:
        return now.report
    if ledger is None or not 0 <= revision < now.revision:
        raise refused(ReportError, "no-such-version", version=revision)
    return ledger.as_of_revision(task.obligation.task_id, revision)


def _read_row(
    row: SheetRow, task: LedgerTask, base: Mapping[str, Value], year: int, *, joined: bool
) -> Iterator[Difference | Refusal]:
    """Read a row; if it is of a task that was *joined*, what it has of the plan is no longer this task's."""
    for name, cell in row.cells.items():
        column = columns()[name]
        try:
            if column.reported:
                new = _read(name, cell, year)
                if new != base.get(name):
                    yield Difference(cell, task.obligation.task_id, name, base.get(name), new)
            elif joined:
                continue
            elif name == "due_counts":
                _check_due(cell, task)
            elif not column.worked_out and name != "task_id":
                _check_unchanged(cell, words_of(column, task), _formerly(column, task))
        except (ReportError, DayError) as error:
            yield Refusal(cell, error)


def _read(name: str, cell: SheetCell, year: int) -> Value:
    if cell.formula:
        raise refused(ReportError, "formula")
    value, kind = cell.value, rules().fields[name].type
    if isinstance(value, str):
        if cell.error:
            raise refused(ReportError, "error-value", value=value)
        value = _LINE_END.sub("\n", value)
    if kind == "date" and isinstance(value, float) and round(value % 1, 6) == 0.1 and _is_year(value):
        raise refused(ReportError, "january-or-october", value=f"{value:g}", year=int(value))
    if cell.percent and isinstance(value, int | float) and kind == "percent":
        value = round(value * 100, 6)
    return read_value(name, value, year)


def _is_year(value: float) -> bool:
    return FIRST.year <= value < LAST.year + 1


def _formerly(column: Column, task: LedgerTask) -> tuple[str, ...]:
    """Return how earlier versions wrote the plan's own words in *column*."""
    if column.key == "clause":
        return (layout()["formerly_chapter"].format(number=task.clause.id.removeprefix("ch")),)
    return tuple(old for old, new in layout()["formerly"].items() if new == words_of(column, task))


def _check_unchanged(cell: SheetCell, original: str, formerly: Sequence[str]) -> None:
    """Refuse a change of the plan's own words. An emptied cell says nothing and changes nothing."""
    if cell.value is None:
        return
    if cell.formula:
        raise refused(ReportError, "formula-in-plan")
    day = day_in(original)
    if day is not None and hasattr(cell.value, "date"):
        same = cell.value.date() == day
    else:
        same = _flat(str(cell.value)) in map(_flat, (original, original[:LONGEST], *formerly))
    if not same:
        raise refused(ReportError, "plan-only", note=column_names("note"), due=column_names("due"))


def _check_due(cell: SheetCell, task: LedgerTask) -> None:
    if not cell.formula and hasattr(cell.value, "date") and cell.value.date() != task.standing.due:
        raise refused(ReportError, "calculated", due=column_names("due"), basis=column_names("due_basis"))


def _refused_together(task: LedgerTask, changes: Mapping[str, Difference], who: str) -> Refusal | None:
    """Return why the report that *changes* make may not be, at the cell of the status if they change it."""
    before = task.reported.report
    after = {**before, **{name: change.new for name, change in changes.items()}}
    try:
        check(before, {n: v for n, v in after.items() if v is not None}, another=who != task.reported.status_by)
    except ReportError as error:
        at = changes.get("status") or next(iter(changes.values()))
        return Refusal(at.cell, error)
    return None


def _conflict(change: Difference, who: str, now: Value) -> Refusal:
    there = {lang: one_line(said(change.field, now, lang), 60) or refusals().empty[lang] for lang in LANGS}
    return _refusal(change.cell, "both-changed", who=who, column=column_names(change.field), value=there)


def _refusal(cell: SheetCell, key: str, **facts: Fact) -> Refusal:
    return Refusal(cell, refused(ReportError, key, **facts))


def _flat(text: str) -> str:
    return "".join(text.split())
