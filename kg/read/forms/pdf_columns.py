"""Lines below a row of known heads → a table, where no rules are drawn: its columns are the gaps that no line crosses.

Only heads that hand out work (`rules/tables.yaml`) open one: other words that stand in columns stay lines. Where it is
in doubt which lines make a row, they stay lines as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.read.forms.grid import Cell, Grid
from kg.read.forms.pdf_layout import PageTable, PrintedLine, PrintedPage, joined
from kg.read.heads import LONGEST, hands_out_work

_OVERLAP = 0.4
"""By so many sizes the boxes that OCR draws may reach into the next column."""

_FAR = 4.0
"""A line that stands so many sizes below the one above it is no part of the table."""

_SHORT = 4
"""A head that goes over two lines has so many characters in one at most."""

_ORDER = re.compile(r"\d{1,3}[.．、]?")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the gaps between columns begin and end, from the left."""

    gaps: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, heads: Sequence[PrintedLine]) -> _Columns:
        return cls(tuple((one.right, other.left) for one, other in pairwise(heads)))

    def beside(self, row: Sequence[PrintedLine]) -> _Columns | None:
        """Return the gaps that *row* leaves; None where it fills one of them."""
        gaps = self.gaps
        for line in row:
            middle = (line.left + line.right) / 2
            left = [(start, min(end, line.left)) if middle > (start + end) / 2 else (start, end) for start, end in gaps]
            gaps = tuple(
                (max(start, line.right), end) if middle <= (start + end) / 2 else (start, end) for start, end in left
            )
        apart = all(end - start >= -_OVERLAP * row[0].size for start, end in gaps)
        return _Columns(gaps) if apart else None

    @property
    def walls(self) -> list[float]:
        return [(start + end) / 2 for start, end in self.gaps]

    def at(self, line: PrintedLine) -> int:
        return bisect_right(self.walls, (line.left + line.right) / 2)


@dataclass(frozen=True, slots=True)
class _Headed:
    """A table on a page: its rows of lines, its columns, and whether it goes on to the end of the page."""

    rows: list[list[PrintedLine]]
    columns: _Columns
    goes_on: bool


def may_head(lines: Sequence[PrintedLine]) -> bool:
    """Whether there are heads of a table among the words of *lines*."""
    return hands_out_work([word for line in lines for word in line.text.split() if len(word) <= LONGEST])


def with_headed_tables(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """Return *pages* with a line that holds a table for the lines of each below known heads, also over pages."""
    found: list[PrintedPage] = []
    open_: PageTable | None = None
    columns: _Columns | None = None
    for page in pages:
        lines = page.lines
        pieces = _pieces(page)
        rows = _rows(pieces)
        headed = _headed(rows) or (_going_on(rows, columns) if columns else None)
        before, open_, columns = open_, None, None
        if headed is not None:
            xs = before.xs if before and not _is_head(headed.rows[0]) else (0.0, *headed.columns.walls, 1e4)
            grid = _grid(headed, has_heads=_is_head(headed.rows[0]))
            if grid is not None:
                table = PageTable(grid, xs)
                lines = _in_place(lines, headed, table)
                open_, columns = (table, headed.columns) if headed.goes_on else (None, None)
        found.append(replace(page, lines=lines))
    return found


def _pieces(page: PrintedPage) -> list[PrintedLine]:
    """Return the pieces that stand in lines which are left on the page, none of them in a ruled table."""
    if page.pieces is None:
        return []
    kept = [line for line in page.lines if line.table is None]
    return [one for one in page.pieces if any(_inside(one, line) for line in kept)]


def _inside(piece: PrintedLine, line: PrintedLine) -> bool:
    x, y = (piece.left + piece.right) / 2, (piece.bottom + piece.top) / 2
    return line.bottom <= y <= line.top and line.left - 1 <= x <= line.right + 1


def _rows(pieces: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return *pieces* by the printed lines that they stand in, from the top, each from the left."""
    found: list[list[PrintedLine]] = []
    for piece in sorted(pieces, key=lambda one: (-(one.top + one.bottom), one.left)):
        row = found[-1][0] if found else None
        if row and abs(row.top + row.bottom - piece.top - piece.bottom) < 0.6 * min(row.size, piece.size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda one: one.left) for row in found]


def _is_head(row: Sequence[PrintedLine]) -> bool:
    return len(row) > 2 and hands_out_work([line.text for line in row])


def _headed(rows: Sequence[list[PrintedLine]]) -> _Headed | None:
    """Return the first row of known heads with the rows below it that leave its columns apart."""
    at = next((at for at, row in enumerate(rows) if _is_head(row)), None)
    if at is None:
        return None
    heads, below = rows[at], rows[at + 1 :]
    if at and _wraps(rows[at - 1], heads):
        heads = [*rows[at - 1], *heads]
    if below and _wraps(below[0], heads):
        heads, below = [*heads, *below[0]], below[1:]
    columns = _Columns.of(_stacked(heads))
    return _below([heads, *below], columns, 1)


def _wraps(row: Sequence[PrintedLine], heads: Sequence[PrintedLine]) -> bool:
    """Whether *row*, next to the *heads*, holds the rest of heads that go over two lines (序／号)."""
    near = abs(row[0].top + row[0].bottom - heads[0].top - heads[0].bottom) < 2.6 * heads[0].size
    return near and all(len(one.text) <= _SHORT and not _ORDER.fullmatch(one.text) for one in row)


def _stacked(heads: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return *heads* from the left, those one below the other as one."""
    found: list[PrintedLine] = []
    for line in sorted(heads, key=lambda one: one.left):
        before = found[-1] if found else None
        if before and line.left < before.right:
            found[-1] = replace(before, right=max(before.right, line.right))
        else:
            found.append(line)
    return found


def _going_on(rows: Sequence[list[PrintedLine]], columns: _Columns) -> _Headed | None:
    """Return the rows at the top of a page that leave the *columns* of the page before it apart."""
    return _below(rows, columns, 0)


def _below(rows: Sequence[list[PrintedLine]], columns: _Columns, taken: int) -> _Headed | None:
    for row in rows[taken:]:
        above = rows[taken - 1][0] if taken else row[0]
        beside = columns.beside(row)
        if beside is None or above.bottom - row[0].top > _FAR * row[0].size:
            break
        columns = beside
        taken += 1
    found = list(rows[:taken])
    return _Headed(found, columns, taken == len(rows)) if len(found) > 1 else None


def _in_place(lines: Sequence[PrintedLine], headed: _Headed, table: PageTable) -> list[PrintedLine]:
    """Return *lines* with one that holds the table in the place of those that stand in it."""
    top, bottom = headed.rows[0][0].top, min(line.bottom for line in headed.rows[-1])
    own = [line for row in headed.rows for line in row]
    inside = {id(line) for line in lines if line.table is None and any(_inside(one, line) for one in own)}
    whole = PrintedLine("", min(one.left for one in own), max(one.right for one in own), bottom, top, table=table)
    at = next(index for index, line in enumerate(lines) if id(line) in inside)
    return [*lines[:at], whole, *(line for line in lines[at:] if id(line) not in inside)]


# ------------------------------------------------------------------ which lines are a row of the table


def _grid(headed: _Headed, *, has_heads: bool) -> Grid | None:
    """Return the table; None where it is in doubt which lines make a row."""
    body = headed.rows[1:] if has_heads else headed.rows
    groups = _groups(body, headed.columns)
    if groups is None:
        return None
    rows = [headed.rows[0]] if has_heads else []
    width = len(headed.columns.gaps) + 1
    return Grid(tuple(_cells(row, headed.columns, width) for row in [*rows, *groups]))


def _cells(lines: Sequence[PrintedLine], columns: _Columns, width: int) -> tuple[Cell | None, ...]:
    words = [""] * width
    for line in sorted(lines, key=lambda one: (-round(one.top), one.left)):
        at = columns.at(line)
        words[at] = joined(words[at], line.text) if words[at] else line.text
    return tuple(Cell.of([text]) if text else None for text in words)


def _groups(rows: Sequence[list[PrintedLine]], columns: _Columns) -> list[list[PrintedLine]] | None:
    """Return the lines of each row of the table.

    Rows that are numbered have one number each: they part at the widest gaps between lines, or where a number begins a
    line. Rows without numbers have a line each, or part at gaps that are clearly wider than those inside them.
    """
    lines = [line for row in rows for line in row]
    numbers = _numbers(lines, columns)
    bands = _bands(lines)
    for wide in sorted({gap for _, gap in bands[1:]}):
        groups = _parted(bands, wide)
        if numbers and len(groups) == len(numbers) and all(_count(group, numbers) == 1 for group in groups):
            return groups
    if numbers:
        begun = [list[PrintedLine]() for _ in numbers]
        tops = [-line.top for line in numbers]
        for line in lines:
            at = bisect_right(tops, 0.3 * line.size - line.top) - 1
            if at < 0:
                return None
            begun[at].append(line)
        # a number in the middle of its row would part it from its first line
        starts = all(
            max(line.top for line in group) - one.top < one.size / 2 for group, one in zip(begun, numbers, strict=True)
        )
        return begun if starts else None
    if all(len(row) > 1 for row in rows) and len({columns.at(row[0]) for row in rows}) == 1:
        return [list(row) for row in rows]
    return None


def _numbers(lines: Sequence[PrintedLine], columns: _Columns) -> list[PrintedLine]:
    """Return the numbers of the rows from the top: all that stands in the first column."""
    first = [line for line in lines if columns.at(line) == 0]
    in_order = all(_ORDER.fullmatch(line.text.strip()) for line in first)
    return sorted(first, key=lambda one: -one.top) if in_order else []


def _bands(lines: Sequence[PrintedLine]) -> list[tuple[list[PrintedLine], float]]:
    """Return lines that overlap in height as bands from the top, each with the gap above it."""
    found: list[tuple[list[PrintedLine], float]] = []
    bottom = 0.0
    for line in sorted(lines, key=lambda one: -one.top):
        if found and line.top > bottom:
            found[-1][0].append(line)
            bottom = min(bottom, line.bottom)
        else:
            found.append(([line], round(bottom - line.top, 1) if found else 0.0))
            bottom = line.bottom
    return found


def _parted(bands: Sequence[tuple[list[PrintedLine], float]], wide: float) -> list[list[PrintedLine]]:
    """Return the bands put together where the gap between them is less than *wide*."""
    found: list[list[PrintedLine]] = []
    for lines, gap in bands:
        if found and gap < wide:
            found[-1] += lines
        else:
            found.append(list(lines))
    return found


def _count(group: Sequence[PrintedLine], numbers: Sequence[PrintedLine]) -> int:
    return sum(one is line for one in numbers for line in group)
