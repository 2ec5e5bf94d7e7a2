"""A plan takes the place of another: the reports on its tasks go on with those that they are about, and no others."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import kg.cli.builds
from kg import pipeline
from kg.builds import load_build
from kg.cli import run
from kg.ledger.changes import Edit, Task, task_of
from kg.ledger.store import Ledger
from kg.models import Records
from kg.pipeline.about_files import described
from kg.read import read_file
from kg.versions.moved import Moved, carry_on, find_moved, said_replacements
from kg.web.desk.desk import Desk
from kg.web.http.application import create_app

TEXTS = Path(__file__).parent / "replaced"
OLD, NEW = "qingzhengfa-2023-9", "qingzhengfa-2024-15"
LAYS, CLEANS, MENDS, CARES, SHORT, INVITES = "沿河绿道二十公里", "清理河道", "修复", "日常养护", "标准体系", "认养"
AUDITS, SHOWS = "审计", "摄影"


def records(name: str) -> Records:
    path = TEXTS / f"{name}.txt"
    found = pipeline.extract_source(read_file(path, 10**7), path)
    return replace(found, document=described(found.document, None))


@pytest.fixture(scope="module")
def old() -> Records:
    return records("greenway-2023")


@pytest.fixture(scope="module")
def new() -> Records:
    return records("greenway-2024")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "data")
    yield opened
    opened.close()


def tasks(one: Records) -> dict[str, Task]:
    return {row.task_id: task_of(one.document.slug, row) for row in one.obligations}


def about(found: list[Moved], words: str) -> Moved:
    (one,) = (one for one in found if words in one.task.quote)
    return one


def test_tasks_of_the_new_version_take_over_and_what_changed_is_told(old: Records, new: Records) -> None:
    found = find_moved(tasks(old), [new], {OLD: NEW})
    assert len(found) == len(old.obligations)
    moved = {words: about(found, words) for words in (LAYS, CLEANS, CARES, INVITES, AUDITS)}
    assert {words: one.to and (one.task.clause, one.to.clause) for words, one in moved.items()} == {
        LAYS: ("1", "2"), CLEANS: ("1", "2"), CARES: ("2", "3"), INVITES: ("3", "4"), AUDITS: ("4", "5")
    }  # fmt: skip
    assert all(one.to and words in one.to.quote for words, one in moved.items())
    told = {words: [(each.field, each.old, each.new) for each in one.changes] for words, one in moved.items()}
    assert told == {
        LAYS: [("deadline", "2024年6月底前 (2024-06-30)", "2025年9月底前 (2025-09-30)")],
        CARES: [("agents", "市园林局 (responsible)", "市城市管理局 (responsible)")],
        **{words: [] for words in (CLEANS, INVITES, AUDITS)},
    }


def test_what_was_dropped_or_says_too_little_waits_for_a_person(old: Records, new: Records) -> None:
    found = find_moved(tasks(old), [new], {OLD: NEW})
    assert (about(found, SHOWS).to, about(found, SHOWS).near) == (None, ())
    # the same four words in a clause about something else
    assert about(found, SHORT).to is None
    assert [one.quote for one in about(found, SHORT).near] == ["完善标准体系"]
    # a half of a sentence that has its own body now
    assert about(found, MENDS).to is None
    assert "市水务局要修复绿道沿线受损堤岸" in [one.quote for one in about(found, MENDS).near]
    assert find_moved(tasks(old), [new])[0].near == (), "nobody said that one is a version of the other"


def test_a_task_that_the_new_version_has_as_two_goes_to_the_first(new: Records) -> None:
    first, second = (
        row for row in new.obligations if row.clause == "5" and ("安排" in row.quote or AUDITS in row.quote)
    )
    joined = Task(f"{OLD}-4-x", OLD, "4", f"{first.quote}，{second.quote}")
    (found,) = find_moved({joined.task_id: joined}, [new], {OLD: NEW})
    assert found.to is not None
    assert found.beside is not None
    assert (found.to.task_id, found.beside.task_id) == (first.task_id, second.task_id)


def test_no_report_moves_to_a_task_that_has_its_own_or_that_two_claim(old: Records, new: Records) -> None:
    before, after = tasks(old), tasks(new)
    own = next(one for one in after.values() if CARES in one.quote)
    found = find_moved(before | {own.task_id: own}, [new], {OLD: NEW})
    assert about(found, CARES).to is None
    assert own not in about(found, CARES).near
    cleaning = next(one for one in before.values() if CLEANS in one.quote)
    twins = [
        replace(cleaning, task_id=f"t{n}", quote=cleaning.quote.replace("淤泥", what)) for n, what in enumerate("泥沙")
    ]
    found = find_moved({one.task_id: one for one in twins}, [new], {OLD: NEW})
    assert [one.to for one in found] == [None, None]
    assert all(CLEANS in one.near[0].quote for one in found)


def test_only_a_document_that_says_it_repeals_the_one_that_is_gone_takes_its_place(old: Records, new: Records) -> None:
    waiting = list(tasks(old).values())
    assert said_replacements(waiting, [new]) == {OLD: NEW}
    assert said_replacements(waiting, [old, new]) == {}, "both are there"
    silent = replace(new, document=replace(new.document, repeals=()))
    assert said_replacements(waiting, [silent]) == {}
    again = replace(new, document=replace(new.document, slug="another"))
    assert said_replacements(waiting, [new, again]) == {}, "two say so"
    # one without a number is known by its title, where that is known
    unnamed = [replace(one, document="greenway-12345678") for one in waiting]
    assert said_replacements(unnamed, [new]) == {}
    title = {"greenway-12345678": old.document.title, "other-12345678": "绿道管理办法"}
    assert said_replacements(unnamed, [new], title) == {"greenway-12345678": NEW}


def test_every_move_is_in_the_history_and_nothing_is_lost(ledger: Ledger, old: Records, new: Records) -> None:
    before = tasks(old)
    for key, task in before.items():
        ledger.save([Edit(task, {"status": "under_way", "assigned_to": ("市绿道办",), "note": key})], "甲", "x")
    found = find_moved(ledger.open_tasks(), [new], {OLD: NEW})
    sure = [one for one in found if one.to]
    assert carry_on(ledger, found, {}, [new]) == len(sure) == 6
    now = ledger.current()
    for one in sure:
        assert one.to is not None
        assert now[one.to.task_id].report["note"] == one.task.task_id
        assert now[one.to.task_id].report["assigned_to"] == ("市绿道办",)
        assert {event.through for event in ledger.history(one.to.task_id)} == {f"moved from {one.task.task_id}"}
        assert ledger.history(one.task.task_id)[0].through == "x"
        assert ledger.history(one.task.task_id)[-1].through == f"moved to {one.to.task_id}"
    assert {state.report["note"] for state in now.values() if state.report} == set(before)
    again = find_moved(ledger.open_tasks(), [new], {OLD: NEW})
    assert [one.task for one in again] == [one.task for one in found if not one.to]
    assert [one for one in again if one.to] == []


def ran(*arguments: object) -> int:
    return run([str(one) for one in arguments])


def test_builds_and_commands_move_reports_to_the_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], old: Records, new: Records
) -> None:
    monkeypatch.setattr(kg.cli.builds, "_model", lambda: None)
    data = tmp_path / "data"
    sources = [TEXTS / f"greenway-{year}.txt" for year in (2023, 2024)]
    assert ran("build", sources[0], "--data", data) == 0
    rows = {
        words: next(k for k, one in tasks(old).items() if words in one.quote) for words in (LAYS, CARES, SHOWS, MENDS)
    }
    for key in rows.values():
        assert ran("ledger", "set", key, f"note={key}", "--who", "甲", "--data", data) == 0

    # both versions stay: reports stay as well, unless somebody asks
    assert ran("build", *sources, "--data", data) == 0
    assert ran("ledger", "moved", "--data", data) == 0
    assert "every report has its task in the build" in capsys.readouterr().err
    assert ran("ledger", "moved", "--replaced", f"greenway-2023={NEW}", "--json", "--data", data) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["replaced"], told["moved"]) == ({OLD: NEW}, 0)
    assert {one["task"]["task_id"]: bool(one["to"]) for one in told["reports"]} == {
        rows[LAYS]: True, rows[CARES]: True, rows[SHOWS]: False, rows[MENDS]: False
    }  # fmt: skip
    (dated,) = (one for one in told["reports"] if one["task"]["task_id"] == rows[LAYS])
    assert [change["field"] for change in dated["changes"]] == ["deadline"]
    mended = next(key for key, one in tasks(new).items() if MENDS in one.quote)
    chosen = ("--replaced", f"{OLD}={NEW}", "--to", f"{rows[MENDS]}={mended}")
    assert ran("ledger", "moved", *chosen[2:], "--data", data) == 2
    assert "it has no report that waits" in capsys.readouterr().err
    assert ran("ledger", "moved", *chosen, "--data", data) == 0
    assert "1 reports moved to another task" in capsys.readouterr().err

    # the old one goes, and the new one says that it repeals it
    assert ran("build", sources[1], "--data", data) == 0
    told = capsys.readouterr().err
    assert f"{NEW} repeals {OLD}: 2 of its 3 reports moved to {NEW}" in told
    assert "deadline: 2024年6月底前 (2024-06-30) → 2025年9月底前 (2025-09-30)" in told
    assert "1 reports have no task in the build" in told
    assert ran("ledger", "moved", "--data", data) == 0
    assert f"{rows[SHOWS]} → ?" in capsys.readouterr().out
    for words in (LAYS, CARES):
        there = next(key for key, one in tasks(new).items() if words in one.quote)
        assert ran("ledger", "history", there, "--data", data) == 0
        assert f"moved from {rows[words]}\tnote\t→ {rows[words]}" in capsys.readouterr().out
    _the_page_of_a_task_says_what_differs(
        data, rows[LAYS], next(k for k, one in tasks(new).items() if LAYS in one.quote)
    )


def _the_page_of_a_task_says_what_differs(data: Path, before: str, now: str) -> None:
    desk = Desk(load_build(data))
    asking = TestClient(create_app(desk, alone=True), base_url="http://127.0.0.1:7860")
    told = {
        "zh-Hans": f"这份填报由原任务{before}移来",
        "zh-Hant": f"這份填報由原任務{before}移來",
        "en": f"This report was moved from the task {before}.",
    }
    for lang, line in told.items():
        page = html.unescape(asking.get("/desk/task", params={"id": now, "lang": lang}).text)
        assert line in page
        assert f"{OLD} → {NEW}" in page
        assert "2024年6月底前 (2024-06-30) → 2025年9月底前 (2025-09-30)" in page
    silent = next(row.task_id for row in desk.records[0].obligations if row.task_id != now and SHORT in row.quote)
    assert "移来" not in asking.get("/desk/task", params={"id": silent, "lang": "zh-Hans"}).text
    desk.close()


@pytest.mark.parametrize(
    ("named", "line"),
    [
        ([OLD], "give --replaced OLD=NEW"),
        (["nothing=greenway-2024"], "no report is on a task of that document"),
        ([f"{OLD}=nothing"], "nothing"),
        ([f"{NEW}=greenway-2024"], "no report is on a task"),
        ([f"{OLD}=greenway-2023"], "that is one document"),
        ([f"{OLD}=greenway-2024", f"{OLD}=baisha"], "are both to take its place"),
    ],
)
def test_documents_that_cannot_be_versions_are_refused_in_one_line(
    named: list[str], line: str, both: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert ran("ledger", "moved", *(word for one in named for word in ("--replaced", one)), "--data", both) == 2
    said = capsys.readouterr().err
    assert line in said
    assert said.count("\n") == 1


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, old: Records) -> Path:
    from tests.two_plans import OTHER

    folder = tmp_path_factory.mktemp("both")
    (folder / "baisha.txt").write_text(OTHER, "utf-8")
    pipeline.build([*sorted(TEXTS.glob("*.txt")), folder / "baisha.txt"], folder / "data")
    opened = Ledger.open(folder / "data")
    opened.save([Edit(next(iter(tasks(old).values())), {"note": "a"})], "甲", "x")
    opened.close()
    return folder / "data"
