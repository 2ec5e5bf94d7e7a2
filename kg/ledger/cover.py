"""The first sheet of a workbook: where it is from, which day it is of, how many tasks stand how."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.ledger.entries import Entry, Terms
from kg.ledger.layout import Looks, columns_of, layout, source_of
from kg.ledger.sheet import ABOVE
from kg.ledger.standing import KINDS, lights, rates
from kg.models import Records

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet


def write_cover(
    book: Workbook, looks: Looks, records: Sequence[Records], entries: Sequence[Entry], terms: Terms, scope: str
) -> None:
    """Add the cover of *entries* to *book*. Its day and its days before a date are what every formula goes by."""
    words, names = layout()["cover"], layout()["names"]
    sheet = book.add_worksheet(words["sheet"])
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 60)
    sheet.set_row(0, 60)
    sheet.merge_range(0, 0, 0, 1, "", looks.big)
    sheet.write_string(0, 0, cover_title(records), looks.big)
    sheet.write_string(1, 0, words["as_of"], looks.header)
    sheet.write_datetime(1, 1, datetime.datetime.combine(terms.as_of, datetime.time()), looks.date)
    sheet.write_string(2, 0, words["soon"], looks.header)
    sheet.write_number(2, 1, terms.soon, looks.number)
    book.define_name(names["as_of"], f"='{words['sheet']}'!$B$2")
    book.define_name(names["soon"], f"='{words['sheet']}'!$B$3")
    about = [
        (words["source"], source_of(records)),
        (words["checksum"], "\n".join(dict.fromkeys(one.document.source.sha256 for one in records))),
        (words["scope"], scope or words["all"]),
        (words["lights"], terms.lights.words["zh-Hans"]),
    ]
    for row, (key, text) in enumerate(about, 3):
        sheet.set_row(row, 34)
        sheet.write_string(row, 0, key, looks.header)
        sheet.write_string(row, 1, text, looks.cell)
    row = _write_counts(sheet, looks, 3 + len(about), entries, terms)
    for line in words["told"]:
        sheet.merge_range(row, 0, row, 1, "", looks.note)
        sheet.write_string(row, 0, line, looks.note)
        sheet.set_row(row, 18)
        row += 1
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, 1)
    sheet.activate()


def cover_title(records: Sequence[Records]) -> str:
    """Return what the whole workbook is called."""
    words = layout()["cover"]
    if (count := len({one.document.slug for one in records})) != 1:
        return str(words["title_several"].format(count=count))
    return str(words["title"].format(title=records[0].document.title))


def _write_counts(sheet: Worksheet, looks: Looks, row: int, entries: Sequence[Entry], terms: Terms) -> int:
    """Write how many tasks stand how, and the rates, as formulas over 督查督办台账; return the row below them."""
    from xlsxwriter.utility import xl_col_to_name

    words, names, say = layout()["cover"]["counts"], layout()["names"], lights().standings
    fields = [column.field for column in columns_of("supervision", personal=terms.personal)]

    def cells(field: str) -> str:
        letter = xl_col_to_name(fields.index(field), col_abs=True)
        first, last = ABOVE + 2, ABOVE + 1 + max(len(entries), 1)
        return f"'{layout()['sheets']['supervision']['sheet']}'!{letter}${first}:{letter}${last}"

    due, state, days = cells("due_counts"), cells("state"), cells("days")
    found = rates([entry.standing for entry in entries], terms.as_of)

    def having(kind: str, *more: str) -> str:
        return f'COUNTIFS({state},"{say[kind]["zh-Hans"]}",{",".join(more)})'  # type: ignore[index]

    dated = f'{due},">0"'
    come = f'{due},"<="&{names["as_of"]}'
    no_end = f"{having('standing', dated)}-{having('halted', dated)}"
    counted = f"COUNT({due})-{no_end}"
    matured = f"COUNTIFS({come})-{having('standing', come)}-{having('halted', come)}"
    finished = f"{having('finished', dated)}+{having('late', dated)}"
    on_time = having("finished", come, f'{days},">=0"')
    lines: list[tuple[str, str, float | str | None, bool]] = [
        (words["total"], f"=COUNTA({cells('task_id')})", found.total, False)
    ]
    for kind in KINDS:
        word = say[kind]["zh-Hans"]
        sought = f"{word}*天" if kind == "overdue" else word
        number = sum(entry.standing.kind == kind for entry in entries)
        lines.append((f"{words['standing_word']}{word}", f'=COUNTIF({state},"{sought}")', number, False))
    lines += [
        (words["counted"], f"={counted}", found.counted, False),
        (words["left_out"], f"=COUNTA({cells('task_id')})-({counted})", found.total - found.counted, False),
        (words["finished_share"], f'=IF({counted}=0,"",({finished})/({counted}))', found.finished_share, True),
        (words["on_time_share"], f'=IF({matured}=0,"",({on_time})/({matured}))', found.on_time_share, True),
    ]
    for key, formula, value, share in lines:
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, key, looks.header)
        sheet.write_formula(row, 1, formula, looks.share if share else looks.number, "" if value is None else value)
        row += 1
    return row
