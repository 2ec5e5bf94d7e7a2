"""Entries with a date → an iCalendar file (RFC 5545): one all-day entry for each, which a second import replaces."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from icalendar import Alarm, Calendar, Event

from kg.ledger.cells import words_of
from kg.ledger.days import ZONE
from kg.ledger.entries import Entry
from kg.ledger.export import source_note
from kg.ledger.standing import lights

REMINDED: Final = (30, 7, 1)
"""Days before its date on which a task that is not finished is called to mind."""

_HOST: Final = "hetao-kg.w3id.org"


def export_calendar(entries: Sequence[Entry]) -> bytes:
    """Return the entries that have a date as .ics, the same bytes for the same ledger.

    The UID of a task stays over builds and exports, and SEQUENCE rises with every change of its report: a calendar that
    has the entry already takes the newer one in its place.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//hetao-kg//obligation ledger//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-timezone", str(ZONE))
    for entry in entries:
        if entry.standing.due is not None:
            calendar.add_component(_event(entry, entry.standing.due))
    return bytes(calendar.to_ical())


def _event(entry: Entry, due: datetime.date) -> Event:
    words = words_of(entry)
    ended = entry.standing.kind in ("finished", "late", "halted")
    event = Event()
    event.add("uid", f"{entry.row.task_id}@{_HOST}")
    event.add("sequence", entry.reported.revision)
    event.add("dtstamp", _stamp(entry))
    event.add("dtstart", due)
    event.add("dtend", due + datetime.timedelta(days=1))
    state = lights().standings[entry.standing.kind]["zh-Hans"] if ended else words["force"]
    event.add("summary", f"【{state}】{words['clause']}：{entry.row.quote}"[:200])
    told = [
        entry.row.quote,
        f"责任单位：{words['owners']}",
        f"时限（原文）：{words['deadline_text'] or '无'}",
        f"认定依据：{words['due_basis'] or '原文'}",
        f"任务编号：{entry.row.task_id}",
        f"核对：{words['review']}",
        source_note(entry.document),
    ]
    event.add("description", "\n".join(told))
    event.add("categories", [words["force"], words["modality"]])
    event.add("status", "CANCELLED" if entry.standing.kind == "halted" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for days in () if ended else REMINDED:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.row.quote[:100])
        alarm.add("trigger", datetime.timedelta(days=-days, hours=9))
        event.add_component(alarm)
    return event


def _stamp(entry: Entry) -> datetime.datetime:
    """When the entry was last changed: by its report, else by the document itself."""
    if entry.reported.at:
        return datetime.datetime.fromisoformat(entry.reported.at).astimezone(datetime.UTC)
    day = entry.document.issued or "2000-01-01"
    try:
        return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(), datetime.UTC)
    except ValueError:
        return datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
