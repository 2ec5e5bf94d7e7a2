"""Graphs ↔ an Oxigraph store on disk, written once, then read by any number of processes, or copied to change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from kg.errors import BuildError
from kg.graph.evaluate import evaluate
from kg.graph.pool import Pool
from kg.graph.prefixes import ONTOLOGY_IRI
from kg.graph.result import Result, Term, language_tag

if TYPE_CHECKING:
    from rdflib import Graph


class GraphStore:
    """A store that is only read. `ox` is for queries of our own, `pool` runs those of others."""

    def __init__(self, path: Path, in_memory: bool = False) -> None:
        self.path = path
        self.in_memory = in_memory

    @cached_property
    def ox(self) -> ox.Store:
        """The store in this process, opened when first asked for."""
        try:
            on_disk = ox.Store.read_only(str(self.path))
        except OSError as error:
            raise BuildError(self.path, f"the graph cannot be opened ({error})", "run `hetao build`") from None
        if not self.in_memory:
            return on_disk
        copy = ox.Store()
        copy.bulk_extend(on_disk)
        return copy

    @cached_property
    def pool(self) -> Pool:
        """The workers over this store, started when first asked for."""
        return Pool(self.path)

    def evaluate(self, query: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Return the result of a query that is part of the product, in this process."""
        return evaluate(self.ox, query, bindings)

    def run(self, query: str, bindings: Mapping[str, Term], seconds: float, limit_rows: int | None) -> Result:
        """Return the result of a query from anywhere, checked and run in a process of its own."""
        return self.pool.run(query, bindings, seconds, limit_rows)

    def close(self) -> None:
        """End the workers and let go of the files."""
        if "pool" in self.__dict__:
            self.pool.close()
        self.__dict__.pop("ox", None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_store(graphs: Iterable[Graph], path: Path) -> int:
    """Write *graphs* and the ontology to a new store at *path*; return the number of triples besides the ontology.

    Everything stands in the default graph, so that a query needs no GRAPH, and what two documents say alike stands
    there once. The ontology stands in the graph `https://w3id.org/hetao-kg/ns` as well, which tells it from the data.
    *path* must not exist; it is there complete or not at all.
    """
    return load_store((graph.serialize(format="nt", encoding="utf-8") for graph in graphs), path)


def load_store(triples: Iterable[bytes], path: Path) -> int:
    """Write *triples*, pieces of N-Triples, and the ontology to a new store, as `write_store` does."""
    from kg.graph.terms import ontology

    path = Path(path)
    if path.exists():
        raise BuildError(path, "there is something already", "remove it, or name another folder")
    terms = ontology()
    words = terms.serialize(format="nt", encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        store = ox.Store(str(beside))
        for lines in chain(triples, [words]):
            store.bulk_load(lines, format=ox.RdfFormat.N_TRIPLES)
        store.bulk_load(words, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(ONTOLOGY_IRI))
        store.flush()
        count = len(store) - 2 * len(terms)  # which stand in the default graph and in one of their own
        del store  # lets go of the files
        beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def change_store(before: Path, path: Path, *, gone: Iterable[bytes], said: Iterable[bytes]) -> int:
    """Make a store at *path* of the one at *before*, and return how many triples more it holds.

    The one before stays as it is, and may be read meanwhile: the files that both have are links to the same ones, which
    the engine never writes to again.

    Args:
        before: a store made by `load_store` or this function, with the ontology of today.
        path: must not exist; it is there complete or not at all.
        gone: pieces of N-Triples that are removed first, apart from those of the ontology.
        said: pieces of N-Triples that are added then.

    Raises:
        OSError, RuntimeError: the store before cannot be read, or the new one not be written.
    """
    terms = ox.NamedNode(ONTOLOGY_IRI)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        ox.Store.read_only(str(before)).backup(str(beside))
        store = ox.Store(str(beside))
        more = 0
        for lines in gone:
            for quad in _read(lines):
                if quad in store and ox.Quad(quad.subject, quad.predicate, quad.object, terms) not in store:
                    store.remove(quad)
                    more -= 1
        for lines in said:
            new = [quad for quad in _read(lines) if quad not in store]
            store.extend(new)
            more += len(new)
        store.flush()
        del store  # lets go of the files
        beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return more


def _read(lines: bytes) -> Iterable[ox.Quad]:
    """Return the triples of *lines* as a store holds them: two spellings of a number are one."""
    found = ox.Store()
    found.load(lines, format=ox.RdfFormat.N_TRIPLES)
    return found


def open_store(path: Path | str, in_memory: bool = False) -> GraphStore:
    """Return the store at *path*, to be read; a `BuildError` where there is none.

    With *in_memory* its triples are copied into memory when first asked for: a tenth of a second for a plan, after
    which a query takes a fifth of the time. That is for a process that answers many.
    """
    path = Path(path)
    if not path.is_dir():
        raise BuildError(path, "no graph there", "run `hetao build`")
    return GraphStore(path, in_memory)


def is_small(path: Path) -> bool:
    """Whether the store at *path* is small enough to be copied into memory: up to 64 MB, some half million triples."""
    return sum(file.stat().st_size for file in path.iterdir() if file.is_file()) <= 64 * 1024**2


def data_graph(store: GraphStore) -> Graph:
    """Return what *store* holds apart from the ontology, with the language tags as they were written."""
    from rdflib import Literal, URIRef

    from kg.graph.terms import new_graph

    graph = new_graph()
    ontology = ox.NamedNode(ONTOLOGY_IRI)
    for quad in store.ox.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if ox.Quad(subject, predicate, value, ontology) in store.ox:
            continue
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
            raise BuildError(store.path, "the graph holds a node without a name", "run `hetao build` again")
        term: URIRef | Literal
        if isinstance(value, ox.NamedNode):
            term = URIRef(value.value)
        elif value.language:
            term = Literal(value.value, lang=language_tag(value.language))
        else:
            # an rdflib literal of type xsd:string and a plain one are two; the graph was built with plain ones
            datatype = value.datatype.value
            term = Literal(value.value, datatype=None if datatype.endswith("#string") else URIRef(datatype))
        graph.add((URIRef(subject.value), URIRef(predicate.value), term))
    return graph
