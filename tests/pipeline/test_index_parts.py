"""What the search index has of one document alone, made in processes and on a cluster: the same bytes as here."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kg.builds import load_build
from kg.engine_settings import DaskCluster
from kg.errors import BuildError, EngineError
from kg.parts import ABOUT, FOLDER, KeptParts
from kg.pipeline import index_parts
from kg.pipeline.index_parts import IndexJob, SentJob, make_elsewhere, make_index_parts, make_one
from kg.pipeline.workers import JobOutcome
from kg.records import RECORD_FILES, load_records
from kg.search.document_index import Embedding, Indexed, Prepared, prepared
from tests.conftest import Need


def files(folder: Path) -> dict[str, bytes]:
    """The files of a part, but for the list of when they were written."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name != ABOUT}


@pytest.fixture
def plan(built: Path, tmp_path: Path) -> Indexed:
    """The plan as a document to be indexed, its records alone in a folder of parts."""
    (document,) = load_build(built).manifest["parts"].items()
    slug, name = document[0], document[1]["part"]
    folder = tmp_path / FOLDER / name
    shutil.copytree(built / FOLDER / name, folder)
    return Indexed(slug, name, partial(load_records, folder))


def same_as_built(plan: Indexed, parts: KeptParts, built: Path, made_from: dict[str, Any]) -> Prepared:
    """Hold that the parts of *plan* are those of the build of one process, and return them."""
    ours, theirs = prepared(plan, parts, made_from), prepared(plan, KeptParts(built / FOLDER), made_from)
    assert ours
    assert theirs
    assert ours.vectors
    assert theirs.vectors
    assert files(ours.units) == files(theirs.units)
    assert files(ours.vectors) == files(theirs.vectors)
    return ours


def twin(plan: Indexed, parts: Path) -> Indexed:
    """A second document with the same sentences, as a copy in another script has."""
    shutil.copytree(parts / plan.key, parts / "document-twin")
    return Indexed("twin", "document-twin", partial(load_records, parts / "document-twin"))


@pytest.mark.soak
def test_two_processes_make_what_one_makes(
    plan: Indexed, built: Path, model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "WORTH", 1)
    parts = KeptParts(tmp_path / FOLDER)
    both = [plan, twin(plan, parts.folder)]
    told: list[tuple[str, int, int, str]] = []
    make_index_parts(both, model_folder, parts, 2, lambda *one: told.append(one))
    assert told == [("vectors", done, 2, "document") for done in range(3)]
    made_from = Embedding(model_folder).made_from
    ours = same_as_built(plan, parts, built, made_from)
    copied = prepared(both[1], parts, made_from)
    assert copied
    assert copied.vectors == ours.vectors
    told.clear()
    make_index_parts(both, model_folder, parts, 2, lambda *one: told.append(one))
    assert told == [], "nothing is missing any more"


def test_the_workers_of_a_cluster_make_what_is_made_here(
    plan: Indexed, built: Path, model_folder: Path, tmp_path: Path, need: Need
) -> None:
    try:
        from distributed import LocalCluster
    except ImportError:
        need(False, "distributed", "pip install -e '.[engines]'")
        raise
    parts = KeptParts(tmp_path / FOLDER)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as local:
        make_index_parts([plan], model_folder, parts, 1, None, DaskCluster(local.scheduler_address))
    same_as_built(plan, parts, built, Embedding(model_folder).made_from)


def test_a_worker_with_another_model_is_not_used(plan: Indexed, model_folder: Path, tmp_path: Path) -> None:
    sent = {name: (tmp_path / FOLDER / plan.key / name).read_bytes() for name in RECORD_FILES}
    job = SentJob(plan.slug, plan.key, sent, model_folder, {"model": "another"})
    with pytest.raises(EngineError, match="its embedding model is another one, or other packages run it; give it"):
        make_elsewhere(job)


def test_two_processes_index_words_of_two_documents(
    plan: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "WORTH", 1)
    parts = KeptParts(tmp_path / FOLDER)
    both = [plan, twin(plan, parts.folder)]
    make_index_parts(both, None, parts, 2, None)
    made = [prepared(one, parts, None) for one in both]
    assert all(made)
    ours, theirs = (files(one.units) for one in made if one)
    assert ours == theirs


def test_without_a_model_only_words_are_indexed(plan: Indexed, tmp_path: Path) -> None:
    parts = KeptParts(tmp_path / FOLDER)
    make_one(IndexJob(plan.slug, parts.folder / plan.key, parts.folder, None))
    made = prepared(plan, parts, None)
    assert made
    assert made.vectors is None
    assert json.loads((made.units / "names.json").read_bytes())["vectors"] is None


def test_a_document_over_which_a_process_dies_twice_is_named(
    plan: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "WORTH", 1)
    monkeypatch.setattr(
        index_parts, "run", lambda jobs, _do, _workers: [JobOutcome(job, lost="SIGKILL") for job in jobs]
    )
    parts = KeptParts(tmp_path / FOLDER)
    with pytest.raises(
        BuildError, match=f"{plan.slug}: the process that indexed it died twice .SIGKILL.; leave it out"
    ):
        make_index_parts([plan, twin(plan, parts.folder)], None, parts, 2, None)
