"""An .xlsx file that people filled in → its cells by task and field. Nothing in it is trusted.

Sheets may be sorted, filtered, with hidden rows, merged cells and added columns: a row is found by its 任务编号, a
column by its heading, and a merged cell counts for every cell it spans. What is hidden is read and says so.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from kg.errors import HetaoError
from kg.ledger.catalogue import SHEETS, columns, report_columns, standing_in
from kg.ledger.days import is_day_number
from kg.ledger.layout import layout
from kg.refusals import refused

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

HiddenBy = Literal["", "sheet", "row", "column"]
"""What hides a cell: nothing, its sheet, its row or its column."""


class WorkbookError(HetaoError):
    """A file that is not a workbook of a ledger, or not one that can be read safely."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as it was read: where it is (督查督办台账!T12), and what it holds.

    `formula`, `percent` and `error` are whether that is a formula, shown as a percentage, or an error (#VALUE!);
    `hidden` is what hides it.
    """

    sheet: str
    place: str
    value: Any
    formula: bool = False
    percent: bool = False
    error: bool = False
    hidden: HiddenBy = ""

    @property
    def where(self) -> str:
        """Sheet and cell, as people find it."""
        return f"{self.sheet}!{self.place}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: the cell with the task's id, and the other cells by field."""

    task: SheetCell
    cells: Mapping[str, SheetCell]
    hidden: Literal["", "sheet", "row"] = ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a sheet's part says of its rows and columns: the hidden ones, and each merged cell → the first of its range.

    openpyxl does not know these of a workbook that it reads row by row.
    """

    rows: frozenset[int]
    columns: tuple[range, ...]
    merged: Mapping[tuple[int, int], tuple[int, int]]


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
        sheets = "、".join(book.sheetnames)[:100]
        raise refused(WorkbookError, "no-sheet", path, heading=id_heading(), sheets=sheets)
    return found


class _NumberReader(ExcelReader):  # type: ignore[misc]
    """A reader whose numbers stay numbers.

    Of cells for days, openpyxl takes 2025.1 for a day of 1905 and 20251231 for an error, which it would also save.
    """

    def read_worksheets(self) -> None:
        self.wb._date_formats = frozenset()
        super().read_worksheets()


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[Any]:
    """Yield the workbook at *path* as openpyxl reads it; a `WorkbookError` if it is damaged or not safe to read."""
    check_file(path)
    # opened here and not by the library, which leaves a file open that it cannot read
    with path.open("rb") as file:
        with _damage("unreadable", path):
            reader = _NumberReader(file, read_only=read_only, keep_links=not read_only)
            reader.read()
            book = reader.wb
        with closing(book):
            yield book


@contextmanager
def _damage(key: str, path: Path, **facts: str) -> Iterator[None]:
    """Turn openpyxl's errors into a `WorkbookError`. No code of our own runs inside: its faults are no damage."""
    try:
        yield
    except _DAMAGE as error:
        raise refused(WorkbookError, key, path, kind=type(error).__name__, **facts) from error


def heading_key(text: object) -> str:
    """Return a heading as headings are compared: without white space, bracketed remarks or a unit."""
    return re.sub(r"[（(].*?[）)]$", "", "".join(str(text or "").split())).casefold()


def check_file(path: Path) -> None:
    """Raise a `WorkbookError` if *path* is not a plain .xlsx file, before anything in it is unpacked."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError as error:
        raise refused(WorkbookError, "not-found", path, reason=error.strerror or type(error).__name__) from error
    if begin.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused(WorkbookError, "locked-or-old", path)
    if not begin.startswith(b"PK"):
        raise refused(WorkbookError, "not-a-workbook", path)
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
            whole = sum(info.file_size for info in infos)
            if whole > MOST_BYTES or whole > MOST_TIMES * max(path.stat().st_size, 1 << 14):
                raise refused(WorkbookError, "too-large", path, size=whole >> 20)
            names = {info.filename for info in infos}
            if any(name.endswith("vbaProject.bin") for name in names):
                raise refused(WorkbookError, "macros", path)
            if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
                raise refused(WorkbookError, "not-a-workbook", path)
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    with parts.open(info) as part:
                        if b"<!DOCTYPE" in part.read(2048):
                            raise refused(WorkbookError, "entities", path, part=info.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refused(WorkbookError, "damaged-or-locked", path) from error


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
            with _damage("damaged-sheet", path, sheet=sheet.title):
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
            raise refused(WorkbookError, "heading-twice", place, heading=text)
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
    shape = _shape(path, sheet)
    whole = sheet.sheet_state != "visible"
    concealed = {i for i in fields if any(i in some for some in shape.columns)}
    dated = {i for i, field in fields.items() if columns()[field].type == "date"}
    tops: dict[tuple[int, int], SheetCell] = {}
    spanning = set(shape.merged.values())
    for number, line in enumerate(lines, above + 1):
        hidden: Literal["", "sheet", "row"] = "sheet" if whole else "row" if number in shape.rows else ""
        cells: dict[str, SheetCell] = {}
        for i, field in fields.items():
            place = f"{get_column_letter(i)}{number}"
            cell = _cell(path, sheet, place, line[i - 1] if i <= len(line) else None, dated=i in dated)
            if (number, i) in spanning:
                tops[number, i] = cell
            if top := tops.get(shape.merged.get((number, i), (0, 0))):
                cell = replace(top, place=place, hidden="")
            if hidden or i in concealed:
                cell = replace(cell, hidden=hidden or "column")
            cells[field] = cell
        task = cells.pop("task_id")
        if task.value is not None or any(cell.value is not None for cell in cells.values()):
            yield SheetRow(task, cells, hidden)


def _cell(path: Path, sheet: Any, place: str, cell: Any, *, dated: bool) -> SheetCell:  # noqa: ANN401
    """A cell as it was read; a number that is a day, because of its format or since it is *dated*, is a datetime."""
    if cell is None or cell.value is None:
        return SheetCell(sheet.title, place, None)
    try:
        shown = str(cell.number_format or "")
    except IndexError as error:
        raise refused(WorkbookError, "format-lacking", path, where=f"{sheet.title}!{place}") from error
    value = cell.value
    if cell.data_type == "n" and (is_day_number(value) if dated else is_date_format(shown)):
        # a time of the day or a number that no calendar has stays what it is
        with suppress(OverflowError, ValueError):
            value = from_excel(value, sheet.parent.epoch)
    percent = "%" in re.sub(r'"[^"]*"|\\.', "", shown)
    return SheetCell(sheet.title, place, value, cell.data_type == "f", percent, cell.data_type == "e")


def _shape(path: Path, sheet: Any) -> _Shape:  # noqa: ANN401 - openpyxl has no types
    ranges, rows, hidden = [], set(), []
    number = 0
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    tags = (f"{name}mergeCell", f"{name}row", f"{name}col")
    with _damage("damaged-sheet", path, sheet=sheet.title), sheet._get_source() as part:
        for _, element in etree.iterparse(part, tag=tags, resolve_entities=False):
            concealed = element.get("hidden") in ("1", "true")
            if element.tag == tags[0]:
                left, top, right, bottom = range_boundaries(element.get("ref"))
                ranges.append((range(top, bottom + 1), range(left, right + 1)))
            elif element.tag == tags[1]:
                number = int(element.get("r", number + 1))
                if concealed:
                    rows.add(number)
            elif concealed:
                hidden.append(range(int(element.get("min")), int(element.get("max")) + 1))
            element.clear()
    if sum(len(down) * len(across) for down, across in ranges) > MOST_MERGED:
        raise refused(WorkbookError, "too-much-merged", sheet.title, most=f"{MOST_MERGED:,}")
    found = {(r, c): (down[0], across[0]) for down, across in ranges for r in down for c in across}
    merged = {place: top for place, top in found.items() if place != top}
    return _Shape(frozenset(rows), tuple(hidden), merged)


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
