"""An .xlsx file that people filled in → its cells by task and field. Nothing in it is trusted.

Sheets may be sorted, filtered, with rows hidden, cells merged and columns added: a row is found by its 任务编号, a
column by its heading, and a merged cell counts for every cell it spans.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
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
from kg.ledger.export import wording
from kg.ledger.layout import layout
from kg.ledger.reports import rules

MOST_BYTES: Final = 1 << 30
"""Bytes that the parts of a workbook may take in memory; a hundred thousand tasks take a third of it."""

MOST_TIMES: Final = 400
"""How many times larger than the file its parts may be: a sheet of equal cells packs well, a bomb much better."""

MOST_MERGED: Final = 1_000_000
"""Cells of a sheet that may be merged: every one of them is looked up."""

HEAD_WITHIN: Final = 30
"""Rows from the top in which the heading of the columns is looked for."""

_DAMAGED: Final = (KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, ParseError, etree.LxmlError)
"""What the libraries raise of a workbook that is not as it should be."""

_SAVED = "save it as an Excel workbook (.xlsx) and give that"


class WorkbookError(HetaoError):
    """A file that is no workbook of a ledger, or not one that can be read safely."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was read: where it is (督查督办台账!T12), what it holds, and whether it is shown as a percentage."""

    sheet: str
    place: str
    value: Any
    formula: bool = False
    percent: bool = False

    @property
    def where(self) -> str:
        """Sheet and cell, as people find it."""
        return f"{self.sheet}!{self.place}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: the cell of its task's id, and its cells by field."""

    task: Cell
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that has tasks: its rows, and the headings of columns that are no field."""

    name: str
    rows: tuple[Row, ...]
    added: tuple[str, ...]


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of tasks in a file; a `WorkbookError` where it has none or cannot be read safely."""
    look_over(path)
    # opened here and not by the library, which leaves a file open that it cannot read
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        except (*_DAMAGED, InvalidFileException, zipfile.BadZipFile) as error:
            problem = f"it cannot be read as a workbook ({type(error).__name__})"
            raise WorkbookError(path, problem, _SAVED) from error
        with closing(book):
            try:
                found = [sheet for one in book.worksheets if (sheet := _read_sheet(one))]
            except _DAMAGED as error:
                raise WorkbookError(path, f"a sheet of it is damaged ({type(error).__name__})", _SAVED) from error
    if not found:
        names = "、".join(book.sheetnames)[:100]
        raise WorkbookError(
            path, f"no sheet has a column {id_heading()} (it has {names})", "give a workbook made by `hetao export`"
        )
    return found


def heading_key(text: object) -> str:
    """Return a heading as headings are compared: without white space, brackets' remarks, or a mark of the unit."""
    return re.sub(r"[（(].*?[）)]$", "", "".join(str(text or "").split())).casefold()


def look_over(path: Path) -> None:
    """Refuse what is no plain .xlsx, before anything of it is unpacked."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise WorkbookError(path, error.strerror or "it cannot be read", "name a file that is there") from error
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise WorkbookError(
            path, "it has a password, or is of the old form .xls", f"take the password off and {_SAVED}"
        )
    if not begin.startswith(b"PK"):
        raise WorkbookError(path, "it is no Excel workbook", _SAVED)
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
            whole = sum(info.file_size for info in infos)
            if whole > MOST_BYTES or whole > MOST_TIMES * max(path.stat().st_size, 1 << 14):
                raise WorkbookError(path, f"it would unpack to {whole >> 20} MB", "give the workbook itself")
            names = {info.filename for info in infos}
            if any(name.endswith("vbaProject.bin") for name in names):
                raise WorkbookError(path, "it has macros", f"take them out and {_SAVED}")
            if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
                raise WorkbookError(path, "it is no Excel workbook", _SAVED)
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    with parts.open(info) as part:
                        if b"<!DOCTYPE" in part.read(2048):
                            raise WorkbookError(path, f"{info.filename} declares entities", _SAVED)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise WorkbookError(path, "it is damaged, or has a password", _SAVED) from error


def _read_sheet(sheet: Any) -> Sheet | None:  # noqa: ANN401 - openpyxl has no types
    if not hasattr(sheet, "iter_rows"):
        return None
    merged = _merged(sheet)
    sheet.reset_dimensions()
    # left open, what reads the rows would hold the file
    with closing(sheet.iter_rows()) as lines:
        for number, line in enumerate(lines, 1):
            keys = {i: heading_key(cell.value) for i, cell in enumerate(line, 1) if isinstance(cell.value, str)}
            if id_heading() in keys.values():
                columns, added = columns_under(sheet.title, number, keys, {i: str(line[i - 1].value) for i in keys})
                rows = tuple(_rows(sheet.title, number, lines, columns, merged))
                return Sheet(sheet.title, rows, tuple(added))
            if number >= HEAD_WITHIN:
                break
    return None


def columns_under(
    sheet: str, number: int, keys: Mapping[int, str], heads: Mapping[int, str]
) -> tuple[dict[int, str], list[str]]:
    """Return the field of each column, counted from 1, by its heading in row *number*, and the headings that are none.

    *keys* are the headings as they are compared, *heads* as they are written.
    """
    known = _headings().get(sheet, {})
    others = _headings()[""]
    found: dict[int, str] = {}
    added = []
    for i, key in keys.items():
        field = known.get(key) or others.get(key)
        if field is None:
            added.append(heads[i])
        elif field in found.values():
            place = f"{sheet}!{get_column_letter(i)}{number}"
            raise WorkbookError(place, f"the heading {heads[i]} is there twice", "leave one of the columns")
        else:
            found[i] = field
    return found, added


def _rows(
    sheet: str,
    above: int,
    lines: Iterator[Any],
    columns: Mapping[int, str],
    merged: Mapping[tuple[int, int], tuple[int, int]],
) -> Iterator[Row]:
    tops: dict[tuple[int, int], Cell] = {}
    spanning = set(merged.values())
    for number, line in enumerate(lines, above + 1):
        cells: dict[str, Cell] = {}
        for i, field in columns.items():
            at = (number, i)
            cell = _cell(sheet, number, i, line[i - 1] if i <= len(line) else None)
            if at in spanning:
                tops[at] = cell
            top = tops.get(merged.get(at, at))
            if top is not None and at != merged.get(at, at):
                cell = Cell(sheet, cell.place, top.value, top.formula, top.percent)
            cells[field] = cell
        task = cells.pop("task_id")
        if task.value is not None or any(cell.value is not None for cell in cells.values()):
            yield Row(task, cells)


def _cell(sheet: str, row: int, column: int, cell: Any) -> Cell:  # noqa: ANN401 - openpyxl has no types
    place = f"{get_column_letter(column)}{row}"
    if cell is None or cell.value is None:
        return Cell(sheet, place, None)
    shown = re.sub(r'"[^"]*"|\\.', "", str(cell.number_format or ""))
    return Cell(sheet, place, cell.value, cell.data_type == "f", "%" in shown)


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:  # noqa: ANN401 - openpyxl has no types
    """Each cell below or beside the first of a merged range → that first one.

    A workbook that is read row by row does not know its merged cells; they stand at the end of the sheet's part.
    """
    found: dict[tuple[int, int], tuple[int, int]] = {}
    with sheet._get_source() as part:
        name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        for _, element in etree.iterparse(part, tag=(f"{name}mergeCell", f"{name}row"), resolve_entities=False):
            if element.tag.endswith("mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref"))
                if len(found) + (bottom - top + 1) * (right - left + 1) > MOST_MERGED:
                    raise WorkbookError(sheet.title, f"more than {MOST_MERGED:,} cells are merged", "undo the merging")
                found |= {(r, c): (top, left) for r in range(top, bottom + 1) for c in range(left, right + 1)}
            element.clear()
    return found


def id_heading() -> str:
    """Return the heading, as headings are compared, that makes a row the one of headings."""
    return heading_key(next(c["header"] for c in layout()["sheets"]["tasks"]["columns"] if c["field"] == "task_id"))


@cache
def _headings() -> dict[str, dict[str, str]]:
    """Sheet → heading → field; under "" those that hold on any sheet, as in an office's own template."""
    found: dict[str, dict[str, str]] = {"": {}}
    for sheet in layout()["sheets"].values():
        own = found.setdefault(sheet["sheet"], {})
        for column in (*sheet["columns"], *sheet.get("more_columns", ())):
            own[heading_key(column["header"])] = column["field"]
            found[""].setdefault(heading_key(column["header"]), column["field"])
    for field in rules().fields.values():
        for word in field.words.values():
            found[""].setdefault(heading_key(word), field.name)
    for column in wording()["columns"]:
        found[""].setdefault(heading_key(column["header"].rpartition(" ")[0]), column["field"])
    return found
