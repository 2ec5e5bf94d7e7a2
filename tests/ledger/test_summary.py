"""What a leader looks at: bodies by standing, chapters, overdue and silent tasks, and that the numbers add up."""

from __future__ import annotations

import datetime

from kg.exports import exports
from kg.ledger.changes import Reported
from kg.ledger.summary import summary
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Records

DAY = datetime.date(2026, 3, 31)


def reported(at: str = "2026-03-30T02:00:00+00:00", **values: object) -> Reported:
    return Reported(values, 1, at, "甲", "甲")  # type: ignore[arg-type]


def test_every_task_is_counted_once_in_all_and_in_its_chapter_and_under_each_of_its_bodies(
    records: Records,
) -> None:
    entries = tasks_of([records], {}, Terms(DAY))
    found = summary(entries, DAY)
    assert found.all.total == len(entries) == sum(one.total for one in found.chapters)
    assert found.all.total == sum(found.all.by_kind.values())
    named = {one.name: one.total for one in found.agents}
    without = [
        e
        for e in entries
        if not any(p.role in ("lead", "responsible") for p in e.obligation.agents if p.basis == "explicit")
    ]
    assert named[exports().unnamed] == len(without)
    assert [one.total for one in found.agents] == sorted(named.values(), reverse=True)
    assert all(one.total == sum(one.by_kind.values()) for one in (*found.agents, *found.chapters))


def test_overdue_come_latest_first_and_silent_ones_longest_first(records: Records) -> None:
    rows = records.obligations[:6]
    ids = [row.task_id for row in rows]
    due = datetime.date(2026, 1, 31)
    reports = {
        ids[0]: reported(status="under_way", due=due),
        ids[1]: reported(status="under_way", due=datetime.date(2025, 12, 31)),
        # reported on 28 February by the clock of Shanghai, 31 days before: silent; the next on 1 March: not
        ids[2]: reported("2026-02-28T15:59:00+00:00", status="under_way"),
        ids[3]: reported("2026-02-28T16:00:00+00:00", status="under_way"),
        ids[4]: reported("2025-01-01T00:00:00+00:00", status="done", due=due, done_on=due, evidence=("a",)),
        ids[5]: reported("2025-06-01T00:00:00+00:00", status="standing"),
    }
    found = summary(tasks_of([records], reports, Terms(DAY)), DAY)
    assert [e.obligation.task_id for e in found.overdue] == [ids[1], ids[0]]
    assert [e.obligation.task_id for e in found.quiet] == [ids[5], ids[2]]
    assert found.all.finished == 1
    assert (found.rates.counted, found.rates.finished) >= (3, 1)
