"""Paragraphs and tables → the source text of a file that is no plain text: one paragraph a line, cells kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from kg.errors import SourceError
from kg.models import Scan, Span, Table
from kg.read.forms.grid import Block, Cell, Grid, Note

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls, soft hyphens and marks of width nought: no reader sees them, and a quote with one inside is found by
nobody who types it."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What is read out of a file: its text, the encoding it was in ("utf-8" for binary forms), the tables, the
    footnotes and what OCR read in the text, and a line for each thing that was lost or is in doubt.
    """

    text: str
    encoding: str = "utf-8"
    tables: tuple[Table, ...] = ()
    footnotes: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    scans: tuple[Scan, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data, for the process that asked for it."""
        tables = [[[cell and (cell.start, cell.end) for cell in row] for row in one.rows] for one in self.tables]
        footnotes = [(one.start, one.end) for one in self.footnotes]
        said = {"text": self.text, "encoding": self.encoding, "notes": self.notes}
        scans = [(one.start, one.end, one.score) for one in self.scans]
        return {**said, "tables": tables, "footnotes": footnotes, "scans": scans}

    @classmethod
    def of_json(cls, plain: dict[str, Any]) -> FileText:
        """Return what `to_json` made plain."""
        tables = (Table(tuple(tuple(cell and Span(*cell) for cell in row) for row in rows)) for rows in plain["tables"])
        footnotes = tuple(Span(*one) for one in plain["footnotes"])
        scans = tuple(Scan(*one) for one in plain["scans"])
        return cls(plain["text"], plain["encoding"], tuple(tables), footnotes, tuple(plain["notes"]), scans)


def file_text(
    blocks: Iterable[Block],
    name: str,
    encoding: str = "utf-8",
    notes: Sequence[str] = (),
    scores: Iterable[float | None] = (),
) -> FileText:
    """Return the source text of *blocks*, a paragraph or row of a table each line; a break inside one stays.

    A row whose cells have several paragraphs has a line for each of them. Blank ones are left out. *scores*: for each
    block, or for none, the score of what OCR read.

    Raises `SourceError` where nothing is left.
    """
    made = _Text()
    for block, score in zip_longest(blocks, scores):
        start = made.length
        if isinstance(block, Note):
            made.footnote(block)
        elif isinstance(block, str):
            made.lines(block)
        elif block.lays_out:
            for paragraph in block.paragraphs():
                made.lines(paragraph)
        else:
            made.table(block)
        if score is not None and made.length > start:
            made.scan(start, score)
    if not made.pieces:
        raise SourceError(name, "has no text in it", "give a file with text in it")
    text = "".join(made.pieces)
    return FileText(text, encoding, tuple(made.tables), tuple(made.footnotes), tuple(notes), tuple(made.scans))


class _Text:
    """A text that is being put together, and where the cells of its tables stand in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.tables: list[Table] = []
        self.footnotes: list[Span] = []
        self.scans: list[Scan] = []
        self.length = 0

    def lines(self, paragraph: str) -> None:
        for line in _lines(paragraph):
            self._add(line + "\n")

    def footnote(self, paragraph: str) -> None:
        start = self.length
        self.lines(paragraph)
        if self.length > start:
            self.footnotes.append(Span(start, self.length - 1))

    def scan(self, start: int, score: float) -> None:
        """Mark the text from *start* on as read by OCR; it is one part with what stands before it at the same score."""
        before = self.scans[-1] if self.scans else None
        if before is not None and before.end == start and before.score == score:
            start = self.scans.pop().start
        self.scans.append(Scan(start, self.length, score))

    def table(self, grid: Grid) -> None:
        places: dict[int, Span] = {}
        for row in grid.cells():
            shown = [(id(cell), lines) for cell in row if (lines := [x for p in cell.paragraphs for x in _lines(p)])]
            between = "\t" if all(len(lines) == 1 for _, lines in shown) else "\n"
            for index, (cell, lines) in enumerate(shown):
                start = self.length
                self._add("\n".join(lines))
                places[cell] = Span(start, self.length)
                self._add(between if index + 1 < len(shown) else "\n")
        self.tables.append(
            Table(tuple(tuple(places.get(id(cell)) if cell else None for cell in row) for row in _inside(grid)))
        )

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)


def _inside(grid: Grid) -> Sequence[Sequence[Cell | None]]:
    """Return the rows of *grid* without those above and below that one cell fills: the table's title and its notes."""
    wide = [len({id(cell) for cell in row if cell is not None and cell.paragraphs}) > 1 for row in grid.rows]
    return grid.rows[wide.index(True) : len(wide) - wide[::-1].index(True)] if any(wide) else ()


def _lines(paragraph: str) -> list[str]:
    shown = _INVISIBLE.sub("", _BREAKS.sub("\n", paragraph))
    return [line for raw in shown.split("\n") if (line := raw.strip())]
