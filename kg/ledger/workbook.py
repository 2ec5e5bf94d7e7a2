"""Records, reports and a day → the ledger as an Excel workbook: a cover and the three sheets that offices keep."""

from __future__ import annotations

import datetime
import io
from collections.abc import Collection, Mapping, Sequence

from kg.ledger.catalogue import SHEETS
from kg.ledger.changes import Reported
from kg.ledger.cover import write_cover
from kg.ledger.layout import MADE, columns_of, day_words, layout, looks_of, source_of, title_of
from kg.ledger.parts import responsible_agents
from kg.ledger.sheet import write_sheet
from kg.ledger.tasks import LedgerTask, Terms, tasks_of
from kg.models import Records


def export_workbook(
    records: Sequence[Records],
    reports: Mapping[str, Reported] | None = None,
    terms: Terms | None = None,
    scope: str = "",
    fields: Collection[str] | None = None,
) -> bytes:
    """Return the ledger of *records* as .xlsx, the same bytes for the same ledger and day.

    The cover names the source and the day and counts the tasks; 任务分解表, 督查督办台账 and 进展情况表 have a row for
    each obligation, in the order of *records*.

    Args:
        scope: which obligations these are, in words, if they are not all.
        fields: the columns of 任务分解表; by default those of `rules/columns.yaml`.
    """
    from xlsxwriter import Workbook

    terms = terms or Terms()
    tasks = tasks_of(records, reports or {}, terms)
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        book.set_properties({"title": title_of(records, "tasks"), "comments": source_of(records), "created": MADE})
        looks = looks_of(book)
        write_cover(book, looks, records, tasks, terms, scope)
        for name in SHEETS:
            columns = columns_of(name, fields if name == "tasks" else None, personal=terms.personal)
            if name == "tasks" and fields is not None:
                columns += [column for column in columns_of(name) if column.key == "revision"]
            filling = layout()["filling"].format(day=day_words(terms.as_of))
            figures = _figures(tasks, scope) if name == "tasks" else filling
            write_sheet(
                book, name, looks, columns, tasks, terms, (title_of(records, name), source_of(records), figures)
            )
    return out.getvalue()


def file_name(records: Sequence[Records], as_of: datetime.date) -> str:
    """Return the file's name as an office writes it: 《…》任务台账（截至20251231）.xlsx."""
    kept = "".join(c for c in title_of(records) if c.isprintable() and c not in '\\/:*?"<>|')[:80]
    return f"{kept}（截至{as_of:%Y%m%d}）.xlsx"


def _figures(tasks: Sequence[LedgerTask], scope: str) -> str:
    """The figures of what the plan says, none of which depends on the day."""
    obligations = [task.obligation for task in tasks]
    total = len(obligations)
    owned = sum(bool(responsible_agents(one)) for one in obligations)
    dated = sum(one.deadline is not None and one.deadline.date is not None for one in obligations)
    timed = sum(one.deadline is not None for one in obligations)
    checkable = sum(one.tier == "A" for one in obligations)
    figures = {"total": total, "checkable": checkable, "direction": total - checkable, "owned": owned}
    figures |= {"unowned": total - owned, "dated": dated, "worded": timed - dated, "timeless": total - timed}
    told = layout()["statistics"].format(**figures) + (layout()["scope"].format(scope=scope) if scope else "")
    return str(told)
