"""Rows of different clauses → which of them speak of one thing: one sets its date, another has it done."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from kg.models import strip_space
from kg.patterns import pattern, words
from kg.read.script import simplified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.models import Mention, Obligation, Records

_DATES = {"by", "before"}


def cross_references(records: Records) -> list[tuple[Obligation, Obligation]]:
    """Return pairs (what has a thing done, what dates it), in reading order; the two stand in different clauses.

    A pair speaks of the same place by name and of the same thing done to it: 皇岗口岸整体完成重建 by 2025, and
    推进皇岗口岸整体重建. Neither the place nor the verb alone makes one.
    """
    by_row = _Events(records)
    dated: dict[tuple[str, str], list[Obligation]] = {}
    open_rows: list[tuple[Obligation, set[tuple[str, str]]]] = []
    for row in records.obligations:
        events = set(by_row.of(row))
        if row.deadline is not None and row.deadline.date and row.deadline.kind in _DATES:
            for event in events:
                dated.setdefault(event, []).append(row)
        elif events:
            open_rows.append((row, events))
    found: dict[tuple[str, str], tuple[Obligation, Obligation]] = {}
    for row, events in open_rows:
        for event in sorted(events):
            for other in dated.get(event, []):
                if other.clause != row.clause:
                    found.setdefault((row.id, other.id), (row, other))
    return list(found.values())


class _Events:
    """What the rows of a document say is done to places by name."""

    def __init__(self, records: Records) -> None:
        self._source = records.document.source.text
        self._mentions = sorted((m for zone in records.zones for m in zone.mentions), key=lambda m: (m.start, m.end))
        self._starts = [m.start for m in self._mentions]

    def of(self, row: Obligation) -> Iterator[tuple[str, str]]:
        """Yield (place, what is done to it) of a row; all verbs of making a place count as one."""
        quote = simplified(row.quote)
        for mention in self._inside(row):
            behind = len(strip_space(self._source[row.start : mention.end]))
            done = pattern("zones", "done-to-place").match(quote, behind)
            if done is not None:
                yield mention.name, _stem(done.group("stem"))
            elif row.action in words("zones", "makes") and pattern("zones", "item-ends").match(quote, behind):
                yield mention.name, _stem(row.action)

    def _inside(self, row: Obligation) -> list[Mention]:
        first, last = bisect_left(self._starts, row.start), bisect_left(self._starts, row.end)
        return [m for m in self._mentions[first:last] if m.end <= row.end]


def _stem(verb: str) -> str:
    return "made" if verb in words("zones", "makes") else verb
