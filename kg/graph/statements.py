"""A graph → the small steps in which things are stated in it."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from kg.graph.labels import SIMPLIFIED, alt_labels
from kg.graph.terms import HK


class Statements:
    """Adds triples to *graph*."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def add(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> None:
        """Add one triple."""
        self.graph.add((subject, predicate, value))

    def types(self, subject: URIRef, *classes: URIRef) -> None:
        """Say that *subject* is each of *classes*."""
        for each in classes:
            self.add(subject, RDF.type, each)

    def text(self, subject: URIRef, predicate: URIRef, value: str | None) -> None:
        """Add *value* as a plain string, where there is one."""
        if value:
            self.add(subject, predicate, Literal(value))

    def label(self, subject: URIRef, label: str) -> None:
        """Add what *subject* is called in its document."""
        self.add(subject, RDFS.label, Literal(label, lang=SIMPLIFIED))

    def labels(self, subject: URIRef, name: str, aliases: Iterable[str]) -> None:
        """Add what *subject* is called, and its other names in each script and language."""
        self.label(subject, name)
        for label, language in alt_labels(name, aliases):
            self.add(subject, SKOS.altLabel, Literal(label, lang=language))

    def span(self, subject: URIRef, start: int, end: int) -> None:
        """Add where *subject* stands, in characters of the source."""
        self.add(subject, HK.start, Literal(start))
        self.add(subject, HK.end, Literal(end))

    def see_also(self, one: URIRef, other: URIRef) -> None:
        """Say that each of the two is to be read with the other."""
        for subject, value in ((one, other), (other, one)):
            self.add(subject, HK.seeAlso, value)
            self.add(subject, RDFS.seeAlso, value)
