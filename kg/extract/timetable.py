"""Rows with a time, and times that no row has → the deadlines of a document."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from kg.extract.dates import times
from kg.extract.segments import split
from kg.models import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.extract.analysis import Analysis
    from kg.models import Clause, Obligation
    from kg.read.script import Reading


def deadline_records(read: Sequence[tuple[Clause, Reading, Analysis]], rows: Sequence[Obligation]) -> list[Deadline]:
    """Return the deadlines in reading order: one for each row that has a time, one for each other time in the text."""
    found = [
        Deadline(
            clause=row.clause,
            quote=row.quote,
            start=row.start,
            end=row.end,
            text=row.deadline.text,
            kind=row.deadline.kind,
            date=row.deadline.date,
            what=_what(row),
        )
        for row in rows
        if row.deadline is not None
    ]
    of_rows = _RowTimes(found)
    found += [d for d in _others(read) if d not in of_rows]
    return sorted(found, key=lambda d: (d.start, d.end, d.text))


def _what(row: Obligation) -> str:
    """Return what is dated as it reads: the object stands before the verb where the clause opens with it."""
    behind = row.action + row.object
    return behind if behind in row.quote else row.object + row.action


class _RowTimes:
    """The times that rows have: a time within such a row needs no deadline of its own."""

    def __init__(self, rows: Sequence[Deadline]) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {}
        for row in sorted(rows, key=lambda r: (r.start, r.end)):
            self._spans.setdefault(row.text, []).append((row.start, row.end))

    def __contains__(self, one: Deadline) -> bool:
        spans = self._spans.get(one.text, [])
        at = bisect_right(spans, one.start, key=lambda span: span[0])
        return at > 0 and one.start < spans[at - 1][1]


def _others(read: Sequence[tuple[Clause, Reading, Analysis]]) -> Iterator[Deadline]:
    for clause, plain, analysis in read:
        text = plain.text
        for sentence in analysis.sentences:
            for segment in split(text, sentence.start, sentence.end):
                for time in times(text, segment.start, segment.end, analysis.issued):
                    span = plain.to_source(segment.start, segment.end)
                    quote, words = (plain.written[part.start : part.end] for part in (segment, time))
                    yield Deadline(clause.id, quote, span.start, span.end, words, time.kind, time.date, quote)
