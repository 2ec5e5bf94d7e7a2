"""An office's own workbook and tasks → the same workbook with a row for each task, below its own headings."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter

from kg.ledger.catalogue import columns as all_columns
from kg.ledger.cells import cell_of
from kg.ledger.layout import cut
from kg.ledger.reading import HEAD_WITHIN, WorkbookError, columns_under, id_heading, is_head, opened
from kg.ledger.tasks import LedgerTask, Terms
from kg.refusals import refused

_DAY = "yyyy/m/d"


def fill_template(path: Path, tasks: Sequence[LedgerTask], terms: Terms) -> bytes:
    """Return the workbook at *path* filled in with *tasks*, each as it stands on the day of *terms*.

    On each sheet the row that contains 任务编号 is that of the headings; they decide what is written below them, and a
    heading that is none of the ledger's is left to the office. The row below shows how a row looks; it and all below it
    must be empty.

    Raises:
        WorkbookError: it has no such sheet, is not empty below the headings, or cannot be read.
    """
    with opened(path) as book:
        found = [(sheet, heads) for sheet in book.worksheets if (heads := _heads_of(sheet))]
        if not found:
            raise refused(WorkbookError, "no-sheet-in-template", path, heading=id_heading())
        for sheet, (head, columns) in found:
            _fill(sheet, head, columns, tasks, terms)
        out = io.BytesIO()
        book.save(out)
    return out.getvalue()


def _heads_of(sheet: Any) -> tuple[int, dict[int, str]] | None:  # noqa: ANN401 - openpyxl has no types
    for row in range(1, min(sheet.max_row, HEAD_WITHIN) + 1):
        heads = {cell.column: cell.value for cell in sheet[row] if isinstance(cell.value, str)}
        if is_head(heads):
            return row, heads
    return None


def _fill(sheet: Any, head: int, heads: dict[int, str], tasks: Sequence[LedgerTask], terms: Terms) -> None:  # noqa: ANN401
    columns, _ = columns_under(sheet.title, head, heads)
    for line in sheet.iter_rows(min_row=head + 1):
        for cell in line:
            if cell.value is not None:
                place = f"{sheet.title}!{cell.coordinate}"
                raise refused(WorkbookError, "below-headings", place)
    first, last = head + 1, head + len(tasks)
    looks = {i: copy(sheet.cell(first, i)._style) for i in range(1, sheet.max_column + 1)}
    height = sheet.row_dimensions[first].height
    _spread(sheet, first, last)
    for row, task in enumerate(tasks, first):
        if height:
            sheet.row_dimensions[row].height = height
        for i, look in looks.items():
            cell = sheet.cell(row, i)
            cell._style = copy(look)
            column = all_columns()[columns[i]] if i in columns else None
            if column and (terms.personal or not column.personal):
                _write(cell, cell_of(column, task))


def _write(cell: Any, value: str | int | datetime.date) -> None:  # noqa: ANN401
    if value == "":
        return
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", cut(value))
        # text that begins like a formula is still text
        cell.data_type = "s"
        return
    look = cell.number_format
    if isinstance(value, datetime.date):
        cell.value = value
        cell.number_format = look if is_date_format(look) else _DAY
    else:
        # a cell shown as a percentage holds 0.6 for 60 %
        cell.value = value / 100 if "%" in look else value


def _spread(sheet: Any, first: int, last: int) -> None:  # noqa: ANN401
    """Extend the lists of choices and the conditional colours of the row that shows how rows look to all rows."""
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
