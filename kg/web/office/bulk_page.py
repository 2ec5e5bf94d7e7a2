"""Tasks that fit a filter → the page for one report on all of them, or on those ticked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.catalogue import standing_in
from kg.ledger.reports import rules
from kg.ledger.tasks import LedgerTask
from kg.vocab import Lang
from kg.web.office.sessions import Person
from kg.web.office.view import office_page, report_box

LISTED: Final = 500
"""The most tasks on the page; if there are more, it asks for a filter."""

TICK: Final = "t:"
"""The prefix of a tick's name, before the task_id; its value is the revision that was shown."""


def bulk_fields() -> list[str]:
    """Return the fields that `rules/columns.yaml` marks as the same for several tasks."""
    return [column.key for column in standing_in("box") if column.box and column.box.bulk]


def bulk_page(
    entries: Sequence[LedgerTask],
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
    """Return the page of *entries*, which fit *scope* (in words); *ticked* are their task_ids, None for all."""
    return office_page(
        "bulk.html",
        lang,
        person,
        status=status,
        entries=entries,
        scope=scope,
        boxes=[report_box(rules().fields[name], lang, None, typed) for name in bulk_fields()],
        who=typed.get("who", person.name),
        ticked=ticked,
        wrong=wrong,
        done=done,
        LISTED=LISTED,
        TICK=TICK,
    )
