"""What a build holds, when it is made anew, and what refuses it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg import pipeline, settings
from kg.builds import build_lock, current_name, is_whole, load_build
from kg.errors import BuildError, HetaoError, OutputError, SourceError
from kg.graph.export import merged
from kg.parts import KeptParts
from kg.pipeline.doctor import changes
from kg.pipeline.fingerprints import fingerprint_inputs
from kg.pipeline.folders import find_files
from kg.pipeline.sources import Taken, read_documents, read_given
from kg.read import read_file
from kg.records import LISTS
from kg.resources import data_dir, rules_dir
from tests.conftest import TIER, Need, few
from tests.copies import copy_build, copy_exports
from tests.small_plan import TEXT, write_small_plan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small(small_build: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The small notice and the data folder with its build, to be changed."""
    folder = copy_build(small_build, tmp_path)
    return folder / "qingchuan.txt", folder / "data"


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        p.relative_to(folder).as_posix(): (p.stat().st_mtime_ns, p.stat().st_size)
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a build but the store's, whose files are the engine's business."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "store" not in p.relative_to(folder).parts
    }


def test_a_second_build_with_nothing_changed_writes_nothing(built: Path) -> None:
    before = snapshot(built)
    again = pipeline.build(pipeline.plans(), built, model=settings.load().model)
    assert not again.new
    assert snapshot(built) == before


def test_the_build_holds_the_source_byte_for_byte_and_the_records_as_extracted(built: Path) -> None:
    build = load_build(built)
    (plan,) = pipeline.plans()
    (records,) = build.records
    folder = build.folder / "documents" / records.document.slug
    assert (folder / "source.txt").read_bytes() == plan.read_bytes()
    assert records == pipeline.extract_source(read_file(plan, 10**6), plan)


def test_the_counts_in_the_manifest_are_the_lines_in_the_files(built: Path) -> None:
    build = load_build(built)
    (slug,) = build.manifest["documents"]
    for kind in LISTS:
        lines = (build.folder / "documents" / slug / f"{kind}.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == build.manifest["counts"][kind] > 10
    assert build.manifest["counts"]["triples"] == len(list(merged(build.graphs)))


BUILD = """
import sys
from pathlib import Path
from kg import pipeline
data, model, *sources = sys.argv[1:]
pipeline.build([Path(one) for one in sources], Path(data), model=Path(model) if model else None)
"""


def built_elsewhere(data: Path, model: Path | None, *sources: Path) -> dict[str, bytes]:
    """Return what another process with another hash seed builds in *data*."""
    subprocess.run(
        [sys.executable, "-c", BUILD, *map(str, (data, model or "", *sources))],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=True,
    )
    return contents(load_build(data).folder)


def test_another_process_with_another_hash_seed_builds_the_same_bytes(small: tuple[Path, Path], tmp_path: Path) -> None:
    source, data = small
    here = load_build(data)
    # what is made of packaged weights alone takes longer than all else
    there = copy_exports(data, tmp_path / "there")
    assert built_elsewhere(there, None, source) == contents(here.folder)
    here.close()


@pytest.mark.soak
def test_another_process_with_another_hash_seed_builds_and_exports_the_same_bytes_for_the_plan(
    built: Path, model_folder: Path, tmp_path: Path
) -> None:
    assert built_elsewhere(tmp_path, model_folder, *pipeline.plans()) == contents(load_build(built).folder)


def test_a_changed_source_is_built_anew_and_the_old_build_goes_with_its_last_reader(
    small: tuple[Path, Path], tmp_path: Path
) -> None:
    source, data = small
    reader = load_build(data)
    write_small_plan(tmp_path, TEXT.replace("植树", "巡河"))
    second = pipeline.build([source], data)
    assert second.new
    assert second.folder != reader.folder
    assert "巡河" in load_build(data).records[0].document.source.text
    assert "植树" in reader.records[0].document.source.text
    reader.close()
    write_small_plan(tmp_path, TEXT.replace("植树", "护林"))
    pipeline.build([source], data)
    assert not reader.folder.exists()
    assert len(list((data / "builds").iterdir())) == 1


@pytest.mark.parametrize(
    "name", few(("graph.nt", "obligations.jsonl", "source.txt", "document.json"), ["obligations.jsonl"])
)
def test_a_build_with_a_changed_file_is_made_again(name: str, small: tuple[Path, Path]) -> None:
    source, data = small
    (victim,) = (data / "builds").rglob(name)
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-20])
    assert not is_whole(data / "builds" / str(current_name(data)))
    again = pipeline.build([source], data)
    assert again.new
    assert victim.read_bytes() == whole


def test_a_build_of_another_format_is_not_read_but_replaced(small: tuple[Path, Path]) -> None:
    source, data = small
    manifest = data / "builds" / str(current_name(data)) / "manifest.json"
    plain = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**plain, "format": 0}), encoding="utf-8")
    with pytest.raises(BuildError, match="another version; run `hetao build`"):
        load_build(data)
    assert pipeline.build([source], data).new
    load_build(data)


def taken(folder: Path, text: str = TEXT) -> list[Taken]:
    """The small notice with *text*, read for a build."""
    files, _ = find_files([write_small_plan(folder, text)], folder / "data")
    return read_documents(files, read_given(files), {}, KeptParts(folder / "parts"))[0]


def test_every_rule_file_and_the_ontology_are_part_of_the_fingerprint(tmp_path: Path) -> None:
    inputs = fingerprint_inputs(taken(tmp_path), None)
    names = {p.name for p in rules_dir().glob("*.yaml")} | {p.name for p in data_dir("ontology").rglob("*.ttl")}
    assert set(inputs["rules"]) == names
    assert len(names) > 10
    assert {"read/document.py", "extract/document.py", "graph/build.py", "models.py"} <= set(inputs["code"])
    # neither its sources nor reviews are read again to tell whether a build is fresh
    assert changes({**inputs, "reviews": ["a review"]}, None) == []
    assert changes({**inputs, "version": "0.0"}, None) == ["version"]
    other = fingerprint_inputs(taken(tmp_path, TEXT + "\n"), None)
    assert other != inputs
    assert fingerprint_inputs(taken(tmp_path), "a model") != inputs


def test_two_documents_stand_in_one_build_each_under_its_own_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    small = write_small_plan(tmp_path)
    twin = tmp_path / "twin.txt"
    twin.write_text(TEXT.replace("植树", "巡河"), encoding="utf-8")
    third = tmp_path / "third.txt"
    third.write_text(TEXT.replace("7号", "8号"), encoding="utf-8")
    made = pipeline.build([small, twin, *(pipeline.plans() if TIER == "soak" else [third])], data)
    build = load_build(data)
    slugs = [one.document.slug for one in build.records]
    assert len(set(slugs)) == 3
    assert slugs[1].startswith(slugs[0])  # the same number, told apart by content
    assert made.counts["obligations"] == sum(len(one.obligations) for one in build.records)
    assert [check.wrong for check in pipeline.run_checks(build)] == [[]] * 9


def test_a_second_build_at_the_same_time_is_refused_in_one_line(small: tuple[Path, Path]) -> None:
    source, data = small
    with build_lock(data), pytest.raises(BuildError, match="another build is being made there; wait"):
        pipeline.build([source], data)
    assert not pipeline.build([source], data).new


def test_the_same_document_given_twice_is_refused(tmp_path: Path) -> None:
    source = write_small_plan(tmp_path)
    copy = shutil.copy(source, tmp_path / "copy.txt")
    with pytest.raises(SourceError, match=r"the same as qingchuan\.txt"):
        pipeline.build([source, Path(copy)], tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_missing_source_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        pipeline.build([tmp_path / "nowhere.txt"], tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_data_path_that_is_a_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    source, data = write_small_plan(tmp_path), tmp_path / "data"
    data.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="name a folder"):
        pipeline.build([source], data)
    with pytest.raises(OutputError, match="a part of the path is a file"):
        pipeline.build([source], data / "below")
    assert data.read_text(encoding="utf-8") == "mine"


def test_a_full_disk_leaves_the_last_build_in_use_and_nothing_half_written(
    small: tuple[Path, Path], tmp_path: Path
) -> None:
    source, data = small
    first = current_name(data)
    write_small_plan(tmp_path, TEXT.replace("植树", "巡河"))
    # no file larger than 20,000 bytes can be written: the graph cannot
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(HetaoError) as caught:
            pipeline.build([source], data)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "larger than is allowed" in str(caught.value)
    assert current_name(data) == first
    assert [p.name for p in (data / "builds").iterdir()] == [first]


@pytest.mark.parametrize("place", ["/proc", "/sys"])
def test_a_place_that_cannot_be_written_is_refused_in_one_line(place: str, tmp_path: Path, need: Need) -> None:
    need(Path(place).is_dir(), place, "run the tests on Linux")
    with pytest.raises(OutputError, match="name a folder that can be written") as caught:
        pipeline.build([write_small_plan(tmp_path)], Path(place) / "hetao")
    assert "\n" not in str(caught.value)
