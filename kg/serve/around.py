"""A desk → `/api/graph`: what lies around a thing, as JSON to be drawn and as GraphML to be kept."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from kg.models import Force, to_json
from kg.serve.caching import has, tag, unchanged
from kg.serve.desk import Desk
from kg.serve.neighbours import DRAWN, Neighbourhood, Neighbours, NodeKind, graphml, named

MOST = 300
"""Things that are given at once; whoever wants them all has the graph itself as a file."""

STARTS = 40
"""Things whose surroundings are given together: those that somebody unfolded one after another."""

_PARAMETERS = ("around", "kinds", "clauses", "forces", "hops", "limit")


def _filled(values: list[str] | tuple[str, ...]) -> list[str]:
    """Leave out what is empty: a form sends every field."""
    return [value for value in values if value.strip()]


_AROUND = "A thing: its IRI, or what of it stands behind /id/."
_Around = Annotated[
    tuple[str, ...], BeforeValidator(_filled), Query(description=_AROUND, min_length=1, max_length=STARTS)
]
_Kinds = Annotated[tuple[NodeKind, ...], BeforeValidator(_filled), Query(description="Kinds of things; none: all.")]
_Clauses = Annotated[
    tuple[str, ...], BeforeValidator(_filled), Query(description="15, or DOCUMENT/15; none: all.", max_length=200)
]
_Forces = Annotated[tuple[Force, ...], BeforeValidator(_filled), Query(description="Of obligations; none: all.")]
_Hops = Annotated[int, Query(ge=1, le=3, description="How many ties away.")]
_Limit = Annotated[int, Query(ge=1, le=MOST, description="How many things at most.")]


def add_to(app: FastAPI, desk: Desk) -> None:
    """Add the routes at `/api/graph` to *app*."""

    @cache
    def neighbours() -> Neighbours:
        return Neighbours(desk.records)

    def found(
        request: Request,
        around: _Around,
        kinds: _Kinds = (),
        clauses: _Clauses = (),
        forces: _Forces = (),
        hops: _Hops = 1,
        limit: _Limit = DRAWN,
    ) -> Neighbourhood:
        for name in request.query_params:
            if name not in _PARAMETERS:
                raise HTTPException(422, f"there is no such parameter; use {', '.join(_PARAMETERS)}")
        starts = [named(text) for text in around]
        if any(start not in neighbours().nodes for start in starts):
            raise HTTPException(404, "no body, zone, policy, clause or obligation has that name in the graph")
        return neighbours().find(starts, kinds=kinds, clauses=clauses, forces=forces, hops=hops, limit=limit)

    asked = Depends(found)

    @app.get("/api/graph", response_model=Neighbourhood)
    def graph(request: Request, found: Neighbourhood = asked) -> Response:
        """Give what lies around one thing or more, the nearest first, and what ties it. A filter may be repeated."""
        current = tag(desk, "graph")
        return unchanged(current) if has(request, current) else JSONResponse(to_json(found), headers={"ETag": current})

    @app.get("/api/graph.graphml", response_class=Response, responses={200: {"content": {"application/xml": {}}}})
    def file(request: Request, found: Neighbourhood = asked) -> Response:
        """Give the same as a file in GraphML."""
        current = tag(desk, "graphml")
        if has(request, current):
            return unchanged(current)
        headers = {"ETag": current, "Content-Disposition": 'attachment; filename="hetao-graph.graphml"'}
        return Response(graphml(found), media_type="application/xml", headers=headers)
