"""The rules that are drawn on a page → its tables: lines of text in the cells that the rules part."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.read.forms.grid import Cell, Grid
from kg.read.forms.pdf_layout import PageTable, PrintedLine, joined

_THIN = 3.0
"""Points: what is drawn thinner than this is a rule."""

_NEAR = 2.5
_SHORTEST = 6.0
MOST_RULES = 1500
"""A page with more of them is a drawing."""


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A straight line on a page, level or upright, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def upright(self) -> bool:
        """Whether it goes up and not across."""
        return self.top - self.bottom > self.right - self.left

    def crosses(self, line: PrintedLine) -> bool:
        """Whether it goes up as far as the middle of *line*."""
        return self.bottom <= (line.bottom + line.top) / 2 <= self.top


def page_rules(page: Any) -> list[RuledLine]:  # noqa: ANN401 - a page of the library's
    """Return the rules of a page: thin paths, and the edges of rectangles; none of a page that is a drawing."""
    from pypdfium2 import raw

    found: list[RuledLine] = []
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = thing.get_bounds()
        wide, high = right - left, top - bottom
        if min(wide, high) <= _THIN:
            found.append(RuledLine(left, bottom, right, top))
        elif raw.FPDFPath_CountSegments(thing.raw) <= 6:
            # a rectangle: its four edges
            found += [RuledLine(left, y, right, y) for y in (bottom, top)]
            found += [RuledLine(x, bottom, x, top) for x in (left, right)]
        if len(found) > MOST_RULES:
            return []
    return [rule for one in found for rule in drawn(one)]


def drawn(stroke: RuledLine) -> list[RuledLine]:
    """Return a straight *stroke* as the rule that it is: neither a dot nor slanting."""
    wide, high = stroke.right - stroke.left, stroke.top - stroke.bottom
    return [stroke] if min(wide, high) <= _THIN and max(wide, high) >= _SHORTEST else []


def with_tables(lines: Sequence[PrintedLine], rules: Sequence[RuledLine]) -> list[PrintedLine]:
    """Return *lines* with those inside a table as one line that holds it, where the first of them stood."""
    found = list(lines)
    for area in _areas(rules):
        inside = [line for line in found if area.holds(line)]
        table = area.table(inside)
        if table is None:
            continue
        at = found.index(inside[0])
        whole = PrintedLine("", area.xs[0], area.xs[-1], area.ys[-1], area.ys[0], table=table)
        kept = set(map(id, inside))
        found = [*(o for o in found[:at] if id(o) not in kept), whole, *(o for o in found[at:] if id(o) not in kept)]
    return found


@dataclass(frozen=True, slots=True)
class _Area:
    """Rules that touch: where they stand upright (from the left) and lie level (from the top)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rules: tuple[RuledLine, ...]

    def holds(self, line: PrintedLine) -> bool:
        x, y = (line.left + line.right) / 2, (line.bottom + line.top) / 2
        return line.table is None and self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]

    def table(self, lines: Sequence[PrintedLine]) -> PageTable | None:
        """Return the table of *lines*; None where fewer than two rows and columns have any."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        if rows < 1 or columns < 2 or not lines:
            return None
        held = self._joined_places(rows, columns)
        words: dict[tuple[int, int], list[PrintedLine]] = defaultdict(list)
        for line in lines:
            row = bisect_right([-y for y in self.ys], -(line.bottom + line.top) / 2) - 1
            column = bisect_right(self.xs, (line.left + line.right) / 2) - 1
            words[held[min(row, rows - 1), min(column, columns - 1)]].append(line)
        cells = {place: Cell.of([_told(some)]) for place, some in words.items()}
        grid = Grid(tuple(tuple(cells.get(held[row, column]) for column in range(columns)) for row in range(rows)))
        return None if all(len(row) < 2 for row in grid.cells()) else PageTable(grid, self.xs)

    def _joined_places(self, rows: int, columns: int) -> dict[tuple[int, int], tuple[int, int]]:
        """Return for each place the first one of its cell: two are one cell where no rule stands between."""
        held: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(rows):
            for column in range(columns):
                place = held.setdefault((row, column), (row, column))
                middle = ((self.xs[column] + self.xs[column + 1]) / 2, (self.ys[row] + self.ys[row + 1]) / 2)
                if column + 1 < columns and not self._upright(self.xs[column + 1], middle[1]):
                    held.setdefault((row, column + 1), place)
                if row + 1 < rows and not self._level(self.ys[row + 1], middle[0]):
                    held[row + 1, column] = place
        return held

    def _upright(self, x: float, y: float) -> bool:
        return any(
            r.upright and abs((r.left + r.right) / 2 - x) <= _NEAR and r.bottom - _NEAR <= y <= r.top + _NEAR
            for r in self.rules
        )

    def _level(self, y: float, x: float) -> bool:
        return any(
            not r.upright and abs((r.bottom + r.top) / 2 - y) <= _NEAR and r.left - _NEAR <= x <= r.right + _NEAR
            for r in self.rules
        )


def _told(lines: Iterable[PrintedLine]) -> str:
    """Return the words of a cell: its lines from the top, joined as wraps."""
    ordered = sorted(lines, key=lambda line: (-round(line.top), line.left))
    text = ordered[0].text
    for line in ordered[1:]:
        text = joined(text, line.text)
    return text


def _areas(rules: Sequence[RuledLine]) -> list[_Area]:
    """Return the groups of rules that touch each other and part at least two columns."""
    groups: list[list[RuledLine]] = []
    for rule in sorted(rules, key=lambda r: -r.top):
        touched = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([rule, *(one for group in touched for one in group)])
    found = []
    for group in groups:
        xs = _places((r.left + r.right) / 2 for r in group if r.upright)
        ys = _places((r.bottom + r.top) / 2 for r in group if not r.upright)
        if len(xs) > 2 and len(ys) > 1:
            found.append(_Area(tuple(xs), tuple(reversed(ys)), tuple(group)))
    return found


def _touch(one: RuledLine, other: RuledLine) -> bool:
    across = one.left <= other.right + _NEAR and other.left <= one.right + _NEAR
    return across and one.bottom <= other.top + _NEAR and other.bottom <= one.top + _NEAR


def _places(values: Iterable[float]) -> list[float]:
    """Return *values* in order, those next to each other as one."""
    ordered = sorted(values)
    return [ordered[0], *(b for a, b in pairwise(ordered) if b - a > _NEAR)] if ordered else []
