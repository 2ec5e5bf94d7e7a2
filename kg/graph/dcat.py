"""The documents of a build and the address of its desk → a catalogue of what can be had there, in DCAT.

Source: Data Catalog Vocabulary (DCAT), version 3, W3C Recommendation of 22 August 2024.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from kg.exports import exports
from kg.facts import DocumentFacts
from kg.graph.labels import SIMPLIFIED
from kg.graph.terms import new_graph
from kg.vocab import ID, LANGS, thing

VERSION: Final = URIRef(f"{DCAT}version")
"""A term of DCAT 3, which rdflib does not know."""

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_SPARQL: Final = "https://www.w3.org/TR/sparql11-protocol/"


def catalogue(documents: Sequence[DocumentFacts], address: str, forms: Mapping[str, str]) -> Graph:
    """Return the catalogue of *documents* at *address*, the root of a desk without a slash at its end.

    It has a data set for each document, one for the ledger and graph of all with a distribution for each of *forms*
    (name → media type), and the SPARQL endpoint.
    """
    graph = new_graph()
    for prefix, namespace in (("dcat", DCAT), ("foaf", FOAF)):
        graph.bind(prefix, namespace)
    words = exports().catalogue
    whole, ledger, service = (URIRef(f"{address}/catalogue{part}") for part in ("", "#ledger", "#sparql"))
    for node, kind, called in (
        (whole, DCAT.Catalog, words.title),
        (ledger, DCAT.Dataset, words.ledger),
        (service, DCAT.DataService, words.sparql),
    ):
        graph.add((node, RDF.type, kind))
        for lang in LANGS:
            graph.add((node, DCTERMS.title, Literal(called[lang], lang=lang)))
    graph.add((whole, DCAT.dataset, ledger))
    graph.add((whole, DCAT.service, service))
    graph.add((service, DCAT.endpointURL, URIRef(f"{address}/sparql")))
    graph.add((service, DCTERMS.conformsTo, URIRef(_SPARQL)))
    graph.add((service, DCAT.servesDataset, ledger))
    for name, media_type in forms.items():
        form = URIRef(f"{address}/catalogue#{name}")
        graph.add((ledger, DCAT.distribution, form))
        graph.add((form, RDF.type, DCAT.Distribution))
        graph.add((form, DCAT.accessURL, URIRef(f"{address}/api/export?format={name}")))
        graph.add((form, DCAT.downloadURL, URIRef(f"{address}/api/export?format={name}")))
        graph.add((form, DCAT.mediaType, URIRef(_MEDIA_TYPES + media_type.partition(";")[0])))
    for document in documents:
        part = URIRef(thing(document.slug, "records"))
        graph.add((whole, DCAT.dataset, part))
        graph.add((ledger, DCTERMS.hasPart, part))
        _add_document(graph, part, document, address)
    return graph


def _add_document(graph: Graph, part: URIRef, document: DocumentFacts, address: str) -> None:
    plan = URIRef(thing(document.slug))
    graph.add((part, RDF.type, DCAT.Dataset))
    graph.add((part, DCTERMS.title, Literal(document.title, lang=SIMPLIFIED)))
    for lang, note in ((SIMPLIFIED, exports().note["zh"]), ("en", exports().note["en"])):
        graph.add((part, DCTERMS.description, Literal(note, lang=lang)))
    graph.add((part, DCTERMS.source, plan))
    graph.add((part, DCAT.landingPage, URIRef(f"{address}/id/{str(part).removeprefix(ID)}")))
    graph.add((part, VERSION, Literal(document.sha256)))
    graph.add((plan, DCTERMS.title, Literal(document.title, lang=SIMPLIFIED)))
    if document.identifier:
        graph.add((plan, DCTERMS.identifier, Literal(document.identifier)))
    if document.issued:
        graph.add((plan, DCTERMS.issued, Literal(document.issued, datatype=XSD.date)))
    if document.publisher:
        publisher = URIRef(thing("agent", document.publisher))
        graph.add((plan, DCTERMS.publisher, publisher))
        graph.add((publisher, RDF.type, FOAF.Agent))
        graph.add((publisher, FOAF.name, Literal(document.publisher, lang=SIMPLIFIED)))
