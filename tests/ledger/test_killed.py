"""Killed while a workbook is read back or reports go on after a rebuild: the store opens, and has all or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kg.ledger.changes import Edit, Task, task_of
from kg.ledger.tasks import Terms
from kg.ledger.workbook import export_workbook
from kg.models import Records
from tests.conftest import ROOT, few
from tests.copies import copy_build
from tests.ledger.conftest import Store
from tests.ledger.filled import Filled

SHEET = "督查督办台账"
ROWS = 20

PROGRAM = """
import sys
from tests.ledger.killing import die_at
point, nth, *words = sys.argv[1:]
if point:
    die_at(point, int(nth))
import kg.cli
sys.exit(kg.cli.run(words))
"""

POINTS = {
    "before the workbook is read": ("kg.ledger.reading.read_workbook", 1),
    "after it is compared": ("kg.ledger.importing.compare+", 1),
    "before the transaction": ("kg.ledger.store.one_writer", 1),
    "at the first change": ("kg.ledger.store._write", 1),
    "at the eleventh change": ("kg.ledger.store._write", 11),
    "before the commit": ("kg.ledger.store.Ledger.save", 1),
    "after the commit": ("kg.ledger.store.Ledger.save+", 1),
}
MOVES = {
    "before the reports go on": ("kg.ledger.store.Ledger.move", 1),
    "at the first of them": ("kg.ledger.store._write", 1),
    "between the new task and the old": ("kg.ledger.store._write", 2),
    "at the last of them": ("kg.ledger.store._write", 2 * ROWS),
    "after all of them": ("kg.ledger.store.Ledger.move+", 1),
}
IN_BOTH_TIERS = {"at the eleventh change", "between the new task and the old"}
"""Within a change."""


def run(store: Store, point: tuple[str, int], *words: str, wait: float | None = None) -> int:
    """Run `hetao` with *words* on the store until it ends or is killed, and return its exit code."""
    command = [sys.executable, "-c", PROGRAM, point[0], str(point[1]), *words, "--data", str(store.data)]
    environment = {**os.environ, "HETAO_DATABASE_URL": store.url}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(wait or 120)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@pytest.fixture
def with_a_build(store: Store, built: Path) -> Store:
    copy_build(built, store.data, without=("feedback", "ledger"))
    return store


def filled(records: Records, folder: Path) -> Path:
    path = folder / "filled.xlsx"
    path.write_bytes(export_workbook([records], {}, Terms(), ""))
    book = Filled(path)
    for row in records.obligations[:ROWS]:
        book.put(SHEET, row.task_id, {"完成状态": "推进中", "备注": "已分解"})
    return book.save()


def reported(store: Store) -> int:
    """How many tasks have a report, each whole."""
    ledger = store.open()
    states = ledger.current()
    ledger.close()
    assert all(set(state.report) == {"status", "note"} for state in states.values() if state.report)
    return sum(bool(state.report) for state in states.values())


@pytest.mark.parametrize("point", few(POINTS, IN_BOTH_TIERS & POINTS.keys()))
def test_an_import_killed_at_any_point_is_whole_or_nothing(
    point: str, with_a_build: Store, records: Records, tmp_path: Path
) -> None:
    path = filled(records, tmp_path)
    words = ("ledger", "import", str(path), "--who", "甲", "--yes")
    assert run(with_a_build, POINTS[point], *words) == -signal.SIGKILL
    assert reported(with_a_build) == (ROWS if point == "after the commit" else 0)
    # done again, it is as if nothing had happened
    assert run(with_a_build, ("", 0), *words) == 0
    assert reported(with_a_build) == ROWS


@pytest.mark.soak
def test_an_import_killed_at_any_moment_is_whole_or_nothing(
    with_a_build: Store, records: Records, tmp_path: Path
) -> None:
    path = filled(records, tmp_path)
    seen = set()
    for i in range(60):
        run(with_a_build, ("", 0), "ledger", "import", str(path), "--who", "甲", "--yes", wait=0.4 + (i * 0.377) % 2.5)
        seen.add(reported(with_a_build))
    assert seen <= {0, ROWS}


@pytest.mark.parametrize("point", few(MOVES, IN_BOTH_TIERS & MOVES.keys()))
def test_reports_that_go_on_with_their_tasks_all_do_or_none(point: str, with_a_build: Store, records: Records) -> None:
    document = records.document.slug
    old = [Task(f"{row.task_id}x", document, row.clause, row.quote) for row in records.obligations[:ROWS]]
    ledger = with_a_build.open()
    ledger.save([Edit(one, {"status": "under_way", "note": "旧"}) for one in old], "甲", "x")
    ledger.close()
    pairs = [
        word
        for row, one in zip(records.obligations, old, strict=False)
        for word in ("--to", f"{one.task_id}={row.task_id}")
    ]

    def with_reports() -> tuple[int, int]:
        """How many of the old tasks have a report, and how many of those that take their place."""
        ledger = with_a_build.open()
        tasks = old, [task_of(document, row) for row in records.obligations[:ROWS]]
        states = [ledger.current([one.task_id for one in ones]).values() for ones in tasks]
        ledger.close()
        waiting, here = (sum(bool(state.report) for state in found) for found in states)
        return waiting, here

    assert run(with_a_build, MOVES[point], "ledger", "moved", *pairs) == -signal.SIGKILL
    moved = point == "after all of them"
    assert with_reports() == ((0, ROWS) if moved else (ROWS, 0))
    # done again, it is as if nothing had happened
    assert run(with_a_build, ("", 0), "ledger", "moved", *pairs) == 0
    assert with_reports() == (0, ROWS)
