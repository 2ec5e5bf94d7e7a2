"""A SPARQL server that is away: what needs the graph says so with 503, everything else goes on, and it comes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

from kg import pipeline
from kg.builds import load_build
from kg.engine_settings import load_sparql
from kg.web.desk.desk import Desk
from kg.web.http.application import create_app
from tests.copies import copy_build
from tests.small_plan import write_small_plan
from tests.sparql_server import PASSWORD, running_sparql
from tests.web.server import Reply, problem_of, running

QUERY = {"query": "SELECT (COUNT(*) AS ?n) { ?o a hk:Obligation }"}
Get = Callable[[str, dict[str, str]], Reply]


@pytest.fixture
def kept() -> ox.Store:
    """What the SPARQL server holds, while it runs and while it is away."""
    return ox.Store()


@pytest.fixture
def data(small_build: Path, tmp_path: Path, kept: ox.Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose graph is on a SPARQL server, which is set and away."""
    data = copy_build(small_build / "data", tmp_path / "data")
    with running_sparql(kept) as graph:
        settings = graph.settings
        pipeline.build([write_small_plan(tmp_path)], data, server=settings)
    for name, value in (("URL", settings.query), ("USER", settings.user), ("PASSWORD", settings.password)):
        monkeypatch.setenv(f"HETAO_SPARQL_{name}", value)
    return data


def port_of_graph() -> int:
    server = load_sparql()
    assert server is not None
    return int(urlsplit(server.query).port or 0)


def check(get: Get, kept: ox.Store) -> None:
    """Hold that what needs the graph is refused, and nothing else, until the server is back."""
    for path, asked in (("/sparql", QUERY), ("/api/ask", {"q": "具体办法由谁制定？"})):
        reply = get(path, asked)
        assert reply.status == 503
        assert "a server behind this one is away" in problem_of(reply)
        assert "127.0.0.1" not in problem_of(reply)
        assert reply.headers["Retry-After"]
    for path, asked in (("/api/search", {"q": "办法"}), ("/api/obligations", {}), ("/healthz", {})):
        assert get(path, asked).status == 200
    with running_sparql(kept, port_of_graph()):
        assert get("/sparql", QUERY).status == 200
        assert get("/api/ask", {"q": "具体办法由谁制定？"}).status == 200


def test_what_needs_the_graph_says_that_its_server_is_away_and_works_when_it_is_back(
    data: Path, kept: ox.Store, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Desk(load_build(data))) as desk, TestClient(create_app(desk)) as client:

        def get(path: str, asked: dict[str, str]) -> Reply:
            reply = client.get(path, params=asked)
            headers = Message()
            for name, value in reply.headers.items():
                headers[name] = value
            return Reply(reply.status_code, headers, reply.content)

        check(get, kept)
    assert f"127.0.0.1:{port_of_graph()}: it cannot be reached" in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.soak
def test_the_desk_goes_on_without_its_graph_and_its_log_says_what_is_away(data: Path, kept: ox.Store) -> None:
    port = port_of_graph()
    with running(data) as (process, server):
        check(server.get, kept)
        assert server.get("/").status == 200
        process.terminate()
        told = process.communicate(timeout=60)[1]
    assert f"127.0.0.1:{port}: it cannot be reached" in told
    assert PASSWORD not in told
    assert "Traceback" not in told
