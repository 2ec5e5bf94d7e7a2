"""The agents of an obligation → edges to them, and beside each edge a node with the words it rests on."""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from kg.graph.terms import HK
from kg.models import Obligation
from kg.vocab import thing


def add_agents(graph: Graph, slug: str, row: Obligation) -> None:
    """Add the agents of *row* to *graph*.

    An agent to which the sentence gives a role is linked by `hk:lead` or its like and by their super-property
    `hk:agent`. One taken over from another sentence is linked by `hk:inheritedAgent` alone: no query for who is
    responsible may find it.
    """
    iri = URIRef(thing(slug, "obligation", row.id))
    for place, party in enumerate(row.agents, start=1):
        agent = URIRef(thing("agent", party.name))
        node = URIRef(thing(slug, "obligation", row.id, "party", str(place)))
        edge = "inheritedAgent" if party.basis == "inherited" else party.role
        link = "inheritedParty" if party.basis == "inherited" else f"{party.role}Party"
        graph.add((iri, HK[edge], agent))
        if party.basis != "inherited":
            graph.add((iri, HK.agent, agent))
        graph.add((iri, HK.hasParty, node))
        graph.add((iri, HK[link], node))
        graph.add((node, RDF.type, HK.Party))
        graph.add((node, HK.party, agent))
        graph.add((node, HK.surface, Literal(party.surface)))
        graph.add((node, HK.role, Literal(party.role)))
        graph.add((node, HK.basis, Literal(party.basis)))
