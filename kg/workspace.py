"""A build and the reports on it → the one object that commands, pages and Python use."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from kg.answer.ask import Answerer
from kg.answer.library import Library
from kg.answer.office_model import office_model
from kg.answer.reader import Reader
from kg.answer.record import Answer
from kg.answer.slugs import slug_of
from kg.builds import Build, holder_of
from kg.engine_settings import load_milvus, load_sparql
from kg.errors import HetaoError, QueryError
from kg.exports import exports
from kg.extract.coverage import Coverage, coverage
from kg.graph.document_graph import DocumentGraph
from kg.graph.result import Term
from kg.graph.sparql import Queryable, open_graph, select
from kg.graph.store import open_store
from kg.ledger.arrange import ASSIGNEES, arranged
from kg.ledger.assignment import asked_assignee
from kg.ledger.catalogue import columns
from kg.ledger.changes import Reported
from kg.ledger.files import LEDGER_FORMS
from kg.ledger.filters import Filter, Obligations, Selection, Wanted
from kg.ledger.reports import Report
from kg.ledger.snapshot import Snapshots, names_graph
from kg.ledger.standing import KINDS
from kg.ledger.table import ObligationTable, load_rows
from kg.ledger.tasks import standing_so, terms_of
from kg.models import Clause, Document, Obligation, Records
from kg.refusals import refused, shortened
from kg.review.applied import Reviewed, load_reviewed
from kg.search.hits import Found
from kg.search.ranking import FirstStage, Ranker
from kg.search.store import READER
from kg.settings import Keeping, load_keeping, load_reader

GraphFormat = Literal["ttl", "jsonld"]
Format = Literal["csv", "xlsx", "docx", "json", "ics", "parquet", "ttl", "jsonld"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
}
DATED: tuple[Format, ...] = LEDGER_FORMS
"""The formats that carry the status as of a day, which changes from day to day without a new build."""


SMALL = 12
"""The most documents of a library that is small."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?")


class Workspace:
    """An opened build, to be asked, searched, queried and exported.

    Each part is opened on first use; threads may share a workspace.
    """

    def __init__(self, build: Build) -> None:
        self.build = build

    @property
    def data(self) -> Path:
        """The data folder of the build and of everything kept beside builds."""
        return self.build.folder.parent.parent

    @property
    def records(self) -> Sequence[Records]:
        """The records of every document of the build, each loaded when it is asked for."""
        return self.build.records

    @cached_property
    def store(self) -> Queryable:
        """The graph of the build, to be queried, on the SPARQL server if one is set."""
        return open_graph(self.build.store, load_sparql())

    @cached_property
    def answerer(self) -> Answerer:
        """The answerer of questions; reading the records, the search index and the graph takes about a second."""
        office = office_model(load_reader())
        library = Library(self.records, self.build.facts, self.build.letters, self._in_ledger)
        return Answerer(library, self.ranker, self.select, Reader(self.build.index / READER), office)

    def ask(self, question: str, *, document: str | None = None, previous: str | None = None) -> Answer:
        """Return the answer to *question*.

        Args:
            question: in Chinese, in either script, or in English.
            document: the only document to ask, by its slug or its file's name; all of them without it.
            previous: the question before, which this one may refer back to.

        Raises:
            QuestionError: *question* cannot be read as a question, or there is no such *document*.
        """
        # before anything is opened, so that an unknown name is reported at once
        slug = None if document is None else slug_of(self.build.files, document)
        return self.answerer.ask(question, document=slug, previous=previous)

    @cached_property
    def ranker(self) -> Ranker:
        """The ranker of clauses; reading the search index and opening the encoder of questions takes about a second."""
        return Ranker.open(self.build.index, first_stage=self._first_stage)

    @cached_property
    def _first_stage(self) -> FirstStage | None:
        """What finds candidates on a Milvus server, if one is set."""
        server = load_milvus()
        if server is None:
            return None
        from kg.search.milvus import BuildCandidates, Milvus

        return BuildCandidates(Milvus(server, holder_of(self.data)), self.build.folder.name)

    @cached_property
    def obligations(self) -> Obligations:
        """The obligations of every document, to be filtered."""
        return Obligations(
            self.records, ObligationTable({folder.name: load_rows(folder) for folder in self.build.documents})
        )

    def _in_ledger(self, wanted: Mapping[str, str]) -> list[str]:
        """Return the IRIs of the obligations that the ledger lists with the filter *wanted*, its values by field."""
        return self.obligations.chosen(Filter(**wanted).wanted()).iris

    @cached_property
    def coverage(self) -> Callable[[str], Coverage]:
        """Gives which sentences of a document, by its slug, or of all documents, by an empty one, yielded nothing."""
        return lru_cache(SMALL)(lambda slug: coverage(self.build, [slug] if slug else ()))

    @cached_property
    def reviewed(self) -> dict[str, Reviewed]:
        """The outcome of people's reviews in this build, by task."""
        return load_reviewed(self.build)

    def search(self, query: str, top: int, document: str | None = None) -> list[Found]:
        """Return the *top* clauses for *query*, best first, each as its best passage.

        *document* is the only one to search, as for `ask`.

        Raises:
            QuestionError: there is no such *document*.
        """
        documents = () if document is None else (slug_of(self.build.files, document),)
        return self.ranker.search(query, top, documents)

    @cached_property
    def snapshots(self) -> Snapshots:
        """The stores that also hold the reports, in a graph of their own."""
        return Snapshots(self.build, self.data, self.keeping.database_url)

    def graph_of(self, slug: str) -> Queryable:
        """Return the graph of what the document *slug* says, which is made of its triples when first queried."""
        return self._graphs(slug)

    @cached_property
    def _graphs(self) -> Callable[[str], Queryable]:
        files = dict(zip(self.slugs, self.build.graphs, strict=True))
        return lru_cache(SMALL)(lambda slug: DocumentGraph(files[slug], self.store.pool))

    @contextmanager
    def store_for(self, query: str, document: str | None = None) -> Iterator[Queryable]:
        """Yield the store to run *query* on: for one with GRAPH, one on disk that also holds the current reports.

        With *document*, a slug or a file's name, it is the graph of that document.

        Raises:
            QuestionError: there is no such *document*.
            QueryError: *query* has GRAPH and is to read one document.
        """
        if document is not None:
            slug = slug_of(self.build.files, document)
            if names_graph(query):
                raise refused(QueryError, "graph-of-document")
            yield self.graph_of(slug)
            return
        if not names_graph(query):
            yield self.store
            return
        with self.snapshots.lease() as found:
            yield found or self.local_store

    @cached_property
    def local_store(self) -> Queryable:
        """The graph of the build on disk, with the ontology in a graph of its own, whatever server is set."""
        return open_store(self.build.store)

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Sequence[dict[str, str]]:
        """Return the rows of a SELECT, *bindings* given to its variables, as variable → text of the term."""
        return select(self.store, query, bindings).values()

    def close(self) -> None:
        """Release the graph and the build, which a later build may then delete."""
        for name in ("store", "local_store"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if "snapshots" in self.__dict__:
            self.snapshots.close()
        self.build.close()

    @property
    def small(self) -> bool:
        """Whether there are so few documents that a page may go through all of their records."""
        return len(self.slugs) <= SMALL

    def clauses_of(self, slug: str) -> tuple[str, ...]:
        """Return the ids of the clauses of the document named *slug*, in order; none if there is no such document."""
        return self._clauses.get(slug, ())

    @cached_property
    def _clauses(self) -> dict[str, tuple[str, ...]]:
        return {one.slug: one.clauses for one in self.build.facts}

    def document(self, slug: str) -> Document | None:
        """Return the document named *slug*, or None."""
        found = self.records_named(slug)
        return found.document if found else None

    def records_named(self, slug: str) -> Records | None:
        """Return the records of the document named *slug*, or None."""
        return self.records[self.slugs.index(slug)] if slug in self.slugs else None

    def clause(self, document: str, clause: str) -> Clause | None:
        """Return a clause by its document's slug and its id, or None."""
        found = self.document(document)
        return next((c for c in found.clauses if c.id == clause), None) if found else None

    @cached_property
    def keeping(self) -> Keeping:
        """Where reports are kept, and the convention of lights for tasks."""
        return load_keeping()

    def reports(self, task_ids: Sequence[str] | None = None) -> dict[str, Reported]:
        """Return the current reports on the tasks *task_ids*, or on all tasks."""
        # imported here: the database's library takes an eighth of a second that most commands do not need
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            return ledger.current(task_ids) if ledger else {}

    def assignments(self) -> dict[str, Report]:
        """Return the reports of the tasks that the office gave to somebody, with that alone, by task."""
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            return ledger.assignments() if ledger else {}

    def chosen(self, wanted: Filter) -> Selection:
        """Return the obligations that fit *wanted*, as they stand today.

        Raises:
            QueryError: *wanted* names an invalid day or an unknown standing.
        """
        found = self.obligations.chosen(wanted.wanted(), self.assignments() if wanted.of_assignments else None)
        if not wanted.state:
            return found
        if wanted.state not in KINDS:
            raise refused(QueryError, "no-such-standing", shortened(wanted.state), names=", ".join(KINDS))
        return standing_so(found, self.reports(), terms_of(self.keeping), wanted.state)

    @property
    def slugs(self) -> list[str]:
        """The slug of each document, in order."""
        found: list[str] = self.build.manifest["documents"]
        return found

    def task(self, name: str, document: str = "") -> tuple[Records, Obligation] | None:
        """Return the first obligation with this id in its document or this task_id, and its document; None if none is.

        With a *document*, a slug, only that one is searched.
        """
        return self.obligations.task(name, document)

    def arranged(self, wanted: Filter, sort: str) -> Selection:
        """Return what `chosen` does, in the order of *sort* (`kg.ledger.arrange.arranged`)."""
        by_assignee = sort.removeprefix("-") == ASSIGNEES
        return arranged(self.chosen(wanted), sort, self.assignments() if by_assignee else {})

    def reported_version(self) -> str:
        """Return a text that changes with every report; empty if nothing was ever reported."""
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            return ledger.version() if ledger else ""

    def export(
        self, form: Format, as_of: datetime.date | None = None, *, personal: bool = False, assigned: Sequence[str] = ()
    ) -> bytes:
        """Return the ledger in *form*, as of a day or today; a graph has the reports that were made by then.

        Of the ledger's own forms only the tasks given to the bodies *assigned*, if any. Names of people and their
        contact details are left out unless *personal*, and always from files for programs.

        Raises:
            HetaoError: an assignee is given for a format that carries the whole graph.
        """
        if form in LEDGER_FORMS:
            from kg.ledger.files import ledger_file

            records, scope = self.records_of(assigned)
            terms = terms_of(self.keeping, as_of, personal=personal)
            return ledger_file(form, records, self.reports(), terms, scope)
        if assigned:
            raise HetaoError(f"assigned {assigned[0]}", f"{form} is the whole graph", "leave assigned out")
        return self._graph_export(form, as_of)

    def catalogue(self, address: str, form: GraphFormat = "ttl") -> bytes:
        """Return the catalogue of the build in DCAT, for a desk that can be reached at *address*.

        Raises:
            HetaoError: *address* is no web address.
        """
        from kg.graph.dcat import catalogue
        from kg.graph.export import serialise

        if not _ADDRESS.fullmatch(address):
            raise HetaoError(address, "that is no web address", "give one such as https://hetao.example/plans")
        forms: dict[str, str] = dict(MEDIA_TYPES.items())
        return serialise(catalogue(self.build.facts, address.rstrip("/"), forms), form)

    def records_of(self, assigned: Sequence[str] = ()) -> tuple[Sequence[Records], str]:
        """Return the records with the tasks given to the bodies *assigned*, and that scope in words; all without any.

        Raises:
            QueryError: none is given to them.
        """
        if not assigned:
            return self.records, ""
        found = self.obligations.chosen(Wanted(assigned=assigned), self.assignments())
        names = exports().separator.join(map(asked_assignee, assigned))
        if not found:
            raise QueryError(names, "no task is assigned to it", "`hetao ledger status` names the assignees")
        return found, f"{columns()['assigned_to'].title['zh-Hans']}＝{names}"

    def _graph_export(self, form: Format, as_of: datetime.date | None) -> bytes:
        from kg.graph.export import serialise
        from kg.graph.terms import new_graph
        from kg.ledger.provenance import reports_graph, until
        from kg.ledger.store import Ledger

        # from the triples as written, because the store turns every kind of integer into one
        graph = new_graph()
        for path in self.build.graphs:
            graph.parse(path, format="nt")
        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            if ledger is not None:
                histories = ledger.histories() if as_of is None else until(ledger.histories(), as_of)
                graph += reports_graph(ledger.tasks(), histories, self.records)
        return serialise(graph, form)
