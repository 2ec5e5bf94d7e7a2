"""`rules/workbook.yaml` → what every sheet of a workbook is made of: its words, its columns, its looks."""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.errors import RuleError
from kg.ledger.days import iso_day
from kg.ledger.export import wording
from kg.ledger.reports import rules
from kg.models import Clause, Records
from kg.resources import load_yaml, rules_dir

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

MAX_CELL: Final = 32_767
"""Characters a cell can hold. XlsxWriter leaves a longer one empty and says so only in a return value."""

MADE: Final = datetime.datetime(2000, 1, 1)
"""When a workbook says it was made: one moment for all, so that equal ledgers are equal files."""

SheetName = Literal["tasks", "supervision", "progress"]
WORKED_OUT: Final = ("number", "due_counts", "state", "days", "light", "updated", "updated_by", "revision")
"""Fields that neither the plan says nor people report."""

_KEYS = {
    *("title", "title_several", "unnumbered", "source", "statistics", "scope", "filling", "footer", "date_format"),
    *("day", "preamble", "chapter_text", "paragraph", "fonts", "cut", "wrong", "names", "cover", "sheets"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet; its width in characters."""

    field: str
    header: str
    width: int

    @property
    def reported(self) -> bool:
        """Whether people fill it in."""
        return self.field in rules().fields


@cache
def layout() -> dict[str, Any]:
    """Return `rules/workbook.yaml`; a `RuleError` where it is not as it should be."""
    path = rules_dir() / "workbook.yaml"
    plain = load_yaml(path)
    if not isinstance(plain, dict) or set(plain) != _KEYS:
        raise RuleError(path, f"its keys are not {', '.join(sorted(_KEYS))}", "correct them")
    known = {column["field"] for column in wording()["columns"]} | set(rules().fields) | {"source", *WORKED_OUT}
    for sheet in plain["sheets"].values():
        for column in (*sheet["columns"], *sheet.get("more_columns", ())):
            if column["field"] not in known:
                raise RuleError(path, f"{column['field']} is no field", f"use one of {', '.join(sorted(known))}")
    return plain


def columns_of(sheet: SheetName, fields: Collection[str] | None = None, *, personal: bool = True) -> list[Column]:
    """Return the columns of a sheet, of *fields* alone where they are given; without *personal* none of people."""
    plain = layout()["sheets"][sheet]
    every = plain["columns"] if fields is None else [*plain["columns"], *plain.get("more_columns", ())]
    of_people = {name for name, field in rules().fields.items() if field.personal} | {"updated_by"}
    return [
        Column(**column)
        for column in every
        if (fields is None or column["field"] in fields) and (personal or column["field"] not in of_people)
    ]


@dataclass(frozen=True, slots=True)
class Looks:
    """How the cells of a workbook look."""

    big: Format
    title: Format
    note: Format
    header: Format
    to_fill: Format
    cell: Format
    number: Format
    date: Format
    share: Format


def looks_of(book: Workbook) -> Looks:
    """Return the looks of *book*'s cells. A font that the reader's machine lacks is replaced there by one it has."""
    fonts = layout()["fonts"]
    middle = {"valign": "vcenter", "text_wrap": True}
    body = middle | {"font_name": fonts["body"], "font_size": 10}
    boxed = body | {"border": 1}
    centred = boxed | {"align": "center"}
    heading = centred | {"font_name": fonts["header"], "font_size": 11}
    return Looks(
        big=book.add_format(middle | {"font_name": fonts["title"], "font_size": 24, "align": "center"}),
        title=book.add_format(middle | {"font_name": fonts["title"], "font_size": 20, "align": "center"}),
        note=book.add_format(body),
        header=book.add_format(heading | {"bg_color": "#D9D9D9"}),
        to_fill=book.add_format(heading | {"bg_color": "#FFF2CC"}),
        cell=book.add_format(boxed | {"num_format": "@"}),
        number=book.add_format(centred | {"num_format": "0"}),
        date=book.add_format(centred | {"num_format": layout()["date_format"]}),
        share=book.add_format(centred | {"num_format": "0.0%"}),
    )


def title_of(records: Sequence[Records], sheet: str) -> str:
    """Return what stands above a sheet."""
    words = layout()
    if (count := len({one.document.slug for one in records})) != 1:
        return str(words["title_several"].format(count=count, sheet=sheet))
    document = records[0].document
    identifier = document.identifier or words["unnumbered"]
    return str(words["title"].format(title=document.title, identifier=identifier, sheet=sheet))


def source_of(records: Sequence[Records]) -> str:
    """Return the line on where the rows are from and which text prevails."""
    unnumbered = layout()["unnumbered"]
    named = (f"《{one.document.title}》（{one.document.identifier or unnumbered}）" for one in records)
    return str(
        layout()["source"].format(documents=wording()["separator"].join(dict.fromkeys(named)), **wording()["note"])
    )


def clause_name(clause: Clause) -> str:
    """How a reader finds *clause*: as `kg.answer` names it, in Chinese."""
    words = layout()
    if clause.id == "preamble":
        return str(words["preamble"])
    if not clause.label and not clause.title:
        key = "chapter_text" if clause.id.startswith("ch") else "paragraph"
        return str(words[key].format(number=clause.id.lstrip("chp")))
    return f"{clause.label}{clause.title}"


def day_words(day: datetime.date) -> str:
    """Return a day as it stands in a line: 2025年12月31日."""
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
    """How many lines *text* takes in a column of *width* characters; a Chinese one takes two, with a little room."""
    return sum(
        max(1, math.ceil(sum(2.1 if unicodedata.east_asian_width(c) in "WF" else 1.05 for c in line) / (width - 1)))
        for line in text.split("\n")
    )
