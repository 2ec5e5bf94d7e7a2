"""A SPARQL server of the office's own in the store's place: the same rows, and one line when it is away."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg.cli
from kg import pipeline
from kg.builds import load_build
from kg.engine_settings import SparqlServer, load_sparql
from kg.errors import EngineError, HetaoError, QueryError, SlowQueryError
from kg.graph.named import load, names, run_named
from kg.graph.publishing import BUILDS, graph_iri
from kg.graph.remote import SparqlClient
from kg.graph.remote_store import RemoteStore
from kg.graph.sparql import open_graph, run
from kg.graph.store import GraphStore, open_store
from kg.vocab import thing
from kg.workspace import Workspace
from tests.conftest import ROOT, Need, few
from tests.copies import copy_build
from tests.graph.test_named import GIVEN
from tests.small_plan import write_small_plan
from tests.sparql_server import PASSWORD, USER, running_sparql
from tests.virtuoso import find_virtuoso, free_port, running_virtuoso

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENVIRONMENT = ("URL", "UPDATE_URL", "GRAPHS_URL", "USER", "PASSWORD")


@pytest.fixture(scope="module")
def virtuoso(need: Need) -> Iterator[SparqlServer]:
    program = find_virtuoso()
    need(program, "Virtuoso", "sudo apt-get install virtuoso-opensource-7-bin")
    assert program is not None
    with running_virtuoso(program) as settings:
        yield settings


@pytest.fixture(scope="module", params=few(["oxigraph", "virtuoso"], ["oxigraph"]))
def server(request: pytest.FixtureRequest) -> Iterator[SparqlServer]:
    """Each of the servers that the product was tried with."""
    if request.param == "virtuoso":
        yield request.getfixturevalue("virtuoso")
        return
    with running_sparql() as running:
        yield running.settings


@pytest.fixture(scope="module")
def data(built: Path, server: SparqlServer, tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Path:
    """A data folder with the plan, whose graph is on the server as well."""
    folder = copy_build(built, tmp_path_factory.mktemp("remote") / "data")
    made = pipeline.build(pipeline.plans(), folder, model=model_folder, server=server)
    assert not made.new, "the build itself is made once, whatever server is set"
    return folder


@pytest.fixture(scope="module")
def stores(data: Path, server: SparqlServer) -> Iterator[tuple[GraphStore, RemoteStore]]:
    """The same graph on disk and on the server."""
    with (
        closing(load_build(data)) as build,
        open_store(build.store) as here,
        closing(RemoteStore(server, build.store)) as there,
    ):
        yield here, there


@pytest.mark.parametrize("given", few(["required", "all"], ["all"]))
def test_a_named_query_gives_the_same_rows_in_the_same_order(
    given: str, stores: tuple[GraphStore, RemoteStore]
) -> None:
    here, there = stores
    assert len(names()) >= 30
    for name in names():
        values = {one.name: GIVEN[one.name] for one in load(name).parameters if one.required or given == "all"}
        assert run_named(there, name, values) == run_named(here, name, values), name


@pytest.mark.parametrize(
    "query",
    [
        COUNT,
        "ASK { ?o a hk:Obligation }",
        "ASK { ?o a hk:Nothing }",
        "SELECT ?o ?open { ?o hk:openList ?open } ORDER BY ?o LIMIT 20",
        "SELECT ?l { ?z a hk:Zone ; rdfs:label ?l FILTER LANGMATCHES(LANG(?l), 'zh-Hans') } ORDER BY ?z",
        "SELECT ?km { ?z hk:areaKm2 ?km } ORDER BY ?z",
        "SELECT ?q { ?o hk:quote ?q FILTER REGEX(?q, '试点|试行') } ORDER BY ?o",
        "SELECT ?name { <agent/财政部> skos:altLabel ?name } ORDER BY STR(?name)",
        "CONSTRUCT { ?o hk:quote ?q } { ?o hk:quote ?q }",
        "SELECT ?o { ?o a hk:Obligation } ORDER BY ?o OFFSET 5 LIMIT 5",
    ],
)
def test_a_strangers_query_gives_the_same_result(query: str, stores: tuple[GraphStore, RemoteStore]) -> None:
    here, there = stores
    found = run(there, query, 60.0)
    assert found == run(here, query, 60.0)
    assert found.kind == "ask" or found.rows


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("CLEAR ALL", "read-only"),
        ("INSERT DATA { <u:a> <u:b> <u:c> }", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        (f"SELECT * FROM <{BUILDS}> {{ ?s ?p ?o }}", "FROM and FROM NAMED are not allowed"),
        ("SELECT * { ?s ?p }", "near line 1"),
    ],
)
def test_a_query_that_is_refused_here_does_not_reach_the_server(
    query: str, said: str, stores: tuple[GraphStore, RemoteStore]
) -> None:
    with pytest.raises(QueryError, match=said):
        run(stores[1], query, 60.0)


def test_rows_beyond_the_limit_are_left_out_and_said_to_be(stores: tuple[GraphStore, RemoteStore]) -> None:
    found = run(stores[1], "SELECT * { ?s ?p ?o }", 60.0, limit_rows=7)
    assert (len(found.rows), found.truncated) == (7, True)


def test_a_query_ends_at_its_time_limit(stores: tuple[GraphStore, RemoteStore]) -> None:
    product = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) < 0)"
    endless = f"SELECT (COUNT(*) AS ?n) {{ {product} }}"
    run(stores[1], COUNT, 60.0)  # the worker is ready
    started = time.monotonic()
    with pytest.raises(SlowQueryError):
        run(stores[1], endless, 1.0)
    assert time.monotonic() - started < 10


def test_a_graph_that_is_not_the_builds_is_not_read(
    server: SparqlServer, stores: tuple[GraphStore, RemoteStore]
) -> None:
    SparqlClient(server).update("INSERT DATA { GRAPH <u:other> { <u:a> <u:b> 'of somebody else' } }")
    assert not run(stores[1], "ASK { ?s ?p 'of somebody else' }", 60.0).boolean


def test_an_older_graph_goes_once_its_build_is_gone_and_one_of_others_stays(
    server: SparqlServer, small_build: Path, tmp_path: Path
) -> None:
    data = copy_build(small_build / "data", tmp_path / "data")
    client = SparqlClient(server)
    client.update(f"INSERT DATA {{ GRAPH <{graph_iri('0' * 16)}> {{ <u:a> <u:b> <u:c> }} }}")
    source = write_small_plan(tmp_path)
    first = pipeline.build([source], data, server=server)
    with source.open("a", encoding="utf-8") as file:
        file.write("市财政局应当公布目录。\n")
    reading = load_build(data)  # as a running desk does
    second = pipeline.build([source], data, server=server)
    assert second.new
    for kept in (first, second):
        assert int(client.query(COUNT, graph_iri(kept.folder.name)).values()[0]["n"]) > 100
    reading.close()
    pipeline.build([source], data, server=server)
    assert client.query(COUNT, graph_iri(first.folder.name)).values() == [{"n": "0"}]
    assert int(client.query(COUNT, graph_iri(second.folder.name)).values()[0]["n"]) > 100
    assert client.query(COUNT, graph_iri("0" * 16)).values() == [{"n": "1"}]


def test_virtuoso_holds_the_graph_of_a_build_and_gives_the_rows_of_the_named_queries(
    virtuoso: SparqlServer, small_build: Path, tmp_path: Path
) -> None:
    data = copy_build(small_build / "data", tmp_path / "data")
    pipeline.build([write_small_plan(tmp_path)], data, server=virtuoso)
    with (
        closing(load_build(data)) as build,
        open_store(build.store) as here,
        closing(RemoteStore(virtuoso, build.store)) as there,
    ):
        found = {name: run_named(here, name) for name in names() if not any(p.required for p in load(name).parameters)}
        assert sum(bool(result.rows) for result in found.values()) >= 10
        for name, result in found.items():
            assert run_named(there, name) == result, name


# What follows is about this side of the connection alone; the light server does for it.


@pytest.fixture(scope="module")
def small(small_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_build(small_build / "data", tmp_path_factory.mktemp("small") / "data")


@pytest.fixture(scope="module")
def small_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_plan(tmp_path_factory.mktemp("plan"))


def set_server(monkeypatch: pytest.MonkeyPatch, server: SparqlServer) -> None:
    values = (server.query, server.update, server.graphs, server.user, server.password)
    for name, value in zip(ENVIRONMENT, values, strict=True):
        monkeypatch.setenv(f"HETAO_SPARQL_{name}", value)


def count(server: SparqlServer, data: Path) -> int:
    with closing(load_build(data)) as build, closing(open_graph(build.store, server)) as store:
        return int(store.evaluate(COUNT).values()[0]["n"])


def test_an_answer_is_the_same_whose_graph_is_on_a_server(
    small: Path, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The light server keeps language tags small, as Oxigraph's own does."""
    with running_sparql() as server:
        pipeline.build([small_plan], small, server=server.settings)
        answers = []
        for on_server in (False, True):
            if on_server:
                set_server(monkeypatch, server.settings)
            with closing(Workspace(load_build(small))) as workspace:
                answers.append(workspace.ask("具体补助办法由谁制定？"))
        here, there = answers
        assert here.answers == there.answers
        assert here.evidence == there.evidence
        assert [item.iri for item in there.answers] == [thing("agent", "财政部")]


BUILD = """
import sys
from pathlib import Path
from kg import pipeline
from kg.engine_settings import load_sparql
pipeline.build([Path(sys.argv[1])], Path(sys.argv[2]), server=load_sparql())
"""


def test_a_build_killed_amid_its_writing_leaves_the_last_one_and_the_next_ends_it(
    tmp_path: Path, small_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = copy_build(small_build / "data", tmp_path / "data")
    source = write_small_plan(tmp_path)
    with running_sparql() as server:
        set_server(monkeypatch, server.settings)
        pipeline.build([source], data, server=server.settings)
        before = (data / "current").read_bytes()
        served = count(server.settings, data)
        with source.open("a", encoding="utf-8") as file:
            file.write("市财政局应当公布目录。\n")
        command = [sys.executable, "-c", BUILD, str(source), str(data)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            server.stored = lambda: process.send_signal(signal.SIGKILL)  # with half of the graph there
        assert process.returncode == -signal.SIGKILL
        server.stored = lambda: None
        assert (data / "current").read_bytes() == before
        assert count(server.settings, data) == served
        again = pipeline.build([source], data, server=server.settings)
        assert (data / "current").read_text("ascii").strip() == again.folder.name
        assert count(server.settings, data) > served
        graphs = {str(quad.graph_name) for quad in server.store}
        assert graphs == {f"<{BUILDS}>", f"<{graph_iri(again.folder.name)}>"}


def test_a_server_that_is_away_is_told_in_one_line_and_serves_when_it_is_back(
    small: Path, small_plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ox.Store()
    with running_sparql(kept) as server:
        set_server(monkeypatch, server.settings)
        pipeline.build([small_plan], small, server=server.settings)
        port = server.server_address[1]
        assert kg.cli.run(["sparql", "--named", "document", "--data", str(small)]) == 0
    for command in (["sparql", "--named", "document"], ["ask", "制定具体办法由谁负责？"]):
        capsys.readouterr()
        assert kg.cli.run([*command, "--data", str(small)]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert f"127.0.0.1:{port}: it cannot be reached" in told
        assert PASSWORD not in told
    with running_sparql(kept, port):
        assert kg.cli.run(["sparql", "--named", "document", "--data", str(small)]) == 0


def test_a_build_that_does_not_reach_the_server_changes_nothing(small: Path, tmp_path: Path) -> None:
    before = (small / "current").read_bytes()
    source = write_small_plan(tmp_path)
    with source.open("a", encoding="utf-8") as file:
        file.write("市商务局应当公布清单。\n")
    away = SparqlServer(*(f"http://127.0.0.1:{free_port()}/{one}" for one in ("query", "update", "store")))
    with pytest.raises(EngineError, match="cannot be reached"):
        pipeline.build([source], small, server=away)
    assert (small / "current").read_bytes() == before


def test_a_server_that_lost_its_graphs_is_no_empty_graph(small: Path, small_plan: Path) -> None:
    with running_sparql() as server:
        pipeline.build([small_plan], small, server=server.settings)
        server.store.clear()
        with pytest.raises(EngineError, match="does not hold this build's graph; run `hetao build`"):
            count(server.settings, small)
        pipeline.build([small_plan], small, server=server.settings)
        assert count(server.settings, small) > 100


def test_a_wrong_password_is_told_without_it(small: Path, small_plan: Path) -> None:
    with running_sparql() as server:
        right = server.settings
        wrong = SparqlServer(right.query, right.update, right.graphs, USER, "hunter2")
        with pytest.raises(EngineError, match="refuses the user") as raised:
            pipeline.build([small_plan], small, server=wrong)
    assert "hunter2" not in str(raised.value)
    assert "hunter2" not in repr(wrong)


@pytest.mark.parametrize("reply", [b"", b"<html>", b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n"'])
def test_a_reply_that_is_no_result_is_told_in_one_line(reply: bytes) -> None:
    with running_sparql() as server:
        server.instead = reply
        with pytest.raises(EngineError, match="its reply is no SPARQL result"):
            SparqlClient(server.settings).query(COUNT, "u:g")


@pytest.mark.parametrize(
    ("query", "update", "graphs"),
    [
        ("http://h:7878/query", "http://h:7878/update", "http://h:7878/store"),
        ("http://h/sparql", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("https://h/x/sparql-auth", "https://h/x/sparql-auth", "https://h/x/sparql-graph-crud-auth"),
    ],
)
def test_the_other_addresses_are_found_from_the_first(
    query: str, update: str, graphs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_sparql() is None
    monkeypatch.setenv("HETAO_SPARQL_URL", query)
    assert load_sparql() == SparqlServer(query, update, graphs)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"URL": "http://user:secret@h/query"}, "HETAO_SPARQL_URL: it holds a user or password"),
        ({"URL": "ftp://h/query"}, "HETAO_SPARQL_URL: it is not an http or https address"),
        ({"URL": "http://[h/query"}, "HETAO_SPARQL_URL: it is not a URL"),
        ({"URL": "http://h/query?x=secret"}, "HETAO_SPARQL_URL: it has a query"),
        ({"URL": "http://h/other"}, "HETAO_SPARQL_UPDATE_URL: it is not set and cannot be found"),
        ({"UPDATE_URL": "http://h/u"}, "HETAO_SPARQL_UPDATE_URL: it is set without HETAO_SPARQL_URL"),
        ({"URL": "http://h/query", "PASSWORD": "secret"}, "HETAO_SPARQL_PASSWORD: it is set without"),
    ],
)
def test_an_address_that_cannot_be_is_refused_without_being_repeated(
    values: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"HETAO_SPARQL_{name}", value)
    with pytest.raises(HetaoError) as raised:
        load_sparql()
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)
