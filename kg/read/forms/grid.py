"""Cells of a table as a file has them → rows of cells with a place in each column, or paragraphs where it is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST = 400
"""A cell of more characters is a part of a page that a table only lays out."""

_MOST_COLUMNS = 64
_MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The paragraphs of a cell, and over how many rows and columns it goes."""

    paragraphs: tuple[str, ...]
    rows: int = 1
    columns: int = 1

    @classmethod
    def of(cls, paragraphs: Iterable[str], rows: int = 1, columns: int = 1) -> Cell:
        """Return a cell of those of *paragraphs* that are not blank."""
        return cls(tuple(shown for p in paragraphs if (shown := p.strip())), max(1, rows), max(1, columns))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: in each row the cell of each column, None where there is none. A merged cell is the same object in every
    place that it covers.
    """

    rows: tuple[tuple[Cell | None, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Cell]]) -> Grid:
        """Return the table of *rows*, each cell given once, where it begins."""
        return cls(_placed(rows))

    @property
    def lays_out(self) -> bool:
        """Whether the table is none of data: one column or row, or cells that hold the paragraphs of a page."""
        cells = self.cells()
        filled = [cell for row in cells for cell in row]
        if len(cells) < 2 or max((len(row) for row in self.rows), default=0) < 2 or not any(len(r) > 1 for r in cells):
            return True
        return any(sum(map(len, cell.paragraphs)) > _LONGEST and len(cell.paragraphs) > 1 for cell in filled)

    def cells(self) -> list[list[Cell]]:
        """Return for each row the cells with words that begin in it, from left to right."""
        seen: set[int] = set()
        found: list[list[Cell]] = []
        for row in self.rows:
            begun: list[Cell] = []
            for cell in row:
                if cell is not None and cell.paragraphs and id(cell) not in seen:
                    seen.add(id(cell))
                    begun.append(cell)
            found.append(begun)
        return found

    def paragraphs(self) -> list[str]:
        """Return the table as text: a row of short cells is one line with tabs between, as it is read.

        Where a cell of the row has several paragraphs each of them is a line.
        """
        lines: list[str] = []
        for row in self.cells():
            if all(len(cell.paragraphs) == 1 for cell in row):
                lines += ["\t".join(cell.paragraphs[0] for cell in row)] if row else []
            else:
                lines += [paragraph for cell in row for paragraph in cell.paragraphs]
        return lines


class Note(str):
    """A paragraph that is a footnote."""

    __slots__ = ()


Block = str | Grid
"""What a file is made of: paragraphs, footnotes among them, and tables."""


def flat(blocks: Iterable[Block]) -> list[str]:
    """Return *blocks* as paragraphs alone."""
    return [line for block in blocks for line in ([block] if isinstance(block, str) else block.paragraphs())]


def _placed(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell | None, ...], ...]:
    """Return the rows with each cell in all the places that its spans say, as a browser lays them out."""
    grid: list[list[Cell | None]] = [[] for _ in rows]
    left = _MOST_CELLS
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while column < len(grid[at]) and grid[at][column] is not None:
                column += 1
            for below in grid[at : at + cell.rows]:
                wide = min(cell.columns, max(1, _MOST_COLUMNS - column))
                left -= wide
                if left < 0:
                    break
                below.extend([None] * (column + wide - len(below)))
                below[column : column + wide] = [cell] * wide
            column += 1
    width = max((len(row) for row in grid), default=0)
    return tuple((*row, *([None] * (width - len(row)))) for row in grid)
