"""`/api/graph` over HTTP: what is given, what is refused, and scripts of others from our own server."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest

from kg.serve.vendor import manifest, vendor_dir


def ask(address: str, path: str, **query: object) -> tuple[int, Any, bytes]:
    try:
        with urllib.request.urlopen(f"{address}{path}?{urlencode(query, doseq=True)}", timeout=60) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_it_gives_the_neighbourhood_and_the_same_as_graphml(address: str) -> None:
    status, headers, body = ask(address, "/api/graph", around="agent/财政部")
    found = json.loads(body)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert found["nodes"][0]["label"] == "财政部"
    assert found["capped"] is False
    status, headers, body = ask(address, "/api/graph.graphml", around="agent/财政部")
    assert (status, headers["Content-Type"]) == (200, "application/xml")
    assert 'filename="hetao-graph.graphml"' in headers["Content-Disposition"]
    assert body.count(b"<node ") == len(found["nodes"])


def test_filters_may_be_repeated_and_empty_ones_are_left_out(address: str) -> None:
    query = {"around": "zone/深圳园区", "kinds": ["clause", "policy", ""], "forces": "", "hops": 2, "limit": 7}
    _, _, body = ask(address, "/api/graph", **query)
    found = json.loads(body)
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
def test_what_cannot_be_asked_is_told(query: dict[str, object], status: int, told: str, address: str) -> None:
    for path in ("/api/graph", "/api/graph.graphml"):
        code, headers, body = ask(address, path, **query)
        assert (code, headers["Content-Type"]) == (status, "application/problem+json")
        assert told in json.loads(body)["detail"]


def test_scripts_of_others_come_from_here_and_are_those_that_were_kept(address: str) -> None:
    assert set(manifest()) == {"cytoscape.min.js", "sparql-editor.min.js"}
    for name, digest in manifest().items():
        status, headers, body = ask(address, f"/desk/vendor/{name}")
        assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert hashlib.sha256(body).hexdigest() == digest
        request = urllib.request.Request(f"{address}/desk/vendor/{name}", headers={"If-None-Match": headers["ETag"]})
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(request, timeout=60)


@pytest.mark.parametrize("name", ["manifest.json", "LICENCES.txt", "..%2Fdesk.js", "nothing.js"])
def test_nothing_else_is_given_as_a_script(name: str, address: str) -> None:
    status, _, body = ask(address, f"/desk/vendor/{name}")
    assert status == 404
    assert (vendor_dir() / "manifest.json").read_bytes() not in body
