"""`/sparql` → the SPARQL 1.1 Protocol, queries alone (W3C Recommendation, 21 March 2013)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from kg.errors import BusyError, QueryError, SlowQueryError
from kg.graph import formats
from kg.graph.result import Result
from kg.graph.sparql import run
from kg.settings import Serving
from kg.vocab import thing
from kg.web.desk.desk import Desk
from kg.web.http.dependencies import DeskDep, ServingDep, from_state
from kg.web.http.middleware import FORM, QUERY
from kg.web.http.negotiation import best
from kg.web.http.proxy import address_of
from kg.web.http.service_description import described, form_page

ROWS: Final = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""The formats for SELECT and ASK, the default first."""

TRIPLES: Final = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdfxml",
}
"""The formats for CONSTRUCT, DESCRIBE and the description of the endpoint."""

RETRY_SECONDS = 5
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTENT: dict[str, Any] = {kind: {} for kind in (*ROWS, *TRIPLES)}
_POSTED: dict[str, Any] = {
    QUERY: {"schema": {"type": "string"}},
    FORM: {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}},
}


class QuerySlots:
    """A limit on simultaneous queries, because each occupies a thread of a server that has other requests to answer."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot; a `BusyError` at once if none is free."""
        if not self._free.acquire(blocking=False):
            raise BusyError("SPARQL query", "too many queries are running", "try again in a few seconds")
        try:
            yield
        finally:
            self._free.release()


async def _body(request: Request) -> bytes:
    return await request.body()


SlotsDep = Annotated[QuerySlots, from_state("slots")]
router = APIRouter()


@router.get("/sparql", response_class=Response, responses={200: {"content": _CONTENT}})
def get(
    request: Request,
    desk: DeskDep,
    serving: ServingDep,
    slots: SlotsDep,
    query: Annotated[str | None, Query(description="SPARQL 1.1. Without one the endpoint describes itself.")] = None,
) -> Response:
    """Run a SELECT, ASK, CONSTRUCT or DESCRIBE query. The format is chosen by `Accept`.

    `default-graph-uri`, the address of a document, has it read that document alone.
    """
    pairs = request.query_params.multi_items()
    if query is None and not any(name in (_GRAPH, *_REFUSED) for name, _ in pairs):
        return _itself(request, serving)
    return _answer(request, desk, serving, slots, pairs)


@router.post(
    "/sparql",
    response_class=Response,
    responses={200: {"content": _CONTENT}},
    openapi_extra={"requestBody": {"required": True, "content": _POSTED}},
)
def post(
    request: Request,
    desk: DeskDep,
    serving: ServingDep,
    slots: SlotsDep,
    body: Annotated[bytes, Depends(_body)],
) -> Response:
    """Run a query sent as a form's `query`, or as a body of type application/sparql-query."""
    pairs = request.query_params.multi_items()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None
    if request.headers["content-type"].partition(";")[0].strip().lower() == QUERY:
        return _answer(request, desk, serving, slots, [*pairs, ("query", text)])
    try:
        sent = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise HTTPException(400, "the form in the body cannot be read") from None
    return _answer(request, desk, serving, slots, [*pairs, *sent])


_GRAPH = "default-graph-uri"
_REFUSED = {
    "named-graph-uri": "no graph can be named in a query: leave named-graph-uri out",
    "using-graph-uri": "the graph is read-only: no update is taken",
    "using-named-graph-uri": "the graph is read-only: no update is taken",
    "update": "the graph is read-only: no update is taken",
}


def _answer(
    request: Request, desk: Desk, serving: Serving, slots: QuerySlots, pairs: Sequence[tuple[str, str]]
) -> Response:
    document, query = _document_in(pairs, desk), _query_in(pairs)
    accept = _accepted(request)
    if best(accept, [*ROWS, *TRIPLES]) is None:
        raise _not_acceptable([*ROWS, *TRIPLES])
    try:
        with slots.taken(), desk.store_for(query, document) as store:
            result = run(store, query, serving.query_seconds, serving.query_rows)
            return _rendered(result, accept)
    except SlowQueryError as error:
        raise HTTPException(503, str(error)) from error
    except BusyError as error:
        raise HTTPException(503, str(error), {"Retry-After": str(RETRY_SECONDS)}) from error
    except QueryError as error:
        raise HTTPException(400, str(error)) from error


def _query_in(pairs: Sequence[tuple[str, str]]) -> str:
    for name, _ in pairs:
        if name in _REFUSED:
            raise HTTPException(400, _REFUSED[name])
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        raise HTTPException(400, "no query is given" if not queries else "more than one query is given; send one")
    return queries[0]


def _document_in(pairs: Sequence[tuple[str, str]], desk: Desk) -> str | None:
    """Return the slug of the document whose graph is to be read; None for the whole store."""
    graphs = [value for name, value in pairs if name == _GRAPH]
    if not graphs:
        return None
    found = next((slug for slug in desk.slugs if graphs == [thing(slug)]), None)
    if found is None:
        one = thing(desk.slugs[0])
        raise HTTPException(400, f"no graph can be named but that of one document, such as {_GRAPH}={one}")
    return found


def _accepted(request: Request) -> str | None:
    return ", ".join(request.headers.getlist("accept")) or None


def _not_acceptable(offers: Sequence[str]) -> HTTPException:
    return HTTPException(406, f"this can be had as {', '.join(offers)}; name one in Accept")


def _rendered(result: Result, accept: str | None) -> Response:
    offers = TRIPLES if result.kind == "graph" else ROWS
    kind = best(accept, list(offers))
    if kind is None:
        raise _not_acceptable(list(offers))
    headers = {"Vary": "Accept"} | ({"X-Result-Truncated": f"rows={len(result.rows)}"} if result.truncated else {})
    return Response(rendered(result, offers[kind]), media_type=_with_charset(kind), headers=headers)


def rendered(result: Result, form: str) -> str:
    """Return *result* in *form*, one of the values of `ROWS` or `TRIPLES`.

    Raises:
        QueryError: *result* cannot be written in *form*.
    """
    if form == "rdfxml":
        try:
            text: str = formats.to_rdf(result).serialize(format="xml")
        except ValueError:
            # RDF/XML takes an element's name from the end of each predicate, and not every IRI has one there
            problem = "RDF/XML cannot write one of its predicates"
            raise QueryError("SPARQL query", problem, "ask for Turtle, JSON-LD or N-Triples") from None
    else:
        text = formats.render(result, form)
    if form in ("xml", "rdfxml") and _NOT_XML.search(text):
        raise QueryError("SPARQL query", "XML cannot write a control character in it", "ask for another format")
    return text


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _itself(request: Request, serving: Serving) -> Response:
    kind = best(_accepted(request), [*TRIPLES, "text/html"])
    if kind is None:
        raise HTTPException(400, "no query is given; without one the endpoint describes itself in RDF or HTML")
    if kind == "text/html":
        return form_page(serving)
    graph = described(f"{address_of(request)}/sparql", serving)
    name = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdfxml": "xml"}[TRIPLES[kind]]
    text = graph.serialize(format=name)
    return Response(text, media_type=_with_charset(kind), headers={"Vary": "Accept"})
