"""The tables of a source text → where they lie: which offsets are theirs, where each row and cell begins and ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kg.models import Span, Table


class Tables:
    """The places of all tables of a text; offsets are those of the text."""

    __slots__ = ("_ends", "_rows", "_starts", "cells")

    def __init__(self, tables: Sequence[Table]) -> None:
        rows: list[Span] = []
        cells: set[Span] = set()
        areas: list[Span] = []
        for table in tables:
            begun: list[Span] = []
            for row in table.rows:
                new = sorted({cell for cell in row if cell is not None} - cells)
                if new:
                    begun.append(Span(new[0].start, new[-1].end))
                cells.update(new)
            rows += begun
            areas += [Span(begun[0].start, max(row.end for row in begun))] if begun else []
        self.cells = sorted(cells)
        self._rows = sorted(row.start for row in rows)
        areas.sort()
        self._starts = [area.start for area in areas]
        self._ends = [area.end for area in areas]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._starts)

    def __contains__(self, offset: int) -> bool:
        """Whether the character at *offset* lies in a table."""
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._ends[at]

    def row(self, offset: int) -> int | None:
        """Return a number that is one for all offsets in the same row of a table, None outside tables."""
        return bisect_right(self._rows, offset) if offset in self else None

    def edges(self, start: int, end: int) -> list[int]:
        """Return where cells begin inside start to end, in order: a line is cut there."""
        at = bisect_right(self.cells, start, key=lambda cell: cell.start)
        found: list[int] = []
        while at < len(self.cells) and self.cells[at].start < end:
            found.append(self.cells[at].start)
            at += 1
        return found
