"""The result of a query → text for a terminal, or one of the formats SPARQL results and RDF are exchanged in."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from wcwidth import wcswidth

from kg.errors import QueryError, one_line
from kg.graph.evaluate import to_ntriples
from kg.graph.prefixes import PREFIXES
from kg.graph.result import Result, Term
from kg.vocab import ID

if TYPE_CHECKING:
    from rdflib import Graph

ROW_FORMATS: Final = ("table", "json", "csv", "tsv", "xml")
"""What the rows of SELECT and the answer of ASK can be given in."""
GRAPH_FORMATS: Final = ("table", "ttl", "jsonld", "nt", "json", "csv", "tsv")
"""What the triples of CONSTRUCT and DESCRIBE can be given in; "table" is Turtle, the others rows of three terms."""

_RDF = {"ttl", "jsonld", "nt", "table"}


def render(result: Result, form: str) -> str:
    """Return *result* as text in the format *form*; a `QueryError` where the kind of query has no such format.

    json, csv, tsv and xml are as the W3C recommendations have them: SPARQL 1.1 Query Results JSON (2013), CSV and TSV
    (2013) and XML (2013). ASK has no CSV there: it is one column `boolean` here.
    """
    allowed = GRAPH_FORMATS if result.kind == "graph" else ROW_FORMATS
    if form not in allowed:
        raise QueryError(form, "a query of this kind is not given in that format", f"use one of {', '.join(allowed)}")
    if result.kind == "graph" and form in _RDF:
        from kg.graph.export import serialise

        return serialise(to_rdf(result), "ttl" if form == "table" else form).decode("utf-8")
    return {"table": _table, "json": _json, "csv": _csv, "tsv": _tsv, "xml": _xml}[form](result)


def to_rdf(result: Result) -> Graph:
    """Return the triples of *result* as an rdflib graph."""
    from kg.graph.terms import new_graph

    graph = new_graph()
    for row in result.rows:
        subject, predicate, value = (_to_rdflib(term) for term in row)
        graph.add((subject, predicate, value))
    return graph


def _to_rdflib(term: Term | None) -> Any:  # noqa: ANN401 - rdflib's terms share no useful type
    from rdflib import BNode, Literal, URIRef

    if term is None:
        return None
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "bnode":
        return BNode(term.value)
    datatype = URIRef(term.datatype) if term.datatype else None
    # as it is written: rdflib would make "01" of type xsd:integer "1"
    return Literal(term.value, lang=term.lang, datatype=datatype, normalize=False)


def _table(result: Result) -> str:
    if result.kind == "ask":
        return "true\n" if result.boolean else "false\n"
    # only what is printable, on one line: values come from documents, and a terminal obeys escape sequences
    cells = [[one_line(_short(term), limit=10_000) for term in row] for row in result.rows]
    head = list(result.variables)
    widths = [max(_width(c) for c in column) for column in zip(head, *cells, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [_line(row, widths) for row in (head, rule, *cells)]
    count = f"{len(cells)} row{'' if len(cells) == 1 else 's'}"
    lines.append(f"({count}; there are more)" if result.truncated else f"({count})")
    return "\n".join(lines) + "\n"


def _line(row: list[str], widths: list[int]) -> str:
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(cell: str) -> int:
    """Return how many columns of a terminal *cell* takes: two for a Chinese character."""
    width = wcswidth(cell)
    return width if width >= 0 else len(cell)


def _short(term: Term | None) -> str:
    if term is None:
        return ""
    if term.kind == "iri":
        if term.value.startswith(ID):
            return f"<{term.value.removeprefix(ID)}>"
        for prefix, iri in PREFIXES.items():
            if term.value.startswith(iri):
                return f"{prefix}:{term.value.removeprefix(iri)}"
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    return term.value  # a table is for reading: its language tags are in the other formats


def _json(result: Result) -> str:
    plain: dict[str, Any]
    if result.kind == "ask":
        plain = {"head": {}, "boolean": result.boolean}
    else:
        bindings = [
            {name: _json_term(term) for name, term in zip(result.variables, row, strict=True) if term is not None}
            for row in result.rows
        ]
        plain = {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}
    return json.dumps(plain, ensure_ascii=False) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if term.kind != "literal":
        return {"type": "uri" if term.kind == "iri" else "bnode", "value": term.value}
    plain = {"type": "literal", "value": term.value}
    if term.lang:
        plain["xml:lang"] = term.lang
    elif term.datatype:
        plain["datatype"] = term.datatype
    return plain


def _csv(result: Result) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if result.kind == "ask":
        writer.writerows([["boolean"], ["true" if result.boolean else "false"]])
    else:
        writer.writerow(result.variables)
        writer.writerows([["" if t is None else _csv_value(t) for t in row] for row in result.rows])
    return out.getvalue()


def _csv_value(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def _tsv(result: Result) -> str:
    if result.kind == "ask":
        return f"?boolean\n{'true' if result.boolean else 'false'}\n"
    lines = ["\t".join(f"?{name}" for name in result.variables)]
    lines += ["\t".join("" if term is None else _tsv_value(term) for term in row) for row in result.rows]
    return "\n".join(lines) + "\n"


def _tsv_value(term: Term) -> str:
    # N-Triples writes a line break as \n, but leaves a tab as it is
    return f"_:{term.value}" if term.kind == "bnode" else to_ntriples(term).replace("\t", "\\t")


def _xml(result: Result) -> str:
    from rdflib import Variable
    from rdflib.query import Result as RdfResult

    if result.kind == "ask":
        answer = RdfResult("ASK")
        answer.askAnswer = result.boolean
    else:
        answer = RdfResult("SELECT")
        names = [Variable(name) for name in result.variables]
        answer.vars = names
        answer.bindings = [
            {name: _to_rdflib(term) for name, term in zip(names, row, strict=True) if term is not None}
            for row in result.rows
        ]
    data = answer.serialize(format="xml")
    return (data or b"").decode("utf-8")
