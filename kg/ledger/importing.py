"""A filled-in workbook against the ledger → every difference, what is refused of it, and the edits that it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kg.errors import HetaoError
from kg.ledger.cells import said, words_of
from kg.ledger.changes import Edit, Reported, task_of
from kg.ledger.entries import Entry
from kg.ledger.layout import WORKED_OUT, day_in
from kg.ledger.reading import Cell, Row, Sheet
from kg.ledger.reports import LONGEST, ReportError, Value, check, read_value, rules
from kg.ledger.store import Ledger

Take = Literal["", "file", "ledger"]
"""What holds where two people changed the same field: nothing yet, the file's value, or the ledger's."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the file changes: from what the file was made with, to what it says now."""

    cell: Cell
    task_id: str
    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that cannot be taken, and why."""

    cell: Cell
    why: str
    fix: str

    def __str__(self) -> str:
        return f"{self.cell.where}: {self.why}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a workbook comes to: the differences, what is refused, and the edits, which are whole or worth nothing."""

    differences: tuple[Difference, ...]
    refused: tuple[Refusal, ...]
    edits: tuple[Edit, ...]
    rows: int
    added: tuple[str, ...]


class _Refused(Exception):  # noqa: N818 - no error of the program: what a cell gets
    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.why, self.fix = why, fix


_PLAN_ONLY: Final = "write what you have to say of it in 备注 or 认定的截止日期"


def compare(
    sheets: Sequence[Sheet], entries: Sequence[Entry], ledger: Ledger | None, who: str, year: int, take: Take = ""
) -> Comparison:
    """Return what *sheets*, filled in by *who*, change in the ledger. A day without a year is of *year*."""
    known = {entry.row.task_id: entry for entry in entries}
    refused: list[Refusal] = []
    wanted: dict[str, dict[str, Difference]] = defaultdict(dict)
    seen: set[tuple[str, str]] = set()
    for sheet in sheets:
        for row in sheet.rows:
            task_id = "".join(str(row.task.value or "").split())
            entry = known.get(task_id)
            if entry is None:
                refused.append(_unknown(row, task_id))
                continue
            if (sheet.name, task_id) in seen:
                refused.append(Refusal(row.task, f"{task_id} is there twice", "leave one of the rows"))
                continue
            seen.add((sheet.name, task_id))
            try:
                base = _base(row, entry, ledger)
            except _Refused as error:
                refused.append(Refusal(row.cells["revision"], error.why, error.fix))
                continue
            for found in _read_row(row, entry, base, year):
                if isinstance(found, Refusal):
                    refused.append(found)
                    continue
                other = wanted[task_id].get(found.field)
                if other and other.new != found.new:
                    refused.append(Refusal(found.cell, f"{other.cell.where} says otherwise", "let both say the same"))
                wanted[task_id][found.field] = found
    differences: list[Difference] = []
    edits = []
    for task_id, changes in wanted.items():
        entry = known[task_id]
        kept = {}
        for name, change in changes.items():
            now = entry.value(name)
            if now == change.new:
                continue
            if now != change.old and take != "file":
                if take == "":
                    refused.append(_conflict(change, entry.reported, now))
                continue
            kept[name] = change
        if kept:
            differences += kept.values()
            edits.append(
                Edit(
                    task_of(entry.document.slug, entry.row),
                    {n: c.new for n, c in kept.items()},
                    entry.reported.revision,
                )
            )
            refused += _steps(entry, kept, who)
    added = dict.fromkeys(name for sheet in sheets for name in sheet.added)
    rows = sum(len(sheet.rows) for sheet in sheets)
    return Comparison(tuple(differences), tuple(refused), () if refused else tuple(edits), rows, tuple(added))


def _unknown(row: Row, task_id: str) -> Refusal:
    if not task_id:
        return Refusal(row.task, "the row has no 任务编号", "write it, or take the row out")
    return Refusal(row.task, f"there is no task {task_id[:60]}", "see that the 任务编号 is whole")


def _base(row: Row, entry: Entry, ledger: Ledger | None) -> Mapping[str, Value]:
    """What was reported when the file was made: by its column 版本, else what is reported now."""
    cell = row.cells.get("revision")
    if cell is None or cell.value is None:
        return entry.reported.report
    try:
        revision = int(str(cell.value).strip().removesuffix(".0"))
    except ValueError:
        raise _Refused("it is no number of a version", "put back what stood there, or empty it") from None
    if revision == entry.reported.revision:
        return entry.reported.report
    if ledger is None or not 0 <= revision < entry.reported.revision:
        raise _Refused(f"the ledger has no version {revision} of the task", "put back what stood there, or empty it")
    return ledger.as_of_revision(entry.row.task_id, revision)


def _read_row(row: Row, entry: Entry, base: Mapping[str, Value], year: int) -> Iterator[Difference | Refusal]:
    plan = words_of(entry)
    for name, cell in row.cells.items():
        try:
            if name in rules().fields:
                new = _read(name, cell, year)
                if new != base.get(name):
                    yield Difference(cell, entry.row.task_id, name, base.get(name), new)
            elif name == "due_counts":
                _untouched_day(cell, entry)
            elif name not in WORKED_OUT and name != "task_id":
                _untouched(name, cell, plan)
        except _Refused as error:
            yield Refusal(cell, error.why, error.fix)


def _read(name: str, cell: Cell, year: int) -> Value:
    if cell.formula:
        raise _Refused("a formula stands where words belong", "put its value there")
    value = cell.value
    if cell.percent and isinstance(value, int | float) and rules().fields[name].kind == "percent":
        value = round(value * 100, 6)
    try:
        return read_value(name, value, year)
    except HetaoError as error:
        raise _Refused(f"{error.subject[:60]}: {error.problem}", error.fix) from error


def _untouched(name: str, cell: Cell, plan: Mapping[str, str]) -> None:
    """Refuse what was changed of the plan's own words. An emptied cell says nothing and changes nothing."""
    if cell.value is None:
        return
    if cell.formula:
        raise _Refused("a formula stands where the plan's words belong", "put back what stood there")
    stood = plan[name]
    day = day_in(stood)
    if day is not None and hasattr(cell.value, "date"):
        same = cell.value.date() == day
    else:
        same = _flat(str(cell.value)) == _flat(stood[:LONGEST]) or _flat(str(cell.value)) == _flat(stood)
    if not same:
        raise _Refused("it is the plan's own and is not changed here", _PLAN_ONLY)


def _untouched_day(cell: Cell, entry: Entry) -> None:
    if cell.formula or cell.value is None or not hasattr(cell.value, "date"):
        return
    if cell.value.date() != entry.standing.due:
        raise _Refused(
            "it is worked out from the columns before it", "write the day in 认定的截止日期, with its 认定依据"
        )


def _steps(entry: Entry, changes: Mapping[str, Difference], who: str) -> Iterator[Refusal]:
    """Refuse where the life of the task does not go on so."""
    after = {**entry.reported.report, **{name: change.new for name, change in changes.items()}}
    try:
        another = who != entry.reported.status_by
        check(entry.reported.report, {n: v for n, v in after.items() if v is not None}, another=another)
    except ReportError as error:
        at = changes.get("status") or next(iter(changes.values()))
        yield Refusal(at.cell, f"{error.subject}: {error.problem}", error.fix)


def _conflict(change: Difference, reported: Reported, now: Value) -> Refusal:
    word = rules().fields[change.field].words["zh-Hans"]
    there = said(change.field, now)[:60] or "（空）"
    return Refusal(
        change.cell,
        f"{reported.who} changed {word} meanwhile to {there}",
        "settle which holds, then give --take file or --take ledger",
    )


def _flat(text: str) -> str:
    return "".join(text.split())
