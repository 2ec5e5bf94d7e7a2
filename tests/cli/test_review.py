"""`hetao review`: say what a row is, build, look, and take it along as test cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.cli import run
from kg.models import Obligation
from tests.copies import copy_build


def ran(*arguments: object) -> int:
    return run([str(argument) for argument in arguments])


@pytest.fixture
def data(small_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # without the model a build of a page of text takes a second
    monkeypatch.setattr("kg.cli.builds._model", lambda: None)
    data = copy_build(small_build, tmp_path) / "data"
    monkeypatch.setenv("HETAO_DATA", str(data))
    return data


@pytest.fixture
def source(data: Path) -> Path:
    return data.parent / "qingchuan.txt"


def row_of(data: Path, words: str) -> Obligation:
    build = load_build(data)
    row = next(row for one in build.records for row in one.obligations if words in row.quote)
    build.close()
    return row


def test_a_row_is_reviewed_built_listed_and_taken_along(
    data: Path, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = ("--who", "甲", "--reason", "逐字核对")
    assert ran("review", "list") == 0
    assert "nothing was reviewed" in capsys.readouterr().err
    right, wrong, none = (row_of(data, words) for words in ("清理河道淤泥", "鼓励居民", "倾倒垃圾"))
    assert ran("review", "confirm", right.id, *by) == 0
    assert ran("review", "correct", wrong.task_id, "--set", "force=firm", *by) == 0
    assert ran("review", "reject", none.task_id, *by) == 0
    assert "run `hetao build` to apply it" in capsys.readouterr().err
    assert ran("review", "list", "--json") == 0
    assert {one["state"] for one in json.loads(capsys.readouterr().out)} == {"waiting"}
    assert ran("build", source) == 0
    assert ran("review", "list") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line]
    assert {line[0]: line[1:3] for line in lines} == {
        right.task_id: ["confirmed", "taken"],
        wrong.task_id: ["corrected", "taken"],
        none.task_id: ["rejected", "taken"],
    }
    assert (row_of(data, "清理河道淤泥").review, row_of(data, "鼓励居民").force) == ("confirmed", "firm")
    out = tmp_path / "cases.jsonl"
    assert ran("review", "export", "-o", out) == 0
    cases = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(one["verdict"], one["expected"] is None) for one in cases] == [
        ("confirmed", False), ("corrected", False), ("rejected", True)
    ]  # fmt: skip
    assert "甲" not in out.read_text("utf-8")
    assert ran("review", "withdraw", none.id, *by) == 0
    assert ran("build", source) == 0
    assert row_of(data, "倾倒垃圾").review == "extracted"


def test_a_report_of_a_rejected_row_waits_and_goes_on_under_no_other(
    data: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = row_of(data, "倾倒垃圾")
    assert ran("ledger", "set", row.task_id, "status=under_way", "--who", "甲") == 0
    assert ran("review", "reject", row.task_id, "--who", "甲", "--reason", "不是任务") == 0
    capsys.readouterr()
    assert ran("build", source) == 0
    assert "reports moved" not in capsys.readouterr().err
    assert ran("ledger", "history", row.task_id) == 0
    assert "status" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("confirm", "x"), "there is no such obligation"),
        (("correct", "{id}", "--set", "force"), "not a field and its value"),
        (("correct", "{id}", "--set", "quote=x"), "not a field and its value"),
        (("correct", "{id}", "--set", "force=强"), "it is not a force"),
        (("correct", "{id}", "--set", "agents=lead: 国家邮政局"), "no such agent"),
        (("withdraw", "{id}"), "it has no review to withdraw"),
    ],
)
def test_what_cannot_be_is_one_line_and_nothing_is_kept(
    data: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = row_of(data, "鼓励居民")
    said = [one.format(id=row.id) for one in arguments]
    assert ran("review", *said, "--who", "甲", "--reason", "x") == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert not (data / "ledger").exists(), "nothing is made where nothing is kept"


def test_who_and_why_are_asked_for(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = row_of(data, "鼓励居民")
    assert ran("review", "confirm", row.id, "--who", "甲") == 2
    assert "--reason" in capsys.readouterr().err
    assert ran("review", "confirm", row.id, "--who", " ", "--reason", "x") == 2
    assert "who: it is empty" in capsys.readouterr().err
