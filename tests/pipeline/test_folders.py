"""Folders of documents: what is read, what is left out and why, and what stays an error."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.cli import run
from kg.errors import SourceError
from kg.pipeline.folders import find_files
from tests.small_plan import TEXT, write_small_plan
from tests.two_plans import OTHER, SLUGS


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder with two notices, one of them below another folder, and all that may lie around beside them."""
    folder = tmp_path / "plans"
    (folder / "2024" / ".drafts").mkdir(parents=True)
    write_small_plan(folder)
    (folder / "2024" / "baisha.txt").write_text(OTHER, encoding="utf-8")
    shutil.copy(folder / "qingchuan.txt", folder / "2024" / "copy.txt")
    (folder / "damaged.docx").write_bytes(b"PK\x03\x04 and no more")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "settings.json").write_text('{"市水务局": 1}', encoding="utf-8")
    # what is passed over without a word
    (folder / ".hidden.txt").write_text("隐藏", encoding="utf-8")
    (folder / "~$open.docx").write_bytes(b"\x05")
    (folder / "2024" / ".drafts" / "draft.txt").write_text("草稿", encoding="utf-8")
    names = "source_sha256: '" + "0" * 64 + "'\nfrom: 无\nagents: []\nzones: []\nfacilities: []\n"
    (folder / "other.names.yaml").write_text(names, encoding="utf-8")
    return folder


def test_a_folder_is_built_with_all_below_it_and_says_what_it_left_out(library: Path, tmp_path: Path) -> None:
    made = pipeline.build([library], tmp_path / "data")
    build = load_build(tmp_path / "data")
    assert [one.document.slug for one in build.records] == [SLUGS[1], SLUGS[0]], "in the order of their paths"
    assert {one.file: one.kind for one in made.left_out} == {
        "damaged.docx": "unreadable",
        "empty.txt": "unreadable",
        "picture.png": "unreadable",
        "qingchuan.txt": "duplicate",
        "settings.json": "unreadable",
    }
    (twice,) = (one.why for one in made.left_out if one.kind == "duplicate")
    assert twice == "it is the same as 2024/copy.txt"
    assert build.manifest["left_out"] == [asdict(one) for one in made.left_out]
    build.close()


def test_the_data_folder_below_a_folder_is_no_source(library: Path) -> None:
    data = library / "data"
    first = pipeline.build([library], data)
    assert not pipeline.build([library], data).new
    assert first.counts["documents"] == 2


def test_a_file_that_was_named_itself_must_be_readable(library: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="empty"):
        pipeline.build([library, library / "empty.txt"], tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_file_named_beside_its_folder_counts_once(library: Path, tmp_path: Path) -> None:
    files, closed = find_files([library, library / "qingchuan.txt", library / "2024"], tmp_path / "data")
    assert closed == []
    assert sum(one.path.name == "qingchuan.txt" for one in files) == 1
    assert sum(one.path.name == "baisha.txt" for one in files) == 1


def test_of_two_documents_with_one_number_the_first_one_built_keeps_its_slug(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    write_small_plan(folder)
    data = tmp_path / "data"
    pipeline.build([folder], data)
    # by its path this one comes first
    (folder / "a-new-one.txt").write_text(TEXT.replace("植树", "巡河"), encoding="utf-8")
    pipeline.build([folder], data)
    build = load_build(data)
    slugs = {one.document.source.name: one.document.slug for one in build.records}
    assert slugs["qingchuan.txt"] == SLUGS[0]
    assert slugs["a-new-one.txt"].startswith(f"{SLUGS[0]}-")
    build.close()


def test_the_command_lists_a_line_for_each_file_left_out(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.cli.builds._model", lambda: None)
    assert run(["build", str(library), "--data", str(tmp_path / "data")]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("hetao: left out: ")]
    assert [line.split(": ")[2] for line in lines] == [
        "damaged.docx",
        "empty.txt",
        "picture.png",
        "qingchuan.txt",
        "settings.json",
    ]


@pytest.mark.parametrize(("name", "said"), [(None, "there is no file in that folder"), ("a.png", "is a PNG image")])
def test_a_folder_without_a_document_is_one_line(
    name: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    if name:
        (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run(["build", str(folder), "--data", str(tmp_path / "data")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not list((tmp_path / "data").rglob("*.json"))
