"""Obligations → the ledger (任务台账) as an Excel workbook of one sheet, ready to print."""

from __future__ import annotations

import datetime
import io
import math
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.errors import RuleError
from kg.ledger.export import ledger_row, wording
from kg.ledger.terms import term
from kg.models import Clause, Obligation, Records
from kg.resources import load_yaml, rules_dir

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_CELL = 32_767
"""Characters a cell can hold. XlsxWriter leaves a longer one empty and says so only in a return value."""

Column = dict[str, Any]
"""A column of `rules/workbook.yaml`: `field`, `header`, and `width` in characters."""

_A3 = 8
_MADE = datetime.datetime(2000, 1, 1)  # one for all, so that equal ledgers are equal files
_ABOVE = 3
"""Rows above the header: title, source, statistics."""


@cache
def layout() -> dict[str, Any]:
    """Return `rules/workbook.yaml`; a `RuleError` where it is not as it should be."""
    path = rules_dir() / "workbook.yaml"
    plain = load_yaml(path)
    known = {"sheet", "title", "title_several", "unnumbered", "source", "statistics", "scope", "footer"}
    known |= {"date_format", "preamble", "chapter_text", "paragraph", "fonts", "cut", "columns", "more_columns"}
    if not isinstance(plain, dict) or set(plain) != known:
        raise RuleError(path, f"its keys are not {', '.join(sorted(known))}", "correct them")
    return plain


def export_workbook(records: Sequence[Records], scope: str = "", fields: Collection[str] | None = None) -> bytes:
    """Return the ledger of *records* as .xlsx, the same bytes for the same records.

    The sheet has a title, a line on the source, a line of figures and a header, and under it one row for each
    obligation, as they stand in *records*. *scope* says which were chosen where it is not all of them, *fields* which
    columns are wanted; where they are not given, those of `rules/workbook.yaml`. Every cell is text, a number or a date
    and none a formula, whatever it begins with; only a whole date (YYYY-MM-DD) is a date.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        book.set_properties({"title": _title(records), "comments": _source(records), "created": _MADE})
        sheet = book.add_worksheet(layout()["sheet"])
        looks = _looks(book)
        columns = _columns(fields)
        _write_head(sheet, looks, columns, records, scope)
        count = _write_rows(sheet, looks, columns, records)
        _set_up(sheet, len(columns), count)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Looks:
    title: Format
    note: Format
    header: Format
    cell: Format
    number: Format
    date: Format


def _looks(book: Workbook) -> _Looks:
    # a font that the reader's machine lacks is replaced there by one it has
    fonts = layout()["fonts"]
    middle = {"valign": "vcenter", "text_wrap": True}
    body = middle | {"font_name": fonts["body"], "font_size": 10}
    boxed = body | {"border": 1}
    centred = boxed | {"align": "center"}
    return _Looks(
        title=book.add_format(middle | {"font_name": fonts["title"], "font_size": 20, "align": "center"}),
        note=book.add_format(body),
        header=book.add_format(centred | {"font_name": fonts["header"], "font_size": 11, "bg_color": "#D9D9D9"}),
        cell=book.add_format(boxed | {"num_format": "@"}),
        number=book.add_format(centred | {"num_format": "0"}),
        date=book.add_format(centred | {"num_format": layout()["date_format"]}),
    )


def _columns(fields: Collection[str] | None) -> list[Column]:
    words = layout()
    if fields is None:
        return list(words["columns"])
    return [column for column in (*words["columns"], *words["more_columns"]) if column["field"] in fields]


def _write_head(sheet: Worksheet, looks: _Looks, columns: list[Column], records: Sequence[Records], scope: str) -> None:
    figures = _statistics([obligation for one in records for obligation in one.obligations])
    if scope:
        figures += layout()["scope"].format(scope=scope)
    lines = ((_title(records), looks.title, 34), (_source(records), looks.note, 20), (figures, looks.note, 20))
    for row, (text, look, height) in enumerate(lines):
        sheet.set_row(row, height)
        # merged empty and then written: merging writes what begins with = as a formula
        sheet.merge_range(row, 0, row, len(columns) - 1, "", look)
        sheet.write_string(row, 0, _cut(text), look)
    sheet.set_row(_ABOVE, 34)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, column["width"])
        sheet.write_string(_ABOVE, i, column["header"], looks.header)


def _write_rows(sheet: Worksheet, looks: _Looks, columns: list[Column], records: Sequence[Records]) -> int:
    """Write the obligations' rows and return how many there are."""
    row = _ABOVE
    for one in records:
        clauses = {clause.id: clause for clause in one.document.clauses}
        named = one.document.identifier or one.document.title
        for obligation in one.obligations:
            row += 1
            clause = clauses[obligation.clause]
            cells = ledger_row(one.document, clause, obligation) | {
                "source": named,
                "clause": _clause_name(clause),
                "modality": term("zh-Hans", "modality", obligation.modality),
                "force": term("zh-Hans", "force", obligation.force),
                "tier": term("zh-Hans", "tier", obligation.tier),
            }
            lines = max(_lines(cells.get(column["field"], ""), column["width"]) for column in columns)
            # not every spreadsheet program fits rows to their text when it opens a file
            sheet.set_row(row, min(6 + 13.5 * lines, 400))
            for i, column in enumerate(columns):
                field = column["field"]
                if field == "number":
                    sheet.write_number(row, i, row - _ABOVE, looks.number)
                elif field == "deadline_date" and (day := _day(cells[field])):
                    sheet.write_datetime(row, i, day, looks.date)
                elif cells[field]:
                    sheet.write_string(row, i, _cut(cells[field]), looks.cell)
                else:
                    sheet.write_blank(row, i, None, looks.cell)  # an empty text would count as filled in
    return row - _ABOVE


def _set_up(sheet: Worksheet, columns: int, count: int) -> None:
    last = columns - 1
    sheet.freeze_panes(_ABOVE + 1, 2)
    sheet.autofilter(_ABOVE, 0, _ABOVE + count, last)
    sheet.set_paper(_A3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.repeat_rows(_ABOVE)
    sheet.set_footer(f"&C{layout()['footer']}")
    sheet.print_area(0, 0, _ABOVE + count, last)


def _title(records: Sequence[Records]) -> str:
    words = layout()
    if (count := len({one.document.slug for one in records})) != 1:
        return str(words["title_several"].format(count=count))
    document = records[0].document
    return str(words["title"].format(title=document.title, identifier=document.identifier or words["unnumbered"]))


def _named(one: Records) -> str:
    return f"《{one.document.title}》（{one.document.identifier or layout()['unnumbered']}）"


def _source(records: Sequence[Records]) -> str:
    documents = wording()["separator"].join(dict.fromkeys(_named(one) for one in records))
    return str(layout()["source"].format(documents=documents, **wording()["note"]))


def _statistics(rows: Sequence[Obligation]) -> str:
    """The figures of the sheet, none of which depends on the day they are read."""
    owned = sum(any(p.basis == "explicit" and p.role in ("lead", "responsible") for p in row.agents) for row in rows)
    dated = sum(row.deadline is not None and row.deadline.date is not None for row in rows)
    timed = sum(row.deadline is not None for row in rows)
    checkable = sum(row.tier == "A" for row in rows)
    return str(
        layout()["statistics"].format(
            total=len(rows),
            checkable=checkable,
            direction=len(rows) - checkable,
            owned=owned,
            unowned=len(rows) - owned,
            dated=dated,
            worded=timed - dated,
            timeless=len(rows) - timed,
        )
    )


def _clause_name(clause: Clause) -> str:
    """How a reader finds *clause*: as `kg.answer` names it, in Chinese."""
    words = layout()
    if clause.id == "preamble":
        return str(words["preamble"])
    if not clause.label and not clause.title:
        key = "chapter_text" if clause.id.startswith("ch") else "paragraph"
        return str(words[key].format(number=clause.id.lstrip("chp")))
    return f"{clause.label}{clause.title}"


def _lines(text: str, width: int) -> int:
    """How many lines *text* takes in a column of *width* characters; a Chinese one takes two, with a little room."""
    return math.ceil(sum(2.1 if unicodedata.east_asian_width(c) in "WF" else 1.05 for c in text) / (width - 1))


def _day(text: str) -> datetime.date | None:
    # a month or a year is no day, and a sheet's calendar begins with 1900
    try:
        day = datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day and day.year > 1900 else None


def _cut(text: str) -> str:
    end: str = layout()["cut"]
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - len(end)] + end
