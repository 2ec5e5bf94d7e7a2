"""SPARQL that fetches, changes or exhausts: refused or stopped, and the next one who asks is answered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from tests.serve.asking import Server
from tests.serve.evil import attacked, evil, still_well

__all__ = ["attacked", "evil", "still_well"]


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Yield an address on this machine and the list of whoever knocks at it."""
    knocks: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, who = server.accept()
                except TimeoutError:
                    continue
                knocks.append(str(who))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/x", knocks
        finally:
            ended.set()
            thread.join()


FETCHES = (
    "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}", "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}", "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "LOAD <{0}>", "LOAD SILENT <{0}> INTO GRAPH <urn:x>", "SELECT * {{ BIND(<{0}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
)  # fmt: skip


@pytest.mark.parametrize("query", FETCHES)
def test_no_query_fetches_anything(query: str, attacked: Server) -> None:
    with listening() as (address, knocks):
        for reply in (
            attacked.get("/sparql", {"query": query.format(address)}),
            attacked.ask("/sparql", body=query.format(address).encode(), Content_Type="application/sparql-query"),
        ):
            assert reply.status == 400
        assert attacked.get("/sparql", {"query": "SELECT * {}", "default-graph-uri": address}).status == 400
    assert knocks == []


UPDATES = (
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP ALL",
    "CREATE GRAPH <urn:x>", "COPY DEFAULT TO <urn:x>",
    "DELETE { ?s ?p ?o } INSERT { <urn:a> ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * {} ; DROP ALL", "PREFIX x: <urn:x> DROP ALL",
)  # fmt: skip


@pytest.mark.parametrize("update", UPDATES)
def test_no_query_changes_anything(update: str, attacked: Server) -> None:
    count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    before = attacked.get("/sparql", count, Accept="text/csv").body
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    assert attacked.get("/sparql", {"query": update}).status == 400
    assert attacked.get("/sparql", {"update": update}).status == 400
    assert attacked.ask("/sparql", body=f"update={quote(update)}".encode(), **form).status == 400
    assert attacked.ask("/sparql", body=update.encode(), Content_Type="application/sparql-update").status == 415
    assert attacked.get("/sparql", count, Accept="text/csv").body == before


MOST_ROWS = 100_000

EXHAUSTS = {
    "cartesian product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "product that is sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a DESC(?i)",
    "deep paths": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:y>)* ?b . ?c (!<urn:x>|^!<urn:y>)* ?d }",
    "paths in paths": "SELECT * { ?a ((((!<urn:x>)*/(^!<urn:y>)*)*/(!<urn:z>)+)*) ?b . ?b (!<urn:q>)* ?z }",
    "huge limit": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 99999999999",
    "huge offset": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 9999999999999",
    "groups of a product": "SELECT ?c (GROUP_CONCAT(?f) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?c",
    "text that doubles": (
        "SELECT (STRLEN(?z) AS ?n) { BIND('x' AS ?a0) "
        + " ".join(f"BIND(CONCAT(?a{i},?a{i},?a{i},?a{i}) AS ?a{i + 1})" for i in range(20))
        + " BIND(?a20 AS ?z) ?s ?p ?o }"
    ),
    "regular expression": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . "
        "FILTER REGEX(CONCAT(STR(?c), STR(?f)), '^(([a-z])+.)+[A-Z]([a-z])+$') }"
    ),
    "nested too deep": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "filter too deep": "SELECT * { FILTER (" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "longer than is read": "SELECT * { ?s ?p '" + "x" * 2_000_000 + "' }",
}


@pytest.mark.parametrize("kind", EXHAUSTS)
def test_no_query_exhausts_the_server(kind: str, attacked: Server) -> None:
    reply = attacked.ask("/sparql", body=EXHAUSTS[kind].encode(), Content_Type="application/sparql-query")
    # answered within the limits, cut at the most rows, or refused: never a fault of the server's own
    assert reply.status in (200, 400, 413, 503), reply.body[:300]
    assert b"Traceback" not in reply.body
    if kind in ("cartesian product", "huge offset"):
        assert reply.status == 503
    if kind == "product that is sorted":
        assert reply.status in (400, 503)  # whichever comes first, the time or the memory it may have
    if kind == "huge limit":
        # the most rows come before the time is over, or on a slow machine they do not
        assert reply.status == 503 or len(reply.json["results"]["bindings"]) == MOST_ROWS
