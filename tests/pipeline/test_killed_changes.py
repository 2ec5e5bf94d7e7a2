"""A build of one changed document, killed at any point of it or of what it tells an engine: what serves is not lost.

Every question and every named query is answered as by the build before, or, once that is pointed to, by the new one;
and the next build ends what was begun.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline
from kg.builds import current_name, load_build
from kg.engine_settings import load_dask, load_milvus, load_sparql
from kg.graph.named import load, names, run_named
from kg.pipeline import STEPS
from kg.search import ranking
from kg.web.desk.desk import Desk
from tests.conftest import Need, few
from tests.copies import copy_build, copy_exports
from tests.graph.test_named import GIVEN
from tests.pipeline.conftest import KilledAt
from tests.small_plan import TEXT, write_small_plan
from tests.sparql_server import PASSWORD, USER, running_sparql

QUESTIONS = (
    "具体补助办法由谁制定？",
    "谁来清理河道淤泥？",
    "2025年底前要完成什么？",
    "鼓励居民做什么？",
    "谁支持植树？",
)
WORDS = ("河道", "堤岸修复", "居民参与")
REQUESTS, CALLS = 18, 21
"""How many requests to a SPARQL server such a build makes, and how many things it tells Milvus; killed after each."""


@dataclass(frozen=True)
class State:
    """Three notices, the data folder with their build, and what it serves without an engine."""

    plans: Path
    data: Path
    serves: dict[str, Any]


Change = tuple[State, State]
"""The notices before and after one of them was changed, each built anew."""


def make_state(folder: Path, last: str, model: Path | None) -> State:
    """Build the notices below *folder*, of which the third one says *last*."""
    plans, data = folder / "plans", folder / "data"
    for number in range(3):
        text = TEXT.replace("7号", f"{number + 7}号")
        (plans / str(number)).mkdir(parents=True)
        write_small_plan(plans / str(number), text.replace("植树", last) if number == 2 else text)
    pipeline.build([plans], data, model=model)
    return State(plans, data, served(data))


def make_change(folder: Path, model: Path | None) -> Change:
    before = make_state(folder / "before", "植树", model)
    copy_exports(before.data, folder / "after" / "data")
    after = make_state(folder / "after", "巡河", model)
    assert before.serves != after.serves
    return before, after


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Change:
    return make_change(tmp_path_factory.mktemp("change"), None)


@pytest.fixture(scope="module")
def change_with_vectors(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Change]:
    """The same with vectors, in a library that is taken for a large one: one of this size is ranked whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "ALL", 0)
        patch.setattr(ranking, "FIRST", 100)
        yield make_change(tmp_path_factory.mktemp("change"), model_folder)


def served(data: Path) -> dict[str, Any]:
    """What the current build in *data* serves through the engines that are set: records, rows, answers, passages."""
    with closing(Desk(load_build(data))) as desk:
        rows = {
            name: run_named(
                desk.store, name, {one.name: GIVEN[one.name] for one in load(name).parameters if one.required}
            )
            for name in names()
        }
        answers = [desk.ask(question) for question in QUESTIONS]
        found = {
            "records": list(desk.records),
            "rows": rows,
            "answers": [(one.answered, one.message, one.answers, one.evidence) for one in answers],
            "found": [[(hit.document, hit.clause, hit.quote) for hit in desk.search(words, 5)] for words in WORDS],
        }
        assert len(rows) >= 30
        assert sum(bool(one.rows) for one in rows.values()) > 10
        assert sum(one.answered for one in answers) >= 3
        assert all(found["found"])
        if stage := desk._first_stage:
            stage.milvus.close()  # type: ignore[attr-defined]
    return found


@pytest.fixture
def check(tmp_path: Path, killed_at: KilledAt, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """`check(change, step, environment, model)`: hold for a build that is killed at *step* what this file says."""

    def hold(change: Change, step: str, environment: Mapping[str, str] = {}, model: Path | None = None) -> None:
        before, after = change
        data = copy_build(before.data, tmp_path / "data")
        plans = copy_build(before.plans, tmp_path / "plans")
        assert killed_at(plans, data, "", model, environment) == 0, "what an engine has to hold of the build before"
        first = current_name(data)
        parts = {path.name: path.stat().st_mtime_ns for path in (data / "parts").glob("document-*")}
        copy_build(after.plans, plans)

        assert killed_at(plans, data, step, model, environment) == -signal.SIGKILL

        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert served(data) == (before if current_name(data) == first else after).serves
        engines: dict[str, Any] = {"server": load_sparql(), "milvus": load_milvus(), "cluster": load_dask()}
        made = pipeline.build([plans], data, model=model, **engines)
        assert served(data) == after.serves
        kept = {path.name: path.stat().st_mtime_ns for path in (data / "parts").glob("document-*")}
        assert len(kept.items() & parts.items()) >= 2, "what did not change is not made again"
        assert [path.name for path in (data / "builds").iterdir()] == [made.folder.name]
        assert sorted(path for path in data.rglob("*") if ".tmp-" in path.name or ".part" in path.name) == []
        assert [one.wrong for one in pipeline.run_checks(load_build(data))] == [[]] * 9
        assert not pipeline.build([plans], data, model=model, **engines).new

    return hold


@pytest.mark.parametrize("step", few([*STEPS, "store 1", "store 2", "store 3"], ["store 2"]))
def test_a_change_that_is_killed_leaves_what_serves(step: str, change: Change, check: Any) -> None:  # noqa: ANN401
    check(change, step)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
def test_a_change_that_is_killed_while_it_tells_a_sparql_server(
    number: int,
    change: Change,
    check: Any,  # noqa: ANN401
) -> None:
    with running_sparql() as server:
        given = {"URL": server.settings.query, "USER": USER, "PASSWORD": PASSWORD}
        check(change, f"request {number}", {f"HETAO_SPARQL_{name}": value for name, value in given.items()})
        assert len({quad.graph_name for quad in server.store}) == 2, "the list of builds and the one there is"


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_change_that_is_killed_while_it_tells_milvus(
    number: int,
    change_with_vectors: Change,
    check: Any,  # noqa: ANN401
    tmp_path: Path,
    model_folder: Path,
    need: Need,
) -> None:
    try:
        import milvus_lite  # noqa: F401
    except ImportError:
        need(False, "pymilvus with Milvus Lite", "pip install -e '.[engines]'")
    environment = {"HETAO_MILVUS_URI": str(tmp_path / "sentences.db")}
    check(change_with_vectors, f"call {number}", environment, model_folder)


@pytest.fixture(scope="module")
def scheduler(need: Need) -> Iterator[str]:
    """The address of a Dask cluster of two workers."""
    try:
        from distributed import LocalCluster
    except ImportError:
        need(False, "distributed", "pip install -e '.[engines]'")
        raise
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local:
        yield local.scheduler_address


@pytest.mark.soak
@pytest.mark.parametrize("step", STEPS)
def test_a_change_that_is_killed_while_a_cluster_works_for_it(
    step: str,
    change: Change,
    check: Any,  # noqa: ANN401
    scheduler: str,
) -> None:
    check(change, step, {"HETAO_DASK": scheduler})
