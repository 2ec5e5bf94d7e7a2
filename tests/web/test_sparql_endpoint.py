"""The SPARQL endpoint over HTTP: the protocol, and the same rows as another engine over the same triples."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.graph.prefixes import PREFIXES
from kg.settings import Serving
from kg.web.desk.desk import Desk
from kg.web.http.application import create_app
from tests.web.server import Server, graph_of, problem_of, serving

SECONDS = 4
ROWS = 5000
AT_ONCE = 3
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
OWNERS = HEAD + "SELECT ?quote ?name WHERE { ?o hk:quote ?quote ; hk:responsible/rdfs:label ?name }"
EXEMPT = HEAD + "CONSTRUCT { ?o hk:quote ?quote } WHERE { ?o hk:modality hk:exemption ; hk:quote ?quote }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SRX = "{http://www.w3.org/2005/sparql-results#}"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    limits = {
        "HETAO_QUERY_SECONDS": str(SECONDS),
        "HETAO_QUERY_ROWS": str(ROWS),
        "HETAO_QUERIES_AT_ONCE": str(AT_ONCE),
    }
    with serving(built, **limits) as running:
        yield running


@pytest.fixture(scope="module")
def owners(triples: Graph) -> list[tuple[str, str]]:
    """What `OWNERS` gives, by rdflib's engine."""
    rows = sorted((str(quote), str(name)) for quote, name in triples.query(OWNERS))  # type: ignore[misc]
    assert len(rows) > 5
    return rows


@pytest.fixture(scope="module")
def exempt(triples: Graph) -> Graph:
    """What `EXEMPT` gives, by rdflib's engine."""
    found = triples.query(EXEMPT).graph
    assert found is not None
    assert len(found) > 3
    return found


def posted(server: Server, body: str, kind: str = "application/x-www-form-urlencoded", **headers: str) -> Any:  # noqa: ANN401
    return server.ask("/sparql", body=body.encode(), Content_Type=kind, **headers)


def rows_of(body: bytes) -> list[tuple[str, str]]:
    return sorted((row["quote"]["value"], row["name"]["value"]) for row in json.loads(body)["results"]["bindings"])


# ------------------------------------------------------------------ ways of asking


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # rdflib leaves its replies open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_rdflib_as_a_client_gets_the_rows_rdflib_finds_itself(
    method: Any,  # noqa: ANN401
    form: str,
    server: Server,
    owners: list[tuple[str, str]],
) -> None:
    store = SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=form)
    rows = sorted((str(quote), str(name)) for quote, name in Graph(store).query(OWNERS))  # type: ignore[misc]
    assert rows == owners


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_rdflib_as_a_client_gets_triples_and_a_yes(server: Server, exempt: Graph) -> None:
    store = SPARQLStore(f"{server.address}/sparql")
    assert bool(Graph(store).query("ASK { ?s a <https://w3id.org/hetao-kg/ns#Plan> }")) is True
    assert bool(Graph(store).query("ASK { ?s a <https://w3id.org/hetao-kg/ns#Nothing> }")) is False
    found = Graph(store).query(EXEMPT).graph
    assert found is not None
    assert isomorphic(found, exempt)


def test_the_three_ways_of_the_protocol_give_the_same(server: Server, owners: list[tuple[str, str]]) -> None:
    replies = [
        server.get("/sparql", {"query": OWNERS}),
        posted(server, urlencode({"query": OWNERS})),
        posted(server, OWNERS, "application/sparql-query"),
        posted(server, OWNERS, "application/sparql-query; charset=UTF-8"),
    ]
    assert [reply.status for reply in replies] == [200] * 4
    assert all(rows_of(reply.body) == owners for reply in replies)


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
    ],
)
def test_rows_come_in_the_format_liked_best(accept: str, kind: str, server: Server) -> None:
    reply = server.get("/sparql", {"query": OWNERS}, Accept=accept)
    assert (reply.status, reply.kind, reply.headers["Vary"]) == (200, kind, "Accept")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/sparql-results+xml, application/rdf+xml;q=.5", "application/rdf+xml"),
    ],
)
def test_triples_come_in_the_format_liked_best_and_say_the_same(
    accept: str, kind: str, server: Server, exempt: Graph
) -> None:
    reply = server.get("/sparql", {"query": EXEMPT}, Accept=accept)
    assert (reply.status, reply.kind) == (200, kind)
    assert isomorphic(graph_of(reply), exempt)


def test_every_format_of_rows_holds_every_value_as_it_is(server: Server) -> None:
    query = """SELECT * { VALUES (?a ?b) {
        ("TRUE"^^<http://www.w3.org/2001/XMLSchema#boolean> "a,b\\"c\\n中"@zh-Hans) (<http://x/é> UNDEF) } }"""
    plain = server.get("/sparql", {"query": query}).json["results"]["bindings"]
    assert plain == [
        {
            "a": {"type": "literal", "value": "TRUE", "datatype": "http://www.w3.org/2001/XMLSchema#boolean"},
            "b": {"type": "literal", "value": 'a,b"c\n中', "xml:lang": "zh-Hans"},
        },
        {"a": {"type": "uri", "value": "http://x/é"}},
    ]
    text = server.get("/sparql", {"query": query}, Accept="text/csv").body.decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], ["TRUE", 'a,b"c\n中'], ["http://x/é", ""]]
    root = ElementTree.fromstring(server.get("/sparql", {"query": query}, Accept="application/sparql-results+xml").body)
    assert [literal.text for literal in root.iter(f"{SRX}literal")] == ["TRUE", 'a,b"c\n中']
    tabs = server.get("/sparql", {"query": query}, Accept="text/tab-separated-values").body.decode().splitlines()
    assert tabs[0] == "?a\t?b"
    assert tabs[1].split("\t")[1] == '"a,b\\"c\\n中"@zh-Hans'


@pytest.mark.parametrize(
    ("query", "accept"),
    [(OWNERS, "text/turtle"), (EXEMPT, "text/csv"), (OWNERS, "image/png"), (OWNERS, "*/*;q=0")],
)
def test_a_format_there_is_not_is_refused_with_those_there_are(query: str, accept: str, server: Server) -> None:
    reply = server.get("/sparql", {"query": query}, Accept=accept)
    assert reply.status == 406
    assert "text/turtle" in problem_of(reply) or "text/csv" in problem_of(reply)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ('SELECT ("\\u0001" AS ?x) {}', "application/sparql-results+xml"),
        ('CONSTRUCT { <a:b> <a:c> "\\u0001" } {}', "application/rdf+xml"),
        ("CONSTRUCT { <a:b> <http://x/1> 1 } {}", "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_write_is_refused_in_xml_alone(query: str, accept: str, server: Server) -> None:
    assert server.get("/sparql", {"query": query}).status == 200
    assert "XML" in problem_of(server.get("/sparql", {"query": query}, Accept=accept))


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "*/*"]
)
def test_without_a_query_the_endpoint_describes_itself(accept: str, server: Server) -> None:
    reply = server.get("/sparql", Accept=accept)
    assert reply.status == 200
    graph = graph_of(reply)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert set(graph.objects(service, SD.endpoint)) == {URIRef(f"{server.address}/sparql")}
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    formats = {str(term).rpartition("/")[2] for term in graph.objects(service, SD.resultFormat)}
    assert {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "Turtle", "JSON-LD"} <= formats


def test_the_graphs_it_describes_can_be_asked(server: Server) -> None:
    graph = graph_of(server.get("/sparql"))
    held = {
        str(name).rpartition("/")[2]: server.get("/sparql", {"query": f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"}).json
        for name in graph.objects(None, SD.name)
    }
    # nothing was reported here
    assert {name: reply["boolean"] for name, reply in held.items()} == {"ns": True, "ns#reports": False}


def test_people_get_a_form(server: Server) -> None:
    reply = server.get("/sparql", Accept="text/html,*/*;q=0.8")
    assert (reply.status, reply.kind) == (200, "text/html")
    assert b'<form action="/sparql"' in reply.body
    assert b"<script" not in reply.body


def test_a_host_that_is_none_comes_into_no_description(server: Server) -> None:
    assert server.get("/sparql", Host='x"><b').status == 400


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("DROP ALL", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }", "FROM"),
        ("SELECT * { ?s ?p }", "line 1"),
        ("", "empty"),
        ("ﷺ" * 100, "malformed"),
        ("<script>alert(1)</script>", "malformed"),
        ("\x00\x1b[31m", "malformed"),
        ("谁" * 10_000, "malformed"),
        ("？！。", "malformed"),
        ("SELECT * {" + "{" * 3000 + "}" * 3000 + "}", "nested"),
        ("SELECT * { ?s ?p ?o }" + " " * 100_000, "longer"),
    ],
)
def test_a_query_that_cannot_be_run_is_one_line(query: str, says: str, server: Server) -> None:
    reply = posted(server, query, "application/sparql-query")
    assert reply.status == 400
    assert says in problem_of(reply)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"DROP ALL", "application/sparql-update", 415),
        (b"\xff\xfe", "application/sparql-query", 400),
        (b"query=%ff", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_cannot_be_taken_is_one_line(body: bytes, kind: str, status: int, server: Server) -> None:
    reply = server.ask("/sparql", body=body, Content_Type=kind)
    assert reply.status == status
    assert problem_of(reply)


# ------------------------------------------------------------------ limits


def test_a_result_that_is_cut_says_so(server: Server) -> None:
    cut = server.get("/sparql", {"query": "SELECT * { ?s ?p ?o }"})
    assert len(cut.json["results"]["bindings"]) == ROWS
    assert cut.headers["X-Result-Truncated"] == f"rows={ROWS}"
    whole = server.get("/sparql", {"query": f"SELECT * {{ ?s ?p ?o }} LIMIT {ROWS}"})
    assert len(whole.json["results"]["bindings"]) == ROWS
    assert "X-Result-Truncated" not in whole.headers


def test_a_result_too_large_is_one_line(server: Server) -> None:
    tenfold = " ".join(f"BIND(CONCAT({', '.join([f'?v{i}'] * 10)}) AS ?v{i + 1})" for i in range(5))
    reply = server.get("/sparql", {"query": f"SELECT ?v5 {{ ?a ?b ?c BIND('x' AS ?v0) {tenfold} }}"})
    assert reply.status == 400
    assert "larger than" in problem_of(reply)


def test_a_query_that_takes_too_long_keeps_nobody_else_waiting_and_is_one_line(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(server.get, "/sparql", {"query": SLOW})
        for path in ("/healthz", "/api/obligations", "/sparql?query=ASK{}"):
            assert server.get(path).status == 200
        assert not slow.done()
        assert slow.result().status == 503
        assert f"longer than {SECONDS} s" in problem_of(slow.result())


def test_more_queries_at_once_than_allowed_are_turned_away(desk: Desk) -> None:
    app = create_app(desk, Serving(queries_at_once=AT_ONCE))
    client = TestClient(app)
    with ExitStack() as running:
        for _ in range(AT_ONCE):
            running.enter_context(app.state.slots.taken())
        refused = client.get("/sparql", params={"query": "ASK {}"})
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert "too many" in refused.json()["detail"]
        assert client.get("/api/obligations").status_code == 200
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_another_origin_is_let_in_only_where_it_is_named(server: Server, desk: Desk) -> None:
    header, query, origin = "Access-Control-Allow-Origin", {"query": "ASK {}"}, {"Origin": "http://a.example"}
    assert header not in server.get("/sparql", query, **origin).headers
    other = TestClient(create_app(desk, Serving(origins=("http://a.example", "http://b.example"))))
    assert other.get("/sparql", params=query, headers=origin).headers[header] == origin["Origin"]
    assert header not in other.get("/healthz", headers={"Origin": "http://c.example"}).headers
    assert other.post("/sparql", data=query, headers=origin).headers[header] == origin["Origin"]


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


@pytest.mark.parametrize(
    ("origins", "origin", "path", "method", "let_in"),
    [
        (("http://a.example",), "http://a.example", "/sparql", "POST", "http://a.example"),
        (("http://a.example",), "http://a.example", "/api/ask", "POST", "http://a.example"),
        (("http://a.example",), "http://a.example", "/id/x", "GET", "http://a.example"),
        (("*",), "http://c.example", "/sparql", "POST", "*"),
        (("http://a.example",), "http://c.example", "/sparql", "POST", None),
        (("http://a.example",), "http://a.example.evil", "/sparql", "POST", None),
        (("http://a.example",), "null", "/sparql", "POST", None),
        (("*",), "http://a.example", "/id/x", "POST", None),
        (("*",), "http://a.example", "/sparql", "DELETE", None),
        (("*",), "http://a.example", "/desk/task", "POST", None),
        (("*",), "http://a.example", "/desk/feedback", "GET", None),
        ((), "http://a.example", "/sparql", "POST", None),
    ],
)
def test_a_browser_that_asks_first_is_told_what_an_origin_may_send(
    origins: tuple[str, ...], origin: str, path: str, method: str, let_in: str | None, desk: Desk
) -> None:
    asking = TestClient(create_app(desk, Serving(origins=origins, sign_in="all")))
    told = asking.options(path, headers={"Origin": origin, **PREFLIGHT, "Access-Control-Request-Method": method})
    assert told.headers.get("access-control-allow-origin") == let_in
    assert "access-control-allow-credentials" not in told.headers
    assert (told.status_code == 204) == (let_in is not None)
    if let_in:
        assert method in told.headers["access-control-allow-methods"]
        assert "Authorization" in told.headers["access-control-allow-headers"]
        assert told.headers["vary"] == "Origin"
    # what is refused can be read too, so that the page can say why
    refused = asking.request(method, path, headers={"Origin": origin})
    assert refused.headers.get("access-control-allow-origin") == let_in


def test_values_that_rdflib_cannot_read_leave_no_traceback_in_the_log(server: Server) -> None:
    query = 'CONSTRUCT { <a:b> <a:c> "x"^^<http://www.w3.org/2001/XMLSchema#integer> } {}'
    reply = server.get("/sparql", {"query": query}, Accept="application/n-triples")
    (value,) = graph_of(reply).objects()
    assert isinstance(value, Literal)
    assert str(value) == "x"
    # the log is looked at when the server ends
