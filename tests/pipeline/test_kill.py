"""Whatever a build dies of, what was built last goes on serving, and the next build makes what is missing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.pipeline import STEPS
from kg.web.desk.desk import Desk
from tests.copies import copy_build
from tests.pipeline.conftest import KilledAt
from tests.small_plan import write_small_plan

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
def before(built: Path) -> tuple[str, int, int]:
    """What the build serves that each build is to replace."""
    return served(built)


def test_there_are_ten_steps_to_die_at() -> None:
    assert len(STEPS) >= 10
    assert len(set(STEPS)) == len(STEPS)


def test_the_build_to_be_replaced_serves(before: tuple[str, int, int]) -> None:
    assert before[1] == before[2] > 100


@pytest.mark.soak
@pytest.mark.parametrize("step", STEPS)
def test_a_build_killed_at_any_step_leaves_a_whole_build_in_use(
    step: str,
    built: Path,
    before: tuple[str, int, int],
    tmp_path: Path,
    killed_at: KilledAt,
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
