"""Tasks that fit a filter → the page for one report on those ticked, and for undoing what was done to many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.catalogue import standing_in
from kg.ledger.changes import BulkChange
from kg.ledger.means import means_in
from kg.ledger.reports import rules
from kg.ledger.tasks import LedgerTask
from kg.vocab import Lang
from kg.web.office.sessions import Person
from kg.web.office.view import office_page, report_box

LISTED: Final = 500
"""The most tasks on the page; if there are more, it asks for a filter."""

UNASKED: Final = 20
"""The most tasks that are changed without asking once more."""

RECENT: Final = 10
"""How many bulk changes the page offers to undo."""

SEEN: Final = "r:"
"""The prefix of the name under which the form sends the revision of a task that was shown."""

TICK: Final = "t:"
"""The prefix of a tick's name, before the task_id."""

EVERY: Final = "every"
"""The name of the tick for all tasks that are listed."""

SURE: Final = "sure"
"""The name under which a confirmed form sends the number of tasks that was confirmed."""


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
    filtered: Mapping[str, str] | None = None,
    ticked: Collection[str] = (),
    asking: int = 0,
    assignees: Sequence[str] = (),
    recent: Sequence[BulkChange] = (),
    wrong: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Return the page of *entries*, which fit the filter *filtered*, in words *scope*; *ticked* are task_ids.

    Before it changes many tasks it is shown once more, *asking* about their number. *assignees* are names to offer;
    *recent* are the bulk changes that may be undone.
    """
    boxes = [report_box(rules().fields[name], lang, None, typed, assignees) for name in bulk_fields()]
    return office_page(
        "bulk.html",
        lang,
        person,
        status=status,
        entries=entries,
        scope=scope,
        boxes=boxes,
        filled="；".join(f"{box.label}＝{_spoken(box.shown, box.options)}" for box in boxes if box.shown.strip()),
        who=typed.get("who", person.name),
        filtered=filtered or {},
        ticked=ticked,
        every=EVERY in typed,
        asking=asking,
        recent=recent,
        means_in=means_in,
        wrong=wrong,
        done=done,
        LISTED=LISTED,
        SEEN=SEEN,
        TICK=TICK,
        EVERY=EVERY,
        SURE=SURE,
    )


def _spoken(value: str, options: Sequence[tuple[str, str]]) -> str:
    return dict(options).get(value, value)
