"""A Dask cluster in the place of this machine's processes: the same records, and a worker that dies loses nothing."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.engine_settings import DaskCluster, load_dask
from kg.errors import EngineError, HetaoError
from kg.pipeline.cluster import run
from kg.pipeline.fingerprints import version_digest
from tests.conftest import Need
from tests.small_plan import write_small_plan
from tests.two_plans import NAMES, OTHER
from tests.virtuoso import free_port


@pytest.fixture(scope="module")
def cluster(need: Need) -> Iterator[tuple[DaskCluster, list[int]]]:
    """A cluster of two workers on loopback, as an office runs one, and the processes of its workers."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        need(False, "distributed", "pip install -e '.[engines]'")
        raise
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local,
        Client(local, set_as_default=False) as client,
    ):
        yield DaskCluster(local.scheduler_address), list(client.run(os.getpid).values())


def _slow(job: tuple[Path, int]) -> int:
    """Say which process does the job, wait for a companion or half a minute, and return the job's number."""
    folder, number = job
    (folder / f"{number}-{os.getpid()}").touch()
    for _ in range(300):
        if (folder / "go").exists():
            break
        time.sleep(0.1)
    return number


def _refuse(job: int) -> int:
    if job == 1:
        raise HetaoError("1", "it is odd", "give another")
    return job


def test_a_worker_that_is_killed_over_a_job_loses_nothing(
    cluster: tuple[DaskCluster, list[int]], tmp_path: Path
) -> None:
    outcomes = run([(tmp_path, number) for number in range(4)], _slow, cluster[0], version_digest())
    killed: list[int] = []

    def kill_one() -> None:
        while not (started := sorted(tmp_path.glob("*-*"))):
            time.sleep(0.1)
        killed.append(int(started[0].name.partition("-")[2]))
        os.kill(killed[0], signal.SIGKILL)
        (tmp_path / "go").touch()

    killer = threading.Thread(target=kill_one)
    killer.start()
    found = sorted(one.result for one in outcomes if one.result is not None)
    killer.join()
    assert killed
    assert found == [0, 1, 2, 3]


def test_a_job_that_is_refused_is_told_with_its_error(cluster: tuple[DaskCluster, list[int]]) -> None:
    outcomes = {one.job: one for one in run([0, 1, 2], _refuse, cluster[0], version_digest())}
    assert (outcomes[0].result, outcomes[2].result) == (0, 2)
    assert str(outcomes[1].error) == "1: it is odd; give another"


def test_a_worker_of_another_version_is_not_used(cluster: tuple[DaskCluster, list[int]]) -> None:
    with pytest.raises(EngineError, match="of another version; install the same version there"):
        list(run([0], _refuse, cluster[0], "another"))


def test_the_records_are_byte_for_byte_those_of_a_build_here(
    cluster: tuple[DaskCluster, list[int]], two_builds: Path, tmp_path: Path
) -> None:
    other = tmp_path / f"{NAMES[1]}.txt"
    other.write_bytes(OTHER.encode("utf-8"))
    here = load_build(two_builds)
    there = pipeline.build([write_small_plan(tmp_path), other], tmp_path / "there", cluster=cluster[0])
    assert here.folder.name == there.folder.name
    ours, theirs = records_of(here.folder), records_of(there.folder)
    assert len(ours) > 20
    assert ours == theirs


def records_of(build: Path) -> dict[str, bytes]:
    """The files of a build's documents, but for the lists of when they were written."""
    files = (path for path in (build / "documents").rglob("*") if path.is_file() and path.name != "part.json")
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in files}


def test_a_scheduler_that_is_away_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.pipeline.cluster.SECONDS", 1)
    away = DaskCluster(f"tcp://127.0.0.1:{free_port()}")
    with pytest.raises(EngineError, match="cannot be reached"):
        list(run([0], _refuse, away, version_digest()))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", None),
        ("local:2", DaskCluster("local:2", 2)),
        ("tcp://127.0.0.1:8786", DaskCluster("tcp://127.0.0.1:8786")),
        ("tls://[::1]:8786", DaskCluster("tls://[::1]:8786")),
    ],
)
def test_a_cluster_is_named_by_its_scheduler_or_by_a_number(
    said: str, meant: DaskCluster | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HETAO_DASK", said)
    assert load_dask() == meant


@pytest.mark.parametrize("said", ["local", "local:0", "local:two", "127.0.0.1", "http://h:8786", "tcp://user:pw@h:1"])
def test_what_names_no_cluster_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETAO_DASK", said)
    with pytest.raises(HetaoError, match="give tcp://HOST:PORT, or local:N"):
        load_dask()


def test_without_the_package_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match="needs the package distributed"):
        list(run([0], _refuse, DaskCluster("local:1", 1), version_digest()))
