"""Records, what is reported and a day → the ledger as an Excel workbook: a cover and the three sheets offices keep."""

from __future__ import annotations

import datetime
import io
from collections.abc import Collection, Mapping, Sequence

from kg.ledger.changes import Reported
from kg.ledger.cover import cover_title, write_cover
from kg.ledger.entries import Entry, Terms, entries_of
from kg.ledger.filters import owners
from kg.ledger.layout import MADE, SheetName, columns_of, day_words, layout, looks_of, source_of, title_of
from kg.ledger.sheet import Head, write_sheet
from kg.models import Records

SHEETS: tuple[SheetName, ...] = ("tasks", "supervision", "progress")


def export_workbook(
    records: Sequence[Records],
    reports: Mapping[str, Reported] | None = None,
    terms: Terms | None = None,
    scope: str = "",
    fields: Collection[str] | None = None,
) -> bytes:
    """Return the ledger of *records* as .xlsx, the same bytes for the same ledger and day.

    A cover says where it is from, which day it is of and what it counts; 任务分解表, 督查督办台账 and 进展情况表 have
    one row for each obligation, as they stand in *records*. *scope* says which were chosen where it is not all of them,
    *fields* which columns the first of the sheets has; without them it has those of `rules/workbook.yaml`.
    """
    from xlsxwriter import Workbook

    terms = terms or Terms()
    entries = entries_of(records, reports or {}, terms)
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        title = title_of(records, layout()["sheets"]["tasks"]["sheet"])
        book.set_properties({"title": title, "comments": source_of(records), "created": MADE})
        looks = looks_of(book)
        write_cover(book, looks, records, entries, terms, scope)
        for name in SHEETS:
            columns = columns_of(name, fields if name == "tasks" else None, personal=terms.personal)
            if name == "tasks" and fields is not None:
                columns += [column for column in columns_of(name) if column.field == "revision"]
            head = Head(
                title_of(records, layout()["sheets"][name]["sheet"]),
                source_of(records),
                _figures(entries, scope) if name == "tasks" else layout()["filling"].format(day=day_words(terms.as_of)),
            )
            write_sheet(book, name, looks, columns, entries, terms, head)
    return out.getvalue()


def file_name(records: Sequence[Records], as_of: datetime.date) -> str:
    """Return what an office calls the file, 《…》任务台账（截至20251231）.xlsx, without what no name holds."""
    kept = "".join(c for c in cover_title(records) if c.isprintable() and c not in '\\/:*?"<>|')[:80]
    return f"{kept}（截至{as_of:%Y%m%d}）.xlsx"


def _figures(entries: Sequence[Entry], scope: str) -> str:
    """The figures of what the plan says, none of which depends on the day they are read."""
    rows = [entry.row for entry in entries]
    owned = sum(bool(owners(row)) for row in rows)
    dated = sum(row.deadline is not None and row.deadline.date is not None for row in rows)
    timed = sum(row.deadline is not None for row in rows)
    checkable = sum(row.tier == "A" for row in rows)
    told = layout()["statistics"].format(
        total=len(rows),
        checkable=checkable,
        direction=len(rows) - checkable,
        owned=owned,
        unowned=len(rows) - owned,
        dated=dated,
        worded=timed - dated,
        timeless=len(rows) - timed,
    )
    return str(told + layout()["scope"].format(scope=scope)) if scope else str(told)
