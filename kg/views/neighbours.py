"""The records of a build → the things in them, their connections, and the neighbourhood of one, to draw or as GraphML.

Things carry the graph's IRIs, and edges the graph's own terms (`hk:lead`, `hk:inClause` …).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import unquote, urlencode
from xml.etree import ElementTree

from kg.graph.crossrefs import cross_references
from kg.models import Clause, Force, Modality, Obligation, Records
from kg.vocab import ID, thing

NodeKind = Literal["agent", "zone", "policy", "clause", "obligation"]
NODE_KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
EdgeKind = Literal[
    "lead", "responsible", "cooperating", "approver", "addressee", "inheritedAgent", "beneficiary",
    "zone", "policy", "inClause", "mentions", "partOf", "seeAlso",
]  # fmt: skip
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)

DRAWN = 100
"""How many things are returned by default; a drawing of more cannot be read."""

SHORT = 26
"""Characters of a text that label a thing without a name."""

_ORDER: tuple[NodeKind, ...] = ("clause", "policy", "agent", "zone", "obligation")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A thing. `label` is short, `words` are all of its own; `clauses` are where it stands, as DOCUMENT/CLAUSE.

    `link` is the query that opens it in the desk. `neighbours` counts everything it is connected to, drawn or not.
    """

    id: str
    kind: NodeKind
    label: str
    words: str
    clauses: tuple[str, ...]
    link: str
    modality: Modality | None = None
    force: Force | None = None
    neighbours: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A connection of two things; `kind` is the graph's term for it."""

    source: str
    target: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The things around `around`: at most `limit` of the `total` that match, nearest first, and their edges."""

    around: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    total: int
    limit: int
    capped: bool


def named(text: str) -> str:
    """Return the IRI of the thing that *text* names, either as an IRI or as the part of one after `/id/`."""
    return thing(*(unquote(part) for part in text.strip().removeprefix(ID).split("/")))


class Neighbours:
    """The things that the records mention, and how they are connected. Threads may share it.

    Links say of which document a thing is if there are *several*, by default if the records are of several.
    """

    def __init__(self, records: Sequence[Records], *, several: bool = False) -> None:
        self._several = several or len(records) > 1
        self.nodes: dict[str, Node] = {}
        found: dict[Edge, None] = {}
        for one in records:
            found |= dict.fromkeys(self._document(one))
        self.edges = tuple(edge for edge in found if edge.source in self.nodes and edge.target in self.nodes)
        self._ties: dict[str, list[Edge]] = {name: [] for name in self.nodes}
        for edge in self.edges:
            self._ties[edge.source].append(edge)
            self._ties[edge.target].append(edge)
        for name, ties in self._ties.items():
            others = {edge.target if edge.source == name else edge.source for edge in ties} - {name}
            self.nodes[name] = replace(self.nodes[name], neighbours=len(others))
        self._place = {name: (_ORDER.index(node.kind), i) for i, (name, node) in enumerate(self.nodes.items())}

    def find(
        self,
        around: Sequence[str],
        *,
        kinds: Collection[NodeKind] = (),
        clauses: Collection[str] = (),
        forces: Collection[Force] = (),
        hops: int = 1,
        limit: int = DRAWN,
    ) -> Neighbourhood:
        """Return what is at most *hops* edges from any of *around*, IRIs that must be known (else `KeyError`).

        Unless they are empty, *kinds*, *clauses* (as DOCUMENT/CLAUSE, or the clause alone) and *forces* (of
        obligations) filter the result; *around* itself is always in it.
        """
        starts = tuple(dict.fromkeys(self.nodes[name].id for name in around))
        reached = dict.fromkeys(starts)
        fringe: Iterable[str] = starts
        for _ in range(hops):
            near = {
                other
                for name in fringe
                for edge in self._ties[name]
                for other in (edge.source, edge.target)
                if other not in reached and _fits(self.nodes[other], kinds, clauses, forces)
            }
            fringe = sorted(near, key=self._place.__getitem__)
            reached |= dict.fromkeys(fringe)
        kept = dict.fromkeys(list(reached)[: max(limit, len(starts))])
        edges = tuple(sorted(edge for edge in self.edges if edge.source in kept and edge.target in kept))
        nodes = tuple(self.nodes[name] for name in kept)
        return Neighbourhood(starts, nodes, edges, len(reached), limit, len(kept) < len(reached))

    # -------------------------------------------------------------- what a document gives

    def _document(self, one: Records) -> Iterable[Edge]:
        slug = one.document.slug

        def place(clause: str) -> str:
            return f"{slug}/{clause}"

        def clause(number: str) -> str:
            return thing(slug, "clause", number)

        def task(row: Obligation) -> str:
            return thing(slug, "obligation", row.id)

        for part in one.document.clauses:
            self._add("clause", clause(part.id), _heading(part), part.text, (place(part.id),), part.id, slug)
        for agent in one.agents:
            name = thing("agent", agent.name)
            self._add("agent", name, agent.name, agent.name, map(place, agent.clauses), agent.name)
            yield from (Edge(clause(number), name, "mentions") for number in agent.clauses)
        for zone in one.zones:
            name = thing("zone", zone.name)
            self._add("zone", name, zone.name, zone.name, map(place, zone.clauses), zone.name)
            yield from (Edge(clause(number), name, "mentions") for number in zone.clauses)
            if zone.part_of:
                self._add("zone", thing("zone", zone.part_of), zone.part_of, zone.part_of, (), zone.part_of)
                yield Edge(name, thing("zone", zone.part_of), "partOf")
        for policy in one.policies:
            name = thing(slug, "policy", policy.name)
            self._add("policy", name, policy.name, policy.quote, map(place, policy.clauses), policy.name, slug)
            yield from (Edge(name, clause(number), "inClause") for number in policy.clauses)
            for each in policy.zones:
                self._add("zone", thing("zone", each), each, each, map(place, policy.clauses), each)
                yield Edge(name, thing("zone", each), "zone")
        for row in one.obligations:
            yield from self._obligation(one, row, task(row), clause(row.clause), place(row.clause))
        for first, second in cross_references(one):
            for source, target in ((first, second), (second, first)):
                yield Edge(task(source), task(target), "seeAlso")
                if source.clause != target.clause:
                    yield Edge(clause(source.clause), clause(target.clause), "seeAlso")

    def _obligation(self, one: Records, row: Obligation, name: str, clause: str, place: str) -> Iterable[Edge]:
        slug = one.document.slug
        made = (row.modality, row.force)
        self._add("obligation", name, f"{row.id} {_cut(row.quote)}", row.quote, (place,), row.id, slug, *made)
        yield Edge(name, clause, "inClause")
        for party in row.agents:
            agent = thing("agent", party.name)
            self._add("agent", agent, party.name, party.name, (place,), party.name)
            yield Edge(name, agent, "inheritedAgent" if party.basis == "inherited" else party.role)
        for zone in row.zones:
            self._add("zone", thing("zone", zone), zone, zone, (place,), zone)
            yield Edge(name, thing("zone", zone), "zone")
        if row.policy:
            policy = thing(slug, "policy", row.policy)
            self._add("policy", policy, row.policy, row.policy, (place,), row.policy, slug)
            if all(known.name != row.policy for known in one.policies):
                yield Edge(policy, clause, "inClause")
            yield Edge(name, policy, "policy")
        agents, zones = ({each.name for each in known} for known in (one.agents, one.zones))
        for who in row.beneficiaries:
            # the others are classes of people, which are never drawn
            if who in agents or who in zones:
                yield Edge(name, thing("agent" if who in agents else "zone", who), "beneficiary")

    def _add(
        self,
        kind: NodeKind,
        name: str,
        label: str,
        words: str,
        clauses: Iterable[str],
        key: str,
        slug: str | None = None,
        modality: Modality | None = None,
        force: Force | None = None,
    ) -> None:
        known = self.nodes.get(name)
        if known is not None:
            more = tuple(dict.fromkeys((*known.clauses, *clauses)))
            self.nodes[name] = replace(known, clauses=more)
            return
        query = {kind: key} | ({"document": slug} if slug and self._several else {})
        self.nodes[name] = Node(
            name, kind, label, words, tuple(clauses), f"?{urlencode(query)}", modality=modality, force=force
        )


def _heading(clause: Clause) -> str:
    return f"{clause.label}{clause.title}" or f"{clause.id} {_cut(clause.text.strip().partition(chr(10))[0])}".strip()


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _fits(node: Node, kinds: Collection[str], clauses: Collection[str], forces: Collection[str]) -> bool:
    if kinds and node.kind not in kinds:
        return False
    if forces and node.kind == "obligation" and node.force not in forces:
        return False
    if not clauses:
        return True
    return any(place in clauses or place.partition("/")[2] in clauses for place in node.clauses)


def graphml(found: Neighbourhood) -> bytes:
    """Return *found* as GraphML (graphdrawing.org, 1.0).

    Nodes have IRI, kind, label, words, modality and force; edges have their term.
    """
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for name in ("iri", "kind", "label", "words", "modality", "force"):
        ElementTree.SubElement(root, "key", {"id": name, "for": "node", "attr.name": name, "attr.type": "string"})
    ElementTree.SubElement(root, "key", {"id": "term", "for": "edge", "attr.name": "term", "attr.type": "string"})
    graph = ElementTree.SubElement(root, "graph", id="neighbourhood", edgedefault="directed")
    numbers = {node.id: f"n{i}" for i, node in enumerate(found.nodes)}
    for node in found.nodes:
        drawn = ElementTree.SubElement(graph, "node", {"id": numbers[node.id]})
        given = {"iri": node.id, "kind": node.kind, "label": node.label, "words": node.words}
        for key, value in (given | {"modality": node.modality or "", "force": node.force or ""}).items():
            if value:
                ElementTree.SubElement(drawn, "data", key=key).text = _NOT_XML.sub("", value)
    for i, edge in enumerate(found.edges):
        ends = {"id": f"e{i}", "source": numbers[edge.source], "target": numbers[edge.target]}
        tie = ElementTree.SubElement(graph, "edge", ends)
        ElementTree.SubElement(tie, "data", key="term").text = edge.kind
    ElementTree.indent(root, " ")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
