"""Spans of a source → one string without white space, and the way back from its offsets to the source's."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from kg.models import Span

_VISIBLE = re.compile(r"\S+")


class Plain:
    """The characters of some spans without white space, in order; both ways between its offsets and the source's.

    `text` is what extraction works on: `text[a:b]` is exactly the quote of `to_source(a, b)` where the spans follow
    each other without other text between.
    """

    __slots__ = ("_ends", "_plain", "_source", "text")

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._plain: list[int] = []
        self._source: list[int] = []
        self._ends: list[int] = []
        pieces: list[str] = []
        at = 0
        for span in spans:
            for run in _VISIBLE.finditer(text, span.start, span.end):
                piece = run.group()
                pieces.append(piece)
                self._plain.append(at)
                self._source.append(run.start())
                self._ends.append(run.end())
                at += len(piece)
        self.text = "".join(pieces)

    def __len__(self) -> int:
        """Return the number of visible characters."""
        return len(self.text)

    def offset(self, plain: int) -> int:
        """Return the source offset of the character at offset *plain*. Raises IndexError outside the text."""
        if not 0 <= plain < len(self.text):
            raise IndexError(plain)
        run = bisect_right(self._plain, plain) - 1
        return self._source[run] + plain - self._plain[run]

    def to_source(self, start: int, end: int) -> Span:
        """Return the source span of `text[start:end]`, which must not be empty. Raises IndexError outside the text."""
        if not 0 <= start < end <= len(self.text):
            raise IndexError((start, end))
        return Span(self.offset(start), self.offset(end - 1) + 1)

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the plain offsets (start, end) of what lies between two source offsets; equal where nothing does."""
        return self._before(start), self._before(end)

    def _before(self, source: int) -> int:
        """Return how many of the view's characters stand before the source offset (spans in rising order)."""
        run = bisect_right(self._source, source) - 1
        if run < 0:
            return 0
        return self._plain[run] + min(source, self._ends[run]) - self._source[run]
