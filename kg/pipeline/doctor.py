"""A data folder → whether all that the product needs exists and fits: models, build, graph, index, a place to write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import builds
from kg.engine_settings import SparqlServer
from kg.errors import HetaoError, one_line
from kg.pipeline.fingerprints import fingerprint_inputs
from kg.settings import OfficeReader

LEDGER = "ledger"
"""The folder beside the builds that holds the database of reports."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was examined: its name, whether it is in order, and what was found or has to be done."""

    name: str
    well: bool
    told: str


def examine(
    data: Path, model: Path, reader: OfficeReader | None = None, server: SparqlServer | None = None
) -> Iterator[Diagnosis]:
    """Yield a finding for the model in *model* and for each part of *data*; nothing is changed.

    If there is a SPARQL *server*, it is asked whether it holds the build. If the office's own *reader* is given, its
    model is asked one small question, about no document.
    """
    fingerprint, of_model = _model(model)
    yield of_model
    try:
        build = builds.load_build(data)
    except HetaoError as error:
        yield Diagnosis("build", False, str(error))
    else:
        try:
            yield _files(build)
            yield _fresh(build.manifest["inputs"], fingerprint)
            yield _store(build)
            if server is not None:
                yield _sparql(build, server)
            yield _index(build)
        finally:
            build.close()
    yield _writable(data)
    if reader is not None:
        yield _reader(reader)


def _model(folder: Path) -> tuple[str | None, Diagnosis]:
    from kg.search.model_folder import check_model, model_fingerprint

    try:
        check_model(folder)
        return model_fingerprint(folder), Diagnosis("model", True, str(folder))
    except HetaoError as error:
        return None, Diagnosis("model", False, str(error))


def _fresh(inputs: dict[str, Any], model: str | None) -> Diagnosis:
    changed = changes(inputs, model)
    if not changed:
        return Diagnosis("fresh", True, "made by this version, with these rules, libraries and this model")
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    return Diagnosis("fresh", False, f"changed since it was built: {shown}; run `hetao build`")


def changes(inputs: dict[str, Any], model: str | None) -> list[str]:
    """Return which of a build's *inputs* have changed since, except sources and reviews, which are not read again."""
    found = []
    for name, now in fingerprint_inputs((), model).items():
        then = inputs.get(name)
        if name in ("sources", "left_out", "reviews") or then == now:
            continue
        if isinstance(now, dict) and isinstance(then, dict):
            found += [f"{name}/{key}" for key in sorted({*now, *then}) if now.get(key) != then.get(key)]
        else:
            found.append(name)
    return found


def _files(build: builds.Build) -> Diagnosis:
    if builds.is_whole(build.folder, every_byte=True):
        return Diagnosis("build", True, str(build.folder))
    return Diagnosis("build", False, f"{build.folder}: a file is missing or was changed; run `hetao build --verify`")


def _store(build: builds.Build) -> Diagnosis:
    from kg.graph.sparql import select
    from kg.graph.store import open_store

    try:
        with open_store(build.store) as store:
            count = int(select(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").values()[0]["n"])
    except (HetaoError, OSError) as error:
        return Diagnosis("graph", False, f"{error}; run `hetao build`")
    least = int(build.manifest["counts"]["triples"])
    well = count >= least
    return Diagnosis("graph", well, f"{count} triples" if well else f"{count} triples of {least}; run `hetao build`")


def _sparql(build: builds.Build, server: SparqlServer) -> Diagnosis:
    from kg.graph.sparql import open_graph, select

    store = open_graph(build.store, server)
    try:
        count = select(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").values()[0]["n"]
    except HetaoError as error:
        return Diagnosis("sparql", False, str(error))
    finally:
        store.close()
    return Diagnosis("sparql", True, f"{count} triples at {server.query}")


def _index(build: builds.Build) -> Diagnosis:
    from kg.search.ranking import Ranker

    try:
        notes = Ranker.open(build.index).index.notes
    except (HetaoError, OSError) as error:
        return Diagnosis("index", False, str(error))
    # without vectors it still ranks, by words alone; the model's own finding says what is missing
    return Diagnosis("index", True, "; ".join(notes) or "words and vectors")


def _writable(data: Path) -> Diagnosis:
    folder = next((one for one in (data / LEDGER, data) if one.exists()), data)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Diagnosis("database", False, f"{folder}: cannot be written ({error.strerror}); name another with --data")
    return Diagnosis("database", True, str(folder))


def _reader(reader: OfficeReader) -> Diagnosis:
    from kg.answer.office_model import OfficeModel

    try:
        asked = OfficeModel(reader.url, reader.model, reader.key, reader.seconds)
        asked.check()
    except HetaoError as error:
        return Diagnosis("reader", False, f"model {one_line(reader.model)}: {error}")
    return Diagnosis("reader", True, f"model {asked.name} answers: questions and passages are sent there")
