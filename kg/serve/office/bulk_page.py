"""Tasks that fit a filter → the page on which all of them, or those ticked, are reported of at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.entries import Entry
from kg.ledger.reports import rules
from kg.ledger.terms import Lang
from kg.serve.fragments.tags import Html, opening, tag
from kg.serve.office.signing import Person
from kg.serve.office.task_page import row_html
from kg.serve.office.view import BULK, box_html, link, notice, office_page, who_html
from kg.serve.wording import words

FIELDS: Final = (
    *("status", "progress", "assigned", "received", "due", "due_basis"),
    *("suggested_owner", "leader", "contact", "phone", "note"),
)
"""What is the same for many tasks; evidence, say, is a task's own."""

LISTED: Final = 500
"""Tasks that the page has; of more it asks to filter."""

TICK: Final = "t:"
"""What the names of ticks begin with, before the task_id; their value is the revision that was seen."""


def bulk_page(
    entries: Sequence[Entry],
    scope: str,
    lang: Lang,
    person: Person,
    typed: Mapping[str, str],
    *,
    ticked: Collection[str] | None = None,
    wrong: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Return the page of *entries*, which fit *scope* (in words); *ticked* are task_ids, None for all of them."""
    say = words(lang)["office"]
    listed = entries[:LISTED]
    may = person.may("editor")
    boxes = [box_html(rules().fields[name], lang, None, typed, may=may) for name in FIELDS]
    rows = [_row(entry, lang, ticked is None or entry.row.task_id in ticked) for entry in listed]
    told = say["chosen"].format(count=len(entries)) + (f" · {scope}" if scope else "")
    more = say["chosen_first"].format(count=LISTED) if len(entries) > LISTED else ""
    form = tag(
        "form",
        tag("fieldset", tag("legend", say["reported"]), tag("div", *boxes, class_="row")),
        who_html(lang, person, typed.get("who", person.name)),
        tag("p", tag("button", say["save"], disabled=not may)),
        tag("table", tag("tbody", *rows), class_="tasks"),
        method="post",
        action=link(BULK, lang),
    )
    parts = [notice(wrong, wrong=True), notice(done), tag("p", told), notice(more), tag("p", say["bulk_note"])]
    return office_page(say["bulk"], lang, person, *parts, form, status=status)


def _row(entry: Entry, lang: Lang, ticked: bool) -> Html:
    task_id = entry.row.task_id
    box = opening(
        "input", type="checkbox", name=f"{TICK}{task_id}", value=str(entry.reported.revision), checked=ticked,
        aria_label=task_id, class_="tick",
    )  # fmt: skip
    return row_html(entry, lang, before=box)
