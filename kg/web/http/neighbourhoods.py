"""`/api/graph` → what lies around a thing, as JSON to be drawn and as GraphML to be kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from kg.models import Force, to_json
from kg.views.neighbours import DRAWN, Neighbourhood, NodeKind, graphml, named
from kg.web.http.api import given, refuse_unknown
from kg.web.http.caching import has, tag, unchanged
from kg.web.http.dependencies import DeskDep

MOST = 300
"""The most things in one reply; whoever wants all of them has the graph itself as a file."""

STARTS = 40
"""The most things whose surroundings are combined: those that a user expanded one after another."""

_PARAMETERS = ("around", "kinds", "clauses", "forces", "hops", "limit")


_AROUND = "A thing: its IRI, or what of it stands behind /id/."
_Around = Annotated[
    tuple[str, ...], BeforeValidator(given), Query(description=_AROUND, min_length=1, max_length=STARTS)
]
_Kinds = Annotated[tuple[NodeKind, ...], BeforeValidator(given), Query(description="Kinds of things; none: all.")]
_Clauses = Annotated[
    tuple[str, ...], BeforeValidator(given), Query(description="15, or DOCUMENT/15; none: all.", max_length=200)
]
_Forces = Annotated[tuple[Force, ...], BeforeValidator(given), Query(description="Of obligations; none: all.")]
_Hops = Annotated[int, Query(ge=1, le=3, description="How many ties away.")]
_Limit = Annotated[int, Query(ge=1, le=MOST, description="How many things at most.")]


router = APIRouter()


def _found(
    request: Request,
    desk: DeskDep,
    around: _Around,
    kinds: _Kinds = (),
    clauses: _Clauses = (),
    forces: _Forces = (),
    hops: _Hops = 1,
    limit: _Limit = DRAWN,
) -> Neighbourhood:
    refuse_unknown(request, _PARAMETERS)
    starts = [named(text) for text in around]
    known = desk.neighbours(starts)
    if any(start not in known.nodes for start in starts):
        raise HTTPException(404, "no body, zone, policy, clause or obligation has that name in the graph")
    return known.find(starts, kinds=kinds, clauses=clauses, forces=forces, hops=hops, limit=limit)


_Asked = Annotated[Neighbourhood, Depends(_found)]


@router.get("/api/graph", response_model=Neighbourhood)
def graph(request: Request, desk: DeskDep, found: _Asked) -> Response:
    """Give what lies around one thing or more, the nearest first, and what ties it. A filter may be repeated."""
    current = tag(desk, "graph")
    return unchanged(current) if has(request, current) else JSONResponse(to_json(found), headers={"ETag": current})


@router.get("/api/graph.graphml", response_class=Response, responses={200: {"content": {"application/xml": {}}}})
def file(request: Request, desk: DeskDep, found: _Asked) -> Response:
    """Give the same as a file in GraphML."""
    current = tag(desk, "graphml")
    if has(request, current):
        return unchanged(current)
    headers = {"ETag": current, "Content-Disposition": 'attachment; filename="hetao-graph.graphml"'}
    return Response(graphml(found), media_type="application/xml", headers=headers)
