"""`/api/graph` over HTTP: what is given, what is refused, and scripts of others from our own server."""

from __future__ import annotations

import hashlib

import pytest

from kg.views.scripts import manifest, vendor_dir
from tests.web.server import Server, problem_of


def test_it_gives_the_neighbourhood_and_the_same_as_graphml(server: Server) -> None:
    around = {"around": "agent/财政部"}
    reply = server.get("/api/graph", around)
    assert (reply.status, reply.kind) == (200, "application/json")
    assert reply.json["nodes"][0]["label"] == "财政部"
    assert reply.json["capped"] is False
    file = server.get("/api/graph.graphml", around)
    assert (file.status, file.kind) == (200, "application/xml")
    assert 'filename="hetao-graph.graphml"' in file.headers["Content-Disposition"]
    assert file.body.count(b"<node ") == len(reply.json["nodes"])


def test_filters_may_be_repeated_and_empty_ones_are_left_out(server: Server) -> None:
    kinds = [("kinds", kind) for kind in ("clause", "policy", "")]
    found = server.get(
        "/api/graph", [("around", "zone/深圳园区"), *kinds, ("forces", ""), ("hops", 2), ("limit", 7)]
    ).json
    assert {node["kind"] for node in found["nodes"][1:]} <= {"clause", "policy"}
    assert (len(found["nodes"]), found["capped"]) == (7, True)


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({}, 422, "around"),
        ({"around": ""}, 422, "around"),
        ({"around": "agent/没有"}, 404, "no body, zone, policy, clause or obligation"),
        ({"around": "agent/财政部", "kinds": "planet"}, 422, "kinds"),
        ({"around": "agent/财政部", "forces": "weak"}, 422, "forces"),
        ({"around": "agent/财政部", "hops": 4}, 422, "hops"),
        ({"around": "agent/财政部", "limit": 100000}, 422, "limit"),
        ({"around": "agent/财政部", "kind": "agent"}, 422, "no such parameter"),
    ],
)
def test_what_cannot_be_asked_is_told(query: dict[str, object], status: int, told: str, server: Server) -> None:
    for path in ("/api/graph", "/api/graph.graphml"):
        reply = server.get(path, query)
        assert reply.status == status
        assert told in problem_of(reply)


def test_scripts_of_others_come_from_here_and_are_those_that_were_kept(server: Server) -> None:
    assert set(manifest()) == {"cytoscape.min.js", "sparql-editor.min.js"}
    for name, digest in manifest().items():
        reply = server.get(f"/desk/vendor/{name}")
        assert (reply.status, reply.kind) == (200, "text/javascript")
        assert hashlib.sha256(reply.body).hexdigest() == digest
        assert server.get(f"/desk/vendor/{name}", If_None_Match=reply.headers["ETag"]).status == 304


@pytest.mark.parametrize("name", ["manifest.json", "LICENCES.txt", "..%2Fdesk.js", "nothing.js"])
def test_nothing_else_is_given_as_a_script(name: str, server: Server) -> None:
    reply = server.get(f"/desk/vendor/{name}")
    assert reply.status == 404
    assert (vendor_dir() / "manifest.json").read_bytes() not in reply.body
