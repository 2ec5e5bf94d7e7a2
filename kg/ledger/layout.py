"""`rules/workbook.yaml` and `rules/paper.yaml` → the words and looks of the workbook and the Word file."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.exports import exports
from kg.ledger.catalogue import Column, SheetName, standing_in
from kg.ledger.days import iso_day
from kg.models import Clause, Records
from kg.rules import Strict, load

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

MAX_CELL: Final = 32_767
"""Characters a cell can hold. XlsxWriter leaves a longer one empty and says so only in a return value."""

MADE: Final = datetime.datetime(2000, 1, 1)
"""When a file says it was made: one moment for all, so that equal ledgers are equal files."""


class _Sheet(Strict):
    sheet: str
    paper: str


class _Cover(Strict):
    sheet: str
    title: str
    title_several: str
    as_of: str
    soon: str
    source: str
    checksum: str
    scope: str
    all: str
    lights: str
    told: tuple[str, ...]
    counts: dict[str, str]


class _Layout(Strict):
    title: str
    title_several: str
    unnumbered: str
    source: str
    statistics: str
    scope: str
    filling: str
    footer: str
    date_format: str
    day: str
    preamble: str
    chapter: str
    chapter_text: str
    numbered_text: str
    paragraph: str
    formerly: dict[str, str]
    formerly_chapter: str
    fonts: dict[Literal["title", "header", "body"], str]
    cut: str
    wrong: dict[str, str]
    names: dict[Literal["as_of", "soon"], str]
    unread: str
    cover: _Cover
    sheets: dict[SheetName, _Sheet]


class PaperWords(Strict):
    """`rules/paper.yaml`: the words of the Word file, its fonts and their sizes in points."""

    fonts: dict[Literal["body", "heading", "title", "page"], str]
    sizes: dict[Literal["title", "annex", "day", "page", "text"], float]
    annex: str
    day: str
    lead: str
    responsible: str
    cooperating: str
    assisting: str
    review: str
    no_date: str


@cache
def layout() -> dict[str, Any]:
    """Return `rules/workbook.yaml`."""
    return load("workbook", _Layout).model_dump()


def paper_words() -> PaperWords:
    """Return `rules/paper.yaml`."""
    return load("paper", PaperWords)


def columns_of(sheet: SheetName, fields: Collection[str] | None = None, *, personal: bool = True) -> list[Column]:
    """Return the columns of a sheet, only those in *fields* if given, and without people's names unless *personal*."""
    return [
        column
        for column in standing_in(sheet)
        if (column.key in fields if fields is not None else not column.sheets[sheet].chosen)
        and (personal or not column.personal)
    ]


def looks_of(book: Workbook) -> dict[str, Format]:
    """Return the formats of *book*'s cells by what they are for. A machine that lacks a font shows another."""
    fonts = layout()["fonts"]
    middle = {"valign": "vcenter", "text_wrap": True}
    body = middle | {"font_name": fonts["body"], "font_size": 10}
    boxed = body | {"border": 1}
    centred = boxed | {"align": "center"}
    heading = centred | {"font_name": fonts["header"], "font_size": 11}
    formats = {
        "big": middle | {"font_name": fonts["title"], "font_size": 24, "align": "center"},
        "title": middle | {"font_name": fonts["title"], "font_size": 20, "align": "center"},
        "note": body,
        "header": heading | {"bg_color": "#D9D9D9"},
        "to_fill": heading | {"bg_color": "#FFF2CC"},
        "cell": boxed | {"num_format": "@"},
        "number": centred | {"num_format": "0"},
        "date": centred | {"num_format": layout()["date_format"]},
        "share": centred | {"num_format": "0.0%"},
    }
    return {name: book.add_format(look) for name, look in formats.items()}


def title_of(records: Sequence[Records], sheet: SheetName | None = None) -> str:
    """Return the title of a sheet, or of the whole workbook if no sheet is named."""
    words = layout() if sheet else layout()["cover"]
    name = layout()["sheets"][sheet]["sheet"] if sheet else ""
    if (count := len({one.document.slug for one in records})) != 1:
        return str(words["title_several"].format(count=count, sheet=name))
    document = records[0].document
    identifier = document.identifier or layout()["unnumbered"]
    return str(words["title"].format(title=document.title, identifier=identifier, sheet=name))


def source_of(records: Sequence[Records]) -> str:
    """Return the line on where the rows are from and which text prevails."""
    unnumbered = layout()["unnumbered"]
    named = (f"《{one.document.title}》（{one.document.identifier or unnumbered}）" for one in records)
    return str(layout()["source"].format(documents=exports().separator.join(dict.fromkeys(named)), **exports().note))


def clause_name(clause: Clause) -> str:
    """Return what a reader finds *clause* by: as `kg.answer` names it, in Chinese."""
    words = layout()
    if clause.id == "preamble":
        return str(words["preamble"])
    if not clause.label and not clause.title:
        key, filled = clause.described()
        return str(words[key].format(**filled))
    return f"{clause.label}{clause.title}"


def day_words(day: datetime.date) -> str:
    """Return a day as it is written in a line: 2025年12月31日."""
    return str(layout()["day"].format(year=day.year, month=day.month, day=day.day))


def day_in(text: str) -> datetime.date | None:
    """Return the day that *text* is, None for a month or a year: a sheet's calendar begins with 1900."""
    day = iso_day(text)
    return day if day and day.year > 1900 else None


def cut(text: str) -> str:
    """Return *text* as a cell can hold it."""
    end: str = layout()["cut"]
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - len(end)] + end


def lines_of(text: str, width: int) -> int:
    """Return how many lines *text* takes in a column of *width* characters; a Chinese one takes two and some room."""
    return sum(
        max(1, math.ceil(sum(2.1 if unicodedata.east_asian_width(c) in "WF" else 1.05 for c in line) / (width - 1)))
        for line in text.split("\n")
    )
