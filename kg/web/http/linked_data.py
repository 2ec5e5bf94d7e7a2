"""`/id/…` → what the graph says of a thing and of what points to it, by its IRI."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, unquote, unquote_to_bytes

from fastapi import APIRouter, HTTPException, Request, Response

from kg.graph.prefixes import PREFIXES
from kg.graph.result import Result, Term
from kg.graph.sparql import iri as iri_term
from kg.graph.sparql import select
from kg.vocab import ID, thing
from kg.web.desk.desk import Desk
from kg.web.http.caching import has, tag, unchanged
from kg.web.http.dependencies import DeskDep
from kg.web.http.negotiation import best
from kg.web.http.proxy import own_raw_path
from kg.web.http.sparql import TRIPLES, rendered
from kg.web.templates import page

LINKS = 1000
"""The most triples of a thing, and the most that point to it."""

KINDS: Final = {"text/html": "html", **TRIPLES}
_CONTENT: dict[str, Any] = {kind: {} for kind in KINDS}
_OUT = "SELECT ?thing ?p ?o WHERE { ?thing ?p ?o } ORDER BY ?p ?o LIMIT %d"
_IN = "SELECT ?s ?p ?thing WHERE { ?s ?p ?thing } ORDER BY ?p ?s LIMIT %d"
_LABEL = f"{PREFIXES['rdfs']}label"

Triple = tuple[Term, Term, Term]


router = APIRouter()


@router.get("/id/{path:path}", response_class=Response, responses={200: {"content": _CONTENT}})
def get(path: str, request: Request, desk: DeskDep) -> Response:
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
        return page(
            "thing.html",
            headers,
            title=_name(about) or _shown(named),
            iri=named,
            link=deep_link(named, several=len(desk.records) > 1),
            about=about,
            pointing=pointing,
            cut=cut,
            shown=_shown,
            quote=quote,
            unquote=unquote,
            ID=ID,
            LINKS=LINKS,
        )
    result = Result("graph", ("subject", "predicate", "object"), (*about, *pointing))
    shown = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(rendered(result, KINDS[kind]), media_type=shown, headers=headers)


def iri_of(raw_path: bytes) -> str | None:
    """Return the IRI of the thing at *raw_path* ("/id/…", percent-encoded or not); None if it is not UTF-8.

    Each part is decoded and re-encoded as the graph encodes names, so that a slash within a name does not split it.
    """
    parts = raw_path.split(b"/")[2:]
    try:
        return thing(*(unquote_to_bytes(part).decode("utf-8") for part in parts))
    except UnicodeDecodeError:
        return None


def _triples(desk: Desk, named: str) -> tuple[list[Triple], list[Triple], bool]:
    """Return the triples about a thing, those that point to it, and whether either list was cut off."""
    bound = {"thing": iri_term(named)}
    found = [_whole(select(desk.store, query % (LINKS + 1), bound)) for query in (_OUT, _IN)]
    return found[0][:LINKS], found[1][:LINKS], any(len(rows) > LINKS for rows in found)


def _whole(result: Result) -> list[Triple]:
    return [(s, p, o) for s, p, o in result.rows if s is not None and p is not None and o is not None]


def _name(about: list[Triple]) -> str | None:
    labels = [o for _, p, o in about if p.value == _LABEL]
    chinese = [o.value for o in labels if o.lang == "zh-Hans"]
    return next(iter(chinese or [o.value for o in labels]), None)


def deep_link(named: str, *, several: bool = False) -> str | None:
    """Return the link to the desk's view of the thing *named*; None for a thing without a view.

    With *several* documents the link names one: two may have the same numbers and policies of the same name.
    """
    parts = named.removeprefix(ID).split("/")
    if len(parts) == 3 and parts[1] in ("clause", "obligation", "policy"):
        document = f"&document={quote(unquote(parts[0]), safe='')}" if several else ""
        return f"/?{parts[1]}={quote(unquote(parts[2]), safe='')}{document}"
    if len(parts) == 2 and parts[0] in ("agent", "zone"):
        return f"/?{parts[0]}={quote(unquote(parts[1]), safe='')}"
    return None


def _shown(value: str) -> str:
    if value.startswith(ID):
        return unquote(value.removeprefix(ID))
    for prefix, start in PREFIXES.items():
        if value.startswith(start):
            return f"{prefix}:{value.removeprefix(start)}"
    return value
