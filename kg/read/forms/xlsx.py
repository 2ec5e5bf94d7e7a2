"""An Excel workbook → its sheets as tables: rows that are empty part two tables, a merged cell holds in all its rows.

A sheet that is hidden is left out and said. A formula is read by the value that Excel last worked out for it.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from kg.errors import SourceError
from kg.read.forms.grid import Block, Cell, Grid
from kg.read.forms.paragraphs import FileText, file_text

MAX_CELLS = 400_000
"""A workbook of more cells with something in them is refused: the longest table of tasks seen has 3,000."""

_MOST_COLUMNS = 64
_GET_WHOLE = "get the whole file again, or open it in Excel and save it anew"


def read_xlsx(data: bytes, name: str) -> FileText:
    """Return the source text of a workbook, the name of a sheet before it where there are several.

    Raises `SourceError` where it is damaged, has more than `MAX_CELLS` cells, or is without text.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError) as error:
        raise SourceError(name, "is a damaged Excel workbook", _GET_WHOLE) from error
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    notes = [f"sheet {one.title} is hidden and was not read" for one in book.worksheets if one not in shown]
    blocks: list[Block] = []
    left = MAX_CELLS
    for sheet in shown:
        # what it keeps cell by cell; the size it declares may be the whole sheet's
        left -= len(sheet._cells)
        if left < 0:
            raise SourceError(name, f"has more than {MAX_CELLS:,} cells", "give the sheet with the plan alone")
        tables = list(_tables(sheet))
        blocks += [sheet.title, *tables] if len(shown) > 1 and tables else tables
    return file_text(blocks, name, notes=notes)


def _tables(sheet: Any) -> Iterator[Block]:  # noqa: ANN401 - openpyxl carries no types
    """Yield the tables of a sheet from top to bottom."""
    filled: dict[tuple[int, int], Cell] = {}
    for (row, column), cell in sheet._cells.items():
        if column <= _MOST_COLUMNS and (words := _words(cell)):
            filled[row, column] = Cell.of(words.splitlines())
    for merged in sheet.merged_cells.ranges:
        held = filled.get((merged.min_row, merged.min_col))
        if held is None:
            continue
        rows = range(merged.min_row, min(merged.max_row, sheet.max_row) + 1)
        columns = range(merged.min_col, min(merged.max_col, _MOST_COLUMNS) + 1)
        filled.update({(row, column): held for row in rows for column in columns})
    run: list[int] = []
    for row in sorted({row for row, _ in filled}):
        if run and row > run[-1] + 1:
            yield _grid(filled, run)
            run = []
        run.append(row)
    if run:
        yield _grid(filled, run)


def _grid(filled: dict[tuple[int, int], Cell], rows: Sequence[int]) -> Grid:
    columns = sorted({column for row, column in filled if rows[0] <= row <= rows[-1]})
    return Grid(tuple(tuple(filled.get((row, column)) for column in columns) for row in rows))


def _words(cell: Any) -> str:  # noqa: ANN401
    """Return what the cell shows; a day as official documents print it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.date):  # a datetime as well
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%"
        return f"{value:.10g}"
    return str(value).replace("_x000D_", "").strip()
