"""Sources → a build: read, extract, make the graph, check it, write it beside, then point to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import builds
from kg.checksums import listed, sha256
from kg.errors import BuildError
from kg.facts import load_facts
from kg.parts import ABOUT, KeptParts
from kg.parts import FOLDER as PARTS
from kg.pipeline.document_parts import Progress, make_parts
from kg.pipeline.fingerprints import common_digest, fingerprint_inputs
from kg.pipeline.folders import LeftOut, find_files
from kg.pipeline.library import Removed, Sources, keep_library
from kg.pipeline.remote_graph import remove_graphs, send_graph
from kg.pipeline.remote_index import remove_sentences, send_sentences
from kg.pipeline.sources import Taken, read_documents, read_given
from kg.pipeline.stores import make_store
from kg.records import load_records
from kg.resources import data_dir
from kg.review.applied import fingerprint, holding
from kg.writing import link_tree, make_folder, sync_folder, write_whole, writing

if TYPE_CHECKING:
    from kg.engine_settings import DaskCluster, MilvusServer, SparqlServer
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
    "store",
    "index",
    "manifest",
    "renamed",
    "pointed",
    "removed",
)
"""The steps of a build that has work to do, in order. If one of them fails, the previous build stays in use, and the
next build makes what is still missing: the parts that were made are kept."""

ENCODERS = "encoders"
"""The folder beside the builds for exported encoders; one export serves every build with its model."""


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
    jobs: int = 1,
    verify: bool = False,
    progress: Progress | None = None,
    on_step: Callable[[str], None] | None = None,
    reviews: Mapping[str, Review] | None = None,
    removed: Sequence[Removed] = (),
    remember: bool = True,
    server: SparqlServer | None = None,
    milvus: MilvusServer | None = None,
    cluster: DaskCluster | None = None,
) -> Made:
    """Return the build of *sources* in the folder *data*, made now unless it is there already.

    A source is a file or a folder, which is searched with all below it. A file that was named itself must be a
    document; one of a folder that cannot be read, is there twice, or was *removed*, is left out and listed. Where the
    sources are is kept in *data* for `hetao library`, if they are to be remembered.

    The fingerprint of a build covers all that it is made from: the sources' bytes, the rules, the ontology, the names
    files, the product's own code and the libraries behind it, the embedding model in the SentenceTransformer folder
    *model*, whose vectors it holds (None: no vectors), and people's *reviews* of rows (the last of each, by task). A
    whole build with the same fingerprint is left as it is. Of what was built before, a file of its size that was not
    written since is taken for whole; with *verify* every file is read, and what is damaged is made anew.

    With *jobs* of more than one, as many processes make what is made of one document alone, where there is enough for
    each to do, or the workers of a Dask *cluster* do. They are spawned: a script that asks for them begins with
    `if __name__ == "__main__":`.

    The graph is written to the SPARQL *server* too, if there is one, before the build becomes the current one, and the
    graphs of builds that are gone are removed there. So it is with the sentences of its search index and *milvus*.

    *on_step* is called with each of `STEPS` when it is reached.

    Raises:
        HetaoError: a source cannot be read, *data* cannot be written, another build is being made there, the shapes
            refuse the graph, *model* is not a model, or a server is away.
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
        parts = KeptParts(data / PARTS, every_byte=verify)
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
        new = not builds.is_whole(folder, every_byte=verify)
        if new:
            _Making(folder, parts, inputs, held, model, jobs, progress, step).make(documents, cluster)
            parts.remove_unused()
        sparql = send_graph(server, folder) if server else None
        sentences = send_sentences(milvus, folder) if milvus else None
        if builds.current_name(data) != name:
            builds.point_to(data, name)
            step("pointed")
        if remember:
            _keep_sources(data, sources, documents, removed)
        builds.remove_others(data, keep=name)
        if sparql is not None:
            remove_graphs(sparql, data)
        if sentences is not None:
            remove_sentences(sentences, data)
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


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the build *folder* of *inputs*: what is made of each document alone is kept in *parts*, or found there."""

    folder: Path
    parts: KeptParts
    inputs: dict[str, Any]
    reviews: Sequence[Review]
    model: Path | None
    jobs: int
    progress: Progress | None
    step: Callable[[str], None]

    def make(self, documents: Sequence[Taken], cluster: DaskCluster | None) -> None:
        """Write everything to a temporary folder beside *folder*, which is renamed when it is whole."""
        from kg.pipeline.index_parts import make_index_parts
        from kg.search.build import build_index
        from kg.search.document_index import Indexed

        data = self.folder.parent.parent
        beside = self.folder.with_name(f".tmp-{self.folder.name}")
        try:
            with writing(data):
                beside.mkdir()
            self.step("folder")
            made, refused = make_parts(
                documents, self.reviews, self.parts, self.jobs, self.progress, self.step, cluster
            )
            self.step("parts")
            with writing(data):
                for number, (slug, part) in enumerate(made.items()):
                    link_tree(part, beside / builds.DOCUMENTS / slug)
                    if number == 0:
                        self.step("first file")
            self.step("records")
            triples = make_store(data, made, self.parts, common_digest(), beside / "store")
            self.step("store")
            indexed = [Indexed(slug, part.name, partial(load_records, part)) for slug, part in made.items()]
            make_index_parts(indexed, self.model, self.parts, self.jobs, self.progress, cluster)
            with writing(data):
                about = build_index(
                    indexed,
                    beside / "index",
                    self.model,
                    exports=data / ENCODERS,
                    parts=self.parts,
                    progress=self._stage,
                )
            self.step("index")
            manifest = _manifest(self.inputs, made, triples, about["notes"], refused, beside)
            write_whole(beside / builds.MANIFEST, manifest)
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

    def _stage(self, stage: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(stage, done, total, "document")


def _manifest(
    inputs: dict[str, Any],
    made: Mapping[str, Path],
    triples: int,
    notes: Sequence[str],
    refused: Sequence[LeftOut],
    folder: Path,
) -> bytes:
    """Return the content of `manifest.json`; the files of a document are listed in its own folder."""
    from kg.search.build import LINKED

    counts = Counter({"documents": len(made)})
    for slug in made:
        counts.update(load_facts(folder / builds.DOCUMENTS / slug).counts)
    others = (one for one in folder.iterdir() if one.name not in (builds.DOCUMENTS, "store"))
    files = (path for other in others for path in other.rglob("*") if path.is_file())
    # gigabytes of a large library, which were summed up when their parts were made
    linked = json.loads((folder / "index" / LINKED).read_bytes())
    plain = {
        "format": builds.FORMAT,
        "documents": list(made),
        "counts": {**counts, "triples": triples},
        "notes": list(notes),
        "left_out": [*inputs["left_out"], *(asdict(one) for one in refused)],
        "common": common_digest(),
        "inputs": inputs,
        "parts": {slug: {"part": part.name, "sha256": sha256(part / ABOUT)} for slug, part in made.items()},
        "files": listed(folder, files, {f"index/{name}": told for name, told in linked.items()}),
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=False) + "\n").encode("utf-8")
