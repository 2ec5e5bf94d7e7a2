"""The dated tasks as a calendar: two other parsers read it, and a second import doubles nothing."""

from __future__ import annotations

import datetime
from typing import Any

import icalendar
import vobject

from kg.ledger.calendar import REMINDED, export_calendar
from kg.ledger.changes import Reported
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Records

TERMS = Terms(datetime.date(2025, 6, 1))
DAY = datetime.date(2025, 9, 30)


def events_of(data: bytes) -> list[Any]:
    """The entries of a calendar as icalendar reads them; what it gives for a property depends on the property."""
    return icalendar.Calendar.from_ical(data).walk("VEVENT")


def said(report: dict[str, object], revision: int) -> Reported:
    return Reported(report, revision, "2025-05-01T02:00:00.000+00:00", "甲", "甲")  # type: ignore[arg-type]


def test_each_dated_task_is_one_entry_on_its_day_and_no_other_is(records: Records) -> None:
    entries = tasks_of([records], {}, TERMS)
    events = events_of(export_calendar(entries))
    found = {str(event["UID"]).partition("@")[0]: event["DTSTART"].dt for event in events}
    assert found == {e.obligation.task_id: e.standing.due for e in entries if e.standing.due}
    assert len(events) == len(found) > 10


def test_another_parser_reads_the_same(records: Records) -> None:
    data = export_calendar(tasks_of([records], {}, TERMS))
    read = vobject.readOne(data.decode())
    ours = events_of(data)
    theirs = read.contents["vevent"]
    assert [e.uid.value for e in theirs] == [str(e["UID"]) for e in ours]
    assert [e.summary.value for e in theirs] == [str(e["SUMMARY"]) for e in ours]
    assert [e.dtstart.value for e in theirs] == [e["DTSTART"].dt for e in ours]
    assert all(len(e.contents["valarm"]) == len(REMINDED) for e in theirs)


def test_a_second_import_puts_the_newer_entry_in_the_place_of_the_older(records: Records) -> None:
    (row,) = [row for row in records.obligations if row.deadline and row.deadline.text == "到2025年"][:1]
    first = tasks_of([records], {row.task_id: said({"status": "under_way"}, 1)}, TERMS)
    later = tasks_of([records], {row.task_id: said({"status": "under_way", "due": DAY}, 2)}, TERMS)
    calendar: dict[str, Any] = {}
    for entries in (first, later, later):
        for event in events_of(export_calendar(entries)):
            there = calendar.get(str(event["UID"]))
            # as a calendar does (RFC 5546, 2.1.5): the same UID is the same entry, the higher SEQUENCE the newer one
            if there is None or event["SEQUENCE"] >= there["SEQUENCE"]:
                calendar[str(event["UID"])] = event
    assert len(calendar) == sum(entry.standing.due is not None for entry in later)
    moved = next(event for uid, event in calendar.items() if uid.startswith(row.task_id))
    assert (moved["DTSTART"].dt, moved["SEQUENCE"]) == (DAY, 2)


def test_what_is_finished_calls_nothing_to_mind_and_what_is_halted_is_cancelled(records: Records) -> None:
    one, two = [row.task_id for row in records.obligations if row.deadline and row.deadline.date][:2]
    reports = {one: said({"status": "done", "evidence": ("函",)}, 1), two: said({"status": "halted"}, 1)}
    events = events_of(export_calendar(tasks_of([records], reports, TERMS)))
    found = {str(event["UID"]).partition("@")[0]: event for event in events}
    assert not found[one].walk("VALARM")
    assert str(found[one]["SUMMARY"]).startswith("【已办结】")
    assert (found[two]["STATUS"], found[one]["STATUS"]) == ("CANCELLED", "CONFIRMED")


def test_the_same_ledger_is_the_same_file_and_names_nobody(records: Records) -> None:
    row = next(row for row in records.obligations if row.deadline and row.deadline.date)
    reports = {row.task_id: said({"status": "under_way", "contact": "王小明", "phone": "13800138000"}, 1)}
    data = export_calendar(tasks_of([records], reports, TERMS))
    assert data == export_calendar(tasks_of([records], reports, TERMS))
    whole = data.replace(b"\r\n ", b"").decode()
    assert "王小明" not in whole
    assert "13800138000" not in whole
    assert row.quote in whole
