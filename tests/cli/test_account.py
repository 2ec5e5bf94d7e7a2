"""`hetao account`: made, listed, taken away; what is no name, role or password is one line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.cli import run
from kg.ledger.accounts import Accounts
from kg.ledger.tokens import Tokens

PASSWORD = "correct horse battery"


def put(monkeypatch: pytest.MonkeyPatch, data: Path, name: str, password: str, role: str = "editor") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return run(["account", "put", name, "--role", role, "--data", str(data)])


def test_an_account_is_made_changed_listed_and_taken_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["account", "list", "--data", str(tmp_path)]) == 0
    assert "only this machine may report" in capsys.readouterr().err
    assert put(monkeypatch, tmp_path, "张三", PASSWORD) == 0
    assert put(monkeypatch, tmp_path, "督查", PASSWORD, "supervisor") == 0
    assert put(monkeypatch, tmp_path, "张三", "another one", "reader") == 0
    capsys.readouterr()
    assert run(["account", "list", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "张三\treader\n督查\tsupervisor\n"
    kept = Accounts(tmp_path)
    assert kept.verify("张三", PASSWORD) is None
    assert kept.verify("张三", "another one") == kept.all()["张三"]
    assert run(["account", "remove", "张三", "--data", str(tmp_path)]) == 0
    assert list(kept.all()) == ["督查"]


def test_a_unit_is_kept_until_another_is_given_and_files_of_before_have_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def again(*more: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        return run(["account", "put", "张三", "--role", "reader", *more, "--data", str(tmp_path)])

    assert put(monkeypatch, tmp_path, "张三", PASSWORD) == 0
    kept = Accounts(tmp_path)
    plain = json.loads(kept.path.read_text("utf-8"))
    kept.path.write_text(json.dumps([{k: v for k, v in one.items() if k != "unit"} for one in plain]), "utf-8")
    assert kept.all()["张三"].unit == ""
    assert again("--unit", "市科技局") == 0
    assert again() == 0
    assert run(["account", "list", "--data", str(tmp_path)]) == 0
    assert "张三\treader\t市科技局\n" in capsys.readouterr().out
    assert again("--unit", "市科技局、市财政局") == 2
    assert "it is not the name of one body" in capsys.readouterr().err
    assert again("--unit", "") == 0
    assert kept.all()["张三"].unit == ""


@pytest.mark.parametrize(
    ("name", "password", "line"),
    [
        ("张三", "short", "password: it has 5 characters; give 8 to 200"),
        ("张三", "x" * 201, "it has 201 characters"),
        (" ", PASSWORD, "it is not a name"),
        ("<b>", PASSWORD, "it is not a name"),
        ("a\nb", PASSWORD, "it is not a name"),
        ("名" * 61, PASSWORD, "it is not a name"),
    ],
)
def test_what_cannot_be_an_account_is_one_line_and_nothing_is_kept(
    name: str,
    password: str,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert put(monkeypatch, tmp_path, name, password) == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1
    assert not Accounts(tmp_path)


def test_the_last_account_stays_and_a_strange_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert put(monkeypatch, tmp_path, "张三", PASSWORD) == 0
    assert run(["account", "remove", "李四", "--data", str(tmp_path)]) == 2
    assert run(["account", "remove", "张三", "--data", str(tmp_path)]) == 2
    assert "it is the last account" in capsys.readouterr().err
    assert list(Accounts(tmp_path).all()) == ["张三"]


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": 1}', '[{"name": "x"}]', '[{"name": "x", "role": "king", "hash": ""}]', "[1]"]
)
def test_a_file_that_is_none_of_accounts_lets_nobody_in_and_is_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Accounts(tmp_path).path
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    assert run(["account", "list", "--data", str(tmp_path)]) == 2
    assert "the accounts cannot be read" in capsys.readouterr().err


def test_a_token_is_shown_once_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--data", str(tmp_path)]
    assert run(["account", "token", "list", *where]) == 0
    assert "no tokens" in capsys.readouterr().err
    assert run(["account", "token", "create", "OA 系统", "--scope", "read", *where]) == 0
    shown = capsys.readouterr()
    token = shown.out.strip()
    assert "not shown again" in shown.err
    found = Tokens(tmp_path).verify(token)
    assert found is not None
    assert (found.name, found.scope) == ("OA 系统", "read")
    assert run(["account", "token", "list", *where]) == 0
    assert capsys.readouterr().out == f"OA 系统\tread\t{found.made}\n"
    for wrong, line in (
        (["create", "OA 系统", "--scope", "calendar"], "there is a token of that name"),
        (["create", "<b>", "--scope", "read"], "it is not a name"),
        (["create", "x", "--scope", "write"], "read"),
        (["revoke", "y"], "there is no such token"),
    ):
        assert run(["account", "token", *wrong, *where]) == 2
        told = capsys.readouterr()
        assert line in told.err
        assert (told.out, told.err.count("\n")) == ("", 1)
    assert run(["account", "token", "revoke", "OA 系统", *where]) == 0
    assert Tokens(tmp_path).verify(token) is None
