"""What is made of one document is kept, and a build made of kept parts is the same, byte for byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.errors import BuildError
from kg.graph import export
from kg.graph.export import merged, serialise
from kg.graph.terms import new_graph
from kg.pipeline import document_parts
from kg.pipeline.sources import Taken
from tests.pipeline.test_build import contents
from tests.small_plan import TEXT, write_small_plan
from tests.two_plans import OTHER

THIRD = TEXT.replace("7号", "8号").replace("植树", "巡河")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two notices."""
    found = tmp_path / "plans"
    found.mkdir()
    write_small_plan(found)
    (found / "baisha.txt").write_text(OTHER, encoding="utf-8")
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents whose part was made, in order."""
    names: list[str] = []
    write = document_parts._write_part

    def noted(taken: Taken, *rest: object) -> None:
        names.append(taken.source.name)
        write(taken, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(document_parts, "_write_part", noted)
    return names


def held(data: Path) -> dict[str, bytes]:
    """Every file of the current build in *data* but the store's."""
    build = load_build(data)
    found = contents(build.folder)
    build.close()
    return found


def fresh(data: Path, sources: Sequence[Path]) -> dict[str, bytes]:
    """What a build of *sources* holds that is made in the new folder *data*."""
    pipeline.build(sources, data)
    return held(data)


def test_only_what_changed_is_made_again_and_the_build_is_the_same_as_one_made_anew(
    folder: Path, tmp_path: Path, made: list[str]
) -> None:
    data = tmp_path / "data"
    pipeline.build([folder], data)
    assert made == ["baisha.txt", "qingchuan.txt"]

    made.clear()
    (folder / "added.txt").write_text(THIRD, encoding="utf-8")
    pipeline.build([folder], data)
    assert made == ["added.txt"]
    assert held(data) == fresh(tmp_path / "anew", [folder])

    # in the other order, by names that sort the other way, one with other words, one gone
    made.clear()
    (folder / "added.txt").unlink()
    (folder / "baisha.txt").write_text(OTHER.replace("养护", "管护"), encoding="utf-8")
    sources = [folder / "qingchuan.txt", folder / "baisha.txt"]
    pipeline.build(sources, data)
    assert made == ["baisha.txt"]
    assert held(data) == fresh(tmp_path / "in-order", sources)
    pipeline.build(sources[::-1], data)
    assert held(data) == fresh(tmp_path / "reversed", sources[::-1])
    checks = list(pipeline.run_checks(load_build(data)))
    assert [one.wrong for one in checks] == [[]] * len(checks)
    # two documents named themselves: what was read out of the folder's files is needed no more
    kinds = sorted(path.name.partition("-")[0] for path in (data / "parts").iterdir())
    assert kinds == ["document", "document", "segment", "units", "units"]


def test_a_damaged_part_is_made_again(folder: Path, tmp_path: Path, made: list[str]) -> None:
    data = tmp_path / "data"
    pipeline.build([folder], data)
    before = held(data)
    damaged = sorted((data / "parts").glob("document-*"))[0]
    (damaged / "graph.nt").write_bytes((damaged / "graph.nt").read_bytes()[:-30])
    shutil.rmtree(data / "builds")
    made.clear()
    pipeline.build([folder], data)
    assert len(made) == 1
    assert held(data) == before


def test_a_stopped_build_goes_on_where_it_was(
    folder: Path, tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"

    def stop(reached: str) -> None:
        if reached == "first part":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.build([folder], data, on_step=stop)
    assert made == ["baisha.txt"]
    pipeline.build([folder], data)
    assert made == ["baisha.txt", "qingchuan.txt"]
    assert not pipeline.build([folder], data).new


def test_a_refused_document_of_a_folder_is_left_out_and_one_named_itself_stops_the_build(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = document_parts.check_document
    monkeypatch.setattr(
        document_parts,
        "check_document",
        lambda records, graph: ["wrong"] if "绿道" in records.document.title else check(records, graph),
    )
    done = pipeline.build([folder], tmp_path / "data")
    assert [(one.file, one.kind) for one in done.left_out] == [("baisha.txt", "refused")]
    assert done.counts["documents"] == 1
    with pytest.raises(BuildError, match=r"baisha\.txt: the extracted records are refused: wrong"):
        pipeline.build([folder / "qingchuan.txt", folder / "baisha.txt"], tmp_path / "other")


def test_merged_triples_are_those_of_the_union(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # so few bytes that a file is read in several pieces
    monkeypatch.setattr(export, "_PIECE", 40)
    graphs = []
    for number in range(7):
        lines = "".join(f'<urn:{i}> <urn:p> "值{number % (i + 1)}"@zh-Hans .\n' for i in range(6))
        graphs.append(new_graph().parse(data=lines, format="nt"))
        (tmp_path / f"{number}.nt").write_bytes(serialise(graphs[-1], "nt"))
    union = new_graph()
    for graph in graphs:
        union += graph
    assert b"".join(merged(sorted(tmp_path.glob("*.nt")))) == serialise(union, "nt")
    assert list(merged([])) == []


def test_what_was_read_out_of_a_file_is_read_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.read import forms, source

    (folder / "page.html").write_text(f"<html><body><p>{THIRD}</p></body></html>", encoding="utf-8")
    read: list[str] = []
    apart = forms.read_apart

    def noted(form: str, data: bytes, name: str) -> object:
        read.append(name)
        return apart(form, data, name)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "read_apart", noted)
    first = pipeline.build([folder], tmp_path / "data")
    again = pipeline.build([folder], tmp_path / "data")
    assert read == ["page.html"]
    assert (first.new, again.new) == (True, False)
    assert first.encodings == again.encodings == {"page.html": "html"}
    manifest = json.loads((again.folder / "manifest.json").read_bytes())
    assert [one["name"] for one in manifest["inputs"]["sources"]] == ["baisha.txt", "page.html", "qingchuan.txt"]
