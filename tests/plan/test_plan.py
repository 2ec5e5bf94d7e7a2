"""The plan from Python: its examples are true, it gives what the commands give, and bad use gets one clear line."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest

import kg.plan
from kg import Plan
from kg.errors import BuildError, HetaoError
from kg.ledger.filters import Obligations, Wanted
from kg.models import to_json
from tests.two_plans import NAMES, SLUGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan(built: Path) -> Plan:
    return Plan.open(data=built)


def test_every_example_in_the_docstrings_is_true(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETAO_DATA", str(built))
    monkeypatch.chdir(ROOT)
    done = doctest.testmod(kg.plan)
    assert done.attempted >= 15
    assert done.failed == 0


def test_lists_are_those_of_the_build(plan: Plan, built: Path) -> None:
    folder = next((built / "builds").iterdir()) / "documents" / "guofa-2023-12"
    for name in ("clauses", "agents", "zones", "policies", "deadlines"):
        rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
        assert [to_json(one) for one in getattr(plan, name)] == rows


def test_filters_are_those_of_the_ledger(plan: Plan) -> None:
    every = plan.obligations()
    assert len(every) == len(plan.records.obligations)
    wanted = Wanted(agents=("财政部",), modalities=("duty",))
    chosen = [row for one in Obligations([plan.records]).chosen(wanted) for row in one.obligations]
    assert chosen
    assert list(plan.obligations(agent=["财政部"], modality=["duty"])) == chosen
    assert plan.obligations(due_before="1999-01-01") == ()


def test_a_plan_that_was_read_is_looked_through_and_not_asked(tmp_path: Path) -> None:
    source = tmp_path / "通知.txt"
    source.write_text("关于试点的通知\n\n一、市财政局要制定具体办法。\n", encoding="utf-8")
    read = Plan.read(source)
    assert [row.agents[0].surface for row in read.obligations()] == ["市财政局"]
    for ask in (lambda: read.ask("谁制定办法？"), lambda: read.search("办法"), lambda: read.sparql("ASK {}")):
        with pytest.raises(HetaoError, match="hetao build"):
            ask()
    read.close()


def test_wrong_names_say_what_there_is(plan: Plan, built: Path, tmp_path: Path) -> None:
    with pytest.raises(HetaoError, match="guofa-2023-12"):
        Plan.open("nothing", data=built)
    with pytest.raises(HetaoError, match="no such clause"):
        plan.clause("99")
    with pytest.raises(BuildError, match="run `hetao build`"):
        Plan.open(data=tmp_path)
    with pytest.raises(HetaoError):
        Plan.read(tmp_path / "missing.txt")


def test_a_document_opened_by_its_name_is_asked_alone_and_one_without_asks_all(two_builds: Path) -> None:
    with Plan.open(data=two_builds) as first:
        assert {found.document for found in first.search("具体办法")} == set(SLUGS)
        named = first.ask("《绿道建设工作方案》里的具体办法由谁制定？")
        assert {one.document for one in named.evidence} == {SLUGS[1]}
        assert named.notes[-1] == "只在所问的文件中查找：白沙市人民政府关于印发绿道建设工作方案的通知。"
        assert named.question == "《绿道建设工作方案》里的具体办法由谁制定？"
    for name in (SLUGS[1], NAMES[1], f"{NAMES[1]}.txt"):
        with Plan.open(name, data=two_builds) as plan:
            assert plan.records.document.slug == SLUGS[1]
            assert {found.document for found in plan.search("具体办法")} == {SLUGS[1]}
            answer = plan.ask("具体办法由谁制定？", previous="谁建设绿道？")
            assert {one.document for one in answer.evidence} == {SLUGS[1]}
    with pytest.raises(HetaoError, match=f"document none: .*{SLUGS[0]}, {SLUGS[1]}"):
        Plan.open("none", data=two_builds)


def test_an_update_is_refused_and_an_endless_query_ends(plan: Plan) -> None:
    with pytest.raises(HetaoError, match="read-only"):
        plan.sparql("DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(HetaoError, match="longer than"):
        plan.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a > ?h) }", timeout=0.5)


def test_a_plan_is_closed_behind_its_block(built: Path) -> None:
    with Plan.open(data=built) as opened:
        assert opened.sparql("ASK { ?s ?p ?o }").boolean is True
        desk = opened._workspace
    assert desk is not None
    assert not desk.build.close.alive
    assert "clauses" in repr(opened)
