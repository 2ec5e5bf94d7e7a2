"""All engines of an office's own at once, over many real plans: the same records, answers, rows and reports as without.

It takes half an hour; `pytest --log-cli-level=INFO` tells how long each step takes and what differs.
"""

from __future__ import annotations

import datetime
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.builds import load_build
from kg.cli import run
from kg.errors import QueryError
from kg.graph.named import load, names, run_named
from kg.ledger.changes import Edit, task_of
from kg.ledger.store import Ledger
from kg.workspace import Workspace
from tests.conftest import ROOT, Need
from tests.graph.test_named import GIVEN
from tests.pipeline.test_cluster import records_of
from tests.postgres import find_postgres, running_postgres
from tests.virtuoso import find_virtuoso, running_virtuoso

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

QUESTIONS, TASKS = 100, 500
_log = logging.getLogger(__name__)
DAY = datetime.date(2026, 6, 1)


@dataclass(frozen=True)
class Both:
    """The same plans, built and served by the product alone, and with every engine."""

    here: Path
    there: Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def both(shared: Path, need: Need, tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Both]:
    for package in ("distributed", "milvus_lite", "pymilvus"):
        need(_installed(package), package, "pip install -e '.[engines]'")
    postgres, virtuoso = find_postgres(), find_virtuoso()
    need(postgres, "PostgreSQL", "sudo apt-get install postgresql")
    need(virtuoso, "Virtuoso", "sudo apt-get install virtuoso-opensource-7-bin")
    assert postgres
    assert virtuoso
    folder = tmp_path_factory.mktemp("engines")
    with running_postgres(postgres) as address, running_virtuoso(virtuoso) as server:
        environment = {
            "HETAO_DASK": "local:2",
            "HETAO_MILVUS_URI": str(folder / "sentences.db"),
            "HETAO_SPARQL_URL": server.query,
            "HETAO_SPARQL_USER": server.user,
            "HETAO_SPARQL_PASSWORD": server.password,
            "HETAO_DATABASE_URL": f"{address}/postgres",
            "HETAO_MODEL": str(model_folder),
        }
        for name, more in (("here", {}), ("there", environment)):
            with pytest.MonkeyPatch.context() as patch:
                for key, value in more.items():
                    patch.setenv(key, value)
                begin = time.perf_counter()
                assert run(["build", str(shared), "--data", str(folder / name)]) == 0
                _log.info("built %s in %.0f s", name, time.perf_counter() - begin)
        yield Both(folder / "here", folder / "there", environment)


def _installed(package: str) -> bool:
    try:
        __import__(package)
    except ImportError:
        return False
    return True


@pytest.fixture
def with_engines(both: Both, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Sets the engines from then on, as an office sets them for a server."""

    def now() -> None:
        for key, value in both.environment.items():
            monkeypatch.setenv(key, value)

    return now


def test_records_triples_and_index_are_the_same_bytes(both: Both) -> None:
    here, there = load_build(both.here), load_build(both.there)
    assert here.folder.name == there.folder.name
    assert len(here.manifest["documents"]) > 70
    assert records_of(here.folder) == records_of(there.folder)
    for path in sorted(here.index.rglob("*")):
        if path.is_file() and path.name not in ("part.json", "linked.json"):
            assert path.read_bytes() == (there.index / path.relative_to(here.index)).read_bytes(), path.name


def test_named_queries_give_the_same_rows(both: Both, with_engines: Callable[[], None]) -> None:
    here = Workspace(load_build(both.here))
    rows = {name: run_named(here.store, name, _given(name)) for name in names()}
    here.close()
    with_engines()
    there = Workspace(load_build(both.there))
    differing, late = [], []
    for name, expected in rows.items():
        begin = time.perf_counter()
        try:
            found = run_named(there.store, name, _given(name))
        except QueryError as error:
            late.append(name)
            _log.info("%s: %s", name, error)
            continue
        _log.info("%s: %d rows in %.2f s", name, len(found.rows), time.perf_counter() - begin)
        if found != expected:
            _log.info("%s: %s", name, _difference(expected.values(), found.values()))
            # servers put text in order by rules of their own
            if Counter(found.rows) != Counter(expected.rows):
                differing.append(name)
    there.close()
    assert differing == []
    assert late == [], "longer than the product waits"


def test_answers_are_the_same(both: Both, with_engines: Callable[[], None]) -> None:
    questions = _questions(both)
    here = Workspace(load_build(both.here))
    expected = [_answer(here, question) for question in questions]
    here.close()
    with_engines()
    there = Workspace(load_build(both.there))
    found = [_answer(there, question) for question in questions]
    there.close()
    differing = [
        (question, [key for key in one if one[key] != other[key]])
        for question, one, other in zip(questions, expected, found, strict=True)
        if one != other
    ]
    _log.info("%d of %d answers differ: %s", len(differing), len(questions), differing)
    assert len(differing) <= len(questions) // 50


def test_reports_are_the_same(both: Both, with_engines: Callable[[], None]) -> None:
    here = _reported(both.here, "")
    with_engines()
    there = _reported(both.there, both.environment["HETAO_DATABASE_URL"])
    assert here == there


def _given(name: str) -> dict[str, str]:
    return {one.name: GIVEN[one.name] for one in load(name).parameters if one.required}


def _difference(expected: list[dict[str, str]], found: list[dict[str, str]]) -> str:
    lost = [row for row in expected if row not in found]
    more = [row for row in found if row not in expected]
    apart = next(((one, other) for one, other in zip(expected, found, strict=False) if one != other), None)
    return (
        f"{len(lost)} rows lost, {len(more)} more, of {len(expected)}; {lost[:1]} {more[:1]}; the first apart {apart}"
    )


def _questions(both: Both) -> list[str]:
    reading = ROOT.parent / "shared" / "reading"
    measuring = set(yaml.safe_load((ROOT / "bench" / "left_out.yaml").read_text("utf-8"))["measuring"])
    rows = [json.loads(line) for path in sorted(reading.glob("[a-z].jsonl")) for line in path.open(encoding="utf-8")]
    asked = [row["q"] for row in rows if row["doc"] in measuring]
    random.Random(2).shuffle(asked)
    assert len(asked) >= QUESTIONS
    return asked[:QUESTIONS]


def _answer(workspace: Workspace, question: str) -> dict[str, Any]:
    plain = asdict(workspace.ask(question))
    del plain["elapsed_ms"]
    return plain


def _reported(data: Path, url: str) -> tuple[object, ...]:
    """Report on tasks spread over the documents, take one change back, and return all that is then known and shown."""
    workspace = Workspace(load_build(data))
    tasks = [task_of(one.document.slug, row) for one in workspace.records for row in one.obligations]
    chosen = sorted(tasks, key=lambda one: one.task_id)[:: max(1, len(tasks) // TASKS)]
    with closing(Ledger.open(data, url)) as ledger:
        for number, task in enumerate(chosen):
            ledger.save([Edit(task, {"status": "under_way", "note": f"第{number}项"})], "甲", "x")
        several = [Edit(task, {"assigned_to": ("市发展改革委",)}, revision=None) for task in chosen[:50]]
        ledger.save(several, "乙", "desk, many at once", together=True)
        current = {key: (state.report, state.who) for key, state in ledger.current().items()}
        changes = {
            key: [(event.field, event.old, event.new, event.who) for event in events]
            for key, events in ledger.histories().items()
        }
    exported = [workspace.export(form, DAY) for form in ("csv", "json", "ics")]
    workspace.close()
    return current, changes, exported
