"""Tasks with a date → an iCalendar file (RFC 5545): an all-day event for each, which a second import replaces.

A time that comes again (每年1月31日前) is an event that does so.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from icalendar import Alarm, Calendar, Event

from kg.exports import source_note
from kg.ledger.assignment import ASSIGNED
from kg.ledger.catalogue import columns
from kg.ledger.cells import words_of
from kg.ledger.days import ZONE, iso_day
from kg.ledger.recurrence import Recurrence, read_recurrence
from kg.ledger.standing import lights
from kg.ledger.tasks import LedgerTask
from kg.rules import Strict, load

REMINDED: Final = (30, 7, 1)
"""Days before its date on which there is a reminder of a task that is not finished."""

_HOST: Final = "hetao-kg.w3id.org"


class CalendarWords(Strict):
    """`rules/calendar.yaml`: the title and description of a task in a calendar."""

    summary: str
    lines: tuple[str, ...]
    period_end: str
    empty: dict[str, str]


def export_calendar(tasks: Sequence[LedgerTask]) -> bytes:
    """Return the tasks that have a date, or one that comes again, as .ics: the same bytes for the same ledger.

    The UID of a task lasts over builds and exports, and SEQUENCE rises with every change of its report, so a calendar
    replaces the event that it already has.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//hetao-kg//obligation ledger//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", str(ZONE))
    for task in tasks:
        if task.standing.due is not None:
            calendar.add_component(_event(task, task.standing.due))
        elif (again := _recurrence(task)) and (first := again.first(_issued(task))):
            calendar.add_component(_event(task, first, again))
    return bytes(calendar.to_ical())


def _recurrence(task: LedgerTask) -> Recurrence | None:
    deadline = task.obligation.deadline
    return read_recurrence(deadline.text) if deadline and deadline.kind == "recurring" else None


def _event(task: LedgerTask, due: datetime.date, again: Recurrence | None = None) -> Event:
    say, kind, quote, task_id = (
        load("calendar", CalendarWords),
        task.standing.kind,
        task.obligation.quote,
        task.obligation.task_id,
    )
    used = ("force", "clause", "owners", *ASSIGNED, "deadline_text", "due_basis", "review", "modality")
    words = {name: words_of(columns()[name], task) or say.empty.get(name, "") for name in used}
    ended = kind in ("finished", "late", "halted")
    state = lights().standings[kind]["zh-Hans"] if ended else words["force"]
    lines = tuple(line.format(**words, task_id=task_id) for line in say.lines)
    if again and not again.exact:
        lines = (*lines, say.period_end)
    # what comes again and is finished does not come again
    cancelled = kind == "halted" or (again is not None and ended)
    event = Event()
    for name, value in {
        "uid": f"{task_id}@{_HOST}",
        "sequence": task.reported.revision,
        "dtstamp": _stamp(task),
        "dtstart": due,
        "dtend": due + datetime.timedelta(days=1),
        "summary": say.summary.format(state=state, clause=words["clause"], quote=quote)[:200],
        "description": "\n".join([quote, *lines, source_note(task.document)]),
        "categories": [words["force"], words["modality"]],
        "status": "CANCELLED" if cancelled else "CONFIRMED",
        "transp": "TRANSPARENT",
    }.items():
        event.add(name, value)
    if again:
        event.add("rrule", again.rule())
    # thirty days before a day of each month would be that of the month before
    shortest = REMINDED[1:] if again and len(again.months) == 12 else REMINDED
    for days in () if ended else shortest:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", quote[:100])
        alarm.add("trigger", datetime.timedelta(days=-days, hours=9))
        event.add_component(alarm)
    return event


def _stamp(task: LedgerTask) -> datetime.datetime:
    """When the task was last changed: by its report, else by the document itself."""
    if task.reported.at:
        return datetime.datetime.fromisoformat(task.reported.at).astimezone(datetime.UTC)
    return datetime.datetime.combine(_issued(task), datetime.time(), datetime.UTC)


def _issued(task: LedgerTask) -> datetime.date:
    return iso_day(task.document.issued or "") or datetime.date(2000, 1, 1)
