"""What is reported, as triples: each report as it stands, each change, nobody's name, and nothing said of the text."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import PROV, RDF, RDFS, XSD

from kg.builds import Build, load_build
from kg.errors import OutputError
from kg.graph.sparql import run
from kg.graph.terms import HK, ontology
from kg.ledger.changes import Edit, task_of
from kg.ledger.provenance import predicate, reports_graph
from kg.ledger.reports import rules
from kg.ledger.snapshot import Snapshots, names_graph
from kg.ledger.store import Ledger
from kg.vocab import thing
from tests.copies import copy_build
from tests.ledger.conftest import Store

JOINED = """SELECT ?quote ?status ?due WHERE {
  GRAPH hk:reports { ?report hk:reports ?task ; hk:reportStatus ?status . OPTIONAL { ?report hk:reportDue ?due } }
  ?task hk:quote ?quote
}"""


@pytest.fixture
def build(small_build: Path, tmp_path: Path) -> Iterator[Build]:
    build = load_build(copy_build(small_build, tmp_path) / "data")
    yield build
    build.close()


def report(ledger: Ledger, build: Build, who: str, place: int = 0, **values: object) -> str:
    one = build.records[0]
    task = task_of(one.document.slug, one.obligations[place])
    ledger.save([Edit(task, values)], who, "王小明.xlsx")  # type: ignore[arg-type]
    return task.task_id


def graph_of(ledger: Ledger, build: Build) -> Graph:
    return reports_graph(ledger.tasks(), ledger.histories(), build.records)


def test_a_report_stands_as_it_is_with_every_change_and_no_name(ledger: Ledger, build: Build) -> None:
    due = datetime.date(2026, 6, 30)
    task = report(ledger, build, "王小明", status="under_way", due=due, contact="王小明", percent=20)
    report(ledger, build, "李四", percent=80, due=None)
    report(ledger, build, "王小明", evidence=("函", "照片"))
    graph = graph_of(ledger, build)
    slug = build.records[0].document.slug
    whole = URIRef(thing(slug, "report", task))
    assert graph.value(whole, HK.reports) == URIRef(thing(slug, "obligation", build.records[0].obligations[0].id))
    assert {str(value) for value in graph.objects(whole, HK.reportEvidence)} == {"函", "照片"}
    assert (graph.value(whole, HK.reportPercent), graph.value(whole, HK.revision)) == (Literal(80), Literal(3))
    assert graph.value(whole, HK.reportDue) is None, "it was emptied"
    states = [URIRef(thing(slug, "report", task, str(n))) for n in (1, 2, 3)]
    assert graph.value(states[0], HK.reportDue) == Literal("2026-06-30", datatype=XSD.date)
    assert {str(name) for name in graph.objects(states[1], HK.changed)} == {"percent", "due"}
    assert [graph.value(state, PROV.wasRevisionOf) for state in states] == [None, *states[:2]]
    changes = [graph.value(state, PROV.wasGeneratedBy) for state in states]
    people = [graph.value(change, PROV.wasAssociatedWith) for change in changes]
    assert people == [URIRef(thing("reporter", "1")), URIRef(thing("reporter", "2")), URIRef(thing("reporter", "1"))]
    assert all(graph.value(change, PROV.endedAtTime).datatype == XSD.dateTime for change in changes)  # type: ignore[union-attr]
    text = graph.serialize(format="nt")
    for name in ("王小明", "李四", "xlsx"):
        assert name not in text
        assert name.encode("unicode_escape").decode().upper() not in text.upper()
    # nothing is said of the obligation itself: that is the text's
    assert not [s for s in graph.subjects(unique=True) if "/obligation/" in str(s)]


def test_every_field_of_a_report_that_is_public_has_its_term(build: Build) -> None:
    words = ontology()
    for name, one in rules().fields.items():
        known = (predicate(name), RDFS.label, None) in words
        assert known == (not one.personal), name
    for name in ("Report", "Change", "Reporter"):
        assert (HK[name], RDF.type, None) in words


def test_a_report_whose_task_is_gone_is_of_no_obligation(ledger: Ledger, build: Build) -> None:
    report(ledger, build, "甲", status="under_way")
    graph = reports_graph(ledger.tasks(), ledger.histories(), [])
    assert not list(graph.subject_objects(HK.reports))
    assert len(list(graph.subject_objects(HK.taskId))) == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", True),
        ("select*{graph<urn:x>{?s ?p ?o}}", True),
        ("ASK { \\u0047RAPH ?g { } }", True),
        ("SELECT * { ?s ?p 'GRAPH' } # GRAPH", False),
        ("SELECT ?graph { ?graph ?p <urn:GRAPH> }", False),
        ("x" * 200_000 + " GRAPH", False),
        ("ASK { \\u005Cu0047RAPH }", False),
    ],
)
def test_only_a_query_that_says_graph_is_run_with_reports(query: str, told: bool) -> None:
    assert names_graph(query) == told


def test_the_graph_of_reports_follows_the_ledger_and_leaves_the_build_alone(
    store: Store, build: Build, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    before = {path: path.stat().st_mtime_ns for path in build.folder.rglob("*") if path.is_file()}
    snapshots = Snapshots(build, data if not store.url else store.data, store.url)
    if not store.url:
        with snapshots.lease() as none:
            assert none is None, "nothing was ever reported"
    ledger = Ledger.open(data, store.url)
    report(ledger, build, "甲", status="under_way", due=datetime.date(2026, 6, 30))
    with snapshots.lease() as first:
        assert first is not None
        (row,) = run(first, JOINED).values()
        assert (row["status"], row["due"]) == ("under_way", "2026-06-30")
        assert row["quote"] == build.records[0].obligations[0].quote
        report(ledger, build, "甲", place=1, status="behind")
        with snapshots.lease() as second:
            assert second is not None
            assert {one["status"] for one in run(second, JOINED).values()} == {"under_way", "behind"}
        # who began before goes on with what there was, and the default graph knows nothing of reports
        assert len(run(first, JOINED).rows) == 1
        assert run(first, "ASK { ?s hk:reportStatus ?o }").boolean is False
    assert not first.path.exists(), "the folder goes with its last user"
    with snapshots.lease() as again:
        assert again is second, "nothing changed and nothing is made"
    assert ledger.redact("甲", "管理员") > 0
    with snapshots.lease() as later:
        assert later is not second, "what was taken out is taken out here"
    snapshots.close()
    ledger.close()
    assert not list(tmp_path.rglob(".graph-*"))
    assert before == {path: path.stat().st_mtime_ns for path in build.folder.rglob("*") if path.is_file()}


def test_what_a_killed_process_left_is_taken_away(build: Build, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ledger = Ledger.open(data)
    report(ledger, build, "甲", status="under_way")
    ledger.close()
    left = data / "ledger" / ".graph-left"
    (left / "store").mkdir(parents=True)
    (left / "in-use").touch()
    other = Snapshots(build, data, "")
    with other.lease() as used:
        assert used is not None
        snapshots = Snapshots(build, data, "")
        with snapshots.lease() as made:
            assert made is not None
        assert not left.exists()
        assert used.path.exists(), "another process's is in use"
        snapshots.close()
    other.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_the_folder_is_closed_the_systems_own_is_used(build: Build, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ledger = Ledger.open(data)
    report(ledger, build, "甲", status="under_way")
    ledger.close()
    (data / "ledger").chmod(0o500)
    snapshots = Snapshots(build, data, "")
    with snapshots.lease() as made:
        assert made is not None
        assert (data / "ledger") not in made.path.parents
    snapshots.close()
    (data / "ledger").chmod(0o700)


def test_a_full_disk_is_one_line_and_leaves_nothing(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    ledger = Ledger.open(data)
    report(ledger, build, "甲", status="under_way")
    ledger.close()
    snapshots = Snapshots(build, data, "")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.ledger.snapshot._remove_leftovers", full)
    with pytest.raises(OutputError, match="full"), snapshots.lease():
        pass
    assert not list(data.rglob(".graph-*"))
