"""A build → the one object that everything which shows it asks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from kg.answer.ask import Answerer
from kg.answer.record import Answer
from kg.builds import Build
from kg.errors import HetaoError, QueryError
from kg.extract.coverage import Coverage, coverage
from kg.graph.sparql import select
from kg.graph.store import GraphStore, open_store
from kg.ledger.changes import Reported
from kg.ledger.entries import standing_so, terms_of
from kg.ledger.files import LEDGER_FORMS
from kg.ledger.filters import Filter, Obligations
from kg.ledger.reviewed import Reviewed, load_reviewed
from kg.ledger.snapshot import Snapshots, names_graph
from kg.ledger.standing import KINDS
from kg.models import Clause, Document, Records
from kg.search.ranking import Found, Ranker
from kg.serve.thing_view import Pending, Things, pending
from kg.settings import Keeping, load_keeping

GraphFormat = Literal["ttl", "jsonld"]
Format = Literal["csv", "xlsx", "docx", "json", "ics", "ttl", "jsonld"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
}
DATED: tuple[Format, ...] = LEDGER_FORMS
"""The formats that carry the status of a day: they change from day to day without a new build."""


class Desk:
    """What is shown of one build. Everything is opened when it is first asked for; threads may share a desk."""

    def __init__(self, build: Build) -> None:
        self.build = build

    @property
    def data(self) -> Path:
        """The data folder the build lies in; what is kept beside builds lies there too."""
        return self.build.folder.parent.parent

    @property
    def records(self) -> tuple[Records, ...]:
        """The records of every document of the build."""
        return self.build.records

    @cached_property
    def store(self) -> GraphStore:
        """The graph of the build, to be queried."""
        return open_store(self.build.store)

    @cached_property
    def answerer(self) -> Answerer:
        """What answers questions: reads the records, the search index and the graph, about a second."""
        return Answerer(self.records, self.ranker, self.select)

    def ask(self, question: str) -> Answer:
        """Return the answer to *question*; a `QuestionError` where it cannot be read as one."""
        return self.answerer.ask(question)

    @cached_property
    def ranker(self) -> Ranker:
        """What ranks clauses: reads the search index and opens the encoder of questions, about a second."""
        return Ranker.open(self.build.index)

    @cached_property
    def obligations(self) -> Obligations:
        """The obligations of every document, to be chosen from."""
        return Obligations(self.records)

    @cached_property
    def things(self) -> Things:
        """The bodies, zones and policies the documents speak of."""
        return Things(self.records)

    @cached_property
    def pending(self) -> Pending:
        """What the obligations leave to be made or awaited: the named queries' rows."""
        return pending(self.records, self.store)

    @cached_property
    def coverage(self) -> Coverage:
        """Which sentences of the documents yielded nothing, and why."""
        return coverage(self.build)

    @cached_property
    def reviewed(self) -> dict[str, Reviewed]:
        """What the build made of the reviews that people gave of rows, by task."""
        return load_reviewed(self.build)

    def search(self, query: str, top: int) -> list[Found]:
        """Return the *top* clauses for *query*, best first, each as its best passage."""
        return self.ranker.search(query, top)

    @cached_property
    def snapshots(self) -> Snapshots:
        """The stores with what is reported in a graph of its own."""
        return Snapshots(self.build, self.data, self.keeping.database_url)

    @contextmanager
    def store_for(self, query: str) -> Iterator[GraphStore]:
        """Yield the store to run *query* of a stranger on: one that says GRAPH gets what is reported by now as well."""
        if not names_graph(query):
            yield self.store
            return
        with self.snapshots.lease() as found:
            yield found or self.store

    def select(self, query: str) -> Sequence[dict[str, str]]:
        """Return the rows of a SELECT: variable → the term's text; unbound variables are left out."""
        return select(self.store, query).values()

    def close(self) -> None:
        """Let go of the graph and of the build, which a later build may then take away."""
        if "store" in self.__dict__:
            self.store.close()
        if "snapshots" in self.__dict__:
            self.snapshots.close()
        self.build.close()

    def document(self, slug: str) -> Document | None:
        """Return the document named *slug*, or None."""
        return next((one.document for one in self.records if one.document.slug == slug), None)

    def clause(self, document: str, clause: str) -> Clause | None:
        """Return a clause by its document's slug and its id, or None."""
        found = self.document(document)
        return next((c for c in found.clauses if c.id == clause), None) if found else None

    @cached_property
    def keeping(self) -> Keeping:
        """Where reports are kept, and by what lights tasks are seen."""
        return load_keeping()

    def reports(self, task_ids: Sequence[str] | None = None) -> dict[str, Reported]:
        """Return what people report of tasks by now; of all tasks where none are named."""
        # only now: the database's library takes an eighth of a second that most commands need not pay
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            return ledger.current(task_ids) if ledger else {}

    def chosen(self, wanted: Filter) -> tuple[Records, ...]:
        """Return the records with the obligations that fit *wanted*, as they stand today.

        A `QueryError` for a day or a way of standing that is none.
        """
        found = self.obligations.chosen(wanted.wanted())
        if not wanted.state:
            return found
        if wanted.state not in KINDS:
            raise QueryError(wanted.state, "no task stands so", f"use one of {', '.join(KINDS)}")
        return standing_so(found, self.reports(), terms_of(self.keeping), wanted.state)

    def reported_version(self) -> str:
        """Return a text that is another one as soon as anything was reported; empty where nothing ever was."""
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            return ledger.version() if ledger else ""

    def export(self, form: Format, as_of: datetime.date | None = None, *, personal: bool = False) -> bytes:
        """Return the ledger in *form*, as of a day or today; a `HetaoError` for a day of a form that has no status.

        The names of people and ways to reach them are left out unless *personal*, and of files for programs always.
        """
        if form in LEDGER_FORMS:
            from kg.ledger.files import ledger_file

            return ledger_file(form, self.records, self.reports(), terms_of(self.keeping, as_of, personal=personal))
        if as_of is not None:
            raise HetaoError(f"as_of {as_of}", f"{form} carries no status of a day", "leave as_of out")
        return self._graph_export(form)

    def _graph_export(self, form: Format) -> bytes:
        from kg.graph.export import serialise
        from kg.graph.terms import new_graph
        from kg.ledger.provenance import reports_graph
        from kg.ledger.store import Ledger

        # from the triples as they were written: the store keeps every kind of integer as one
        graph = new_graph().parse(self.build.graph, format="nt")
        with Ledger.lent(self.data, self.keeping.database_url) as ledger:
            if ledger is not None:
                graph += reports_graph(ledger.tasks(), ledger.histories(), self.records)
        return serialise(graph, form)
