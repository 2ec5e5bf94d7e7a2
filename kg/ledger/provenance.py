"""What people reported of tasks → triples: each report as it stands, and every change of it (PROV-O, W3C 2013).

Nobody's name is included, nor any field that holds one: whoever changed reports is a number, in the order of the first
changes. What a report says is said of a `hk:Report`, never of the obligation, which is the text's alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, XSD

from kg.graph.terms import HK, new_graph
from kg.ledger.assignment import assignees
from kg.ledger.changes import Event, Reported, Task
from kg.ledger.days import moment
from kg.ledger.reports import Value, rules
from kg.models import Records
from kg.vocab import HK as NAMESPACE
from kg.vocab import thing

REPORTS_IRI: Final = f"{NAMESPACE}reports"
"""The name of the graph of a store that holds the reports."""

_ASSIGNEES: Final = {"assigned_to": HK.assignedTo, "assisting": HK.assisting}
"""A field that holds assignees → the property that links a report to those that are agents of a document."""


def reports_graph(
    tasks: Mapping[str, Task], histories: Mapping[str, Sequence[Event]], records: Iterable[Records]
) -> Graph:
    """Return the graph of all reports, from *tasks* and *histories* by `task_id` as a ledger has them.

    A report whose task is no longer in *records* has its `hk:taskId` but no obligation. A body that the office gave a
    task to is also linked where it is one of the documents' agents.
    """
    records = tuple(records)
    agents = {agent.name for one in records for agent in one.agents}
    built = {o.task_id: thing(one.document.slug, "obligation", o.id) for one in records for o in one.obligations}
    graph, people = new_graph(), _numbered(histories)
    for task_id, events in sorted(histories.items()):
        slug = tasks[task_id].document
        report = URIRef(thing(slug, "report", task_id))
        for triple in (
            (report, RDF.type, HK.Report),
            (report, RDF.type, PROV.Entity),
            (report, HK.taskId, Literal(task_id)),
        ):
            graph.add(triple)
        if task_id in built:
            graph.add((report, HK.reports, URIRef(built[task_id])))
        current = Reported()
        before: URIRef | None = None
        revisions: dict[int | None, int] = {event.bulk: event.revision for event in events if event.bulk is not None}
        for revision, fields in groupby(events, key=lambda event: event.revision):
            changed = list(fields)
            for event in changed:
                current.take(event.field, event.new, revision, event.at, event.who)
            before = _add_change(graph, report, (slug, task_id, str(revision)), changed, people, before)
            if (undone := revisions.get(changed[0].undoes)) is not None:
                pair = [URIRef(thing(slug, "change", task_id, str(number))) for number in (revision, undone)]
                for link in (HK.undoes, PROV.wasInformedBy):
                    graph.add((pair[0], link, pair[1]))
        graph.add((report, HK.revision, Literal(current.revision)))
        for name, value in current.report.items():
            _add_value(graph, report, name, value)
        for name, link in _ASSIGNEES.items():
            for assignee in assignees(current.report, name):
                if assignee in agents:
                    graph.add((report, link, URIRef(thing("agent", assignee))))
                    graph.add((report, DCTERMS.relation, URIRef(thing("agent", assignee))))
    return graph


def until(histories: Mapping[str, Sequence[Event]], day: datetime.date) -> dict[str, list[Event]]:
    """Return what had been reported by the end of *day*, by task."""
    then = {key: [event for event in events if moment(event.at).date() <= day] for key, events in histories.items()}
    return {key: events for key, events in then.items() if events}


def predicate(name: str) -> URIRef:
    """Return the property that holds the field *name* of a report: `due_basis` is `hk:reportDueBasis`."""
    return HK["report" + "".join(part.capitalize() for part in name.split("_"))]


def _numbered(histories: Mapping[str, Sequence[Event]]) -> dict[str, URIRef]:
    every = sorted((event.at, key, event.revision, event.who) for key, events in histories.items() for event in events)
    names = dict.fromkeys(who for *_, who in every)
    return {name: URIRef(thing("reporter", str(number))) for number, name in enumerate(names, 1)}


def _add_change(
    graph: Graph,
    report: URIRef,
    place: tuple[str, str, str],
    events: Sequence[Event],
    people: Mapping[str, URIRef],
    before: URIRef | None,
) -> URIRef:
    """Add one change of *report* and the state it led to; return that state, with which the next one begins."""
    slug, task_id, revision = place
    change, state = URIRef(thing(slug, "change", task_id, revision)), URIRef(thing(slug, "report", task_id, revision))
    who = people[events[0].who]
    ended = datetime.datetime.fromisoformat(events[0].at).isoformat()
    for triple in (
        (who, RDF.type, HK.Reporter),
        (who, RDF.type, PROV.Agent),
        (change, RDF.type, HK.Change),
        (change, RDF.type, PROV.Activity),
        (change, PROV.endedAtTime, Literal(ended, datatype=XSD.dateTime)),
        (change, PROV.wasAssociatedWith, who),
        (change, PROV.generated, state),
        (state, RDF.type, HK.Report),
        (state, RDF.type, PROV.Entity),
        (state, PROV.specializationOf, report),
        (state, PROV.wasGeneratedBy, change),
        (state, PROV.wasAttributedTo, who),
        (state, HK.revision, Literal(int(revision))),
    ):
        graph.add(triple)
    if before is not None:
        graph.add((state, PROV.wasRevisionOf, before))
        graph.add((change, PROV.used, before))
    for event in events:
        if _public(event.field):
            graph.add((state, HK.changed, Literal(event.field)))
            _add_value(graph, state, event.field, event.new)
    return state


def _public(name: str) -> bool:
    """Whether a field is known and holds nobody's name; an unknown one may."""
    return name in rules().fields and not rules().fields[name].personal


def _add_value(graph: Graph, subject: URIRef, name: str, value: Value) -> None:
    if value is None or not _public(name):
        return
    for one in value if isinstance(value, tuple) else (value,):
        literal = Literal(one.isoformat(), datatype=XSD.date) if isinstance(one, datetime.date) else Literal(one)
        graph.add((subject, predicate(name), literal))
