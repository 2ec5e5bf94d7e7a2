"""A filled-in workbook → the pages that show what it changes before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.cells import said
from kg.ledger.hidden import Hidden, hidden_line, hidden_mark
from kg.ledger.importing import Comparison, Difference
from kg.ledger.reading import SheetCell
from kg.ledger.reports import rules
from kg.vocab import Lang
from kg.web.office.sessions import Person
from kg.web.office.view import office_page
from kg.web.wording import words

SKIP: Final = "skip_hidden"
"""The name of the tick that leaves out what is hidden in the workbook."""

LISTED = 500
"""The most rows of each table on the page; the total is always given."""


def import_page(lang: Lang, person: Person, *, wrong: str = "", done: str = "", status: int = 200) -> HTMLResponse:
    """Return the page for uploading a workbook."""
    return office_page("import.html", lang, person, status=status, wrong=wrong, done=done)


def compared_page(
    found: Comparison,
    lang: Lang,
    person: Person,
    token: str,
    name: str,
    take: str,
    wrong: str = "",
    *,
    hidden: Sequence[Hidden] = (),
    skip: bool = False,
) -> HTMLResponse:
    """Return the page that shows what the workbook *name* changes, and which of its cells are refused.

    It says first what is *hidden* in the workbook, and whether that is left out to *skip* it.
    """
    return office_page(
        "compared.html",
        lang,
        person,
        status=422 if found.refused or wrong else 200,
        found=found,
        hidden=hidden_line(hidden, lang, skipped=skip),
        skip=skip,
        SKIP=SKIP,
        now_two=[one.line(lang) for one in found.now_two[:LISTED]],
        refusals=[(_where(one.cell, lang), one.why(lang), one.fix(lang)) for one in found.refused[:LISTED]],
        differences=[_cells(one, lang) for one in found.differences[:LISTED]],
        token=token,
        name=name,
        take=take,
        wrong=wrong,
    )


def _cells(one: Difference, lang: Lang) -> tuple[str, ...]:
    """Return the row of a difference: its place in the workbook, task, field, old and new value."""
    was, now = said(one.field, one.old, lang), said(one.field, one.new, lang)
    lost = one.field == "progress" and was and was not in now
    marked = f"（{words(lang)['office']['lost']}）" if lost else ""
    return _where(one.cell, lang), one.task_id, rules().fields[one.field].title[lang] + marked, was, now


def _where(cell: SheetCell, lang: Lang) -> str:
    """Return the place of a cell, marked if it is hidden."""
    mark = hidden_mark(cell, lang)
    return f"{cell.where}（{mark}）" if mark else cell.where
