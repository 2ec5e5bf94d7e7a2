"""An office's own workbook and entries → the same workbook with a row for each, below the headings it has itself."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter

from kg.ledger.cells import words_of
from kg.ledger.entries import Entry, Terms
from kg.ledger.layout import cut, day_in
from kg.ledger.reading import HEAD_WITHIN, WorkbookError, columns_under, heading_key, id_heading, look_over
from kg.ledger.reports import rules
from kg.ledger.standing import lights

_DAY = "yyyy/m/d"


def fill_template(path: Path, entries: Sequence[Entry], terms: Terms) -> bytes:
    """Return the workbook at *path* filled in with *entries*; a `WorkbookError` where it has no place for them.

    On each sheet the row that has a heading 任务编号 is that of the headings; what they are called decides what stands
    below them, and those that are none of the ledger's are left to the office. The row below shows how a row looks, and
    has to be empty as all below it. How a task stands is written as of the day of *terms*.
    """
    look_over(path)
    try:
        book = load_workbook(path)
    except (KeyError, ValueError, TypeError, OSError) as error:
        problem = f"it cannot be read as a workbook ({type(error).__name__})"
        raise WorkbookError(path, problem, "save it as .xlsx once more") from error
    found = [(sheet, head) for sheet in book.worksheets if (head := _head_of(sheet))]
    if not found:
        fix = "give one of its sheets a row of headings with 任务编号 among them"
        raise WorkbookError(path, "no sheet has a column 任务编号", fix)
    for sheet, head in found:
        _fill(sheet, head, entries, terms)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head_of(sheet: Any) -> int | None:  # noqa: ANN401 - openpyxl has no types
    for row in range(1, min(sheet.max_row, HEAD_WITHIN) + 1):
        if any(heading_key(cell.value) == id_heading() for cell in sheet[row]):
            return row
    return None


def _fill(sheet: Any, head: int, entries: Sequence[Entry], terms: Terms) -> None:  # noqa: ANN401
    heads = {cell.column: cell.value for cell in sheet[head] if isinstance(cell.value, str)}
    columns, _ = columns_under(sheet.title, head, {i: heading_key(text) for i, text in heads.items()}, heads)
    for line in sheet.iter_rows(min_row=head + 1):
        for cell in line:
            if cell.value is not None:
                place = f"{sheet.title}!{cell.coordinate}"
                raise WorkbookError(place, "it holds something below the headings", "empty the rows there")
    first, last = head + 1, head + len(entries)
    looks = {i: copy(sheet.cell(first, i)._style) for i in range(1, sheet.max_column + 1)}
    height = sheet.row_dimensions[first].height
    _spread(sheet, first, last)
    for number, entry in enumerate(entries, 1):
        row = head + number
        values = _values(number, entry, terms)
        if height:
            sheet.row_dimensions[row].height = height
        for i, look in looks.items():
            cell = sheet.cell(row, i)
            cell._style = copy(look)
            if i in columns:
                _write(cell, values.get(columns[i], ""))


def _values(number: int, entry: Entry, terms: Terms) -> Mapping[str, str | int | datetime.date]:
    stands = entry.standing
    values: dict[str, str | int | datetime.date] = {
        **words_of(entry),
        "number": number,
        "revision": entry.reported.revision,
        "due_counts": stands.due or "",
        "state": stands.said(),
        "days": "" if stands.days is None else stands.days,
        "light": lights().colours[entry.light]["zh-Hans"],
    }
    values["deadline_date"] = day_in(str(values["deadline_date"])) or values["deadline_date"]
    for name, field in rules().fields.items():
        value = entry.value(name)
        if field.personal and not terms.personal:
            values[name] = ""
        elif field.kind in ("date", "percent") and isinstance(value, int | datetime.date):
            values[name] = value
    if not terms.personal:
        values["updated_by"] = ""
    return values


def _write(cell: Any, value: str | int | datetime.date) -> None:  # noqa: ANN401
    if value == "":
        return
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", cut(value))
        # what begins as a formula does is text all the same
        cell.data_type = "s"
        return
    look = cell.number_format
    if isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = look if is_date_format(look) else _DAY
    else:
        # a cell that is shown as a percentage holds 0.6 for 60 %
        cell.value = value / 100 if "%" in look else value


def _spread(sheet: Any, first: int, last: int) -> None:  # noqa: ANN401
    """Let what holds for the row that shows how rows look, lists to choose from and colours, hold for all of them."""
    for rule in sheet.data_validations.dataValidation:
        for part in list(rule.sqref.ranges):
            if part.min_row <= first <= part.max_row < last:
                for column in range(part.min_col, part.max_col + 1):
                    letter = get_column_letter(column)
                    rule.add(f"{letter}{first}:{letter}{last}")
    for one in list(sheet.conditional_formatting):
        for part in one.sqref.ranges:
            if part.min_row <= first <= part.max_row < last:
                place = f"{get_column_letter(part.min_col)}{first}:{get_column_letter(part.max_col)}{last}"
                for rule in one.rules:
                    sheet.conditional_formatting.add(place, rule)
    if ":" in (sheet.auto_filter.ref or ""):
        left, _, right = str(sheet.auto_filter.ref).partition(":")
        sheet.auto_filter.ref = f"{left}:{''.join(c for c in right if c.isalpha())}{last}"
