"""An .xlsx file that people filled in → its cells by task and field. Nothing in it is trusted.

Sheets may be sorted, filtered, with hidden rows, merged cells and added columns: a row is found by its 任务编号, a
column by its heading, and a merged cell counts for every cell it spans.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from kg.errors import HetaoError
from kg.ledger.catalogue import SHEETS, columns, report_columns, standing_in
from kg.ledger.layout import layout

MOST_BYTES: Final = 1 << 30
"""Bytes that the parts of a workbook may take in memory; a hundred thousand tasks take a third of it."""

MOST_TIMES: Final = 400
"""How many times larger than the file its parts may be: a sheet of equal cells packs well, a bomb much better."""

MOST_MERGED: Final = 1_000_000
"""Merged cells a sheet may have: every one of them is looked up."""

HEAD_WITHIN: Final = 30
"""Rows from the top in which the headings are looked for."""

_DAMAGE: Final = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(ParseError, etree.LxmlError, KeyError, IndexError, ValueError, TypeError),
)
"""What openpyxl raises about a file that is not as it should be, found by damaging every part of one."""

_SAVED = "save it as an Excel workbook (.xlsx) and give that"


class WorkbookError(HetaoError):
    """A file that is not a workbook of a ledger, or not one that can be read safely."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as it was read: where it is (督查督办台账!T12), and what it holds.

    `formula`, `percent` and `error` are whether that is a formula, shown as a percentage, or an error (#VALUE!).
    """

    sheet: str
    place: str
    value: Any
    formula: bool = False
    percent: bool = False
    error: bool = False

    @property
    def where(self) -> str:
        """Sheet and cell, as people find it."""
        return f"{self.sheet}!{self.place}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: the cell with the task's id, and the other cells by field."""

    task: SheetCell
    cells: Mapping[str, SheetCell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of tasks: its rows, and the headings of columns that are no field."""

    name: str
    rows: tuple[SheetRow, ...]
    added: tuple[str, ...]


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of tasks in a file.

    Raises:
        WorkbookError: the file has none, is damaged or cannot be read safely.
    """
    with opened(path, read_only=True) as book:
        found = [sheet for one in book.worksheets if (sheet := _read_sheet(path, one))]
    if not found:
        problem = f"no sheet has a column {id_heading()} (it has {'、'.join(book.sheetnames)[:100]})"
        raise WorkbookError(path, problem, "give a workbook made by `hetao export`")
    return found


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[Any]:
    """Yield the workbook at *path* as openpyxl reads it; a `WorkbookError` if it is damaged or not safe to read."""
    check_file(path)
    # opened here and not by the library, which leaves a file open that it cannot read
    with path.open("rb") as file:
        with _damage(path, "it cannot be read as a workbook"):
            book = load_workbook(file, read_only=read_only, keep_links=not read_only)
        with closing(book):
            yield book


@contextmanager
def _damage(path: Path, problem: str) -> Iterator[None]:
    """Turn openpyxl's errors into a `WorkbookError`. No code of our own runs inside: its faults are no damage."""
    try:
        yield
    except _DAMAGE as error:
        raise WorkbookError(path, f"{problem} ({type(error).__name__})", _SAVED) from error


def heading_key(text: object) -> str:
    """Return a heading as headings are compared: without white space, bracketed remarks or a unit."""
    return re.sub(r"[（(].*?[）)]$", "", "".join(str(text or "").split())).casefold()


def check_file(path: Path) -> None:
    """Raise a `WorkbookError` if *path* is not a plain .xlsx file, before anything in it is unpacked."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise WorkbookError(path, error.strerror or "it cannot be read", "name a file that exists") from error
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise WorkbookError(path, "it has a password, or is an old .xls file", f"remove the password and {_SAVED}")
    if not begin.startswith(b"PK"):
        raise WorkbookError(path, "it is not an Excel workbook", _SAVED)
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
            whole = sum(info.file_size for info in infos)
            if whole > MOST_BYTES or whole > MOST_TIMES * max(path.stat().st_size, 1 << 14):
                raise WorkbookError(path, f"it would unpack to {whole >> 20} MB", "give the workbook itself")
            names = {info.filename for info in infos}
            if any(name.endswith("vbaProject.bin") for name in names):
                raise WorkbookError(path, "it contains macros", f"remove them and {_SAVED}")
            if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
                raise WorkbookError(path, "it is not an Excel workbook", _SAVED)
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    with parts.open(info) as part:
                        if b"<!DOCTYPE" in part.read(2048):
                            raise WorkbookError(path, f"{info.filename} declares entities", _SAVED)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise WorkbookError(path, "it is damaged, or has a password", _SAVED) from error


def _read_sheet(path: Path, sheet: Any) -> Sheet | None:  # noqa: ANN401 - openpyxl has no types
    with closing(_lines(path, sheet)) as lines:
        for number, line in zip(range(1, HEAD_WITHIN + 1), lines, strict=False):
            heads = {i: cell.value for i, cell in enumerate(line, 1) if isinstance(cell.value, str)}
            if is_head(heads):
                fields, added = columns_under(sheet.title, number, heads)
                rows = tuple(_rows(path, sheet, number, lines, fields))
                return Sheet(sheet.title, rows, tuple(added))
    return None


def _lines(path: Path, sheet: Any) -> Generator[Any, None, None]:  # noqa: ANN401 - openpyxl has no types
    """The rows of *sheet* from the first; left open, openpyxl would hold the file."""
    sheet.reset_dimensions()
    with closing(sheet.iter_rows()) as lines:
        while True:
            with _damage(path, f"its sheet {sheet.title} is damaged"):
                line = next(lines, None)
            if line is None:
                return
            yield line


def is_head(heads: Mapping[int, object]) -> bool:
    """Return whether a row with *heads* is the one of headings: 任务编号 makes it so."""
    return any(heading_key(text) == id_heading() for text in heads.values())


def columns_under(sheet: str, number: int, heads: Mapping[int, str]) -> tuple[dict[int, str], list[str]]:
    """Return the field of each column, counted from 1, by its heading in row *number*, and the headings of no field."""
    known = _headings()[""] | _headings().get(sheet, {})
    found: dict[int, str] = {}
    added = []
    for i, text in heads.items():
        field = known.get(heading_key(text))
        if field is None:
            added.append(text)
        elif field in found.values():
            place = f"{sheet}!{get_column_letter(i)}{number}"
            raise WorkbookError(place, f"the heading {text} is there twice", "leave one of the columns")
        else:
            found[i] = field
    return found, added


def _rows(
    path: Path,
    sheet: Any,  # noqa: ANN401 - openpyxl has no types
    above: int,
    lines: Iterator[Any],
    fields: Mapping[int, str],
) -> Iterator[SheetRow]:
    merged = _merged(path, sheet)
    tops: dict[tuple[int, int], SheetCell] = {}
    spanning = set(merged.values())
    for number, line in enumerate(lines, above + 1):
        cells: dict[str, SheetCell] = {}
        for i, field in fields.items():
            place = f"{get_column_letter(i)}{number}"
            cell = _cell(path, sheet.title, place, line[i - 1] if i <= len(line) else None)
            if (number, i) in spanning:
                tops[number, i] = cell
            if top := tops.get(merged.get((number, i), (0, 0))):
                cell = replace(top, place=place)
            cells[field] = cell
        task = cells.pop("task_id")
        if task.value is not None or any(cell.value is not None for cell in cells.values()):
            yield SheetRow(task, cells)


def _cell(path: Path, sheet: str, place: str, cell: Any) -> SheetCell:  # noqa: ANN401 - openpyxl has no types
    if cell is None or cell.value is None:
        return SheetCell(sheet, place, None)
    try:
        shown = str(cell.number_format or "")
    except IndexError as error:
        raise WorkbookError(path, f"{sheet}!{place} has a format that the file lacks", _SAVED) from error
    percent = "%" in re.sub(r'"[^"]*"|\\.', "", shown)
    return SheetCell(sheet, place, cell.value, cell.data_type == "f", percent, cell.data_type == "e")


def _merged(path: Path, sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:  # noqa: ANN401 - openpyxl has no types
    """Each cell below or beside the first of a merged range → that first one.

    openpyxl does not know the merged cells of a workbook it reads row by row: they are at the end of the sheet's part.
    """
    ranges = []
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with _damage(path, f"its sheet {sheet.title} is damaged"), sheet._get_source() as part:
        for _, element in etree.iterparse(part, tag=(f"{name}mergeCell", f"{name}row"), resolve_entities=False):
            if element.tag.endswith("mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref"))
                ranges.append((range(top, bottom + 1), range(left, right + 1)))
            element.clear()
    if sum(len(rows) * len(across) for rows, across in ranges) > MOST_MERGED:
        raise WorkbookError(sheet.title, f"more than {MOST_MERGED:,} cells are merged", "undo the merging")
    found = {(r, c): (rows[0], across[0]) for rows, across in ranges for r in rows for c in across}
    return {place: top for place, top in found.items() if place != top}


def id_heading() -> str:
    """Return the heading of the column of task ids, as headings are compared."""
    return heading_key(columns()["task_id"].heading("tasks"))


@cache
def _headings() -> dict[str, dict[str, str]]:
    """Sheet → heading → field; under "" those that hold on any sheet, as in an office's own template."""
    found: dict[str, dict[str, str]] = {"": {}}
    for name in SHEETS:
        own = {heading_key(column.heading(name)): column.key for column in standing_in(name)}
        found[layout()["sheets"][name]["sheet"]] = own
        found[""] = own | found[""]
    titles = [(title, column.key) for column in report_columns() for title in column.title.values()]
    titles += [(column.heading("csv").rpartition(" ")[0], column.key) for column in standing_in("csv")]
    for title, key in titles:
        found[""].setdefault(heading_key(title), key)
    for old, new in layout()["formerly"].items():
        if new in found[""]:
            found[""].setdefault(old, found[""][new])
    return found
