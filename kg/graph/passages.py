"""An obligation → its passage in the source, by position and by its words, as Web Annotation selects text."""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF

from kg.graph.terms import HK, OA
from kg.models import Obligation
from kg.vocab import thing


def add_passage(graph: Graph, slug: str, row: Obligation) -> None:
    """Add to *graph* where *row* stands in the source of the document *slug*."""
    iri = URIRef(thing(slug, "obligation", row.id))
    passage = URIRef(thing(slug, "obligation", row.id, "passage"))
    position = URIRef(thing(slug, "obligation", row.id, "selector", "position"))
    quote = URIRef(thing(slug, "obligation", row.id, "selector", "quote"))
    graph.add((iri, HK.passage, passage))
    graph.add((passage, RDF.type, OA.SpecificResource))
    graph.add((passage, OA.hasSource, URIRef(thing(slug, "source"))))
    graph.add((passage, OA.hasSelector, position))
    graph.add((passage, OA.hasSelector, quote))
    graph.add((position, RDF.type, OA.TextPositionSelector))
    # plain integers: Oxigraph keeps no other type of whole number, and what is read back should be what was built
    graph.add((position, OA.start, Literal(row.start)))
    graph.add((position, OA.end, Literal(row.end)))
    graph.add((quote, RDF.type, OA.TextQuoteSelector))
    graph.add((quote, OA.exact, Literal(row.quote)))
