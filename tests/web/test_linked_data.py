"""A thing by its address: the triples of the build about it, in each format, and a page without surprises."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import Graph, URIRef

from kg.vocab import ID, thing
from kg.web.http.linked_data import deep_link, iri_of
from tests.web.markup import elements
from tests.web.server import Server, graph_of, problem_of

THINGS = (
    "agent/财政部",
    "zone/福田保税区",
    "guofa-2023-12",
    "guofa-2023-12/clause/15",
    "guofa-2023-12/obligation/15-03",
    "date/2025-12-31",
)


def told(triple: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return a triple without what the store does not keep: which kind of integer, and the case of language tags."""
    subject, predicate, value = triple
    kind = str(getattr(value, "datatype", None)).replace("nonNegativeInteger", "integer")
    return str(subject), str(predicate), str(value), str(getattr(value, "language", None)).lower(), kind


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
)
def test_a_thing_comes_with_every_triple_about_it_and_to_it(
    path: str, accept: str, server: Server, triples: Graph
) -> None:
    reply = server.ask(f"/id/{path}", Accept=accept)
    assert (reply.status, reply.kind) == (200, accept)
    assert reply.headers["Vary"] == "Accept"
    iri = URIRef(ID + path)
    wanted = {told(triple) for triple in [*triples.triples((iri, None, None)), *triples.triples((None, None, iri))]}
    assert len(wanted) > 3
    found = {told(triple) for triple in graph_of(reply)}
    if "X-Result-Truncated" in reply.headers:
        assert found < wanted
        assert len(found) >= 1000
    else:
        assert found == wanted


@pytest.mark.parametrize(
    "path",
    [
        "agent/%E8%B4%A2%E6%94%BF%E9%83%A8",
        "agent/%e8%b4%a2%e6%94%bf%e9%83%a8",
        "%61gent/%E8%B4%A2%E6%94%BF%E9%83%A8",
    ],
)
def test_the_same_name_may_be_encoded_in_several_ways(path: str, server: Server, need: Callable[..., None]) -> None:
    need(shutil.which("curl"), "curl", "sudo apt-get install curl")
    address = f"{server.address}/id/agent/财政部"
    done = subprocess.run(["curl", "-sS", "-H", "Accept: text/turtle", address], capture_output=True, check=True)
    assert "财政部".encode() in done.stdout
    assert server.ask(f"/id/{path}", Accept="text/turtle").body == done.stdout


@pytest.mark.parametrize("path", THINGS)
def test_the_page_of_a_thing_links_to_itself_and_the_desk_alone(path: str, server: Server) -> None:
    reply = server.ask(f"/id/{path}", Accept="text/html,*/*;q=0.8")
    assert (reply.status, reply.kind) == (200, "text/html")
    found = elements(reply.body.decode())
    assert not {e.name for e in found} & {"script", "img", "link", "iframe", "form"}
    links = [value or "" for e in found for name, value in e.attributes.items() if name in ("href", "src", "action")]
    assert "/" in links
    assert all(link == "/" or link.startswith(("/?", "/id/", "/sparql")) for link in links)
    things = [link for link in links if link.startswith("/id/")]
    assert things
    # in the data's own namespace, so that each can be followed
    assert {server.ask(link, Accept="text/turtle").status for link in things[:5]} == {200}


def test_without_a_wish_the_page_is_given(server: Server) -> None:
    assert server.ask("/id/agent/财政部").kind == "text/html"
    assert server.ask("/id/agent/财政部", Accept="image/png").status == 406


@pytest.mark.parametrize(
    "path",
    [
        "agent/无此机关",
        "",
        "agent/",
        "agent/%E8%B4",
        "%ff%fe",
        "agent/<script>alert(1)</script>",
        'agent/"><b>',
        "x" * 5000,
        "..%2f..%2fetc%2fpasswd",
        "agent/%00",
        "agent/财政部> ?p ?o } #",
    ],
)
def test_a_thing_there_is_not_is_a_problem_that_repeats_nothing(path: str, server: Server) -> None:
    reply = server.ask(f"/id/{path}", Accept="text/html")
    assert reply.status == 404
    assert "no thing" in problem_of(reply)


@pytest.mark.parametrize("name", ["财政部", "a/b", "a b", "100%", "“一线”", "a?b#c", "é~x"])
def test_the_address_of_any_name_is_read_as_the_graph_writes_it(name: str) -> None:
    iri = thing("agent", name)
    assert iri_of(b"/id/agent/" + quote(name, safe="").encode()) == iri
    # as a browser sends the IRI, and as a program sends it that encodes nothing
    assert iri_of(quote(iri.removeprefix("https://w3id.org/hetao-kg"), safe="/%").encode()) == iri
    assert iri_of(iri.removeprefix("https://w3id.org/hetao-kg").encode()) == iri


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("agent/财政部", "/?agent=" + quote("财政部")),
        ("zone/福田保税区", "/?zone=" + quote("福田保税区")),
        ("guofa-2023-12/clause/15", "/?clause=15"),
        ("guofa-2023-12/obligation/15-03", "/?obligation=15-03"),
        ("guofa-2023-12/policy/a%2Fb", "/?policy=a%2Fb"),
        ("guofa-2023-12", None),
        ("guofa-2023-12/obligation/15-03/party/1", None),
    ],
)
def test_a_thing_the_desk_shows_has_a_link_to_where(path: str, link: str | None) -> None:
    assert deep_link(ID + path) == link
    # bodies and zones are the same over all documents
    several = f"{link}&document=guofa-2023-12" if link and path.startswith("guofa") else link
    assert deep_link(ID + path, several=True) == several
