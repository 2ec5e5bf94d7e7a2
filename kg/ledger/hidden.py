"""The sheets of a workbook → what of them is hidden, in one line, and the sheets without it: `rules/hidden.yaml`.

A filter that is left on hides rows whose changes are real, so what is hidden is read unless somebody leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from openpyxl.utils.cell import coordinate_from_string

from kg.ledger.catalogue import columns
from kg.ledger.reading import Sheet, SheetCell, SheetRow
from kg.refusals import refusals
from kg.rules import Said, Strict, load
from kg.vocab import Lang

_LISTED: Final = 12
"""The most ranges of rows that are named for a sheet; all rows are counted."""


class HiddenWords(Strict):
    """`rules/hidden.yaml`."""

    told: Said
    skipped: Said
    sheet: Said
    rows: Said
    columns: Said
    more: Said
    between: Said
    marks: dict[Literal["sheet", "row", "column"], Said]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden of the tasks on a sheet: the whole of it, or rows by number and columns by letter."""

    sheet: str
    whole: bool
    rows: tuple[int, ...]
    columns: tuple[str, ...]


def hidden_in(sheets: Iterable[Sheet]) -> list[Hidden]:
    """Return what is hidden in *sheets*: rows of tasks, and columns of what people report."""
    found = []
    for sheet in sheets:
        whole = any(row.hidden == "sheet" for row in sheet.rows)
        rows = tuple(_row(row.task) for row in sheet.rows if row.hidden == "row")
        letters = {coordinate_from_string(cell.place)[0]: None for row in sheet.rows for cell in _hidden_cells(row)}
        if whole or rows or letters:
            found.append(Hidden(sheet.name, whole, rows, () if whole else tuple(letters)))
    return found


def hidden_line(hidden: Sequence[Hidden], lang: Lang, *, skipped: bool = False) -> str:
    """Return the line that says what is *hidden*, and whether it is read or *skipped*; "" if nothing is."""
    if not hidden:
        return ""
    words = _words()
    places = words.between[lang].join(place for one in hidden for place in _places(one, lang))
    return (words.skipped if skipped else words.told)[lang].format(places=places)


def hidden_mark(cell: SheetCell, lang: Lang) -> str:
    """Return what marks a cell that is hidden in a list, "" for one that is not."""
    return _words().marks[cell.hidden][lang] if cell.hidden else ""


def without_hidden(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return *sheets* without hidden rows and without the cells of hidden columns that people fill in."""
    return [replace(one, rows=tuple(_shown(row) for row in one.rows if not row.hidden)) for one in sheets]


def _words() -> HiddenWords:
    return load("hidden", HiddenWords)


def _shown(row: SheetRow) -> SheetRow:
    # the plan's own columns and 版本 are often hidden to save room; they change nothing and are needed
    kept = {name: cell for name, cell in row.cells.items() if not (cell.hidden and columns()[name].reported)}
    return replace(row, cells=kept)


def _hidden_cells(row: SheetRow) -> Iterator[SheetCell]:
    return (cell for name, cell in row.cells.items() if cell.hidden == "column" and columns()[name].reported)


def _places(one: Hidden, lang: Lang) -> Iterator[str]:
    words, comma = _words(), refusals().separator[lang]
    if one.whole:
        yield words.sheet[lang].format(sheet=one.sheet)
        return
    if one.rows:
        ranges = list(_ranges(one.rows))
        named = comma.join(f"{first}–{last}" if first < last else str(first) for first, last in ranges[:_LISTED])
        if len(ranges) > _LISTED:
            named += f" {words.more[lang].format(count=len(one.rows))}"
        yield words.rows[lang].format(sheet=one.sheet, rows=named)
    if one.columns:
        yield words.columns[lang].format(sheet=one.sheet, columns=comma.join(one.columns))


def _ranges(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The numbers as ranges, each by its first and last."""
    first = last = None
    for row in sorted(rows):
        if last is not None and row == last + 1:
            last = row
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = row
    if first is not None and last is not None:
        yield first, last


def _row(cell: SheetCell) -> int:
    return int(coordinate_from_string(cell.place)[1])
