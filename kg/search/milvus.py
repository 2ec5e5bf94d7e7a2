"""An index and a Milvus server → a collection of its sentences there → the candidates for a question.

A row is a sentence by its number, with its document, its dense vector and, as a sparse vector, how much of each word's
weight it has in BM25: a question's words with their weights are the other half. So the server ranks as
`kg.search.dense` and `kg.search.bm25` do. A collection belongs to one build of one data folder; the alias of the build
is given to it when all rows are there, and only the alias is asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kg.engine_settings import MilvusServer
from kg.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.search.bm25 import AskedWords
    from kg.search.store import Index

SECONDS: Final = 10.0
"""How long a question may take."""

ROWS: Final = 500
"""Sentences that are sent at a time."""

MAX_SLUG: Final = 1_000
_IDS = 2**31 - 1


class Milvus:
    """The collections of one data folder, *holder*, on a server or in a file of Milvus Lite. Threads may share it."""

    def __init__(self, server: MilvusServer, holder: str) -> None:
        self._server = server
        self._prefix = f"hetao_{holder.rpartition(':')[2].replace('-', '')[:16]}_"

    @property
    def name(self) -> str:
        """The server's host and port or the file, to be shown."""
        return f"Milvus {self._server.place}"

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - its package has no usable types
        try:
            from pymilvus import MilvusClient
        except ImportError:
            fix = "install it: pip install 'hetao-kg[engines]'"
            raise EngineError("HETAO_MILVUS_URI", "it needs the package pymilvus", fix) from None
        return MilvusClient(uri=self._server.uri, token=self._server.token, timeout=SECONDS)

    def holds(self, build: str) -> bool:
        """Return whether all sentences of *build* are there."""
        with self._told():
            found: list[str] = self._client.list_collections()
            return any(self._alias(build) in self._aliases(one) for one in found if one == self._rows(build))

    def write(self, build: str, index: Index) -> None:
        """Write the sentences of *index*, which has vectors, as those of *build*, unless they are there already.

        Raises:
            EngineError: the server is away or refuses them, or another process has the file open.
        """
        assert index.vectors is not None
        if self.holds(build):
            return
        with self._told():
            self._drop(self._rows(build))
            dimensions = int(index.segments.arrays[0]["dense"].shape[1])
            self._make(self._rows(build), dimensions)
            waiting: list[dict[str, Any]] = []
            for row in _rows(index):
                waiting.append(row)
                if len(waiting) == ROWS:
                    self._client.insert(self._rows(build), waiting)
                    waiting = []
            if waiting:
                self._client.insert(self._rows(build), waiting)
            self._client.flush(self._rows(build))
            count = int(self._client.get_collection_stats(self._rows(build))["row_count"])
            if count != index.segments.count("sentences"):
                problem = f"it holds {count} of the {index.segments.count('sentences')} sentences of the build"
                raise EngineError(self.name, problem, "run `hetao build` again")
            self._client.create_alias(self._rows(build), self._alias(build))

    def remove_others(self, kept: Collection[str]) -> None:
        """Remove the collections of this data folder's builds that are not in *kept*."""
        with self._told():
            for found in sorted(self._client.list_collections()):
                if found.startswith(self._prefix) and found not in {self._rows(build) for build in kept}:
                    self._drop(found)

    def candidates(
        self,
        build: str,
        vector: NDArray[np.float32],
        asked: AskedWords,
        count: int,
        documents: Collection[str],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of the *count* sentences nearest to *vector*, and of at most *count* best by words.

        Only of *documents*, if any are named. Which of several with equal scores come last is left to the server.

        Raises:
            EngineError: the server is away, or does not hold the build.
        """
        import numpy as np

        # Milvus Lite knows no parameters of a filter
        named = json.dumps(sorted(set(documents)), ensure_ascii=False)
        only = {"filter": f"document in {named}"} if documents else {}
        words = _sparse(asked.ids, asked.weights[0])
        found = []
        with self._told():
            self._load(build)
            for field, sought in (("dense", vector.astype(np.float32).tolist()), ("words", words)):
                hits: list[dict[str, Any]] = []
                if sought:
                    (hits,) = self._client.search(
                        self._alias(build),
                        [sought],
                        anns_field=field,
                        limit=count,
                        search_params={"metric_type": "IP"},
                        output_fields=["id"],
                        timeout=SECONDS,
                        **only,
                    )
                found.append(np.array([int(hit["id"]) for hit in hits], np.int64))
        nearest, by_words = found
        return nearest, by_words

    def close(self) -> None:
        """Let go of the connection, or of the file."""
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    def _load(self, build: str) -> None:
        if build not in self._loaded:
            if not self.holds(build):
                raise EngineError(self.name, "it does not hold this build's sentences", "run `hetao build`")
            self._client.load_collection(self._alias(build))
            self._loaded.add(build)

    @cached_property
    def _loaded(self) -> set[str]:
        return set()

    def _rows(self, build: str) -> str:
        return f"{self._prefix}{build}"

    def _alias(self, build: str) -> str:
        return f"{self._rows(build)}_whole"

    def _aliases(self, collection: str) -> list[str]:
        found: list[str] = self._client.list_aliases(collection_name=collection)["aliases"]
        return found

    def _drop(self, collection: str) -> None:
        if self._client.has_collection(collection):
            # the alias first: without it nobody asks a collection that is going
            for alias in self._aliases(collection):
                self._client.drop_alias(alias)
            self._client.drop_collection(collection)

    def _make(self, collection: str, dimensions: int) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("document", DataType.VARCHAR, max_length=MAX_SLUG)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimensions)
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        indexes = self._client.prepare_index_params()
        # every vector is compared, as on disk
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        self._client.create_collection(collection, schema=schema, index_params=indexes, consistency_level="Strong")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Let what goes wrong with the server be an `EngineError` of one line, without the token."""
        try:
            yield
        except EngineError:
            raise
        except Exception as error:
            # pymilvus raises its own errors, grpc's and plain ones; an ordinary fault of ours has none of these names
            if type(error).__module__.partition(".")[0] not in ("pymilvus", "grpc", "milvus_lite"):
                raise
            self.__dict__.pop("_client", None)  # the next question connects anew
            self._loaded.clear()
            said = str(getattr(error, "message", error)).replace(self._server.token or "\0", "…")
            if self._server.is_file:
                fix = "one process at a time may open the file: stop `hetao serve` for a build, or run a Milvus server"
            else:
                fix = "start it; until it is back, search goes by the index on disk"
            raise EngineError(self.name, f"it cannot be used ({said})", fix) from None


@dataclass(frozen=True, slots=True)
class BuildCandidates:
    """The first stage of ranking for one build, which looks in its collection."""

    milvus: Milvus
    build: str

    def candidates(
        self, vector: NDArray[np.float32], asked: AskedWords, count: int, documents: Collection[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the candidates in the build's collection, as `Milvus.candidates` does."""
        return self.milvus.candidates(self.build, vector, asked, count, documents)


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    """Yield the rows of the sentences of *index*, in their order."""
    import numpy as np

    slugs = list(index.segments.documents)
    documents = index.segments.field("sentences", "document", np.arange(index.segments.count("sentences")))
    dense = (vector for one in index.segments.arrays for vector in one["dense"])
    of_words = index.words.shares()
    for number, (document, vector, (ids, shares)) in enumerate(zip(documents, dense, of_words, strict=True)):
        # a sparse vector may not be empty; no question asks for the last id
        words = _sparse(ids, shares) or {_IDS: 1e-6}
        yield {"id": number, "document": slugs[document], "dense": vector.astype(np.float32), "words": words}


def _sparse(ids: NDArray[np.uint64], values: NDArray[Any]) -> dict[int, float]:
    """Return *values* by the ids of words, shortened to what a sparse vector takes; two words of 50,000 share one."""
    found: dict[int, float] = {}
    for word, value in zip((ids % _IDS).tolist(), values.tolist(), strict=True):
        found[word] = found.get(word, 0.0) + value
    return found
