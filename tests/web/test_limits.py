"""What the environment says the server allows, and one line where it says what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg.cli
from kg.errors import HetaoError
from kg.settings import Serving, load_serving


def test_the_usual_limits_let_no_page_of_another_origin_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETAO_QUERY_SECONDS", " ")
    assert load_serving() == Serving(query_seconds=30.0, query_rows=100_000, queries_at_once=16, origins=())


def test_each_limit_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETAO_QUERY_SECONDS", "2.5")
    monkeypatch.setenv("HETAO_QUERY_ROWS", "7")
    monkeypatch.setenv("HETAO_QUERIES_AT_ONCE", "3")
    monkeypatch.setenv("HETAO_ORIGINS", "https://a.example  https://b.example")
    assert load_serving() == Serving(2.5, 7, 3, ("https://a.example", "https://b.example"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HETAO_QUERY_SECONDS", "nan"),
        ("HETAO_QUERY_SECONDS", "inf"),
        ("HETAO_QUERY_SECONDS", "0"),
        ("HETAO_QUERY_SECONDS", "soon"),
        ("HETAO_QUERY_ROWS", "0"),
        ("HETAO_QUERY_ROWS", "1.5"),
        ("HETAO_QUERIES_AT_ONCE", "33"),
        ("HETAO_QUERIES_AT_ONCE", "9" * 5000),
    ],
)
def test_a_limit_that_cannot_be_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(HetaoError, match="give a number from"):
        load_serving()


def test_the_command_says_so_on_one_line(
    small_build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HETAO_QUERY_ROWS", "none")
    assert kg.cli.run(["serve", "--data", str(small_build / "data"), "--port", "0"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "HETAO_QUERY_ROWS=none" in told
