"""The address of a SPARQL endpoint → its description: a SPARQL 1.1 Service Description, or a form for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.graph.prefixes import ONTOLOGY_IRI, PREFIXES
from kg.web.templates import page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse
    from rdflib import Graph

    from kg.settings import Serving

RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
)
"""Names under http://www.w3.org/ns/formats/."""

_EXAMPLE = """SELECT ?clause ?quote WHERE {
  ?obligation hk:inClause/hk:number ?clause ; hk:quote ?quote ; hk:modality hk:exemption .
} LIMIT 20"""


def described(endpoint: str, serving: Serving) -> Graph:
    """Return the description of *endpoint*, an absolute IRI: language, formats, graphs and limits."""
    from rdflib import Graph, Literal, Namespace, URIRef
    from rdflib.namespace import RDF, RDFS

    sd = Namespace("http://www.w3.org/ns/sparql-service-description#")
    graph = Graph(bind_namespaces="none")
    for prefix, iri in {"sd": str(sd), "rdfs": PREFIXES["rdfs"], "formats": "http://www.w3.org/ns/formats/"}.items():
        graph.bind(prefix, iri)
    service, dataset, named = (URIRef(f"{endpoint}#{name}") for name in ("service", "dataset", "ontology"))
    graph.add((service, RDF.type, sd.Service))
    graph.add((service, sd.endpoint, URIRef(endpoint)))
    graph.add((service, sd.supportedLanguage, sd.SPARQL11Query))
    for name in RESULT_FORMATS:
        graph.add((service, sd.resultFormat, URIRef(f"http://www.w3.org/ns/formats/{name}")))
    graph.add((service, RDFS.comment, Literal(limits(serving), lang="en")))
    graph.add((service, sd.defaultDataset, dataset))
    graph.add((dataset, RDF.type, sd.Dataset))
    default = URIRef(f"{endpoint}#default")
    graph.add((dataset, sd.defaultGraph, default))
    graph.add((default, RDF.type, sd.Graph))
    graph.add((dataset, sd.namedGraph, named))
    graph.add((named, RDF.type, sd.NamedGraph))
    graph.add((named, sd.name, URIRef(ONTOLOGY_IRI)))
    reports = URIRef(f"{endpoint}#reports")
    graph.add((dataset, sd.namedGraph, reports))
    graph.add((reports, RDF.type, sd.NamedGraph))
    graph.add((reports, sd.name, URIRef(f"{PREFIXES['hk']}reports")))
    return graph


def limits(serving: Serving) -> str:
    """Return the limits in a sentence."""
    return (
        f"Queries alone, no updates, no SERVICE, no FROM. A query ends after {serving.query_seconds:g} s and gives at "
        f"most {serving.query_rows} rows; a result that was cut says so in the header X-Result-Truncated. With the "
        "address of a document as default-graph-uri it reads that document alone."
    )


def form_page(serving: Serving) -> HTMLResponse:
    """Return the page with a form that sends a query."""
    prefixes = [f"{prefix}:" for prefix in sorted(PREFIXES)]
    shown: dict[str, Any] = {
        "title": "SPARQL 1.1",
        "limits": limits(serving),
        "prefixes": prefixes,
        "example": _EXAMPLE,
    }
    return page("sparql.html", {"Vary": "Accept"}, **shown)
