"""`hetao library`: what it lists, and that adding, removing and reading again give what a build of the same does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.cli import run
from kg.pipeline.library import load_library
from tests.small_plan import TEXT, write_small_plan
from tests.two_plans import OTHER, SLUGS


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.cli.builds._model", lambda: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two notices and a picture."""
    found = tmp_path / "plans"
    found.mkdir()
    write_small_plan(found)
    (found / "baisha.txt").write_text(OTHER, encoding="utf-8")
    (found / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return found


def said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """What the command prints on stdout, if it succeeds."""
    capsys.readouterr()
    assert run(list(command)) == 0
    return capsys.readouterr().out


def test_a_library_is_listed_added_to_removed_from_and_read_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--data", str(tmp_path / "data"))
    assert run(["build", str(folder), *at]) == 0

    def listed() -> list[str]:
        found = json.loads(said(capsys, "library", "list", "--json", *at))
        return [one["name"] for one in found["documents"]]

    plain = json.loads(said(capsys, "library", "list", "--json", *at))
    assert plain["documents"][1] == {
        "name": SLUGS[0],
        "title": "青川市人民政府关于印发河岸整治工作方案的通知",
        "number": "青政发〔2024〕7号",
        "issuer": "青川市人民政府",
        "date": None,
        "region": "青川市",
        "status": None,
        "by": None,
        "form": "txt",
        "obligations": len((load_documents(tmp_path) / SLUGS[0] / "obligations.jsonl").read_bytes().splitlines()),
        "file": str(folder / "qingchuan.txt"),
    }
    assert [(one["file"], one["kind"]) for one in plain["left_out"]] == [("picture.png", "unreadable")]
    rows = [line.split("\t") for line in said(capsys, "library", "list", *at).splitlines()]
    assert [row[0] for row in rows] == [SLUGS[1], SLUGS[0]]
    assert {len(row) for row in rows} == {11}

    # one with other words, a new one beside it, and a copy of one that is then removed
    (folder / "baisha.txt").write_text(OTHER.replace("养护", "管护"), encoding="utf-8")
    (folder / "third.txt").write_text(TEXT.replace("7号", "8号"), encoding="utf-8")
    shutil.copy(folder / "qingchuan.txt", folder / "zcopy.txt")
    assert "since        changed" in said(capsys, "library", "show", "baisha", *at)
    said(capsys, "library", "update", *at)
    assert listed() == [SLUGS[1], SLUGS[0], "qingzhengfa-2024-8"]
    assert json.loads(said(capsys, "library", "show", "青政发〔2024〕7号", "--json", *at))["since"] is None

    said(capsys, "library", "remove", "qingchuan.txt", *at)
    assert listed() == [SLUGS[1], "qingzhengfa-2024-8"]
    (folder / "third.txt").unlink()
    said(capsys, "library", "update", *at)
    assert listed() == [SLUGS[1]], "neither the removed file nor its copy comes back"
    assert run(["library", "remove", SLUGS[1], *at]) == 2
    assert "no document would be left" in capsys.readouterr().err

    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text(TEXT.replace("7号", "9号"), encoding="utf-8")
    said(capsys, "library", "add", str(elsewhere), str(folder / "qingchuan.txt"), *at)
    assert sorted(listed()) == sorted([SLUGS[1], "qingzhengfa-2024-9", SLUGS[0]])
    said(capsys, "library", "remove", "elsewhere", *at)
    assert sorted(listed()) == sorted([SLUGS[1], SLUGS[0]])


def load_documents(folder: Path) -> Path:
    """The folder of the documents in the only build below *folder*."""
    (build,) = (folder / "data" / "builds").iterdir()
    return build / "documents"


def test_a_build_without_a_source_is_the_products_plan_and_says_what_it_replaces(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    ours = write_small_plan(tmp_path)
    monkeypatch.setattr("kg.pipeline.plans", lambda: [ours])
    monkeypatch.setattr("kg.pipeline.stages.plans", lambda: [ours])
    assert run(["build", str(folder), "--data", str(data)]) == 0
    capsys.readouterr()
    assert run(["build", "--data", str(data)]) == 0
    assert f"takes the place of what was built from {folder}" in capsys.readouterr().err
    remembered = load_library(data)
    assert remembered is not None
    assert remembered.sources == ()
    assert run(["library", "update", "--data", str(data)]) == 0
    assert capsys.readouterr().out.startswith("up to date")


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (["update"], "it is not known what the build there was made of"),
        (["list"], "no build there"),
    ],
)
def test_a_library_that_is_not_there_is_one_line(
    command: list[str], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["library", *command, "--data", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


def test_a_name_of_no_document_and_a_damaged_list_are_one_line(
    small_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["library", "show", "nowhere", "--data", str(small_build / "data")]) == 2
    assert "no document of the library is called that" in capsys.readouterr().err
    (tmp_path / "library.json").write_text("[]", encoding="utf-8")
    assert run(["library", "update", "--data", str(tmp_path)]) == 2
    assert "the list of sources cannot be read" in capsys.readouterr().err
