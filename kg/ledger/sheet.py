"""Tasks → one sheet of the workbook: a head and a row for each, set up to be filled in, filtered and printed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.ledger.catalogue import Column, SheetName
from kg.ledger.cells import cell_of, words_of
from kg.ledger.formulas import days_formula, due_formula, light_formula, state_formula
from kg.ledger.layout import cut, layout, lines_of
from kg.ledger.reports import STATUSES, status_word
from kg.ledger.standing import lights
from kg.ledger.tasks import LedgerTask, Terms

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ABOVE: Final = 3
"""Rows above the header: title, source, figures."""

_PAPER: Final = {"A3": 8, "A4": 9}
_TALLEST: Final = 400

_BLANK: Final = {"date": "date", "percent": "number", "number": "number"}
"""How an empty cell that is to hold a value of that type looks; all others hold text."""


def write_sheet(
    book: Workbook,
    name: SheetName,
    looks: Mapping[str, Format],
    columns: Sequence[Column],
    tasks: Sequence[LedgerTask],
    terms: Terms,
    head: tuple[str, str, str],
) -> None:
    """Add the sheet *name* with *tasks* to *book*; *head* is its title, its source and its figures.

    Every cell is text, a number or a date, whatever it begins with; only what depends on the day is a formula.
    """
    from xlsxwriter.utility import xl_col_to_name

    words = layout()["sheets"][name]
    sheet = book.add_worksheet(words["sheet"])
    widths = [column.sheets[name].width for column in columns]
    _write_head(sheet, looks, len(columns), head)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, widths[i])
        sheet.write_string(ABOVE, i, column.heading(name), looks["to_fill" if column.reported else "header"])
    places = {column.key: i for i, column in enumerate(columns)}
    letters = {field: xl_col_to_name(i, col_abs=True) for field, i in places.items()}
    for row, task in enumerate(tasks, ABOVE + 1):
        formulas = _formulas(letters, row + 1, task, terms)
        # numbers and formulas are short
        texts = ["" if c.type == "number" or c.key in formulas else words_of(c, task) for c in columns]
        tall = max(map(lines_of, texts, widths))
        # not every spreadsheet program fits rows to their text when it opens a file
        sheet.set_row(row, min(6 + 13.5 * tall, _TALLEST))
        for i, column in enumerate(columns):
            if column.key in formulas:
                formula, value = formulas[column.key]
                sheet.write_formula(row, i, formula, looks["date" if column.type == "date" else "number"], value)
            else:
                _write(sheet, row, i, looks, cell_of(column, task), column)
    _set_up(sheet, columns, len(tasks), _PAPER[words["paper"]])
    _validate(sheet, columns, len(tasks))
    if tasks and "light" in places:
        _colour(book, sheet, places["light"], len(tasks))


def _write_head(sheet: Worksheet, looks: Mapping[str, Format], count: int, head: tuple[str, str, str]) -> None:
    for row, (text, look, height) in enumerate(zip(head, ("title", "note", "note"), (34, 20, 20), strict=True)):
        sheet.set_row(row, height)
        # merged empty and then written: merging writes what begins with = as a formula
        sheet.merge_range(row, 0, row, count - 1, "", looks[look])
        sheet.write_string(row, 0, cut(text), looks[look])
    sheet.set_row(ABOVE, 34)


def _write(
    sheet: Worksheet,
    row: int,
    place: int,
    looks: Mapping[str, Format],
    value: str | int | datetime.date,
    column: Column,
) -> None:
    if isinstance(value, datetime.date):
        sheet.write_datetime(row, place, datetime.datetime.combine(value, datetime.time()), looks["date"])
    elif isinstance(value, int):
        sheet.write_number(row, place, value, looks["number"])
    elif value:
        sheet.write_string(row, place, cut(value), looks["cell"])
    else:
        # an empty text would count as filled in; in a cell that is formatted as text, a day that is typed stays text
        sheet.write_blank(row, place, None, looks[_BLANK.get(column.type, "cell")])


def _formulas(letters: Mapping[str, str], row: int, task: LedgerTask, terms: Terms) -> dict[str, tuple[str, Any]]:
    """Field → its formula in *row*, counted from 1, and its value as of the day."""
    needed = {"deadline_date", "due", "extended_to", "due_counts", "status", "done_on", "state", "force"}
    if not needed <= set(letters):
        return {}

    def at(field: str) -> str:
        return f"{letters[field]}{row}"

    stands = task.standing
    serial = (stands.due - datetime.date(1899, 12, 30)).days if stands.due else ""
    colour = lights().colours[task.light]["zh-Hans"]
    return {
        "due_counts": (due_formula(at), serial),
        "state": (state_formula(at), stands.said()),
        "days": (days_formula(at), "" if stands.days is None else stands.days),
        "light": (light_formula(at, terms.lights), colour),
    }


def _set_up(sheet: Worksheet, columns: Sequence[Column], count: int, paper: int) -> None:
    last = len(columns) - 1
    sheet.freeze_panes(ABOVE + 1, 2)
    sheet.autofilter(ABOVE, 0, ABOVE + count, last)
    sheet.set_paper(paper)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.repeat_rows(ABOVE)
    sheet.set_footer(f"&C{layout()['footer']}")
    sheet.print_area(0, 0, ABOVE + count, last)


def _validate(sheet: Worksheet, columns: Sequence[Column], count: int) -> None:
    """Tell spreadsheet programs what a cell may hold."""
    wrong = layout()["wrong"]
    kinds: dict[str, dict[str, Any]] = {
        "status": {"validate": "list", "source": [status_word("zh-Hans", status) for status in STATUSES]},
        "percent": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100},
        # an import also reads text as a day, so text is advised against and not refused
        "date": {
            "validate": "date", "criteria": ">=", "value": datetime.date(1949, 1, 1), "error_type": "information"
        },
    }  # fmt: skip
    for i, column in enumerate(columns):
        kind = "status" if column.of == "status" else column.type
        if count and column.reported and kind in kinds:
            sheet.data_validation(ABOVE + 1, i, ABOVE + count, i, kinds[kind] | {"error_message": wrong[kind]})


def _colour(book: Workbook, sheet: Worksheet, column: int, count: int) -> None:
    for colour in lights().colours.values():
        look = book.add_format({"bg_color": f"#{colour['fill']}", "font_color": "#000000"})
        rule = {"type": "cell", "criteria": "==", "value": f'"{colour["zh-Hans"]}"', "format": look}
        sheet.conditional_format(ABOVE + 1, column, ABOVE + count, column, rule)
