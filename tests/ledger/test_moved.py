"""A new build: reports go on with their tasks, and where the words moved, with the task that has them now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.errors import ReportError
from kg.ledger.changes import Edit, task_of
from kg.ledger.moved import carry_on, find_moved
from kg.ledger.store import Ledger
from kg.models import Records


def reworded(records: Records, *quotes: tuple[str, str]) -> Records:
    """The plan as a later build has it: rows with these quotes have others, and so another id."""
    new = dict(quotes)
    rows = tuple(
        replace(row, quote=new[row.quote], task_id=f"{row.task_id}-new") if row.quote in new else row
        for row in records.obligations
    )
    return replace(records, obligations=rows)


def test_a_report_whose_words_moved_goes_on_and_one_that_is_not_sure_waits(ledger: Ledger, records: Records) -> None:
    slug = records.document.slug
    longest = sorted(records.obligations, key=lambda row: -len(row.quote))[:3]
    stays, moves, gone = longest
    for row in longest:
        ledger.save([Edit(task_of(slug, row), {"status": "under_way", "note": row.id})], "甲", "x")
    later = reworded(records, (moves.quote, moves.quote[:-2]), (gone.quote, "完全另外的话"))
    found = {one.task.task_id: one for one in find_moved(ledger.open_tasks(), [later])}
    assert set(found) == {moves.task_id, gone.task_id}
    to = found[moves.task_id].to
    assert to is not None
    assert to.task_id == f"{moves.task_id}-new"
    assert found[gone.task_id].to is None

    assert carry_on(ledger, list(found.values()), {}, [later]) == 1
    current = ledger.current()
    assert current[to.task_id].report == {"status": "under_way", "note": moves.id}
    assert current[to.task_id].status_by == "甲"
    assert current[moves.task_id].report == {}
    assert current[gone.task_id].report["note"] == gone.id
    assert current[stays.task_id].report["note"] == stays.id
    assert ledger.history(moves.task_id)[-1].through == f"moved to {to.task_id}"
    assert [one.task.task_id for one in find_moved(ledger.open_tasks(), [later])] == [gone.task_id]

    free = next(row for row in later.obligations if row.task_id not in current)
    assert carry_on(ledger, [], {gone.task_id: free.task_id}, [later]) == 1
    assert ledger.current()[free.task_id].report["note"] == gone.id
    assert find_moved(ledger.open_tasks(), [later]) == []


def test_a_rebuild_of_the_same_words_moves_nothing(ledger: Ledger, records: Records) -> None:
    for row in records.obligations[:5]:
        ledger.save([Edit(task_of(records.document.slug, row), {"note": "a"})], "甲", "x")
    assert find_moved(ledger.open_tasks(), [records]) == []


def test_a_report_goes_on_under_no_task_that_is_none_or_has_its_own(ledger: Ledger, records: Records) -> None:
    one, two, three = records.obligations[10:13]
    slug = records.document.slug
    for row in (one, two):
        ledger.save([Edit(task_of(slug, row), {"note": row.id})], "甲", "x")
    later = replace(records, obligations=tuple(row for row in records.obligations if row.task_id != one.task_id))
    for old, new in ((one.task_id, two.task_id), (one.task_id, "nowhere"), (three.task_id, three.task_id)):
        with pytest.raises(ReportError):
            carry_on(ledger, [], {old: new}, [later])
    assert ledger.current()[one.task_id].report == {"note": one.id}


def test_between_two_that_are_alike_a_person_decides(ledger: Ledger, records: Records) -> None:
    row = max(records.obligations, key=lambda row: len(row.quote))
    ledger.save([Edit(task_of(records.document.slug, row), {"note": "a"})], "甲", "x")
    rows = [one for one in records.obligations if one.task_id != row.task_id]
    twins = tuple(replace(row, task_id=f"twin-{i}", quote=f"{row.quote[:-1]}{end}") for i, end in enumerate("甲乙"))
    (found,) = find_moved(ledger.open_tasks(), [replace(records, obligations=(*rows, *twins))])
    assert found.to is None
    assert {one.task_id for one in found.near} >= {"twin-0", "twin-1"}
