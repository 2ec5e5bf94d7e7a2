"""A graph → Turtle, JSON-LD or N-Triples, the same bytes every time, with the note that the gazetted text prevails."""

from __future__ import annotations

import heapq
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, XSD

from kg.errors import QueryError, one_line
from kg.graph.prefixes import PREFIXES
from kg.graph.result import language_tag
from kg.graph.terms import HK, ontology
from kg.graph.tokens import tokens

EXPORT_FORMATS: Final = ("ttl", "jsonld", "nt")

_PIECE: Final = 32 * 1024
"""Bytes of each file that are held while files are merged."""


def serialise(graph: Graph, form: str) -> bytes:
    """Return *graph* in the format *form* ("ttl", "jsonld" or "nt"), UTF-8, the same bytes for the same triples.

    Where the graph says of which documents it is (`hk:Records`), Turtle begins with comments that name each with its
    number and say that the gazetted text prevails; in JSON-LD and N-Triples the same stands at that node.
    """
    if form == "nt":
        return b"".join(_sorted_lines(graph))
    if form == "ttl":
        notes = "".join(f"# {note}\n" for note in notes_of(graph))
        return (notes + ("\n" if notes else "") + _turtle(graph)).encode("utf-8")
    if form == "jsonld":
        return _json_ld(graph)
    raise QueryError(form, "no such format", f"use one of {', '.join(EXPORT_FORMATS)}")


def notes_of(graph: Graph) -> list[str]:
    """Return a line for each document *graph* holds records of: number, title, and which text prevails."""
    notes = []
    for about in graph.subjects(RDF.type, HK.Records):
        comments = sorted((getattr(c, "language", None) or "", str(c)) for c in graph.objects(about, RDFS.comment))
        title = "".join(sorted(str(label) for label in graph.objects(about, RDFS.label)))
        number = "".join(sorted(str(ident) for ident in graph.objects(about, DCTERMS.identifier)))
        words = " / ".join(comment for _, comment in reversed(comments))
        notes.append(one_line(f"{number}《{title}》；{words}", limit=1000))
    return sorted(notes)


def merged(files: Iterable[Path]) -> Iterator[bytes]:
    """Yield the lines of *files*, each written as "nt", as `serialise` writes their union: in order, each once."""
    last = b""
    for line in heapq.merge(*map(_lines, files)):
        if line != last:
            yield line
        last = line


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file, which is open only while a piece of it is read: a process may open some hundreds."""
    at = 0
    while True:
        with path.open("rb") as file:
            file.seek(at)
            piece = file.read(_PIECE) + file.readline()
        if not piece:
            return
        at += len(piece)
        yield from piece.splitlines(keepends=True)


def _sorted_lines(graph: Graph) -> list[bytes]:
    lines = graph.serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
    return sorted(line for line in lines if line.strip())


def _turtle(graph: Graph) -> str:
    # Oxigraph writes triples in the order they come, in a fraction of the time rdflib takes for as many Chinese IRIs;
    # but the order of its prefixes is no order, and it makes language tags small
    triples = [quad.triple for quad in ox.parse(b"".join(_sorted_lines(graph)), format=ox.RdfFormat.N_TRIPLES)]
    rdf_type = str(RDF.type)
    # a stable sort: within a subject the classes come first, the rest stays in order
    triples.sort(key=lambda t: (str(t.subject), t.predicate.value != rdf_type))
    out = io.BytesIO()
    prefixes = {prefix: str(iri) for prefix, iri in graph.namespaces()}
    ox.serialize(triples, out, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    lines = [line for line in out.getvalue().decode("utf-8").split("\n") if not line.startswith("@prefix ")]
    body = "\n".join(f"\n{line}" if line and not line.startswith("\t") else line for line in lines)
    cased = "".join(language_tag(t.text) if t.kind == "tag" else t.text for t in tokens(body))
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items())) + cased


def context() -> dict[str, Any]:
    """Return the JSON-LD context: our terms by their bare names, those of others by prefix, typed as the ontology says.

    Made from the ontology, so that a property added there is typed here.
    """
    words = ontology()
    plain: dict[str, Any] = dict(sorted(PREFIXES.items()))
    plain["label"] = {"@id": "rdfs:label", "@container": "@language"}
    plain["altLabel"] = {"@id": "skos:altLabel", "@container": "@language"}
    plain["title"] = {"@id": "dct:title", "@container": "@language"}
    plain["comment"] = {"@id": "rdfs:comment", "@container": "@language"}
    for kind, coercion in ((OWL.ObjectProperty, "@id"), (OWL.DatatypeProperty, None)):
        for name in sorted(str(term).removeprefix(str(HK)) for term in words.subjects(RDF.type, kind)):
            ranged = words.value(HK[name], RDFS.range, any=True)
            entry: dict[str, Any] = {"@id": f"hk:{name}"}
            if coercion:
                entry["@type"] = coercion
            elif ranged not in (None, XSD.string, XSD.integer, XSD.boolean):
                entry["@type"] = f"xsd:{str(ranged).removeprefix(str(XSD))}"
            plain[name] = entry
    return plain


def _json_ld(graph: Graph) -> bytes:
    text = graph.serialize(format="json-ld", context=context(), auto_compact=False, sort_keys=True)
    plain = _ordered(json.loads(text))
    nodes = plain["@graph"] if "@graph" in plain else [{k: v for k, v in plain.items() if k != "@context"}]
    whole = {"@context": context(), "@graph": sorted(nodes, key=lambda node: str(node.get("@id", "")))}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _ordered(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return *value* with every list sorted: JSON-LD's are sets unless they say `@list`, which ours never do."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_ordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value
