"""Documents' records → their parts of the search index, made in processes or on a cluster, where they are missing.

`kg.search.build` finds them then. What is not made here, because it is not worth a process, is made there.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tqdm import tqdm

from kg import settings
from kg.errors import BuildError, EngineError, ModelError
from kg.parts import KeptParts, files_of_parts
from kg.pipeline.document_parts import Progress
from kg.pipeline.fingerprints import version_digest
from kg.pipeline.workers import JobOutcome, run
from kg.records import RECORD_FILES, load_records
from kg.search.document_index import Embedding, Indexed, prepare, prepared
from kg.search.model_folder import write_model

if TYPE_CHECKING:
    from kg.engine_settings import DaskCluster

STAGE: Final = "vectors"

SHAPES: Final = 64
"""Shapes of batches for which oneDNN keeps what it compiled; each that comes again later is compiled again."""

WORTH: Final = 40_000
"""Characters that take as long to encode as a process to load the model: fewer for each are encoded sooner here."""


@dataclass(frozen=True, slots=True)
class IndexJob:
    """The document *slug*, whose records lie in *folder* among *parts*, to be encoded by *model* (None: by none)."""

    slug: str
    folder: Path
    parts: Path
    model: Path | None

    @property
    def characters(self) -> int:
        """About how many characters the document has; Chinese ones are three bytes each."""
        return (self.folder / "source.txt").stat().st_size // 3


@dataclass(frozen=True, slots=True)
class SentJob:
    """The same for another machine: with the files of the records, and with what the vectors are made from."""

    slug: str
    key: str
    files: dict[str, bytes]
    model: Path | None
    made_from: dict[str, Any] | None


def make_index_parts(
    documents: Sequence[Indexed],
    model: Path | None,
    parts: KeptParts,
    jobs: int,
    progress: Progress | None,
    cluster: DaskCluster | None = None,
) -> None:
    """Make the parts of *documents* that *parts* lacks: in *jobs* processes, or by the workers of *cluster*.

    A model that cannot be used makes nothing; `kg.search.build.build_index` says so and does without.

    Raises:
        BuildError: a process died twice over a document.
        EngineError: the cluster is away, or its model is another one.
    """
    told = progress or (lambda _name, _done, _total, _unit: None)
    try:
        made_from = None if model is None else Embedding(model).made_from
    except (ModelError, OSError):
        return
    missing = [
        IndexJob(one.slug, parts.folder / one.key, parts.folder, model)
        for one in documents
        if prepared(one, parts, made_from) is None
    ]
    workers = min(jobs, len(missing), sum(one.characters for one in missing) // WORTH)
    if not missing or (cluster is None and workers < 2):
        return
    outcomes: Iterator[JobOutcome[Any, Any]]
    if cluster is None:
        outcomes = run(missing, make_one, workers)
    else:
        from kg.pipeline.cluster import run as run_elsewhere

        outcomes = run_elsewhere((_sent(one, made_from) for one in missing), make_elsewhere, cluster, version_digest())
    told(STAGE, 0, len(missing), "document")
    for done, outcome in enumerate(outcomes, start=1):
        told(STAGE, done, len(missing), "document")
        if isinstance(outcome.error, ModelError):
            return
        if outcome.error is not None:
            raise outcome.error
        if outcome.lost:
            fix = "leave it out, or run it again where more memory is free"
            raise BuildError(outcome.job.slug, f"the process that indexed it died twice ({outcome.lost})", fix)
        if outcome.result:
            parts.receive(outcome.result)


def make_one(job: IndexJob) -> None:
    """Make the parts of a document among those that its records are kept with."""
    document = Indexed(job.slug, job.folder.name, partial(load_records, job.folder))
    prepare(document, KeptParts(job.parts), _embedding(job.model), lambda: None)
    _return_memory()


def make_elsewhere(job: SentJob) -> dict[str, dict[str, bytes]]:
    """Make the parts of a document on a machine without its folders, and return their files.

    Raises:
        EngineError: its model, or what runs it, would give other vectors.
    """
    embedding = _embedding(_own_model(job.model))
    if embedding is not None and embedding.made_from != job.made_from:
        fix = "give it the same in HETAO_MODEL, and the same packages"
        raise EngineError("Dask worker", "its embedding model is another one, or other packages run it", fix)
    with TemporaryDirectory(prefix="hetao-index-") as folder:
        records, made = Path(folder) / "records", Path(folder) / "parts"
        records.mkdir()
        for name, content in job.files.items():
            (records / name).write_bytes(content)
        document = Indexed(job.slug, job.key, partial(load_records, records))
        prepare(document, KeptParts(made), embedding, lambda: None)
        _return_memory()
        return files_of_parts(made)


def _return_memory() -> None:
    """Have the allocator give back what it keeps between documents of many sizes, which adds up over a library."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
    if trim is not None:
        trim(0)


def _sent(job: IndexJob, made_from: dict[str, Any] | None) -> SentJob:
    files = {name: (job.folder / name).read_bytes() for name in RECORD_FILES}
    return SentJob(job.slug, job.folder.name, files, job.model, made_from)


def _own_model(named: Path | None) -> Path | None:
    """Return the folder of the model on this machine: the one that was *named* if it is here, else its own."""
    if named is None or named.is_dir():
        return named
    chosen = settings.load()
    if chosen.model_is_default:
        write_model(chosen.model)
    return chosen.model


@cache
def _embedding(model: Path | None) -> Embedding | None:
    """Return the model in *model*, which a process loads once."""
    # a progress bar, even one that is not shown, makes a lock among processes; a worker is killed when it is not needed
    # any more, and Python would tell the terminal of a lock left behind
    tqdm.set_lock(threading.RLock())
    # read when the library is loaded: its own limit of 1,024 shapes takes half a gigabyte over a thousand documents
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(SHAPES))
    return None if model is None else Embedding(model)
