"""A desk → `/id/…`: what the graph says of a thing and of what points to it, by its IRI."""

from __future__ import annotations

from html import escape
from typing import Any, Final
from urllib.parse import quote, unquote, unquote_to_bytes

from fastapi import FastAPI, HTTPException, Request, Response

from kg.graph.prefixes import PREFIXES
from kg.graph.result import Result, Term
from kg.graph.sparql import iri as iri_term
from kg.graph.sparql import select
from kg.serve.caching import has, tag, unchanged
from kg.serve.desk import Desk
from kg.serve.negotiate import best
from kg.serve.page import page
from kg.serve.root import at, own_raw_path
from kg.serve.sparql import TRIPLES, rendered
from kg.vocab import ID, thing

LINKS = 1000
"""So many triples are given of a thing, and as many of what points to it."""

KINDS: Final = {"text/html": "html", **TRIPLES}
_CONTENT: dict[str, Any] = {kind: {} for kind in KINDS}
_OUT = "SELECT ?thing ?p ?o WHERE { ?thing ?p ?o } ORDER BY ?p ?o LIMIT %d"
_IN = "SELECT ?s ?p ?thing WHERE { ?s ?p ?thing } ORDER BY ?p ?s LIMIT %d"
_LABEL = f"{PREFIXES['rdfs']}label"

Triple = tuple[Term, Term, Term]


def add_to(app: FastAPI, desk: Desk) -> None:
    """Add the route at `/id/…` to *app*."""

    @app.get("/id/{path:path}", response_class=Response, responses={200: {"content": _CONTENT}})
    def get(path: str, request: Request) -> Response:
        """Give a thing of the graph, and what points to it, as HTML, Turtle, JSON-LD, N-Triples or RDF/XML."""
        kind = best(", ".join(request.headers.getlist("accept")) or None, list(KINDS))
        if kind is None:
            raise HTTPException(406, f"a thing can be had as {', '.join(KINDS)}; name one in Accept")
        named = iri_of(own_raw_path(request.scope))
        about, pointing, cut = _triples(desk, named) if named else ([], [], False)
        if not about and not pointing:
            raise HTTPException(404, "the graph knows no thing of that name")
        assert named is not None
        current = tag(desk, KINDS[kind])
        if has(request, current):
            return unchanged(current, "Accept")
        headers = {"ETag": current, "Vary": "Accept"}
        if cut:
            headers["X-Result-Truncated"] = f"rows={LINKS}"
        if kind == "text/html":
            deep = deep_link(named, several=len(desk.records) > 1)
            return page(_name(about) or _shown(named), _html(named, deep, about, pointing, cut), headers)
        result = Result("graph", ("subject", "predicate", "object"), (*about, *pointing))
        shown = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        return Response(rendered(result, KINDS[kind]), media_type=shown, headers=headers)


def iri_of(raw_path: bytes) -> str | None:
    """Return the IRI of the thing at *raw_path* ("/id/…", percent-encoded or not); None where it is no UTF-8.

    Each part is read and then written as the graph writes names, so that a slash within a name is none of the path.
    """
    parts = raw_path.split(b"/")[2:]
    try:
        return thing(*(unquote_to_bytes(part).decode("utf-8") for part in parts))
    except UnicodeDecodeError:
        return None


def _triples(desk: Desk, named: str) -> tuple[list[Triple], list[Triple], bool]:
    """Return the triples about a thing, those that point to it, and whether there were more of either."""
    bound = {"thing": iri_term(named)}
    found = [_whole(select(desk.store, query % (LINKS + 1), bound)) for query in (_OUT, _IN)]
    return found[0][:LINKS], found[1][:LINKS], any(len(rows) > LINKS for rows in found)


def _whole(result: Result) -> list[Triple]:
    return [(s, p, o) for s, p, o in result.rows if s is not None and p is not None and o is not None]


def _name(about: list[Triple]) -> str | None:
    labels = [o for _, p, o in about if p.value == _LABEL]
    chinese = [o.value for o in labels if o.lang == "zh-Hans"]
    return next(iter(chinese or [o.value for o in labels]), None)


def _html(named: str, deep: str | None, about: list[Triple], pointing: list[Triple], cut: bool) -> str:
    parts = [f"<h1>{escape(_name(about) or _shown(named))}</h1><p><code>{escape(named)}</code></p>"]
    links = f'<a href="{at("/")}">/</a>'
    if deep:
        links += f' <a href="{escape(at(deep))}">{escape(unquote(deep))}</a>'
    parts.append(f"<p>{links}</p>")
    rows = "".join(f"<tr><th>{escape(_shown(p.value))}</th><td>{_value(o)}</td></tr>" for _, p, o in about)
    parts.append(f"<table>{rows}</table>")
    if pointing:
        rows = "".join(f"<tr><td>{_value(s)}</td><th>{escape(_shown(p.value))}</th></tr>" for s, p, _ in pointing)
        parts.append(f"<h2>←</h2><table>{rows}</table>")
    if cut:
        parts.append(f"<p>There are more: {LINKS} are shown. <a href='{at('/sparql')}'>/sparql</a></p>")
    return "".join(parts)


def deep_link(named: str, *, several: bool = False) -> str | None:
    """Return where the desk shows the thing *named*; None for a thing it has no view of.

    With *several* documents the link says which: numbers and policies of the same name may stand in two.
    """
    parts = named.removeprefix(ID).split("/")
    if len(parts) == 3 and parts[1] in ("clause", "obligation", "policy"):
        document = f"&document={quote(unquote(parts[0]), safe='')}" if several else ""
        return f"/?{parts[1]}={quote(unquote(parts[2]), safe='')}{document}"
    if len(parts) == 2 and parts[0] in ("agent", "zone"):
        return f"/?{parts[0]}={quote(unquote(parts[1]), safe='')}"
    return None


def _value(term: Term) -> str:
    shown = escape(_shown(term.value) if term.kind == "iri" else term.value)
    if term.kind == "iri" and term.value.startswith(ID):
        return f'<a href="{at("/id/")}{escape(quote(term.value.removeprefix(ID), safe="/%~"))}">{shown}</a>'
    return f"{shown} <small>{escape(term.lang)}</small>" if term.lang else shown


def _shown(value: str) -> str:
    if value.startswith(ID):
        return unquote(value.removeprefix(ID))
    for prefix, start in PREFIXES.items():
        if value.startswith(start):
            return f"{prefix}:{value.removeprefix(start)}"
    return value
