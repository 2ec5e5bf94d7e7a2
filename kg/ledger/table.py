"""The obligations of documents ↔ a table of what is asked of them, of which each document has its rows in a file.

A row is found, counted and put in order here; the records of its document are loaded when the row is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.errors import BuildError
from kg.exports import exports
from kg.ledger.parts import part_reader, responsible_agents
from kg.models import Agent, Records, Zone
from kg.search.words import folded

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

FILE: Final = "obligations.arrow"
"""The file of a document with its rows, in the format of Apache Arrow, which is mapped into memory."""

Single = Literal["clause", "modality", "force", "tier", "review", "date", "owners", "places"]
Several = Literal["agents", "zones", "about", "agent_keys", "zone_keys"]

IDS: Final[tuple[Literal["id", "task_id"], ...]] = ("id", "task_id")

_SINGLE: Final = ("id", "task_id", "clause", "modality", "force", "tier", "review", "date", "owners", "places", "words")
_SEVERAL: Final = ("agents", "zones", "about", "agent_keys", "zone_keys")


def obligation_rows(records: Records) -> pa.Table:
    """Return a row for each obligation of *records*, in order.

    `date` is that of its deadline, None without a deadline and empty for a time without a date. `owners` and `places`
    are its `responsible_agents` and zones as one text; `agents` and `zones` are their names, and `agent_keys` and
    `zone_keys` every name that the document has for one of them, as names are compared. `about` are its parts, as
    agent/财政部. `words` is the text that is searched, folded.
    """
    # a third of a second to import, which a command that filters nothing should not wait for
    import pyarrow as pa

    parts, between = part_reader(records), exports().separator
    clauses = {clause.id: f"{clause.label}{clause.title}" for clause in records.document.clauses}
    agents, zones = _keys_of(records.agents), _keys_of(records.zones)
    rows = []
    for one in records.obligations:
        named = list(dict.fromkeys(agent.name for agent in one.agents))
        said = " ".join([*(agent.name for agent in one.agents), *one.zones])
        rows.append(
            {
                "id": one.id,
                "task_id": one.task_id,
                "clause": one.clause,
                "modality": one.modality,
                "force": one.force,
                "tier": one.tier,
                "review": one.review,
                "date": None if one.deadline is None else one.deadline.date or "",
                "owners": between.join(responsible_agents(one)),
                "places": between.join(one.zones),
                "words": folded(f"{one.quote} {clauses[one.clause]} {one.id} {one.task_id} {said}"),
                "agents": named,
                "zones": list(dict.fromkeys(one.zones)),
                "about": list(dict.fromkeys(f"{part.kind}/{part.name}" for part in parts(one))),
                "agent_keys": _keys(named, agents),
                "zone_keys": _keys(one.zones, zones),
            }
        )
    return pa.Table.from_pylist(rows, _schema())


def rows_file(records: Records) -> bytes:
    """Return `obligation_rows` of *records* as the bytes of `FILE`."""
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.ipc.new_file(out, _schema()) as writer:
        writer.write_table(obligation_rows(records))
    return bytes(out.getvalue())


def load_rows(folder: Path) -> pa.Table:
    """Return the rows in the folder of a document, mapped into memory.

    Raises:
        BuildError: the file is missing or damaged.
    """
    import pyarrow as pa

    try:
        found = pa.ipc.open_file(pa.memory_map(str(folder / FILE))).read_all()
        found.schema.field("words")
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise BuildError(folder / FILE, "the file is missing or damaged", "run `hetao build` again") from error
    return found


class ObligationTable:
    """The rows of documents, one after the other; a row is known by its number. Threads may share it."""

    def __init__(self, documents: Mapping[str, pa.Table]) -> None:
        """*documents* are the rows of each document by its slug."""
        import numpy as np
        import pyarrow as pa

        self.slugs = list(documents)
        self._table = pa.concat_tables(documents.values()) if documents else _schema().empty_table()
        sizes = np.array([one.num_rows for one in documents.values()], np.int64)
        self.first: Rows = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        """The number of the first row of each document, and of all rows."""
        self._single = cache(self._read_single)
        self._several = cache(self._read_several)

    def __len__(self) -> int:
        return int(self.first[-1])

    def document_of(self, rows: Rows) -> Rows:
        """Return the place of the document of each of *rows*."""
        import numpy as np

        return np.searchsorted(self.first, rows, side="right").astype(np.int64) - 1

    def of_documents(self, slugs: Collection[str]) -> Mask:
        """Return which rows are of the documents with these *slugs*."""
        import numpy as np

        found = np.zeros(len(self), np.bool_)
        for place in (place for place, slug in enumerate(self.slugs) if slug in slugs):
            found[self.first[place] : self.first[place + 1]] = True
        return found

    def having(self, column: Single, values: Collection[str]) -> Mask:
        """Return which rows have one of *values*."""
        return self.where(column, lambda value: value in values)

    def where(self, column: Single, fits: Callable[[str | None], bool]) -> Mask:
        """Return which rows have a value that *fits*, which is asked once for each value."""
        import numpy as np

        values, codes = self._single(column)
        found: Mask = np.array([fits(value) for value in values], np.bool_)[codes]
        return found

    def value(self, column: Single, row: int) -> str | None:
        """Return the value of a row."""
        values, codes = self._single(column)
        return values[int(codes[row])]

    def naming(self, column: Several, names: Collection[str]) -> Mask:
        """Return which rows have one of *names*."""
        import numpy as np

        values, codes, rows = self._several(column)
        found = np.zeros(len(self), np.bool_)
        found[rows[np.array([value in names for value in values], np.bool_)[codes]]] = True
        return found

    def containing(self, word: str) -> Mask:
        """Return which rows contain *word*, which is folded, in the text that is searched."""
        import numpy as np
        import pyarrow.compute as pc

        return np.asarray(pc.match_substring(self._table["words"], word), np.bool_)

    def of_tasks(self, tasks: Collection[str], column: Literal["id", "task_id"] = "task_id") -> dict[str, list[int]]:
        """Return the rows of each of *tasks* that is there, by their `task_id` or by their `id` in their document."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        sought = list(tasks)
        found = pc.index_in(self._table[column], value_set=pa.array(sought, pa.string()))
        at = np.flatnonzero(np.asarray(pc.is_valid(found)))
        rows: dict[str, list[int]] = {}
        for row, place in zip(at.tolist(), found.drop_null().to_pylist(), strict=True):
            rows.setdefault(sought[place], []).append(row)
        return rows

    def ids(self, rows: Rows) -> list[tuple[str, str]]:
        """Return the slug of the document of each of *rows* with its id there."""
        import pyarrow as pa

        places = self.document_of(rows).tolist()
        found = self._table["id"].take(pa.array(rows)).to_pylist()
        return [(self.slugs[place], name) for place, name in zip(places, found, strict=True)]

    def counted(self, column: Single | Several, rows: Rows) -> dict[str, int]:
        """Return the values that *rows* have, each with the number of rows, the most frequent first."""
        import numpy as np

        values: Sequence[str | None]
        if column in _SEVERAL:
            values, codes, of = self._several(column)
            wanted = np.zeros(len(self), np.bool_)
            wanted[rows] = True
            codes = codes[wanted[of]]
        else:
            values, codes = self._single(column)
            codes = codes[rows]
        counts = zip(values, np.bincount(codes, minlength=len(values)).tolist(), strict=True)
        present = [(value, count) for value, count in counts if count and value is not None]
        return dict(sorted(present, key=lambda pair: (-pair[1], pair[0])))

    def ranks(self, column: Single, key: Callable[[str], Any | None]) -> Rows:
        """Return for each row the place of its value among all when they are sorted by *key*; -1 where that is None."""
        import numpy as np

        values, codes = self._single(column)
        keys = {value: key(value) for value in values if value is not None}
        order = {one: place for place, one in enumerate(sorted({k for k in keys.values() if k is not None}))}
        ranks = [-1 if value is None or keys[value] is None else order[keys[value]] for value in values]
        return np.array(ranks, np.int64)[codes]

    @cached_property
    def undated(self) -> Mask:
        """Which rows have no time at all."""
        return self.where("date", lambda value: value is None)

    def _read_single(self, column: Single) -> tuple[list[str | None], NDArray[np.int32]]:
        """Return the values of a column, and for each row the place of its value."""
        import numpy as np

        held = self._table[column].combine_chunks().dictionary_encode(null_encoding="encode")
        return held.dictionary.to_pylist(), np.asarray(held.indices, np.int32)

    def _read_several(self, column: Several) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
        """Return the values of a column of lists; for each entry of a list the place of its value, and its row."""
        import numpy as np

        lists = self._table[column].combine_chunks()
        held = lists.flatten().dictionary_encode()
        rows = np.asarray(lists.value_parent_indices(), np.int32)
        return held.dictionary.to_pylist(), np.asarray(held.indices, np.int32), rows


def name_key(name: str) -> str:
    """Return *name* as names are compared: in Simplified characters and lower case, without white space."""
    return "".join(folded(name).split())


def _keys_of(things: Iterable[Agent | Zone]) -> dict[str, list[str]]:
    return {one.name: [name_key(form) for form in (one.name, *one.aliases)] for one in things}


def _keys(names: Iterable[str], known: dict[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(key for name in names for key in known.get(name, [name_key(name)])))


@cache
def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in _SINGLE] + [(name, pa.list_(pa.string())) for name in _SEVERAL])
