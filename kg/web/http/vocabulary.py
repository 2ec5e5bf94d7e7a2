"""What describes the data → pages and files: the ontology at `/ns`, the catalogue of the build at `/catalogue`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from kg.graph.export import serialise
from kg.resources import data_dir
from kg.web.http.caching import has, tag, unchanged
from kg.web.http.dependencies import DeskDep
from kg.web.http.negotiation import best
from kg.web.http.proxy import address_of
from kg.web.office.requests import LangDep
from kg.workspace import MEDIA_TYPES, GraphFormat

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""The pages of the ontology carry their style and their icons themselves."""

GRAPHS: Final[dict[str, GraphFormat]] = {"text/turtle": "ttl", "application/ld+json": "jsonld"}
_PAGE: Final = ("text/html", *GRAPHS)
_VARY: Final = {"Vary": "Accept"}

router = APIRouter()


def _contents(kinds: Collection[str]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {} for kind in kinds}}}


def _kind(request: Request, offers: Collection[str]) -> str:
    kind = best(", ".join(request.headers.getlist("accept")) or None, list(offers))
    if kind is None:
        raise HTTPException(406, f"this can be had as {', '.join(offers)}; name one in Accept")
    return kind


@router.get("/ns", response_class=Response, responses=_contents(_PAGE))
def ontology(request: Request, lang: LangDep) -> Response:
    """Give the ontology: as a page in the reader's language, as Turtle or as JSON-LD."""
    kind = _kind(request, _PAGE)
    if kind == "text/html":
        html = (data_dir("ontology") / "html" / f"{lang}.html").read_text(encoding="utf-8")
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Vary": "Accept, Accept-Language"})
    form = GRAPHS[kind]
    if form == "ttl":
        content = (data_dir("ontology") / "hk.ttl").read_bytes()
    else:
        from kg.graph.terms import ontology as graph

        content = serialise(graph(), form)
    return Response(content, media_type=MEDIA_TYPES[form], headers=_VARY)


@router.get("/catalogue", response_class=Response, responses=_contents(GRAPHS))
def describe(request: Request, desk: DeskDep) -> Response:
    """Give the catalogue of the build in DCAT: its documents, the files that can be had, the SPARQL endpoint."""
    kind = _kind(request, GRAPHS)
    address = address_of(request)
    current = tag(desk, f"catalogue-{hashlib.sha256(address.encode()).hexdigest()[:16]}-{GRAPHS[kind]}")
    if has(request, current):
        return unchanged(current, "Accept")
    form = GRAPHS[kind]
    return Response(desk.catalogue(address, form), media_type=MEDIA_TYPES[form], headers={"ETag": current, **_VARY})
