"""A SPARQL server that is away: what needs the graph says so with 503, everything else goes on, and it comes back."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg import pipeline
from tests.copies import copy_build
from tests.small_plan import write_small_plan
from tests.sparql_server import PASSWORD, running_sparql
from tests.web.server import problem_of, running

QUERY = {"query": "SELECT (COUNT(*) AS ?n) { ?o a hk:Obligation }"}


def test_what_needs_the_graph_says_that_its_server_is_away_and_works_when_it_is_back(
    small_build: Path, tmp_path: Path
) -> None:
    data = copy_build(small_build / "data", tmp_path / "data")
    kept = ox.Store()
    with running_sparql(kept) as graph:
        settings = graph.settings
        pipeline.build([write_small_plan(tmp_path)], data, server=settings)
        port = graph.server_address[1]
    environment = {
        "HETAO_SPARQL_URL": settings.query,
        "HETAO_SPARQL_USER": settings.user,
        "HETAO_SPARQL_PASSWORD": settings.password,
    }
    with running(data, **environment) as (process, server):
        for path, asked in (("/sparql", QUERY), ("/api/ask", {"q": "具体办法由谁制定？"})):
            reply = server.get(path, asked)
            assert reply.status == 503
            assert "a server behind this one is away" in problem_of(reply)
            assert "127.0.0.1" not in problem_of(reply)
            assert reply.headers["Retry-After"]
        for path, asked in (("/api/search", {"q": "办法"}), ("/api/obligations", {}), ("/healthz", {})):
            assert server.get(path, asked).status == 200
        assert server.get("/").status == 200
        with running_sparql(kept, port):
            assert server.get("/sparql", QUERY).status == 200
            assert server.get("/api/ask", {"q": "具体办法由谁制定？"}).status == 200
        process.terminate()
        told = process.communicate(timeout=60)[1]
    assert f"127.0.0.1:{port}: it cannot be reached" in told
    assert PASSWORD not in told
    assert "Traceback" not in told
