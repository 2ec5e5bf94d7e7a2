"""The vocabularies of the graph as rdflib knows them, and the ontology and shapes as graphs."""

from __future__ import annotations

from typing import Final

from rdflib import Graph, Namespace

from kg.graph.prefixes import PREFIXES
from kg.resources import data_dir

HK: Final = Namespace(PREFIXES["hk"])
DCMITYPE: Final = Namespace(PREFIXES["dcmitype"])
ELI: Final = Namespace(PREFIXES["eli"])
OA: Final = Namespace(PREFIXES["oa"])
ODRL: Final = Namespace(PREFIXES["odrl"])

ODRL_CLASSES: Final = {"duty": ODRL.Duty, "permission": ODRL.Permission, "prohibition": ODRL.Prohibition}
"""The ODRL rule a modality is exactly; the other modalities have none."""


def new_graph() -> Graph:
    """Return an empty graph that writes itself with our prefixes and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    return graph


def ontology() -> Graph:
    """Return the ontology, `ontology/hk.ttl`."""
    return new_graph().parse(data_dir("ontology") / "hk.ttl", format="turtle")


def shapes() -> Graph:
    """Return the SHACL shapes, `ontology/shapes.ttl`."""
    return new_graph().parse(data_dir("ontology") / "shapes.ttl", format="turtle")
