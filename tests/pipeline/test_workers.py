"""Processes that read documents: what one dies of costs its own document alone, and none outlives the build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.errors import BuildError, HetaoError
from kg.pipeline import document_parts
from kg.pipeline.workers import JobOutcome, processors, run
from kg.settings import load_jobs
from tests.pipeline.jobs_done import Errand, make_part_or_die, run_errand
from tests.pipeline.test_build import contents
from tests.pipeline.test_cluster import records_of
from tests.small_plan import write_small_plan
from tests.two_plans import OTHER

ROOT = Path(__file__).resolve().parents[2]


def errands(folder: Path, **does: str) -> list[Errand]:
    return [Errand(name, what, folder) for name, what in does.items()]


def begun(folder: Path) -> dict[str, list[int]]:
    """The processes that began each errand."""
    found: dict[str, list[int]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns):
        name, _, process = path.name.partition(".")
        found.setdefault(name, []).append(int(process))
    return found


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # one that has ended and that its parent has not asked after yet
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"


def gone(processes: Sequence[int], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while any(map(alive, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(alive, processes))


def test_a_worker_that_dies_costs_its_own_job_alone(tmp_path: Path) -> None:
    jobs = errands(tmp_path, a="do", b="die once", c="die", d="refuse", e="do")
    found: dict[str, JobOutcome[Errand, str]] = {one.job.name: one for one in run(jobs, run_errand, 2)}
    assert sorted(found) == ["a", "b", "c", "d", "e"]
    assert [found[name].result is not None for name in "abcde"] == [True, True, False, False, True]
    assert found["c"].lost == "SIGKILL"
    assert isinstance(found["d"].error, BuildError)
    assert (found["d"].error.subject, found["d"].error.problem, found["d"].error.fix) == (
        "d",
        "it is refused",
        "report it",
    )
    ran = begun(tmp_path)
    assert {name: len(processes) for name, processes in ran.items()} == {"a": 1, "b": 2, "c": 2, "d": 1, "e": 1}
    in_order = [path.name[0] for path in sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)]
    assert sorted(in_order[:5]) == ["a", "b", "c", "d", "e"], "the second tries come after all first ones"
    assert gone([one for processes in ran.values() for one in processes])


def test_a_process_does_one_job_after_another(tmp_path: Path) -> None:
    done = list(run(errands(tmp_path, a="do", b="do", c="do"), run_errand, 1))
    assert [one.job.name for one in done] == ["a", "b", "c"]
    assert len({process for processes in begun(tmp_path).values() for process in processes}) == 1
    assert list(run([], run_errand, 2)) == []


def test_a_bug_is_raised_with_the_place_where_it_happened(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        list(run(errands(tmp_path, a="fail", b="wait"), run_errand, 2))
    assert "run_errand" in raised.value.__notes__[0]
    assert gone([one for processes in begun(tmp_path).values() for one in processes])


def test_who_stops_listening_ends_every_worker_at_once(tmp_path: Path) -> None:
    outcomes = run(errands(tmp_path, a="do", b="wait", c="wait"), run_errand, 2)
    assert next(outcomes).job.name == "a"
    started = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 5
    assert gone([one for processes in begun(tmp_path).values() for one in processes])


def test_workers_of_a_killed_build_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.pipeline.jobs_done", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as parent:
        while len(list(tmp_path.iterdir())) < 2:
            assert parent.poll() is None
            time.sleep(0.05)
        workers = [one for processes in begun(tmp_path).values() for one in processes]
        assert all(map(alive, workers))
        parent.send_signal(signal.SIGKILL)
    assert gone(workers)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two notices, which are enough to be read by two processes."""
    folder = tmp_path / "plans"
    folder.mkdir()
    write_small_plan(folder)
    (folder / "baisha.txt").write_text(OTHER, encoding="utf-8")
    monkeypatch.setattr(document_parts, "WORTH", 1)
    return folder


@pytest.mark.soak
def test_a_build_by_two_processes_is_the_same(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int, str]] = []
    two = pipeline.build([folder], tmp_path / "two", jobs=2, progress=lambda *one: told.append(one))
    one = pipeline.build([folder], tmp_path / "one")
    assert contents(two.folder) == contents(one.folder)
    assert [done for _, done, total, unit in told if (total, unit) == (2, "document")][:3] == [0, 1, 2]


def test_a_build_by_two_processes_leaves_out_what_kills_them_and_is_the_same_without(
    folder: Path, small_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_parts, "make_part", make_part_or_die)
    made = pipeline.build([folder], tmp_path / "killed", jobs=2)
    assert [(left.file, left.kind) for left in made.left_out] == [("baisha.txt", "refused")]
    assert "died twice (SIGKILL)" in made.left_out[0].why
    alone = load_build(small_build / "data")
    assert load_build(tmp_path / "killed").manifest["documents"] == alone.manifest["documents"]
    assert records_of(made.folder) == records_of(alone.folder)


def test_as_many_processes_read_as_are_set_or_as_the_machine_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
    monkeypatch.delenv("HETAO_JOBS", raising=False)
    assert load_jobs(None) is None
    monkeypatch.setenv("HETAO_JOBS", "3")
    assert (load_jobs(None), load_jobs(2)) == (3, 2)
    for value in ("0", "many"):
        monkeypatch.setenv("HETAO_JOBS", value)
        with pytest.raises(HetaoError, match=r"HETAO_JOBS=.*: that is not a valid value; give a number from 1 to 64"):
            load_jobs(None)
