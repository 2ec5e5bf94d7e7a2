"""What is reported, over HTTP and from the command line: the graph of reports, and the files that carry it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from rdflib import Graph

from kg.cli import run
from kg.ledger.changes import Edit, task_of
from kg.ledger.store import Ledger
from kg.web.desk.desk import Desk
from tests.web.test_office import client, desk

__all__ = ["desk"]

QUERY = "SELECT ?task ?status { GRAPH hk:reports { ?r hk:reports ?task ; hk:reportStatus ?status } ?task hk:quote ?q }"


def report(desk: Desk, **values: object) -> None:
    ledger = Ledger.open(desk.data)
    task = task_of(desk.records[0].document.slug, desk.records[0].obligations[0])
    ledger.save([Edit(task, values)], "王小明", "desk")  # type: ignore[arg-type]
    ledger.close()


def rows(asking: TestClient, query: str = QUERY) -> list[dict[str, str]]:
    reply = asking.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
    assert reply.status_code == 200, reply.text
    return [{k: v["value"] for k, v in row.items()} for row in reply.json()["results"]["bindings"]]


def test_the_endpoint_gives_what_is_reported_by_now(desk: Desk) -> None:
    asking = client(desk)
    assert rows(asking) == []
    report(desk, status="under_way")
    assert [row["status"] for row in rows(asking)] == ["under_way"]
    report(desk, status="behind")
    assert [row["status"] for row in rows(asking)] == ["behind"]
    assert rows(asking, "SELECT ?s { ?s hk:reportStatus ?o }") == [], "it stands in its own graph alone"
    names = rows(asking, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert {row["g"].rpartition("/")[2] for row in names} == {"ns", "ns#reports"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's JSON-LD reader
def test_the_files_of_triples_carry_reports_and_are_others_when_they_change(desk: Desk) -> None:
    asking = client(desk)
    before = {form: asking.get("/api/export", params={"format": form}) for form in ("ttl", "jsonld")}
    report(desk, status="under_way", contact="王小明")
    for form, old in before.items():
        tag = {"If-None-Match": old.headers["etag"]}
        new = asking.get("/api/export", params={"format": form}, headers=tag)
        assert new.status_code == 200
        assert "reportStatus" in new.text
        assert "王小明" not in new.text
        tag = {"If-None-Match": new.headers["etag"]}
        assert asking.get("/api/export", params={"format": form}, headers=tag).status_code == 304
    graph = Graph().parse(data=asking.get("/api/export", params={"format": "ttl"}).text, format="turtle")
    same = Graph().parse(data=asking.get("/api/export", params={"format": "jsonld"}).text, format="json-ld")
    assert set(graph) == set(same)


def test_the_command_gives_the_same(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(desk, status="under_way")
    file = tmp_path / "q.rq"
    file.write_text(QUERY, encoding="utf-8")
    assert run(["sparql", str(file), "--format", "json", "--data", str(desk.data)]) == 0
    found = json.loads(capsys.readouterr().out)["results"]["bindings"]
    assert [row["status"]["value"] for row in found] == ["under_way"]
