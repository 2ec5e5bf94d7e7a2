"""Whatever a build dies of, what was built last goes on serving, and the next build makes what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.pipeline import STEPS
from kg.web.desk.desk import Desk
from tests.conftest import few
from tests.copies import copy_build
from tests.small_plan import TEXT, write_small_plan

ROOT = Path(__file__).resolve().parents[2]
COUNT = "SELECT (COUNT(?o) AS ?n) WHERE { ?o a hk:Obligation }"


def served(data: Path) -> tuple[str, int, int]:
    """What the build in *data* serves: its first document, its obligations by SPARQL, and answers with a quote."""
    desk = Desk(load_build(data))
    answer = desk.ask("具体办法由谁制定？")
    assert answer.evidence
    source = desk.records[0].document.source.text
    first = answer.evidence[0]
    assert "".join(source[first.start : first.end].split()) == first.quote
    found = desk.records[0].document.slug, int(desk.select(COUNT)[0]["n"]), len(desk.records[0].obligations)
    desk.close()
    return found


def parts_of(data: Path) -> dict[str, int]:
    """The documents' parts in *data*, and when each was made."""
    return {path.name: path.stat().st_mtime_ns for path in (data / "parts").glob("document-*")}


def leftovers(data: Path) -> list[str]:
    return sorted(p.relative_to(data).as_posix() for p in data.rglob("*") if ".tmp-" in p.name or ".part" in p.name)


@pytest.fixture(scope="module")
def killed_at() -> Iterator[Callable[[Path, Path, str], int]]:
    """`killed_at(source, data, step)`: build in a process that kills itself at *step*; give what it ended with."""
    command = [sys.executable, str(Path(__file__).with_name("killed_build.py"))]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        ask, reply = process.stdin, process.stdout

        def killed(source: Path, data: Path, step: str) -> int:
            ask.write(f"{source}\t{data}\t{step}\n")
            ask.flush()
            return int(reply.readline())

        yield killed
        ask.close()


@pytest.fixture(scope="module")
def before(built: Path) -> tuple[str, int, int]:
    """What the build serves that each build is to replace."""
    return served(built)


def test_there_are_ten_steps_to_die_at() -> None:
    assert len(STEPS) >= 10
    assert len(set(STEPS)) == len(STEPS)


def test_the_build_to_be_replaced_serves(before: tuple[str, int, int]) -> None:
    assert before[1] == before[2] > 100


@pytest.mark.parametrize("piece", few(("store 1", "store 2", "store 3"), ["store 2"]))
def test_a_build_killed_while_it_changes_a_store_leaves_the_one_before_in_use(
    piece: str, tmp_path: Path, killed_at: Callable[[Path, Path, str], int]
) -> None:
    folder, data = tmp_path / "plans", tmp_path / "data"
    for number in range(3):
        (folder / str(number)).mkdir(parents=True)
        write_small_plan(folder / str(number), TEXT.replace("7号", f"{number + 7}号"))
    pipeline.build([folder], data)
    before = served(data)
    write_small_plan(folder / "2", TEXT.replace("7号", "9号").replace("植树", "巡河"))
    assert killed_at(folder, data, piece) == -signal.SIGKILL
    assert served(data) == before
    pipeline.build([folder], data)
    assert [check.wrong for check in pipeline.run_checks(load_build(data))] == [[]] * 9
    assert leftovers(data) == []
    assert len(list((data / "builds").iterdir())) == 1


IN_BOTH_TIERS = {"first part", "store", "pointed"}
"""Once a document's part is made, while the build is written, and right after it serves."""


@pytest.mark.parametrize("step", few(STEPS, IN_BOTH_TIERS))
def test_a_build_killed_at_any_step_leaves_a_whole_build_in_use(
    step: str,
    built: Path,
    before: tuple[str, int, int],
    tmp_path: Path,
    killed_at: Callable[[Path, Path, str], int],
) -> None:
    data = tmp_path / "data"
    copy_build(built, data)
    source = write_small_plan(tmp_path)

    assert killed_at(source, data, step) == -signal.SIGKILL

    after = served(data)
    assert after[1] == after[2]
    if step in ("pointed", "removed"):
        assert after[0] != before[0]
    else:
        assert after == before

    parts = parts_of(data)
    made = pipeline.build([source], data)
    if STEPS.index(step) >= STEPS.index("first part"):
        assert parts_of(data).items() <= parts.items(), "a part that was made is not made again"
    assert len(parts_of(data)) == 1
    assert load_build(data).manifest["documents"] != [before[0]]
    assert leftovers(data) == []
    assert [p.name for p in (data / "builds").iterdir()] == [made.folder.name]
    assert not pipeline.build([source], data).new
