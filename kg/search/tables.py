"""The units of a document → arrays; the arrays of several documents → those of all; a row of them → the unit again.

clauses, sentences, parts   a row for each unit (`UNIT`); the parts of a document are its obligations and its phrases
documents                   a row for each document (`DOCUMENT`)
text                        the visible characters of the documents, of which every quote is a stretch
strings, string_at          slugs, ids and headings in UTF-8, one after the other, and where each begins
runs                        ranges of the tokens of a document, those of a unit together; none without a model
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from kg.models import Records
from kg.search.arrays import Arrays
from kg.search.units import Kind, Unit
from kg.search.vectors import SentenceVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS: tuple[Kind, ...] = get_args(Kind)
PARTS: tuple[Kind, ...] = ("obligation", "phrase")
"""The kinds of units inside a sentence; an obligation may continue into the next."""

RANKED: tuple[Kind, ...] = ("sentence", *PARTS)

UNIT = np.dtype(
    [
        ("kind", "u1"),  # its place in `KINDS`
        *((name, "<i4") for name in ("document", "clause", "sentence")),  # rows of these
        *((name, "<i4") for name in ("start", "end")),  # characters of the source
        *((name, "<i4") for name in ("first", "last")),  # characters of the text
        *((name, "<i4") for name in ("id", "heading", "obligation")),  # strings: the clause's id and title
        *((name, "<i4") for name in ("run", "runs")),  # the first of its runs, and how many
    ]
)
DOCUMENT = np.dtype([("slug", "<i4"), *((name, "<i4") for name in ("clauses", "sentences", "parts", "tokens"))])
"""The slug, a string, and how many there are of the others."""

TABLES = ("clauses", "sentences", "parts")
Ranges = Sequence[Sequence[tuple[int, int]]]


def document_table(records: Records, units: Sequence[Unit], vectors: SentenceVectors | None) -> Arrays:
    """Return the arrays of the *units* of one document, which are in reading order."""
    source = records.document.source.text
    seen = np.cumsum([0, *(not c.isspace() for c in source)])
    text = "".join(c for c in source if not c.isspace())
    strings: dict[str, int] = {}
    number = {clause.id: i for i, clause in enumerate(records.document.clauses)}
    slug = strings.setdefault(records.document.slug, 0)

    def rows(kind: Kind) -> NDArray[Any]:
        made = np.zeros(sum(unit.kind == kind for unit in units), UNIT)
        for row, unit in zip(made, (unit for unit in units if unit.kind == kind), strict=True):
            names = [unit.clause, unit.heading, *([unit.obligation] if unit.obligation is not None else [])]
            known = [strings.setdefault(name, len(strings)) for name in names]
            places = (unit.start, unit.end, seen[unit.start], seen[unit.end])
            row["kind"], row["clause"] = KINDS.index(kind), number[unit.clause]
            row["start"], row["end"], row["first"], row["last"] = places
            row["id"], row["heading"], row["obligation"] = (*known, -1)[:3]
        return made

    table: Arrays = {"clauses": rows("clause"), "sentences": rows("sentence")}
    table["parts"] = np.concatenate([rows(kind) for kind in PARTS])
    table["sentences"]["sentence"] = np.arange(len(table["sentences"]))
    table["parts"]["sentence"] = _sentence_of(table["sentences"], table["parts"])
    tokens = 0
    table["runs"] = np.zeros((0, 2), np.int32)
    if vectors is not None:
        ranges = token_ranges(units, vectors, source)
        tokens = len(vectors.tokens)
        table["runs"] = _set_runs(table, ranges["sentence"], [own for kind in PARTS for own in ranges[kind]])
    table["documents"] = np.array([(slug, *(len(table[name]) for name in TABLES), tokens)], DOCUMENT)
    table["text"] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
    encoded = [name.encode("utf-8", "surrogatepass") for name in strings]
    table["strings"] = np.frombuffer(b"".join(encoded), np.uint8)
    table["string_at"] = np.cumsum([0, *map(len, encoded)])
    return table


def joined_table(tables: Sequence[Arrays]) -> Arrays:
    """Return *tables* as one, in their order; numbers of rows, strings, characters and runs count from its start."""
    columns = ("documents", *TABLES, "text", "strings", "runs")
    at = {name: np.cumsum([0, *(len(one[name]) for one in tables)]) for name in columns}
    at["names"] = np.cumsum([0, *(len(one["string_at"]) - 1 for one in tables)])
    found: Arrays = {name: _end_to_end([one[name] for one in tables]) for name in ("text", "strings", "runs")}
    for name in TABLES:
        moved = [one[name].copy() for one in tables]
        for i, rows in enumerate(moved):
            for column, of in _COUNTED.items():
                rows[column] += np.int32(at[of][i])
            rows["obligation"][rows["obligation"] >= 0] += np.int32(at["names"][i])
        found[name] = _end_to_end(moved)
    documents = [one["documents"].copy() for one in tables]
    for i, rows in enumerate(documents):
        rows["slug"] += np.int32(at["names"][i])
    found["documents"] = _end_to_end(documents)
    ends = [one["string_at"][1:] + at["strings"][i] for i, one in enumerate(tables)]
    found["string_at"] = np.concatenate([np.zeros(1, np.int64), *ends])
    return found


_COUNTED = {
    "document": "documents",
    "clause": "clauses",
    "sentence": "sentences",
    "first": "text",
    "last": "text",
    "id": "names",
    "heading": "names",
    "run": "runs",
}


def string_at(table: Mapping[str, NDArray[Any]], number: int) -> str:
    """Return a string of *table* by its number."""
    places = table["string_at"].data  # many times as fast as the array, for one number
    return str(table["strings"].data[places[number] : places[number + 1]], "utf-8", "surrogatepass")


def unit_of(table: Mapping[str, NDArray[Any]], row: NDArray[Any]) -> Unit:
    """Return the unit that *row* of *table* stands for."""
    kind, document, _, _, start, end, first, last, clause, heading, obligation, _, _ = row.tolist()
    return Unit(
        string_at(table, int(table["documents"][document]["slug"])),
        string_at(table, clause),
        KINDS[kind],
        start,
        end,
        str(table["text"][first:last].data.cast("B"), "utf-32-le", "surrogatepass"),
        string_at(table, heading),
        None if obligation < 0 else string_at(table, obligation),
    )


def _end_to_end(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(arrays)


def _sentence_of(sentences: NDArray[Any], parts: NDArray[Any]) -> list[int]:
    """Return for each part the number of the sentence in which it begins; a clause's sentences are in reading order."""
    of_clause: dict[int, list[int]] = {}
    for i, clause in enumerate(sentences["clause"].tolist()):
        of_clause.setdefault(clause, []).append(i)
    starts = sentences["start"].tolist()
    found = []
    for clause, start in zip(parts["clause"].tolist(), parts["start"].tolist(), strict=True):
        own = of_clause[clause]
        found.append(own[max(0, bisect_right([starts[i] for i in own], start) - 1)])
    return found


def _set_runs(table: Arrays, sentences: Ranges, parts: Ranges) -> NDArray[np.int32]:
    """Write to the rows of *table* which runs are theirs, and return the runs: the ranges that are not empty."""
    runs: list[tuple[int, int]] = []
    for rows, ranges in ((table["sentences"], sentences), (table["parts"], parts)):
        for row, own in zip(rows, ranges, strict=True):
            held = [run for run in own if run[0] < run[1]]
            row["run"], row["runs"] = len(runs), len(held)
            runs += held
    return np.array(runs, np.int32).reshape(-1, 2)


def token_ranges(units: Sequence[Unit], vectors: SentenceVectors, source: str) -> dict[Kind, Ranges]:
    """Return by kind, for each sentence of a document and each part of one, its ranges of the document's tokens.

    A part has the tokens of the heading and of its own words, from every sentence it lies in.
    """
    ranges: dict[Kind, list[list[tuple[int, int]]]] = {kind: [] for kind in RANKED}
    of_clause: dict[str, list[tuple[int, list[int]]]] = {}
    first = 0
    sentences = (unit for unit in units if unit.kind == "sentence")
    for unit, count in zip(sentences, vectors.counts.tolist(), strict=True):
        ranges["sentence"].append([(first, first + count)])
        offsets = _source_offsets(unit, vectors.starts[first : first + count].tolist(), source)
        of_clause.setdefault(unit.clause, []).append((first, offsets))
        first += count
    for unit in (unit for kind in PARTS for unit in units if unit.kind == kind):
        own: list[tuple[int, int]] = []
        for start, offsets in of_clause.get(unit.clause, []):
            inside = [k for k, offset in enumerate(offsets) if offset < 0 or unit.start <= offset < unit.end]
            if any(offsets[k] >= 0 for k in inside):
                own += [(start + a, start + b) for a, b in _runs(inside)]
        ranges[unit.kind].append(own)
    return cast("dict[Kind, Ranges]", ranges)


def _source_offsets(unit: Unit, places: Sequence[int], source: str) -> list[int]:
    """Return for each token, which begins at *places* of the unit's text, its offset in *source*; −1 in the heading."""
    visible = [i for i in range(unit.start, unit.end) if not source[i].isspace()]
    heading = len(unit.text) - len(unit.quote)
    return [visible[min(p - heading, len(visible) - 1)] if p >= heading else -1 for p in places]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return ascending *numbers* as half-open ranges."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n:
            runs[-1] = (runs[-1][0], n + 1)
        else:
            runs.append((n, n + 1))
    return runs
