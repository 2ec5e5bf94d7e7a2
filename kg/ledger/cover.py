"""The cover of a workbook: its source, its day, and how many tasks have which standing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.ledger.layout import columns_of, layout, source_of, title_of
from kg.ledger.sheet import ABOVE
from kg.ledger.standing import KINDS, lights, rates
from kg.ledger.tasks import LedgerTask, Terms
from kg.models import Records

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_cover(
    book: Workbook,
    looks: Mapping[str, Format],
    records: Sequence[Records],
    tasks: Sequence[LedgerTask],
    terms: Terms,
    scope: str,
) -> None:
    """Add the cover of *tasks* to *book*. Every formula uses its day, and its number of days before a date."""
    words, names = layout()["cover"], layout()["names"]
    sheet = book.add_worksheet(words["sheet"])
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 60)
    sheet.set_row(0, 60)
    sheet.merge_range(0, 0, 0, 1, "", looks["big"])
    sheet.write_string(0, 0, title_of(records), looks["big"])
    sheet.write_string(1, 0, words["as_of"], looks["header"])
    sheet.write_datetime(1, 1, datetime.datetime.combine(terms.as_of, datetime.time()), looks["date"])
    sheet.write_string(2, 0, words["soon"], looks["header"])
    sheet.write_number(2, 1, terms.soon, looks["number"])
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
        sheet.write_string(row, 0, key, looks["header"])
        sheet.write_string(row, 1, text, looks["cell"])
    row = _write_counts(sheet, looks, 3 + len(about), tasks, terms)
    for line in words["told"]:
        sheet.merge_range(row, 0, row, 1, "", looks["note"])
        sheet.write_string(row, 0, line, looks["note"])
        sheet.set_row(row, 18)
        row += 1
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, 1)
    sheet.activate()


def _write_counts(
    sheet: Worksheet, looks: Mapping[str, Format], row: int, tasks: Sequence[LedgerTask], terms: Terms
) -> int:
    """Write the numbers of tasks by standing, and the rates, as formulas over 督查督办台账; return the row below."""
    from xlsxwriter.utility import xl_col_to_name

    words, names, say = layout()["cover"]["counts"], layout()["names"], lights().standings
    fields = [column.key for column in columns_of("supervision", personal=terms.personal)]

    def cells(field: str) -> str:
        letter = xl_col_to_name(fields.index(field), col_abs=True)
        first, last = ABOVE + 2, ABOVE + 1 + max(len(tasks), 1)
        return f"'{layout()['sheets']['supervision']['sheet']}'!{letter}${first}:{letter}${last}"

    due, state, days = cells("due_counts"), cells("state"), cells("days")
    found = rates([task.standing for task in tasks], terms.as_of)

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
        number = sum(task.standing.kind == kind for task in tasks)
        lines.append((f"{words['standing_word']}{word}", f'=COUNTIF({state},"{sought}")', number, False))
    lines += [
        (words["counted"], f"={counted}", found.counted, False),
        (words["left_out"], f"=COUNTA({cells('task_id')})-({counted})", found.total - found.counted, False),
        (words["finished_share"], f'=IF({counted}=0,"",({finished})/({counted}))', found.finished_share, True),
        (words["on_time_share"], f'=IF({matured}=0,"",({on_time})/({matured}))', found.on_time_share, True),
    ]
    for key, formula, value, share in lines:
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, key, looks["header"])
        sheet.write_formula(
            row, 1, formula, looks["share"] if share else looks["number"], "" if value is None else value
        )
        row += 1
    return row
