"""A data folder → whether what the product needs is there and fits: model, build, graph, index, a place to write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import builds
from kg.errors import HetaoError
from kg.pipeline.sources import fingerprint_inputs

LEDGER = "ledger"
"""The folder beside the builds where the database of what people report lies."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its name, whether all is well with it, and what was found or is to be done."""

    name: str
    well: bool
    told: str


def examine(data: Path, model: Path) -> Iterator[Finding]:
    """Look at the model in *model* and at what lies in *data*, and yield what was found of each; nothing is changed."""
    fingerprint, of_model = _model(model)
    yield of_model
    try:
        build = builds.load_build(data)
    except HetaoError as error:
        yield Finding("build", False, str(error))
    else:
        try:
            yield Finding("build", True, str(build.folder))
            yield _fresh(build.manifest["inputs"], fingerprint)
            yield _store(build)
            yield _index(build)
        finally:
            build.close()
    yield _writable(data)


def _model(folder: Path) -> tuple[str | None, Finding]:
    from kg.search.model_folder import check_model, model_fingerprint

    try:
        check_model(folder)
        return model_fingerprint(folder), Finding("model", True, str(folder))
    except HetaoError as error:
        return None, Finding("model", False, str(error))


def _fresh(inputs: dict[str, Any], model: str | None) -> Finding:
    changed = changes(inputs, model)
    if not changed:
        return Finding("fresh", True, "made by this version, with these rules, libraries and this model")
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    return Finding("fresh", False, f"changed since it was built: {shown}; run `hetao build`")


def changes(inputs: dict[str, Any], model: str | None) -> list[str]:
    """Return what of a build's *inputs* is otherwise now, its sources apart: those lie where nobody wrote down."""
    found = []
    for name, now in fingerprint_inputs((), model).items():
        then = inputs.get(name)
        if name == "sources" or then == now:
            continue
        if isinstance(now, dict) and isinstance(then, dict):
            found += [f"{name}/{key}" for key in sorted({*now, *then}) if now.get(key) != then.get(key)]
        else:
            found.append(name)
    return found


def _store(build: builds.Build) -> Finding:
    from kg.graph.sparql import select
    from kg.graph.store import open_store

    try:
        with open_store(build.store) as store:
            count = int(select(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").values()[0]["n"])
    except (HetaoError, OSError) as error:
        return Finding("graph", False, f"{error}; run `hetao build`")
    least = int(build.manifest["counts"]["triples"])
    well = count >= least
    return Finding("graph", well, f"{count} triples" if well else f"{count} triples of {least}; run `hetao build`")


def _index(build: builds.Build) -> Finding:
    from kg.search.ranking import Ranker

    try:
        notes = Ranker.open(build.index).index.notes
    except (HetaoError, OSError) as error:
        return Finding("index", False, str(error))
    # without vectors it still ranks, by words alone; the model's own line says what is missing
    return Finding("index", True, "; ".join(notes) or "words and vectors")


def _writable(data: Path) -> Finding:
    folder = next((one for one in (data / LEDGER, data) if one.exists()), data)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("database", False, f"{folder}: cannot be written ({error.strerror}); name another with --data")
    return Finding("database", True, str(folder))
