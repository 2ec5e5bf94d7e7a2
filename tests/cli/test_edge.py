"""What the command line does with what it cannot use: one line, a code, never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

import kg.cli
from kg import __version__
from kg.errors import HetaoError
from tests.cli.conftest import ROOT, Hetao, environment
from tests.small_plan import TEXT

COMMANDS = (
    "build", "extract", "ask", "search", "sparql", "check", "export", "ledger", "serve", "feedback", "eval", "doctor",
    "backup", "restore", "account", "review", "diff", "amend", "library",
)  # fmt: skip


def refused(arguments: Sequence[object], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command in this process, see that it is refused as it should be, and return its line."""
    assert kg.cli.run([str(a) for a in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("hetao: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_every_command_of_the_table_is_there_and_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(kg.cli.hetao.commands) == set(COMMANDS)
    for name in COMMANDS:
        assert kg.cli.run([name, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: hetao {name}")


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert kg.cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"hetao, version {__version__}\n"


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert kg.cli.run([]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["ask"],
        ["ask", "--nonsense", "q"],
        ["extract", "plan.txt"],
        ["export", "--format", "pdf", "-o", "x"],
        ["export", "--format", "csv"],
        ["sparql"],
        ["sparql", "-", "--list"],
        ["sparql", "-", "--set", "a=b"],
        ["sparql", "-", "--format", "xls"],
        ["ask", "谁？", "--batch", "q.jsonl", "--out", "a.jsonl"],
        ["ask", "--batch", "q.jsonl"],
        ["ask", "--out", "a.jsonl"],
        ["search"],
        ["search", "税", "--top", "0"],
        ["eval"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "web"],
        ["export", "--format", "csv", "--as-of", "2025-13-01", "-o", "x.csv"],
        ["export", "--format", "xls", "-o", "x.xls"],
        ["ledger", "--import", "x.xlsx"],
        ["ledger", "set", "x", "note=y"],
    ],
)
def test_wrong_arguments_are_told_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "--help`" in refused(arguments, capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "由谁制定？"],
        ["search", "税"],
        ["sparql", "--named", "x"],
        ["check"],
        ["export", "--format", "csv", "-o", "x.csv"],
    ],
)
def test_without_a_build_the_folder_and_the_next_step_are_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HETAO_DATA", str(tmp_path / "elsewhere"))
    line = refused(arguments, capsys)
    assert "elsewhere: no build there; run `hetao build`" in line
    assert str(tmp_path / "named") in refused([*arguments, "--data", tmp_path / "named"], capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", ["", "  \n ", "？！。", "\x01\x02", "谁" * 10_001])
def test_a_question_that_is_none_is_refused(
    command: str, question: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused([command, question, "--data", built], capsys)


@pytest.mark.parametrize("question", ["谁" * 10_000, "\ufdfa" * 100, "<b>谁</b>", "谁\x1b[2J\nhetao: done"])
def test_a_question_of_any_other_text_is_answered_or_refused_on_plain_lines(
    question: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kg.cli.run(["ask", question, "--data", str(built)]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out
    assert not {c for c in told.out if not c.isprintable() and c != "\n"}


def test_a_name_with_control_characters_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(["extract", "a\nhetao: done\x1b[2J.txt", "--out", "x"], capsys)
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.txt", b""), ("blank.txt", b" \n\n "), ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)],
)
def test_a_source_that_cannot_be_read_leaves_nothing_behind(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert name in refused(["extract", tmp_path / name, "--out", tmp_path / "out"], capsys)
    assert name in refused(["build", tmp_path / name, "--data", tmp_path / "data"], capsys)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_fault_of_our_own_is_one_line_too_and_a_traceback_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr(kg.cli.hetao.commands["check"], "callback", lambda **_: broken())
    assert "KeyError" in (line := refused(["check"], capsys))
    assert "please report it" in line
    monkeypatch.setenv("HETAO_DEBUG", "1")
    with pytest.raises(KeyError):
        kg.cli.run(["check"])


def test_a_failed_check_and_an_interruption_have_codes_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class FailedError(HetaoError):
        exit_code = 1

    def stop(error: BaseException) -> None:
        raise error

    check = kg.cli.hetao.commands["check"]
    for error, code in (
        (FailedError("a", "b", "c"), 1),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ):
        monkeypatch.setattr(check, "callback", lambda error=error, **_: stop(error))
        assert kg.cli.run(["check"]) == code


@pytest.mark.parametrize("arguments", [["export", "--format", "json", "-o", "-"], ["ask", "由谁制定？", "--json"]])
def test_a_reader_that_stops_early_gets_no_complaint(arguments: list[str], built: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kg.cli", *arguments, "--data", str(built)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        if arguments[0] == "export":
            assert process.stdout.read(2) == b"{\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_ctrl_c_during_a_build_ends_it_with_130_and_leaves_no_half(tmp_path: Path) -> None:
    source = tmp_path / "long.txt"
    source.write_text(TEXT + "（四）其他。各县要加强河道巡查，及时上报情况。\n" * 3000, encoding="utf-8")
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "build", str(source), "--data", str(data)],
        env=environment(),
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr
        until = time.monotonic() + 120
        while not list(data.glob("builds/.tmp-*")) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert list((data / "builds").iterdir()) == []


@pytest.mark.parametrize(("named", "written"), [("latin-1", "utf-8"), ("big5", "utf-8"), ("gbk", "gbk")])
def test_chinese_comes_out_in_the_encoding_named_or_if_that_has_none_in_utf_8(
    named: str, written: str, hetao: Hetao, small_build: Path
) -> None:
    query = 'SELECT ("财政部" AS ?x) ("\\u2E81" AS ?y) {}'.encode()
    done = hetao("sparql", "-", "--data", small_build / "data", stdin=query, LC_ALL="C", PYTHONIOENCODING=named)
    assert done.returncode == 0
    assert "财政部" in done.stdout.decode(written)
    # what even that encoding lacks is escaped
    assert ("⺁" if written == "utf-8" else "\\u2e81") in done.stdout.decode(written)
    assert done.stderr == b""


def test_arguments_that_are_no_text_are_still_one_line(hetao: Hetao, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"kg.cli", b"extract", b"\xff\xfe.txt", b"--out", b"x"],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_the_root_is_a_checkout_or_the_tests_would_test_another_copy() -> None:
    assert Path(kg.__file__).is_relative_to(ROOT)
