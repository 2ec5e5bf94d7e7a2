"""What people report is kept for good, whole or not at all, in a file and in PostgreSQL alike."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kg.errors import ReportError
from kg.ledger.changes import MARKER, ConflictError, Edit, Task
from kg.ledger.engine import StoreError, open_engine, store_file
from kg.ledger.reports import Report
from kg.ledger.reviews import save_review
from kg.ledger.store import Ledger
from kg.ledger.tables import APPEND_ONLY, metadata
from kg.review.verdicts import Review
from tests.conftest import ROOT, few
from tests.ledger.conftest import Store

ONE = Task("plan-15-aaaa", "plan", "15", "制定货物分线管理具体管理办法")
TWO = Task("plan-19-bbbb", "plan", "19", "制定优惠产业目录")
DAY = datetime.date(2025, 12, 31)


def test_what_is_reported_is_read_back_with_who_when_and_through_what(store: Store) -> None:
    ledger = store.open()
    values: Report = {"status": "under_way", "progress": "已起草", "percent": 40, "due": DAY, "evidence": ("甲",)}
    assert ledger.save([Edit(ONE, values)], "张三", "hetao ledger set") == 1
    ledger.close()
    again = store.open()
    found = again.current()
    assert found[ONE.task_id].report == values
    assert (found[ONE.task_id].revision, found[ONE.task_id].who, found[ONE.task_id].status_by) == (1, "张三", "张三")
    assert datetime.datetime.fromisoformat(found[ONE.task_id].at).tzinfo is not None
    history = again.history(ONE.task_id)
    assert {(e.field, e.old, e.new) for e in history} == {(name, None, value) for name, value in values.items()}
    assert {e.through for e in history} == {"hetao ledger set"}
    assert again.tasks() == {ONE.task_id: ONE}
    again.close()


def test_a_report_is_what_its_changes_add_up_to_at_each_of_them(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"note": "a", "percent": 10})], "甲", "x")
    ledger.save([Edit(ONE, {"note": None, "percent": 20})], "乙", "x")
    assert ledger.as_of_revision(ONE.task_id, 1) == {"note": "a", "percent": 10}
    assert ledger.as_of_revision(ONE.task_id, 2) == {"percent": 20}
    assert ledger.current([ONE.task_id])[ONE.task_id].report == {"percent": 20}
    assert ledger.current([TWO.task_id]) == {}
    assert [(e.revision, e.field, e.old, e.new) for e in ledger.history(ONE.task_id)][2:] == [
        (2, "note", "a", None),
        (2, "percent", 10, 20),
    ]


def test_what_says_nothing_new_is_no_change(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"note": "a"})], "甲", "x")
    assert ledger.save([Edit(ONE, {"note": "a"}), Edit(TWO, {"note": None})], "甲", "x") == 0
    assert ledger.current()[ONE.task_id].revision == 1
    assert TWO.task_id not in ledger.tasks()


def test_all_edits_are_kept_or_none(ledger: Ledger) -> None:
    with pytest.raises(ReportError, match="佐证材料"):
        ledger.save([Edit(ONE, {"note": "a"}), Edit(TWO, {"status": "done"})], "甲", "x")
    assert ledger.current() == {}
    assert ledger.tasks() == {}
    with pytest.raises(ReportError, match="no such field"):
        ledger.save([Edit(ONE, {"quote": "改写"})], "甲", "x")
    with pytest.raises(ReportError, match="whose"):
        ledger.save([Edit(ONE, {"note": "a"})], " ", "x")


def test_an_edit_written_from_an_older_state_is_refused(store: Store) -> None:
    ledger, other = store.open(), store.open()
    ledger.save([Edit(ONE, {"note": "a"}, revision=0)], "甲", "x")
    with pytest.raises(ConflictError, match="甲"):
        other.save([Edit(ONE, {"note": "b"}, revision=0)], "乙", "x")
    assert other.save([Edit(ONE, {"note": "b"}, revision=1)], "乙", "x") == 1
    ledger.close()
    other.close()


def test_closing_takes_another_person_than_reported_it_done(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"status": "done", "evidence": ("函",)})], "甲", "x")
    ledger.save([Edit(ONE, {"note": "补充"})], "乙", "x")
    with pytest.raises(ReportError, match="another person"):
        ledger.save([Edit(ONE, {"status": "closed", "closed_by": "乙"})], "甲", "x")
    ledger.save([Edit(ONE, {"status": "closed", "closed_by": "乙"})], "乙", "x")
    assert ledger.current()[ONE.task_id].report["status"] == "closed"


def test_the_database_itself_refuses_to_change_or_remove_what_was_reported(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"note": "a"})], "甲", "x", together=True)
    seen = {"quote": ONE.quote}
    save_review(ledger, Review(ONE.task_id, ONE.document, "confirmed", "原文如此", "甲", "x", seen))
    for name in APPEND_ONLY:
        table = metadata.tables[name]
        column = next(c for c in table.c if isinstance(c.type, sa.String) and not c.primary_key and not c.foreign_keys)
        for statement in (table.delete(), table.update().values({column.name: "z"})):
            with (
                pytest.raises(sa.exc.DBAPIError, match=r"in a ledger|from a ledger"),
                ledger.engine.begin() as connection,
            ):
                connection.execute(statement)
    assert ledger.current()[ONE.task_id].report == {"note": "a"}


def test_a_name_is_taken_out_everywhere_and_leaves_a_marker(store: Store) -> None:
    ledger = store.open()
    ledger.save(
        [Edit(ONE, {"contact": "王小明", "progress": "王小明已报送", "evidence": ("王小明.pdf",)})], "王小明", "x"
    )
    ledger.save([Edit(ONE, {"contact": "李四", "note": "不相干"})], "乙", "x")
    assert ledger.redact("王小明", "管理员") == 5  # three fields, the contact as what it was before, and who
    history = ledger.history(ONE.task_id)
    assert "王小明" not in repr(history)
    assert {e.field: e.new for e in history if e.revision == 1} == {
        "contact": MARKER, "progress": f"{MARKER}已报送", "evidence": (f"{MARKER}.pdf",)
    }  # fmt: skip
    assert [bool(e.redacted) for e in history] == [True, True, True, True, False]
    assert ledger.current()[ONE.task_id].report["contact"] == "李四"
    assert ledger.redact("王小明", "管理员") == 0
    if not store.url:
        kept = b"".join(path.read_bytes() for path in store_file(store.data).parent.iterdir())
        assert "王小明".encode() not in kept
        assert b"\\u738b" not in kept
    ledger.close()


def test_a_name_is_taken_out_of_a_files_name_too_and_no_status_day_or_figure_is(ledger: Ledger) -> None:
    values: Report = {"status": "under_way", "percent": 20, "due": DAY, "note": "under 2025"}
    ledger.save([Edit(ONE, values)], "李小红（科创局）", "import 李小红台账.xlsx")
    assert ledger.redact("李小红", "管理员") == 1
    assert {(e.who, e.through) for e in ledger.history(ONE.task_id)} == {
        (f"{MARKER}（科创局）", f"import {MARKER}台账.xlsx")
    }
    for words in ("under", "2025", "20"):
        ledger.redact(words, "管理员")
    assert ledger.current()[ONE.task_id].report == {**values, "note": f"{MARKER} {MARKER}"}


def test_twenty_writers_at_once_lose_no_update(store: Store) -> None:
    store.open().close()
    failures: list[BaseException] = []

    def write(number: int) -> None:
        ledger = store.open()
        try:
            for i in range(5):
                while True:
                    seen = ledger.current([ONE.task_id]).get(ONE.task_id)
                    said = str(seen.report["progress"]) if seen else ""
                    new = {"progress": f"{said}\n{number}-{i}".strip()}
                    try:
                        ledger.save([Edit(ONE, new, seen.revision if seen else 0)], f"writer {number}", "x")
                        break
                    except ConflictError:
                        continue
        except BaseException as error:
            failures.append(error)
        finally:
            ledger.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    ledger = store.open()
    found = ledger.current()[ONE.task_id]
    lines = str(found.report["progress"]).split("\n")
    assert sorted(lines) == sorted(f"{n}-{i}" for n in range(20) for i in range(5))
    assert found.revision == 100
    ledger.close()


POINTS = {
    "before the store is made": "kg.ledger.engine._come_to_version",
    "before a migration": "alembic.command.upgrade",
    "within a migration": "alembic.operations.Operations.create_index",
    "before a transaction": "kg.ledger.store.one_writer",
    "after what holds is read": "kg.ledger.store.changed_fields",
    "before a task is remembered": "kg.ledger.store._remember",
    "before a change": "kg.ledger.store._write",
    "within a change": "kg.ledger.store.encoded",
    "before a commit": "sqlalchemy.engine.default.DefaultDialect.do_commit",
    "after a commit": "sqlalchemy.engine.default.DefaultDialect.do_commit+",
}
"""Where a process is killed → the function at whose call it is, or after which where a + follows."""

WRITER = """
import sys, time
from pathlib import Path
data, url, point, nth = sys.argv[1:5]
from kg.ledger.changes import Edit, Task
from kg.ledger.store import Ledger
from tests.ledger.killing import die_at
if point:
    die_at(point, int(nth))
ledger = Ledger.open(Path(data), url)
one, two = Task("plan-1-a", "plan", "1", "一"), Task("plan-1-b", "plan", "1", "二")
began = time.time_ns()  # what a process before this one wrote would be no change
for i in range(int(sys.argv[5])):
    said = {"note": f"{began}-{i}", "percent": i % 101}
    assert ledger.save([Edit(one, said), Edit(two, said)], "写", "kill") == 2
    print(i, flush=True)
"""


def kill_and_look(
    store: Store, arguments: list[str], wait: float | None = None, *, once_saved: bool = False
) -> tuple[int, int]:
    """Run the writer until it is killed; return how many saves it was told of and how many there are, each whole.

    It is killed after *wait* seconds, counted from its first save where *once_saved*.
    """
    program = textwrap.dedent(WRITER)
    command = [sys.executable, "-c", program, str(store.data), store.url, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout
    first = process.stdout.readline() if once_saved else ""
    if wait is not None:
        threading.Timer(wait, process.kill).start()
    rest, _ = process.communicate(timeout=120)
    told = first + rest
    assert process.returncode == -signal.SIGKILL
    ledger = store.open()
    states = ledger.current()
    seen = [states[key].report for key in ("plan-1-a", "plan-1-b") if key in states]
    revisions = {state.revision for state in states.values()}
    assert len(seen) in (0, 2)
    assert not seen or (seen[0] == seen[1] and len(revisions) == 1)
    for key in states:
        history = ledger.history(key)
        # none half: every change has both of its fields, but the note or the figure where it stayed the same
        assert [e.revision for e in history if e.field == "note"] == list(range(1, max(revisions) + 1))
    ledger.close()
    return len(told.split()), max(revisions, default=0)


@pytest.mark.parametrize("point", few(POINTS, ["within a migration", "within a change", "after a commit"]))
def test_a_process_killed_at_any_point_leaves_a_store_that_opens_and_all_it_was_told_of(
    store: Store, point: str
) -> None:
    nth = {"after a commit": "4", "before a commit": "4", "within a change": "7"}.get(point, "1")
    told, kept = kill_and_look(store, [POINTS[point], nth, "3"])
    assert told <= kept <= told + 1


def test_a_process_killed_at_any_moment_leaves_a_store_that_opens_and_all_it_was_told_of(
    store: Store, repeats: Callable[[int, int], int]
) -> None:
    total = 0
    for i in range(repeats(1, 200)):
        told, kept = kill_and_look(store, ["", "0", "1000000"], 0.25 + (i * 0.137) % 1.1)
        assert total + told <= kept <= total + told + 1
        total = kept
    # on a busy machine all of these may have been killed before they saved anything
    told, kept = kill_and_look(store, ["", "0", "1000000"], 0.1, once_saved=True)
    assert total + told <= kept <= total + told + 1
    assert told > 0


def test_a_full_disk_is_one_line_and_leaves_what_was_there(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    ledger.save([Edit(ONE, {"note": "a"})], "甲", "x")
    with ledger.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    sa.event.listen(ledger.engine, "connect", lambda c, _: c.execute(f"PRAGMA max_page_count={pages}"))
    ledger.engine.dispose()
    with pytest.raises(StoreError, match=r"full.*free some space") as told:
        ledger.save([Edit(ONE, {"note": "长" * 20_000})], "甲", "x")
    assert "\n" not in str(told.value)
    ledger.close()
    again = Ledger.open(tmp_path)
    assert again.current()[ONE.task_id].report == {"note": "a"}
    again.close()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    if os.getuid() == 0:
        (tmp_path / "ledger").write_text("in the way")
    else:
        tmp_path.chmod(0o500)
    with pytest.raises(Exception, match="name a folder"):
        Ledger.open(tmp_path)


def test_a_file_that_is_no_store_is_one_line_and_is_left_alone(tmp_path: Path) -> None:
    path = store_file(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"this is no database, it is a letter" * 99)
    with pytest.raises(StoreError, match="restore"):
        Ledger.open(tmp_path)
    assert path.read_bytes().startswith(b"this is no database")


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    engine = open_engine(store.data, store.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreError, match="newer"):
        store.open()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "nonsense", "postgresql//", "sqlite://"])
def test_an_address_that_is_none_is_refused_without_being_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match="HETAO_DATABASE_URL") as told:
        Ledger.open(tmp_path, url)
    assert "secret" not in str(told.value)


# the driver forgets the connection it could not make
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="see that the database runs") as told:
        Ledger.open(tmp_path, "postgresql://u:secret@127.0.0.1:1/d")
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = open_engine(store.data, store.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_store_that_can_only_be_read_says_so_in_one_line_and_is_read_all_the_same(store: Store) -> None:
    ledger = store.open()
    ledger.save([Edit(ONE, {"note": "a"})], "甲", "x")
    ledger.close()
    ledger = store.open()
    sqlite = ledger.engine.dialect.name == "sqlite"
    word = "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"

    def only_read(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        cursor = connection.cursor()
        cursor.execute(word)
        cursor.close()
        if not sqlite:
            connection.commit()

    sa.event.listen(ledger.engine, "connect", only_read)
    ledger.engine.dispose()
    with pytest.raises(StoreError, match="that can be written") as told:
        ledger.save([Edit(ONE, {"note": "b"})], "乙", "x")
    assert "\n" not in str(told.value)
    assert ledger.current()[ONE.task_id].report == {"note": "a"}
    ledger.close()
