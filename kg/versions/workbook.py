"""Differences → a workbook with a row for each change."""

from __future__ import annotations

from io import BytesIO

from kg.versions.differences import Differences
from kg.versions.wording import cells, clause_line, counts, heading, wording
from kg.vocab import Lang

WIDTHS = {"change": 12, "old_clause": 10, "new_clause": 10, "old_quote": 48, "new_quote": 48, "fields": 44}
"""The widths of the columns, in characters."""


def workbook(found: Differences, lang: Lang) -> bytes:
    """Return the xlsx file of *found*; every cell is text, whatever it begins with."""
    from xlsxwriter import Workbook

    content = BytesIO()
    words = wording()
    with Workbook(content, {"in_memory": True}) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        head = book.add_format({"bold": True, "bg_color": "#D9D9D9", "border": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14})
        sheet = book.add_worksheet(words.sheet[lang])
        sheet.write_string(0, 0, heading(found, lang), title)
        sheet.write_string(1, 0, counts(found, lang))
        lines = [clause_line(one, lang) for one in found.clauses]
        sheet.write_string(2, 0, "; ".join(lines))
        for column, (key, said) in enumerate(words.columns.items()):
            sheet.set_column(column, column, WIDTHS[key])
            sheet.write_string(3, column, said[lang], head)
        for row, one in enumerate(found.obligations, 4):
            for column, cell in enumerate(cells(one, lang).values()):
                sheet.write_string(row, column, cell, wrapped)
        last = len(words.columns) - 1
        sheet.autofilter(3, 0, 3 + len(found.obligations), last)
        sheet.freeze_panes(4, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(3)
    return content.getvalue()
