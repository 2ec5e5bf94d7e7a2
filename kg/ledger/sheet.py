"""Entries → one sheet of the workbook: a head, a row for each, set up to be filled in, filtered and printed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kg.ledger.cells import words_of
from kg.ledger.entries import Entry, Terms
from kg.ledger.formulas import days_formula, due_formula, light_formula, state_formula
from kg.ledger.layout import Column, Looks, SheetName, cut, day_in, layout, lines_of
from kg.ledger.reports import STATUSES, rules, status_word
from kg.ledger.standing import lights

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ABOVE: Final = 3
"""Rows above the header: title, source, figures."""

_PAPER: Final = {"A3": 8, "A4": 9}
_TALLEST: Final = 400


@dataclass(frozen=True, slots=True)
class Head:
    """The lines above a sheet's header."""

    title: str
    source: str
    figures: str


def write_sheet(
    book: Workbook,
    name: SheetName,
    looks: Looks,
    columns: Sequence[Column],
    entries: Sequence[Entry],
    terms: Terms,
    head: Head,
) -> None:
    """Add the sheet *name* with *entries* to *book*.

    Every cell is text, a number or a date, whatever it begins with; only what is worked out as of the day is a formula.
    """
    from xlsxwriter.utility import xl_col_to_name

    words = layout()["sheets"][name]
    sheet = book.add_worksheet(words["sheet"])
    _write_head(sheet, looks, columns, head)
    places = {column.field: i for i, column in enumerate(columns)}
    letters = {field: xl_col_to_name(i, col_abs=True) for field, i in places.items()}
    for number, entry in enumerate(entries, 1):
        row = ABOVE + number
        texts = words_of(entry)
        tall = max(lines_of(texts.get(column.field, ""), column.width) for column in columns)
        # not every spreadsheet program fits rows to their text when it opens a file
        sheet.set_row(row, min(6 + 13.5 * tall, _TALLEST))
        formulas = _formulas(letters, row + 1, entry, terms)
        for i, column in enumerate(columns):
            write = partial(_write, sheet, row, i, looks)
            if column.field == "number":
                write(number)
            elif column.field in formulas:
                formula, value = formulas[column.field]
                look = looks.date if column.field == "due_counts" else looks.number
                sheet.write_formula(row, i, formula, look, value)
            else:
                write(_cell(column.field, entry, texts))
    _set_up(sheet, columns, len(entries), _PAPER[words["paper"]])
    _validate(sheet, columns, len(entries))
    if "light" in places:
        _colour(book, sheet, places["light"], len(entries))


def _write_head(sheet: Worksheet, looks: Looks, columns: Sequence[Column], head: Head) -> None:
    lines = ((head.title, looks.title, 34), (head.source, looks.note, 20), (head.figures, looks.note, 20))
    for row, (text, look, height) in enumerate(lines):
        sheet.set_row(row, height)
        # merged empty and then written: merging writes what begins with = as a formula
        sheet.merge_range(row, 0, row, len(columns) - 1, "", look)
        sheet.write_string(row, 0, cut(text), look)
    sheet.set_row(ABOVE, 34)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, column.width)
        sheet.write_string(ABOVE, i, column.header, looks.to_fill if column.reported else looks.header)


def _cell(field: str, entry: Entry, texts: Mapping[str, str]) -> str | int | datetime.date:
    if field == "revision":
        return entry.reported.revision
    if field == "deadline_date":
        return day_in(texts[field]) or texts[field]
    if field in rules().fields and rules().fields[field].kind in ("date", "percent"):
        value = entry.value(field)
        return value if isinstance(value, int | datetime.date) else texts[field]
    return texts[field]


def _write(sheet: Worksheet, row: int, column: int, looks: Looks, value: str | int | datetime.date) -> None:
    if isinstance(value, datetime.date):
        sheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), looks.date)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, looks.number)
    elif value:
        sheet.write_string(row, column, cut(value), looks.cell)
    else:
        sheet.write_blank(row, column, None, looks.cell)  # an empty text would count as filled in


def _formulas(letters: Mapping[str, str], row: int, entry: Entry, terms: Terms) -> dict[str, tuple[str, Any]]:
    """Field → its formula in *row*, counted from 1, and the value it has as of the day."""
    needed = {"deadline_date", "due", "extended_to", "due_counts", "status", "done_on", "state", "force"}
    if not needed <= set(letters):
        return {}

    def at(field: str) -> str:
        return f"{letters[field]}{row}"

    stands = entry.standing
    serial = (stands.due - datetime.date(1899, 12, 30)).days if stands.due else ""
    colour = lights().colours[entry.light]["zh-Hans"]
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
    """Say what a cell takes where it takes only that."""
    wrong = layout()["wrong"]
    kinds: dict[str, dict[str, Any]] = {
        "status": {"validate": "list", "source": [status_word("zh-Hans", status) for status in STATUSES]},
        "percent": {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100},
        # text that is read as a day when the workbook is read back is welcome, so it is said and not refused
        "date": {
            "validate": "date", "criteria": ">=", "value": datetime.date(1949, 1, 1), "error_type": "information"
        },
    }  # fmt: skip
    for i, column in enumerate(columns):
        kind = rules().fields[column.field].kind if column.reported else None
        if count and kind in kinds:
            sheet.data_validation(ABOVE + 1, i, ABOVE + count, i, kinds[kind] | {"error_message": wrong[kind]})


def _colour(book: Workbook, sheet: Worksheet, column: int, count: int) -> None:
    if not count:
        return
    for colour in lights().colours.values():
        look = book.add_format({"bg_color": f"#{colour['fill']}", "font_color": "#000000"})
        rule = {"type": "cell", "criteria": "==", "value": f'"{colour["zh-Hans"]}"', "format": look}
        sheet.conditional_format(ABOVE + 1, column, ABOVE + count, column, rule)
