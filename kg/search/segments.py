"""Arrays of documents ↔ segments: what search needs of some dozens of documents, in one file; many of them → one index.

A document is always in the same segment while a build is of much the same size, so that only one segment is made anew
when a document comes, goes or changes.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.search.arrays import Arrays, open_arrays
from kg.search.bm25 import joined_words, ranges
from kg.search.tables import TABLES, joined_table, string_at, unit_of
from kg.search.units import Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOGETHER = 64
"""The most documents of a segment, on average: joining so many takes a third of a second."""

_BASES = {"document": "documents", "clause": "clauses", "sentence": "sentences"}


def grouped(slugs: Iterable[str]) -> list[list[str]]:
    """Return *slugs* in groups, one for each segment. Their number doubles when the groups have become too large."""
    known = sorted(slugs)
    count = 1
    while len(known) > count * TOGETHER:
        count *= 2
    groups: dict[int, list[str]] = {}
    for slug in known:
        digest = hashlib.sha256(slug.encode("utf-8", "surrogatepass")).digest()
        groups.setdefault(int.from_bytes(digest[:8], "big") % count, []).append(slug)
    return [groups[number] for number in sorted(groups)]


def joined(documents: Sequence[Arrays], vectors: Sequence[Mapping[str, NDArray[Any]]]) -> Arrays:
    """Return the arrays of a segment: those of its *documents*, and with a model their `dense` and `scales`."""
    found = {**joined_table(documents), **joined_words(documents)}
    for name in ("dense", "scales") if vectors else ():
        found[name] = np.concatenate([one[name] for one in vectors if len(one[name])] or [vectors[0][name]])
    return found


class Segments:
    """The segments of an index. Rows are numbered through all segments, in their order; so are tokens.

    In late interaction sentences and parts are numbered together, the sentences first.
    """

    def __init__(self, arrays: Sequence[Arrays]) -> None:
        self.arrays = arrays
        self.at = {name: np.cumsum([0, *(len(one[name]) for one in arrays)]) for name in ("documents", *TABLES, "runs")}
        """Where the rows of each segment begin, and their number."""
        self._first = {table: self.at[table].tolist() for table in TABLES}
        documents = [one["documents"] for one in arrays]
        self._document_at = {
            name: np.cumsum([0, *(count for one in documents for count in one[name].tolist())])
            for name in (*TABLES, "tokens")
        }
        slugs = [string_at(one, number) for one in arrays for number in one["documents"]["slug"].tolist()]
        self.documents = {slug: i for i, slug in enumerate(slugs)}
        """The number of each document."""

    @classmethod
    def open(cls, paths: Sequence[Path]) -> Segments:
        """Return the segments in these files, in this order. Raises OSError, ValueError or KeyError."""
        return cls([open_arrays(path) for path in paths])

    def count(self, table: str) -> int:
        """Return how many rows a table has: clauses, sentences or parts."""
        return int(self.at[table][-1])

    @property
    def token_at(self) -> NDArray[np.int64]:
        """Where the tokens of each document begin, and their number."""
        return self._document_at["tokens"]

    def rows_of(self, document: str, table: str) -> range:
        """Return the numbers of the rows of *document*, which has none if it is not there."""
        number = self.documents.get(document)
        if number is None:
            return range(0)
        first, last = self._document_at[table][number : number + 2].tolist()
        return range(first, last)

    def field(self, table: str, column: str, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a *column* of the rows of *table* with these *numbers*; document, clause and sentence are numbers."""
        found = np.zeros(len(numbers), np.int64)
        for segment, which, own in self._apart(table, numbers):
            base = self.at[_BASES[column]][segment] if column in _BASES else 0
            found[which] = self.arrays[segment][table][column][own] + base
        return found

    def parts_in(self, sentences: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of the parts that begin in *sentences*, ascending."""
        documents = np.unique(self.field("sentences", "document", sentences))
        starts, ends = self._document_at["parts"][documents], self._document_at["parts"][documents + 1]
        near = ranges(starts, ends - starts)
        return near[np.isin(self.field("parts", "sentence", near), sentences)]

    def unit(self, table: str, number: int) -> Unit:
        """Return the unit in a row of *table*."""
        first = self._first[table]
        segment = bisect_right(first, number) - 1
        arrays = self.arrays[segment]
        return unit_of(arrays, arrays[table][number - first[segment]])

    def __iter__(self) -> Iterator[Unit]:
        """Yield every unit, by document: each clause, then its sentences, its obligations, its phrases."""
        for arrays in self.arrays:
            rows = np.concatenate([arrays[table] for table in TABLES])
            for row in rows[np.lexsort((rows["kind"], rows["clause"]))]:
                yield unit_of(arrays, row)

    def runs_of(self, units: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the runs of tokens of *units*, sentences and parts, and for each the place of its unit in *units*."""
        sentences = self.count("sentences")
        runs, owners = [np.zeros((0, 2), np.int64)], [np.zeros(0, np.int64)]
        for table, chosen in (("sentences", units < sentences), ("parts", units >= sentences)):
            places = np.flatnonzero(chosen)
            for segment, which, own in self._apart(table, units[places] - (sentences if table == "parts" else 0)):
                arrays = self.arrays[segment]
                rows = arrays[table][own]
                document = self.at["documents"][segment] + rows["document"]
                counts = rows["runs"].astype(np.int64)
                base = np.repeat(self.token_at[document], counts)
                runs.append(arrays["runs"][ranges(rows["run"], counts)] + base[:, None])
                owners.append(np.repeat(places[which], counts))
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        return np.concatenate(runs)[order], owner[order]

    def values(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return values of tokens by their numbers: of an array that has one for each token of a segment."""
        first = self.token_at[self.at["documents"]]
        found = np.empty(len(rows), np.float32)
        segments = np.searchsorted(first, rows, "right") - 1
        for segment in np.unique(segments).tolist():
            which = segments == segment
            found[which] = self.arrays[segment][name][rows[which] - first[segment]]
        return found

    def _apart(
        self, table: str, numbers: NDArray[np.int64]
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield each segment that has any of *numbers*, their places, and the rows of the segment they stand for."""
        if len(self.arrays) == 1:
            yield 0, np.arange(len(numbers)), numbers
            return
        segments = np.searchsorted(self.at[table], numbers, "right") - 1
        for segment in np.unique(segments).tolist():
            which = np.flatnonzero(segments == segment)
            yield segment, which, numbers[which] - self.at[table][segment]
