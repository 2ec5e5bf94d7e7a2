"""Sources → a build: read, extract, make the graph, check it, write it beside, then point to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import builds
from kg.errors import BuildError
from kg.models import Records
from kg.parts import FOLDER as PARTS
from kg.parts import KeptParts
from kg.pipeline.fingerprints import document_inputs, fingerprint_inputs
from kg.pipeline.folders import LeftOut, find_files, left_out
from kg.pipeline.library import Removed, Sources, keep_library
from kg.pipeline.quotes import wrong_quotes
from kg.pipeline.sources import Taken, read_documents, read_given
from kg.records import LISTS, document_file, json_lines, load_records, record_files
from kg.resources import data_dir
from kg.review.applied import FILE, Reviewed, apply_reviews, fingerprint, holding
from kg.writing import link_tree, make_folder, sync_folder, write_whole, writing

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.extract.document import Silence
    from kg.review.verdicts import Review

STEPS = (
    "locked",
    "tidied",
    "read",
    "folder",
    "first part",
    "parts",
    "first file",
    "records",
    "triples",
    "store",
    "index",
    "manifest",
    "renamed",
    "pointed",
    "removed",
)
"""The steps of a build that has work to do, in order. If one of them fails, the previous build stays in use, and the
next build makes what is still missing: the parts that were made are kept."""

DOCUMENT = "document"
"""The kind of the parts that hold the records and triples of a document."""

RECORDS, TRIPLES = "records", "graph.nt"
"""What is in such a part: a folder and a file."""

PIECE = 16 * 1024**2

ENCODERS = "encoders"
"""The folder beside the builds for exported encoders; one export serves every build with its model."""

Progress = Callable[[str, int, int, str], None]
"""Called with the name of the source or stage in work, how much is done, of how much, and of what: the parts of a
source, or documents where there are several; 0 of 0 if it is not known.
"""


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
    removed: Sequence[Removed] = (),
    remember: bool = True,
) -> Made:
    """Return the build of *sources* in the folder *data*, made now unless it is there already.

    A source is a file or a folder, which is searched with all below it. A file that was named itself must be a
    document; one of a folder that cannot be read, is there twice, or was *removed*, is left out and listed. Where the
    sources are is kept in *data* for `hetao library`, if they are to be remembered.

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
    fingerprint_of_model = None if model is None else _fingerprint(model)
    with builds.build_lock(data):
        step("locked")
        parts = KeptParts(data / PARTS)
        make_folder(data / "builds")
        builds.remove_leftovers(data)
        parts.remove_leftovers()
        step("tidied")
        documents, left = read_documents(files, given, builds.held_slugs(data), parts, removed)
        left = [*closed, *left]
        if not documents:
            listed = "; ".join(f"{one.file}: {one.why}" for one in left[:3])
            raise BuildError(sources[0], f"no document in it can be read ({listed})", "name another folder")
        held = holding(reviews or {}, (one.slug for one in documents))
        inputs = fingerprint_inputs(documents, fingerprint_of_model, fingerprint(held), left)
        name = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
        folder = data / "builds" / name
        step("read")
        new = not builds.is_whole(folder)
        if new:
            _Making(folder, parts, inputs, held, model, progress, step).make(documents)
            parts.remove_unused()
        if builds.current_name(data) != name:
            builds.point_to(data, name)
            step("pointed")
        if remember:
            _keep_sources(data, sources, documents, removed)
        builds.remove_others(data, keep=name)
        step("removed")
        # still under the lock: after it a build of other sources may delete this one
        made = builds.load_build(data)
    made.close()
    encodings = {one.source.name: written for one in documents if (written := one.source.written_in)}
    lost = (f"{one.source.name}: {note}" for one in documents for note in one.source.notes)
    notes = (*lost, *made.manifest["notes"])
    left_out_ones = tuple(LeftOut(**one) for one in made.manifest["left_out"])
    return Made(folder, new, dict(made.manifest["counts"]), encodings, notes, left_out_ones)


def _keep_sources(data: Path, sources: Sequence[Path], documents: Sequence[Taken], removed: Sequence[Removed]) -> None:
    files = {one.slug: str(one.found.path.absolute()) for one in documents}
    # the product's own plans lie elsewhere after an upgrade
    places = () if list(sources) == plans() else tuple(path.absolute() for path in sources)
    keep_library(data, Sources(places, tuple(removed), files))


def _fingerprint(model: Path) -> str:
    from kg.search.model_folder import check_model, model_fingerprint

    check_model(model)
    return model_fingerprint(model)


def check_document(records: Records, graph: Graph) -> list[str]:
    """Return a line for each fault in the quotes of *records* or the shapes of their *graph*; [] if there is none."""
    from kg.graph.validate import validate

    found = [f"{problem.name}: {problem.zh} {problem.en}" for problem in validate(graph, records.document.source.text)]
    return [*wrong_quotes(records), *found]


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the build *folder* of *inputs*: what is made of each document alone is kept in *parts*, or found there."""

    folder: Path
    parts: KeptParts
    inputs: dict[str, Any]
    reviews: Sequence[Review]
    model: Path | None
    progress: Progress | None
    step: Callable[[str], None]

    def make(self, documents: Sequence[Taken]) -> None:
        """Write everything to a temporary folder beside *folder*, which is renamed when it is whole."""
        from kg.graph.export import write_merged
        from kg.graph.store import load_store
        from kg.search.document_index import Indexed
        from kg.search.store import build_index

        data = self.folder.parent.parent
        beside = self.folder.with_name(f".tmp-{self.folder.name}")
        try:
            with writing(data):
                beside.mkdir()
            self.step("folder")
            made, refused = self._parts(documents)
            self.step("parts")
            with writing(data):
                for number, (slug, part) in enumerate(made.items()):
                    link_tree(part / RECORDS, beside / "documents" / slug)
                    if number == 0:
                        self.step("first file")
            self.step("records")
            graphs = [part / TRIPLES for part in made.values()]
            triples = write_merged(graphs, beside / "graph.nt")
            self.step("triples")
            with writing(data):
                load_store(_pieces(beside / "graph.nt"), beside / "store")
            self.step("store")
            extracted = [load_records(part / RECORDS) for part in made.values()]
            with writing(data):
                about = build_index(
                    [Indexed(slug, part.name, partial(load_records, part / RECORDS)) for slug, part in made.items()],
                    beside / "index",
                    self.model,
                    exports=data / ENCODERS,
                    parts=self.parts,
                    progress=self._stage,
                )
            self.step("index")
            manifest = _manifest(self.inputs, extracted, triples, about["notes"], refused, beside)
            write_whole(beside / "manifest.json", manifest)
            self.step("manifest")
            with writing(data):
                sync_folder(beside)
                if self.folder.exists():
                    builds.remove(self.folder)
                beside.replace(self.folder)
                sync_folder(self.folder.parent)
            self.step("renamed")
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _parts(self, documents: Sequence[Taken]) -> tuple[dict[str, Path], list[LeftOut]]:
        """Return the part of each of *documents* by its slug, made only where there is none, and the refused ones.

        Raises:
            BuildError: one that was named itself is refused, or all are.
        """
        reviews = {one.slug: [each for each in self.reviews if each.document == one.slug] for one in documents}
        keys = [document_inputs(one, fingerprint(reviews[one.slug])) for one in documents]
        found = [self.parts.find(DOCUMENT, key) for key in keys]
        missing = found.count(None)
        tried = 0
        made: dict[str, Path] = {}
        refused: list[LeftOut] = []
        for one, key, path in zip(documents, keys, found, strict=True):
            if path is not None:
                made[one.slug] = path
                continue
            told = self._told(one.source.name, tried, missing)
            tried += 1
            try:
                made[one.slug] = self.parts.make(DOCUMENT, key, partial(_write_part, one, reviews[one.slug], told))
            except BuildError as error:
                if one.found.given or len(refused) + 1 == len(documents):
                    raise
                refused.append(left_out(one.found.name, error, "refused"))
            if tried == 1:
                self.step("first part")
        return made, refused

    def _told(self, name: str, done: int, missing: int) -> Callable[[int, int], None] | None:
        """Return what is told of the clauses of a document; of many documents, how many are done is told at once."""
        if self.progress is None:
            return None
        progress = self.progress
        if missing == 1:
            return lambda clauses, every: progress(name, clauses, every, "part")
        progress(name, done, missing, "document")
        return None

    def _stage(self, stage: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(stage, done, total, "document")


def _write_part(
    taken: Taken, reviews: Sequence[Review], progress: Callable[[int, int], None] | None, folder: Path
) -> None:
    """Write the records and the triples of a document to *folder*.

    Raises:
        BuildError: the records differ from the source, or the shapes refuse their graph.
    """
    # these take seconds to import, which a build that finds nothing changed should not wait for
    from kg.extract import extract_with_coverage
    from kg.graph.build import to_graph
    from kg.graph.export import serialise

    found = extract_with_coverage(taken.document(), taken.names, progress)
    records, outcomes = apply_reviews(found.records, reviews)
    graph = to_graph(records)
    _refuse(records, check_document(records, graph))
    files = {
        **record_files(records),
        "document.json": document_file(records),
        "silent.jsonl": json_lines([*found.silent, *_rejected(outcomes)]),
        FILE: json_lines(outcomes),
    }
    (folder / RECORDS).mkdir()
    for name, content in files.items():
        write_whole(folder / RECORDS / name, content)
    write_whole(folder / TRIPLES, serialise(graph, "nt"))


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file in pieces, because the store holds what it is given at once in memory several times."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece + file.readline()


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


def _manifest(
    inputs: dict[str, Any],
    extracted: Sequence[Records],
    triples: int,
    notes: Sequence[str],
    refused: Sequence[LeftOut],
    folder: Path,
) -> bytes:
    from kg.search.store import LINKED

    counts = {"documents": len(extracted)}
    for kind in LISTS:
        counts[kind] = sum(len(one.document.clauses if kind == "clauses" else getattr(one, kind)) for one in extracted)
    counts["triples"] = triples
    written = sorted(p for p in folder.rglob("*") if p.is_file() and (folder / "store") not in p.parents)
    # gigabytes of a large library, which were summed up when their parts were made
    linked = json.loads((folder / "index" / LINKED).read_bytes())
    known = {folder / "index" / name: digest for name, digest in linked.items()}
    plain = {
        "format": builds.FORMAT,
        "documents": [one.document.slug for one in extracted],
        "counts": counts,
        "notes": list(notes),
        "left_out": [*inputs["left_out"], *(asdict(one) for one in refused)],
        "inputs": inputs,
        "files": {path.relative_to(folder).as_posix(): known.get(path) or builds.sha256(path) for path in written},
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode("utf-8")
