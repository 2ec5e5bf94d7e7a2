"""A task → the page for reporting on it: its words in the document, the boxes of the report, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi.responses import HTMLResponse

from kg.ledger.catalogue import GROUPS, standing_in
from kg.ledger.cells import said
from kg.ledger.changes import Event, Task
from kg.ledger.means import means_in
from kg.ledger.reports import rules
from kg.ledger.tasks import LedgerTask
from kg.vocab import Lang
from kg.web.fragments.reading import record_fields
from kg.web.office.sessions import Person
from kg.web.office.view import minute, office_page, report_box
from kg.web.wording import words


def task_page(
    entry: LedgerTask,
    history: Sequence[Event],
    lang: Lang,
    person: Person,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
    done: str = "",
    status: int = 200,
    assignees: Sequence[str] = (),
    before: Task | None = None,
    carried: Sequence[str] = (),
) -> HTMLResponse:
    """Return the page, which offers *assignees*.

    *before* is the task that its report was moved from, *carried* the lines that say in what the two differ.
    If the input *typed* could not be saved, *wrong* says why and the boxes still hold it.
    """
    typed = typed or {}
    boxes = [
        (column.group, report_box(rules().fields[column.key], lang, entry.value(column.key), typed, assignees))
        for column in standing_in("box")
    ]
    return office_page(
        "task.html",
        lang,
        person,
        status=status,
        entry=entry,
        facts=record_fields(entry.obligation, lang),
        columns=words(lang)["columns"],
        groups={group: [box for of, box in boxes if of == group] for group in GROUPS},
        revision=typed.get("revision", entry.reported.revision),
        who=typed.get("who", person.name),
        history=[_cells(event, lang) for event in reversed(history)],
        before=before,
        carried=carried,
        wrong=wrong,
        done=done,
    )


def _cells(event: Event, lang: Lang) -> tuple[str, ...]:
    """Return the row of a change: time, person, means, field, old and new value."""
    field = rules().fields.get(event.field)
    name = field.title[lang] if field else event.field
    marked = f"（{words(lang)['office']['redacted']}）" if event.redacted else ""
    was, now = said(event.field, event.old, lang), said(event.field, event.new, lang)
    means = means_in(lang, event.through, event.bulk, event.undoes)
    return minute(event.at), event.who, means, name + marked, was, now
