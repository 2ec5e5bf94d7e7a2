"""Sources → a build: read, extract, make the graph, check it, write it beside, then point to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import builds
from kg.errors import BuildError
from kg.models import Records
from kg.pipeline.folders import LeftOut, find_files
from kg.pipeline.quotes import wrong_quotes
from kg.pipeline.sources import Taken, fingerprint_inputs, read_documents, read_given
from kg.records import LISTS, document_file, json_lines, record_files
from kg.resources import data_dir
from kg.review.applied import FILE, Reviewed, apply_reviews, fingerprint, holding
from kg.writing import make_folder, sync_folder, write_whole, writing

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.extract.document import Silence
    from kg.review.verdicts import Review

STEPS = (
    "read",
    "locked",
    "tidied",
    "folder",
    "extracted",
    "first file",
    "records",
    "graph",
    "checked",
    "triples",
    "store",
    "index",
    "manifest",
    "renamed",
    "pointed",
    "removed",
)
"""The steps of a build that has work to do, in order. If one of them fails, the previous build stays in use, and the
next build does the whole work."""

ENCODERS = "encoders"
"""The folder beside the builds for exported encoders; one export serves every build with its model."""

Progress = Callable[[str, int, int], None]
"""Called for each source with its name, the number of parts done and the number of parts; then for each stage of the
search index, with 0 of 0 parts."""


@dataclass(frozen=True, slots=True)
class Made:
    """What `build` did: the build's folder, whether it was made now, the count of each kind of record, and the encoding
    or format of each source that is not UTF-8 text. `notes` says what the sources lost when they were read (pages
    without text, lines whose place is in doubt), and what search in this build cannot do, and why. `left_out` are the
    files of folders that are no documents of it.
    """

    folder: Path
    new: bool
    counts: dict[str, int]
    encodings: dict[str, str]
    notes: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


def plans() -> list[Path]:
    """Return the plans that come with the product, sorted by name."""
    return sorted(data_dir("corpus").glob("*.txt"))


def build(
    sources: Sequence[Path],
    data: Path,
    *,
    model: Path | None = None,
    progress: Progress | None = None,
    on_step: Callable[[str], None] | None = None,
    reviews: Mapping[str, Review] | None = None,
) -> Made:
    """Return the build of *sources* in the folder *data*, made now unless it is there already.

    A source is a file or a folder, which is searched with all below it. A file that was named itself must be a
    document; one of a folder that cannot be read, or is there twice, is left out and listed.

    The fingerprint of a build covers all that it is made from: the sources' bytes, the rules, the ontology, the names
    files, the product's own code and the libraries behind it, the embedding model in the SentenceTransformer folder
    *model*, whose vectors it holds (None: no vectors), and people's *reviews* of rows (the last of each, by task). A
    whole build with the same fingerprint is left as it is.

    *on_step* is called with each of `STEPS` when it is reached.

    Raises:
        HetaoError: a source cannot be read, *data* cannot be written, another build is being made there, the shapes
            refuse the graph, or *model* is not a model.
    """
    step = on_step or (lambda _: None)
    if not sources:
        raise BuildError("build", "no source was given and none comes with the product", "name a document")
    files, closed = find_files(sources, data)
    # before anything is written, so that a mistake in what was named leaves nothing behind
    given = read_given(files)
    documents, left = read_documents(files, given, builds.held_slugs(data))
    left = [*closed, *left]
    if not documents:
        listed = "; ".join(f"{one.file}: {one.why}" for one in left[:3])
        raise BuildError(sources[0], f"no document in it can be read ({listed})", "name another folder")
    held = holding(reviews or {}, (one.slug for one in documents))
    inputs = fingerprint_inputs(documents, None if model is None else _fingerprint(model), fingerprint(held), left)
    name = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
    folder = data / "builds" / name
    step("read")
    with builds.build_lock(data):
        step("locked")
        make_folder(folder.parent)
        builds.remove_leftovers(data)
        step("tidied")
        new = not builds.is_whole(folder)
        if new:
            _make(documents, held, inputs, folder, model, progress, step)
        if builds.current_name(data) != name:
            builds.point_to(data, name)
            step("pointed")
        builds.remove_others(data, keep=name)
        step("removed")
        # still under the lock: after it a build of other sources may delete this one
        made = builds.load_build(data)
    made.close()
    encodings = {one.source.name: written for one in documents if (written := one.source.written_in)}
    lost = (f"{one.source.name}: {note}" for one in documents for note in one.source.notes)
    notes = (*lost, *made.manifest["notes"])
    return Made(folder, new, dict(made.manifest["counts"]), encodings, notes, tuple(left))


def _fingerprint(model: Path) -> str:
    from kg.search.model_folder import check_model, model_fingerprint

    check_model(model)
    return model_fingerprint(model)


def check_document(records: Records, graph: Graph) -> list[str]:
    """Return a line for each fault in the quotes of *records* or the shapes of their *graph*; [] if there is none."""
    from kg.graph.validate import validate

    found = [f"{problem.name}: {problem.zh} {problem.en}" for problem in validate(graph, records.document.source.text)]
    return [*wrong_quotes(records), *found]


def _make(
    documents: Sequence[Taken],
    reviews: Sequence[Review],
    inputs: dict[str, Any],
    folder: Path,
    model: Path | None,
    progress: Progress | None,
    step: Callable[[str], None],
) -> None:
    """Make *folder*: everything is written to a temporary folder beside it, which is renamed when it is whole."""
    from kg.extract import extract_with_coverage
    from kg.graph.build import to_graph
    from kg.graph.export import serialise
    from kg.graph.store import write_store
    from kg.search.store import build_index

    beside = folder.with_name(f".tmp-{folder.name}")
    try:
        with writing(folder.parent.parent):
            beside.mkdir()
        step("folder")
        found = []
        for taken in documents:
            part_done = progress and partial(progress, taken.source.name)
            found.append(extract_with_coverage(taken.document(), taken.names, part_done))
        reviewed = [apply_reviews(one.records, reviews) for one in found]
        extracted = [records for records, _ in reviewed]
        step("extracted")
        for number, ((one, outcomes), its) in enumerate(zip(reviewed, found, strict=True)):
            home = beside / "documents" / one.document.slug
            make_folder(home)
            more = {
                "document.json": document_file(one),
                "silent.jsonl": json_lines([*its.silent, *_rejected(outcomes)]),
                FILE: json_lines(outcomes),
            }
            for name, content in {**record_files(one), **more}.items():
                write_whole(home / name, content)
                if number == 0 and name == "source.txt":
                    step("first file")
        step("records")
        graphs = [to_graph(one) for one in extracted]
        step("graph")
        for one, graph in zip(extracted, graphs, strict=True):
            _refuse(one, check_document(one, graph))
        step("checked")
        graph = union(graphs)
        write_whole(beside / "graph.nt", serialise(graph, "nt"))
        step("triples")
        with writing(folder.parent.parent):
            write_store(graphs, beside / "store")
        step("store")
        with writing(folder.parent.parent):
            about = build_index(
                extracted, beside / "index", model, exports=folder.parent.parent / ENCODERS, progress=_stages(progress)
            )
        step("index")
        write_whole(beside / "manifest.json", _manifest(inputs, extracted, graph, about["notes"], beside))
        step("manifest")
        with writing(folder.parent.parent):
            sync_folder(beside)
            if folder.exists():
                builds.remove(folder)
            beside.replace(folder)
            sync_folder(folder.parent)
        step("renamed")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _rejected(outcomes: Sequence[Reviewed]) -> list[Silence]:
    """Return the rejected rows as sentences without an obligation, for the coverage if no other row is there."""
    from kg.extract.document import Silence

    rows = [one.row for one in outcomes if one.verdict == "rejected" and one.row]
    return [Silence(row.clause, row.start, row.end, row.quote, "rejected") for row in rows]


def _refuse(records: Records, wrong: list[str]) -> None:
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        corrected = [row.task_id for row in records.obligations if row.review == "corrected"]
        fix = f"report it; corrected were {', '.join(corrected)}: withdraw what is wrong" if corrected else "report it"
        raise BuildError(records.document.source.name, f"the extracted records are refused: {wrong[0]}{more}", fix)


def union(graphs: Sequence[Graph]) -> Graph:
    """Return the triples of all *graphs* in a new one."""
    from kg.graph.terms import new_graph

    whole = new_graph()
    for graph in graphs:
        whole += graph
    return whole


def _stages(progress: Progress | None) -> Callable[[str], None]:
    return (lambda _: None) if progress is None else (lambda stage: progress(stage, 0, 0))


def _manifest(
    inputs: dict[str, Any], extracted: Sequence[Records], graph: Graph, notes: Sequence[str], folder: Path
) -> bytes:
    counts = {"documents": len(extracted)}
    for kind in LISTS:
        counts[kind] = sum(len(one.document.clauses if kind == "clauses" else getattr(one, kind)) for one in extracted)
    counts["triples"] = len(graph)
    written = sorted(p for p in folder.rglob("*") if p.is_file() and (folder / "store") not in p.parents)
    plain = {
        "format": builds.FORMAT,
        "documents": [one.document.slug for one in extracted],
        "counts": counts,
        "notes": list(notes),
        "inputs": inputs,
        "files": {path.relative_to(folder).as_posix(): builds.sha256(path) for path in written},
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode("utf-8")
