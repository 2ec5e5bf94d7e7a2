"""A new build: reports go on with their tasks, and where the words moved, with the task that has them now."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from kg.errors import ReportError
from kg.ledger.changes import Edit, task_of
from kg.ledger.cutting import cut_in_two
from kg.ledger.store import Ledger
from kg.models import Obligation, Records
from kg.versions.moved import carry_on, find_moved


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


def joined(records: Records) -> tuple[Records, Obligation, Obligation, Obligation]:
    """*records* as an earlier version had them, two neighbours of one sentence as one row; that row, and the two."""
    for one, other in pairwise(records.obligations):
        between = records.document.source.text[one.end : other.start]
        if one.clause == other.clause and between == "，":
            row = replace(one, task_id="joined", quote=f"{one.quote}，{other.quote}", end=other.end)
            rows = tuple(row if each is one else each for each in records.obligations if each is not other)
            return replace(records, obligations=rows), row, one, other
    raise AssertionError("no two rows stand in one sentence")


def test_a_report_on_a_task_that_is_two_now_goes_to_the_one_that_opens_it(ledger: Ledger, records: Records) -> None:
    before, row, one, other = joined(records)
    assert find_moved({row.task_id: task_of(before.document.slug, row)}, [before]) == []
    ledger.save([Edit(task_of(before.document.slug, row), {"status": "under_way", "note": "甲"})], "甲", "x")
    (found,) = find_moved(ledger.open_tasks(), [records])
    assert found.to is not None
    assert found.beside is not None
    assert (found.to.task_id, found.beside.task_id) == (one.task_id, other.task_id)
    assert carry_on(ledger, [found], {}, [records]) == 1
    current = ledger.current()
    assert current[one.task_id].report == {"status": "under_way", "note": "甲"}
    assert other.task_id not in current


@pytest.mark.parametrize("end", ["", "，并另行报告", "，"])
def test_two_tasks_whose_words_are_not_all_of_it_are_not_what_it_was_cut_in(records: Records, end: str) -> None:
    _, row, one, other = joined(records)
    tasks = [task_of("d", each) for each in (one, other)]
    pair = cut_in_two(row.quote + end, tasks)
    assert (pair is not None) == (end != "，并另行报告")
    assert cut_in_two(row.quote, tasks, "another") is None
    assert cut_in_two(row.quote, tasks[:1]) is None
    assert cut_in_two(one.quote, tasks) is None
    # the same sentence in two documents: nobody knows which is meant
    twice = [*tasks, *(task_of("other", each) for each in (one, other))]
    assert cut_in_two(row.quote, twice) is None
