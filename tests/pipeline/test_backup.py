"""A data folder saved and put back: the same files, all or nothing, and nothing that is no backup."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

import kg.cli
from kg.builds import is_whole, load_build
from kg.ledger.changes import Edit, task_of
from kg.ledger.reviews import last_reviews, save_review
from kg.ledger.snapshot import Snapshots
from kg.ledger.store import Ledger
from kg.pipeline.backup import back_up
from kg.review.verdicts import Review, as_seen
from tests.conftest import few
from tests.copies import copy_build

Change = Callable[[str, bytes], tuple[str, bytes] | None]


PLACES = {"the plan": "皇岗口岸哪年完成重建？", "a small notice": "具体补助办法由谁制定？"}
"""Whose build is saved, and a question that it answers."""


def used_by_people(built: Path, data: Path) -> Path:
    """Let *data* be a copy of the data folder *built* in which people have said things and keep a ledger."""
    # a desk may have been served from it before, and have kept what was said to it
    copy_build(built, data, without=("feedback", "ledger"))
    (data / "feedback").mkdir()
    (data / "feedback" / "answers.jsonl").write_text('{"comment": "对"}\n', encoding="utf-8")
    (data / "ledger").mkdir()
    with closing(sqlite3.connect(data / "ledger" / "ledger.db")) as ledger:
        ledger.execute("PRAGMA journal_mode = WAL")
        ledger.execute("CREATE TABLE event (what TEXT)")
        ledger.execute("INSERT INTO event VALUES ('办结')")
        ledger.commit()
    return data


@pytest.fixture
def used(small_build: Path, tmp_path: Path) -> Path:
    """A data folder in which people have said things and keep a ledger, with a small build."""
    return used_by_people(small_build / "data", tmp_path / "data")


@pytest.fixture(scope="module")
def saved(small_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of such a data folder: a build's vectors of words take seconds to pack."""
    folder = tmp_path_factory.mktemp("saved")
    back_up(used_by_people(small_build / "data", folder / "data"), folder / "a.tar.gz")
    return folder / "a.tar.gz"


def files_of(folder: Path) -> dict[str, bytes]:
    kept = [path for name in ("builds", "feedback") for path in (folder / name).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def run(*arguments: str | Path) -> int:
    return kg.cli.run([str(argument) for argument in arguments])


def failed(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Run a command that fails, and return its one line."""
    capfd.readouterr()
    assert run(*arguments) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    return told


def remade(archive: Path, out: Path, change: Change) -> Path:
    """Write *archive* anew with *change* made to each member's name and content; None leaves it out."""
    with tarfile.open(archive) as before, tarfile.open(out, "w:gz", compresslevel=0) as after:
        for member in before:
            content = before.extractfile(member)
            assert content is not None
            made = change(member.name, content.read())
            if made:
                info = tarfile.TarInfo(made[0])
                info.size = len(made[1])
                after.addfile(info, io.BytesIO(made[1]))
    return out


@pytest.mark.parametrize("what", few(PLACES, ["a small notice"]))
def test_what_is_saved_is_put_back(what: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    built = request.getfixturevalue("built") if what == "the plan" else request.getfixturevalue("small_build") / "data"
    used, archive, new = used_by_people(built, tmp_path / "data"), tmp_path / "a.tar.gz", tmp_path / "new"
    # somebody writes while it is saved: what is committed is in it, whichever file of the database holds it
    with closing(sqlite3.connect(used / "ledger" / "ledger.db")) as writer:
        writer.execute("INSERT INTO event VALUES ('销号')")
        writer.commit()
        writer.execute("INSERT INTO event VALUES ('未提交')")
        assert run("backup", archive, "--data", used) == 0
    assert run("restore", archive, "--data", new) == 0
    assert files_of(new) == files_of(used)
    assert is_whole(load_build(new).folder)
    with closing(sqlite3.connect(new / "ledger" / "ledger.db")) as ledger:
        assert ledger.execute("SELECT what FROM event").fetchall() == [("办结",), ("销号",)]
    assert run("ask", PLACES[what], "--data", new) == 0
    assert [path.name for path in new.iterdir() if path.name.startswith(".")] == []
    with tarfile.open(archive) as opened:
        assert {(member.uid, member.uname) for member in opened} == {(0, "")}
        assert not any("model" in member.name or "encoders" in member.name for member in opened)


def test_reports_and_reviews_are_put_back_with_all_their_history(used: Path, tmp_path: Path) -> None:
    """The ledger's own store, saved while somebody reports and while a query's copy of the graph lies beside it."""
    build = load_build(used)
    one = build.records[0]
    rows = one.obligations[:3]
    ledger = Ledger.open(used)
    for row in rows:
        task = task_of(one.document.slug, row)
        ledger.save([Edit(task, {"status": "under_way", "progress": "已开会"})], "甲", "test")
        ledger.save([Edit(task, {"status": "behind"})], "乙", "test")
    said = Review(rows[0].task_id, one.document.slug, "confirmed", "原文如此", "甲", "test", as_seen(rows[0]))
    save_review(ledger, said)
    archive, new = tmp_path / "a.tar.gz", tmp_path / "new"
    snapshots = Snapshots(build, used, "")
    with snapshots.lease():
        assert run("backup", archive, "--data", used) == 0
    snapshots.close()
    build.close()
    with tarfile.open(archive) as opened:
        assert not any(".graph-" in member.name for member in opened)
    ledger.save([Edit(task_of(one.document.slug, rows[0]), {"note": "后来"})], "丙", "test")
    assert run("restore", archive, "--data", new) == 0
    put_back = Ledger.open(new)
    for row in rows:
        before = [event for event in ledger.history(row.task_id) if event.who != "丙"]
        assert put_back.history(row.task_id) == before
        assert len(before) == 3
    assert last_reviews(put_back) == last_reviews(ledger)
    # and it is kept up from there
    put_back.save([Edit(task_of(one.document.slug, rows[0]), {"note": "接着"})], "丁", "test")
    with pytest.raises(sqlalchemy.exc.DBAPIError), put_back.engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM event"))
    put_back.close()
    ledger.close()


def test_what_is_there_is_replaced_only_when_that_is_asked_for(
    used: Path, saved: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (used / "feedback" / "answers.jsonl").write_text("later\n", encoding="utf-8")
    assert "give --replace" in failed(capfd, "restore", saved, "--data", used)
    assert (used / "feedback" / "answers.jsonl").read_text() == "later\n"
    assert run("restore", saved, "--replace", "--data", used) == 0
    assert (used / "feedback" / "answers.jsonl").read_text("utf-8") == '{"comment": "对"}\n'


def later(field: str) -> Change:
    """The change to a backup whose *field* is that of a later version."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "manifest.json":
            return name, content
        return name, json.dumps({**json.loads(content), field: 99, "version": "9.9"}).encode()

    return change


NONE: dict[str, tuple[Change, str]] = {
    "damaged": (lambda n, c: (n, c[:-1] + b"!" if n.endswith("answers.jsonl") else c), "is damaged in it"),
    "lacking": (lambda n, c: None if n.endswith("answers.jsonl") else (n, c), "it lacks feedback/answers.jsonl"),
    "climbing": (lambda n, c: ("../evil" if n.endswith("answers.jsonl") else n, c), "does not belong in it"),
    "strange": (lambda n, c: ("current" if n.endswith("answers.jsonl") else n, c), "does not belong in it"),
    "listed and climbing": (
        lambda n, c: (
            n.replace("feedback/answers.jsonl", "feedback/../../evil"),
            c.replace(b"feedback/answers.jsonl", b"feedback/../../evil"),
        ),
        "does not belong in it",
    ),
    "headless": (lambda n, c: None if n == "manifest.json" else (n, c), "it is not a backup made by hetao"),
    "of another version": (later("format"), "it was made by version 9.9; restore it with that version"),
    "with a build of a later version": (later("build_format"), "it was made by version 9.9; restore it with that"),
    "of nonsense": (lambda n, c: (n, b"[]" if n == "manifest.json" else c), "it is not a backup made by hetao"),
}


@pytest.mark.parametrize("what", few(NONE, ["damaged", "lacking", "listed and climbing", "of another version"]))
def test_a_backup_that_is_none_changes_nothing(
    what: str, used: Path, saved: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change, says = NONE[what]
    before = files_of(used)
    assert says in failed(
        capfd, "restore", remade(saved, tmp_path / f"{what}.tgz", change), "--replace", "--data", used
    )
    assert files_of(used) == before
    assert not (tmp_path / "evil").exists()
    assert [path.name for path in used.iterdir() if path.name.startswith(".")] == []


def test_a_link_in_a_backup_is_refused(saved: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with tarfile.open(saved) as before, tarfile.open(tmp_path / "link.tgz", "w:gz", compresslevel=0) as after:
        for member in before:
            if member.name.endswith("answers.jsonl"):
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
                after.addfile(member)
            else:
                after.addfile(member, before.extractfile(member))
    assert "does not belong in it" in failed(capfd, "restore", tmp_path / "link.tgz", "--data", tmp_path / "new")


def test_other_files_are_told_apart(saved: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("no archive", encoding="utf-8")
    (tmp_path / "cut").write_bytes(saved.read_bytes()[:-1_000])
    for name, says in (("text", "it is not a backup"), ("cut", "damaged"), ("missing", "it cannot be read")):
        assert says in failed(capfd, "restore", tmp_path / name, "--data", tmp_path / "new")
    assert not (tmp_path / "new" / "current").exists()


def test_without_a_build_there_is_nothing_to_save(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "run `hetao build`" in failed(capfd, "backup", tmp_path / "a", "--data", tmp_path)
    assert not (tmp_path / "a").exists()


def test_where_it_cannot_be_written_is_one_line(used: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "name a file" in failed(capfd, "backup", tmp_path, "--data", used)
    assert "cannot be made" in failed(capfd, "backup", tmp_path / "no" / "a", "--data", used)
