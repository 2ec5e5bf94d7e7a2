"""Whatever is found stands where it says it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.extract import Extraction, extract_with_coverage, names_for
from kg.models import Records, strip_space
from kg.read import parse, read_file
from tests.conftest import few

LIMIT = 1 << 25
OTHERS = ["dashuju2020", "law_hk_basic", "sc2018_38_zimaoqu", "sd_fuwuye2021", "gwr2019", "huanbao125"]


def faults(found: Extraction) -> Iterator[str]:
    records = found.records
    text = records.document.source.text
    clauses = {clause.id: clause for clause in records.document.clauses}
    quoted: list[Any] = [*records.obligations, *records.deadlines]
    everything: list[Any] = [*quoted, *records.policies, *found.silent]
    for one in everything:
        if strip_space(text[one.start : one.end]) != one.quote or not one.quote:
            yield f"{one!r} quotes what is not there"
    for row in quoted:
        clause = clauses[row.clause]
        if not clause.start <= row.start < row.end <= clause.end:
            yield f"{row.quote} lies outside its clause {row.clause}"
    things: list[Any] = [*records.agents, *records.zones]
    for thing in things:
        if not thing.mentions or not thing.clauses:
            yield f"{thing.name} is never mentioned"
        for mention in thing.mentions:
            if strip_space(text[mention.start : mention.end]) != mention.surface:
                yield f"{mention!r} is not what stands there"
    for row in records.obligations:
        conditions = row.condition.split("；") if row.condition else []
        for words in (*conditions, row.exception, row.deadline.text if row.deadline else None):
            if words is not None and words not in strip_space(text):
                yield f"{words} is in no text"
        if row.action and row.action not in row.quote:
            yield f"{row.id}: {row.action} is not in {row.quote}"
        if row.object and row.object not in row.quote:
            yield f"{row.id}: {row.object} is not in {row.quote}"


def overlaps(records: Records) -> list[str]:
    rows = sorted(records.obligations, key=lambda r: r.start)
    return [b.id for a, b in itertools.pairwise(rows) if b.start < a.end]


def test_everything_found_in_the_plan_stands_where_it_says(plan: Extraction) -> None:
    assert list(faults(plan)) == []
    assert overlaps(plan.records) == []
    assert len(plan.records.obligations) > 300


@pytest.mark.parametrize("stem", few(OTHERS, ["gwr2019", "huanbao125"]))
def test_everything_found_in_another_document_stands_where_it_says(stem: str, shared: Path) -> None:
    source = read_file(shared / f"{stem}.txt", LIMIT)
    found = extract_with_coverage(parse(source), names_for(source, shared))
    assert list(faults(found)) == []
    assert overlaps(found.records) == []
    assert found.records.obligations


def test_ids_tell_clause_and_place_and_task_ids_are_unique(plan: Extraction) -> None:
    rows = plan.records.obligations
    assert len({row.id for row in rows}) == len({row.task_id for row in rows}) == len(rows)
    for row in rows:
        assert row.id.rpartition("-")[0] == row.clause
        assert row.task_id.startswith(f"guofa-2023-12-{row.clause}-")


def test_every_sentence_gives_a_row_or_says_why_not(plan: Extraction) -> None:
    assert {silence.why for silence in plan.silent} <= {"heading", "background", "past", "framing", "no-predicate"}
    numbered = [s for s in plan.silent if s.clause.isdigit()]
    assert {silence.why for silence in numbered} == {"heading"}  # the names of items: ——…。


def test_clauses_are_told_of_as_they_are_read(plan: Extraction) -> None:
    seen: list[tuple[int, int]] = []
    extract_with_coverage(plan.records.document, None, lambda done, of: seen.append((done, of)))
    count = len(plan.records.document.clauses)
    assert seen == [(i + 1, count) for i in range(count)]
