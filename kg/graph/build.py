"""The records of a document → its graph, with everything asserted that follows from the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, PROV, RDFS, TIME, XSD

from kg.exports import exports
from kg.graph.agents import add_agents
from kg.graph.crossrefs import cross_references
from kg.graph.labels import SIMPLIFIED
from kg.graph.passages import add_passage
from kg.graph.statements import Statements
from kg.graph.terms import DCMITYPE, ELI, HK, ODRL_CLASSES, new_graph
from kg.models import Clause, Deadline, Document, Obligation, Policy, Records, Zone
from kg.vocab import thing

_DATE_TYPES: Final = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
_NUMBER: Final = re.compile(r"(a\d+\.)?\d+(\.\d+)*(~\d+)?")


def to_graph(records: Records) -> Graph:
    """Return the graph of one document: the same triples for the same records, no blank node among them.

    An agent, zone or policy that an obligation names and no record lists still gets its class and label, so that no
    IRI in the graph is left without either. Nothing is checked here; `kg.graph.validate` does that.
    """
    graph = new_graph()
    _Builder(graph, records).build()
    return graph


def numbered(clause: Clause) -> bool:
    """Whether *clause* carries a printed number: neither text before or between clauses, nor a bare paragraph."""
    return _NUMBER.fullmatch(clause.id) is not None


class _Builder(Statements):
    """Adds the triples of one document to a graph."""

    def __init__(self, graph: Graph, records: Records) -> None:
        super().__init__(graph)
        self.records = records
        self.document = records.document
        self.slug = records.document.slug
        self.plan = URIRef(thing(self.slug))
        self.source = URIRef(thing(self.slug, "source"))
        self.agents = {agent.name for agent in records.agents}
        self.zones = {zone.name for zone in records.zones}
        self.policies = {policy.name for policy in records.policies}

    def build(self) -> None:
        self._document(self.document)
        for clause in self.document.clauses:
            self._clause(clause)
        for agent in self.records.agents:
            iri = self._agent(agent.name, agent.tier, agent.aliases)
            self.text(iri, HK.kind, agent.kind)
            self._mentioned(iri, agent.clauses)
        for zone in self.records.zones:
            self._zone(zone)
        for policy in self.records.policies:
            self._policy(policy)
        for deadline, ident in zip(self.records.deadlines, _deadline_ids(self.records.deadlines), strict=True):
            self._deadline(deadline, ident)
        for obligation in self.records.obligations:
            self._obligation(obligation)
        for task, dated in cross_references(self.records):
            self.see_also(*(self._obligation_iri(row) for row in (task, dated)))
            self.see_also(*(self._clause_iri(row.clause) for row in (task, dated)))

    def _clause_iri(self, clause: str) -> URIRef:
        return URIRef(thing(self.slug, "clause", clause))

    def _obligation_iri(self, row: Obligation) -> URIRef:
        return URIRef(thing(self.slug, "obligation", row.id))

    def _mentioned(self, iri: URIRef, clauses: Iterable[str]) -> None:
        for clause in clauses:
            self.add(self._clause_iri(clause), HK.mentions, iri)

    def _agent(self, name: str, tier: str, aliases: Iterable[str] = ()) -> URIRef:
        iri = URIRef(thing("agent", name))
        self.types(iri, HK.Agent, ORG.Organization)
        self.labels(iri, name, aliases)
        self.add(iri, HK.tier, Literal(tier))
        return iri

    def _zone_iri(self, name: str) -> URIRef:
        iri = URIRef(thing("zone", name))
        if name not in self.zones:
            self.types(iri, HK.Zone, DCTERMS.Location)
            self.labels(iri, name, ())
        return iri

    # -------------------------------------------------------------- the document and its parts

    def _document(self, document: Document) -> None:
        plan = self.plan
        self.types(plan, HK.Plan, ELI.LegalResource)
        self.label(plan, document.title)
        self.add(plan, DCTERMS.title, Literal(document.title, lang=SIMPLIFIED))
        self.text(plan, DCTERMS.identifier, document.identifier)
        if document.issued:
            self.add(plan, DCTERMS.issued, Literal(document.issued, datatype=XSD.date))
        if document.publisher:
            publisher = URIRef(thing("agent", document.publisher))
            if document.publisher not in self.agents:
                self._agent(document.publisher, "named")
            self.add(plan, DCTERMS.publisher, publisher)
        self.types(self.source, HK.Source, DCMITYPE.Text)
        self.label(self.source, document.source.name)
        self.text(self.source, HK.sha256, document.source.sha256)
        self._about(document)
        for chapter in document.chapters:
            iri = URIRef(thing(self.slug, "chapter", chapter.id))
            self.types(iri, HK.Chapter, ELI.LegalResourceSubdivision)
            self.label(iri, chapter.label + chapter.title)
            self.add(iri, DCTERMS.title, Literal(chapter.title, lang=SIMPLIFIED))
            self.add(iri, HK.number, Literal(chapter.id))
            self.add(iri, HK.order, Literal(chapter.order))
            self.span(iri, chapter.start, chapter.end)
            self.add(iri, HK.inPlan, plan)
            self.add(iri, ELI.is_part_of, plan)

    def _about(self, document: Document) -> None:
        iri = URIRef(thing(self.slug, "records"))
        note = exports().note
        self.types(iri, HK.Records, DCMITYPE.Dataset, PROV.Entity)
        self.label(iri, document.title)
        self.text(iri, DCTERMS.identifier, document.identifier)
        self.add(iri, RDFS.comment, Literal(note["zh"], lang=SIMPLIFIED))
        self.add(iri, RDFS.comment, Literal(note["en"], lang="en"))
        self.add(iri, PROV.wasDerivedFrom, self.plan)
        self.add(iri, HK.source, self.source)
        self.add(iri, DCTERMS.source, self.source)

    def _clause(self, clause: Clause) -> None:
        iri = self._clause_iri(clause.id)
        self.types(iri, HK.Clause, ELI.LegalResourceSubdivision)
        if numbered(clause):
            self.types(iri, HK.NumberedClause)
        self.label(iri, clause.label or clause.title or _beginning(clause.text) or clause.id)
        if clause.title:
            self.add(iri, DCTERMS.title, Literal(clause.title, lang=SIMPLIFIED))
        self.add(iri, HK.number, Literal(clause.id))
        self.add(iri, HK.order, Literal(clause.order))
        self.text(iri, HK.text, clause.text)
        self.span(iri, clause.start, clause.end)
        self.add(iri, HK.inPlan, self.plan)
        whole = self.plan
        if clause.chapter is not None:
            whole = URIRef(thing(self.slug, "chapter", clause.chapter))
            self.add(iri, HK.inChapter, whole)
        self.add(iri, ELI.is_part_of, whole)

    # -------------------------------------------------------------- what is found in it

    def _zone(self, zone: Zone) -> None:
        iri = self._zone_iri(zone.name)
        self.types(iri, HK.Zone, DCTERMS.Location)
        self.labels(iri, zone.name, zone.aliases)
        self.text(iri, HK.kind, zone.kind)
        self.text(iri, HK.boundary, zone.boundary)
        if zone.area_km2 is not None:
            self.add(iri, HK.areaKm2, Literal(_decimal(zone.area_km2), datatype=XSD.decimal))
        if zone.part_of:
            whole = self._zone_iri(zone.part_of)
            self.add(iri, HK.partOf, whole)
            self.add(iri, DCTERMS.isPartOf, whole)
        self._mentioned(iri, zone.clauses)

    def _policy_iri(self, name: str, clause: str) -> URIRef:
        iri = URIRef(thing(self.slug, "policy", name))
        if name not in self.policies:
            self.types(iri, HK.Policy)
            self.labels(iri, name, ())
            self.add(iri, HK.inClause, self._clause_iri(clause))
        return iri

    def _policy(self, policy: Policy) -> None:
        iri = URIRef(thing(self.slug, "policy", policy.name))
        self.types(iri, HK.Policy)
        self.labels(iri, policy.name, ())
        self.add(iri, HK.inPlan, self.plan)
        self.text(iri, HK.domain, policy.domain)
        self.text(iri, HK.value, policy.value)
        self.text(iri, HK.condition, policy.condition)
        self.text(iri, HK.quote, policy.quote)
        self.span(iri, policy.start, policy.end)
        for clause in policy.clauses:
            self.add(iri, HK.inClause, self._clause_iri(clause))
        for zone in policy.zones:
            self.add(iri, HK.zone, self._zone_iri(zone))

    def _deadline(self, deadline: Deadline, ident: str) -> None:
        iri = URIRef(thing(self.slug, "deadline", ident))
        self.types(iri, HK.Deadline)
        self.label(iri, deadline.what or deadline.text)
        self.add(iri, HK.inClause, self._clause_iri(deadline.clause))
        self.add(iri, HK.inPlan, self.plan)
        self.text(iri, HK.quote, deadline.quote)
        self.span(iri, deadline.start, deadline.end)
        self._due(iri, deadline.text, deadline.kind, deadline.date)
        if deadline.date:
            self.add(iri, HK.statedDate, Literal(deadline.date, datatype=_DATE_TYPES.get(len(deadline.date))))

    def _due(self, iri: URIRef, text: str, kind: str, date: str | None) -> None:
        self.text(iri, HK.deadlineText, text)
        self.text(iri, HK.deadlineKind, kind)
        # what has happened is no limit: a query for what is due before a day must not meet the plan's history
        if date and len(date) == 10 and kind != "past":
            self.add(iri, HK.deadlineDate, Literal(date, datatype=XSD.date))
            instant = URIRef(thing("date", date))
            self.types(instant, TIME.Instant)
            self.add(instant, TIME.inXSDDate, Literal(date, datatype=XSD.date))
            self.add(iri, HK.deadlineInstant, instant)
            self.add(iri, TIME.hasTime, instant)

    def _obligation(self, row: Obligation) -> None:
        iri = self._obligation_iri(row)
        self.types(iri, HK.Obligation, PROV.Entity)
        if row.modality in ODRL_CLASSES:
            self.types(iri, ODRL_CLASSES[row.modality])
        self.label(iri, row.quote)
        self.add(iri, HK.inClause, self._clause_iri(row.clause))
        self.add(iri, HK.inPlan, self.plan)
        self.text(iri, HK.taskId, row.task_id)
        self.text(iri, HK.quote, row.quote)
        self.span(iri, row.start, row.end)
        add_passage(self.graph, self.slug, row)
        self.add(iri, HK.modality, HK[row.modality])
        self.add(iri, HK.force, HK[row.force])
        self.add(iri, HK.tier, Literal(row.tier))
        self.add(iri, HK.openList, Literal(row.open_list))
        self.add(iri, HK.review, Literal(row.review))
        for predicate, value in (
            (HK.action, row.action),
            (HK.object, row.object),
            (HK.condition, row.condition),
            (HK.exception, row.exception),
        ):
            self.text(iri, predicate, value)
        for zone in row.zones:
            self.add(iri, HK.zone, self._zone_iri(zone))
        if row.policy:
            self.add(iri, HK.policy, self._policy_iri(row.policy, row.clause))
        if row.deadline:
            self._due(iri, row.deadline.text, row.deadline.kind, row.deadline.date)
        for party in row.agents:
            if party.name not in self.agents:
                self._agent(party.name, party.tier)
        add_agents(self.graph, self.slug, row)
        for name in row.beneficiaries:
            self._beneficiary(iri, name)

    def _beneficiary(self, obligation: URIRef, name: str) -> None:
        if name in self.agents:
            iri = URIRef(thing("agent", name))
        elif name in self.zones:
            iri = URIRef(thing("zone", name))
        else:
            iri = URIRef(thing("beneficiary", name))
            self.labels(iri, name, ())
        self.types(iri, HK.Beneficiary)
        self.add(obligation, HK.beneficiary, iri)


def _beginning(text: str, length: int = 30) -> str:
    """Return the first line of *text*, cut at *length* characters: the label of a clause without a heading."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= length else line[: length - 1] + "…"


def _decimal(number: float) -> str:
    """Return *number* as xsd:decimal writes it in canonical form: no exponent, no zeros at the end."""
    # by way of str: Decimal(3.02) would be 3.0200000000000000177…
    digits = format(Decimal(str(number)), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _deadline_ids(deadlines: Iterable[Deadline]) -> list[str]:
    """Return "clause-place" for each deadline, counted in its clause as obligations are."""
    seen: dict[str, int] = {}
    idents = []
    for deadline in deadlines:
        seen[deadline.clause] = seen.get(deadline.clause, 0) + 1
        idents.append(f"{deadline.clause}-{seen[deadline.clause]:02d}")
    return idents
