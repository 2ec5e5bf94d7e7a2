"""Documents and a model → an index in a folder, which `kg.search.store` opens and describes.

What is made of one document alone, and each segment, is kept in parts; the index has links to them. So an index takes
as long to make as what has changed since the one before.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ModelError
from kg.parts import ABOUT, KeptParts
from kg.search.arrays import open_arrays, save_arrays
from kg.search.document_index import ARRAYS, NAMES, Embedding, Indexed, Prepared, prepare
from kg.search.expansion import vocabulary
from kg.search.model_folder import check_model
from kg.search.segments import Segments, grouped, joined
from kg.search.store import FORMAT, READER, TORCH, WITHOUT, counted, leg_weights, segments_in, tokens_of
from kg.search.units import single_aliases
from kg.search.vectors import SentenceVectors
from kg.search.word_vectors import kept_words
from kg.search.words import kept_dictionary, simplified
from kg.writing import link

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKED: Final = "linked.json"
SEGMENT: Final = "segment"
"""The kind of the parts that hold a segment."""

SAMPLES: Final = 64
"""Sentences, spread over the documents, on which the exported encoder is compared with the reference."""

_LIBRARIES = ("faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers")

Progress = Callable[[str, int, int], None]
"""Called with each stage as it begins, and before a document is encoded with the documents done and their number."""


def build_index(
    documents: Iterable[Indexed],
    folder: Path,
    model: Path | None,
    *,
    exports: Path | None = None,
    parts: KeptParts | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Index *documents* in *folder*, which is made, and return the content of `index.json`.

    *model* is a SentenceTransformer folder. If it is None or unusable, the index is lexical, and its notes say so.
    *exports* is a folder for exported encoders and other files that serve every build. What is made of one document,
    and of a group of them, is taken from *parts* if it is there, and left there. The same input gives the same bytes on
    the same machine, with parts and without.
    """
    report = progress or (lambda _stage, _done, _total: None)
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, Any] = {
        "format": FORMAT,
        "units": {},
        "weights": leg_weights(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "model": None,
        "notes": [],
    }
    listed = sorted(documents, key=lambda one: one.slug)
    with _kept(parts, folder) as kept:
        try:
            if model is None:
                raise ModelError(
                    "no embedding model", "none is set up", "run `make install`, or name one in HETAO_MODEL"
                )
            about["model"] = _with_vectors(listed, folder, model, exports, kept, report)
        except ModelError as error:
            about["notes"] = [f"{WITHOUT}: {error}"]
            _write_segments(_prepared(listed, kept, None, report), folder, kept, report)
    report("words of the reader", 0, 0)
    kept_dictionary(folder / "dictionary", exports)
    kept_words(folder / READER, exports)
    about["units"] = counted(segments_in(folder))
    _write_json(folder / "index.json", about)
    return about


@contextmanager
def _kept(parts: KeptParts | None, folder: Path) -> Iterator[KeptParts]:
    """Yield *parts*; parts that are deleted behind the block if there are none."""
    if parts is not None:
        yield parts
        return
    with TemporaryDirectory(prefix=".tmp-", dir=folder) as beside:
        yield KeptParts(Path(beside))


def _with_vectors(
    documents: Sequence[Indexed],
    folder: Path,
    model: Path,
    exports: Path | None,
    parts: KeptParts,
    report: Progress,
) -> dict[str, Any]:
    """Write the segments with vectors and the encoder of questions; return the model's entry in `index.json`."""
    from kg.search.export_onnx import kept_export

    info = check_model(model)
    embedding = Embedding(model, lambda stage: report(stage, 0, 0))
    _write_segments(_prepared(documents, parts, embedding, report), folder, parts, report)
    report("encoder of questions", 0, 0)
    try:
        about = kept_export(embedding, folder / "encoder", lambda: _samples(segments_in(folder)), exports)
    except ModelError as error:
        # a model that cannot be exported is still useful, at the cost of loading torch for questions
        shutil.rmtree(folder / "encoder", ignore_errors=True)
        about = {"engine": TORCH, "folder": str(info.folder), "dimensions": info.dimensions, "reason": str(error)}
    return {**about, "token_dimensions": _token_dimensions(folder, segments_in(folder))}


def _prepared(
    documents: Sequence[Indexed], parts: KeptParts, embedding: Embedding | None, report: Progress
) -> list[Prepared]:
    """Return the parts of *documents*, made one document at a time."""
    report("words", 0, 0)
    found = []
    for done, document in enumerate(documents):
        found.append(prepare(document, parts, embedding, partial(report, "vectors", done, len(documents))))
    return found


def _write_segments(documents: Sequence[Prepared], folder: Path, parts: KeptParts, report: Progress) -> None:
    """Link the segments of *documents* and their tokens to *folder*, and write what all of them are called."""
    report("joining", 0, 0)
    by_slug = {one.slug: one for one in documents}
    for name in ("segments", "tokens"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    names: dict[str, int] = {}
    aliases = []
    linked: dict[str, Any] = {}

    def add(part: Path, name: str, place: str) -> None:
        link(part / name, folder / place)
        linked[place] = json.loads((part / ABOUT).read_bytes())["files"][name]

    for number, slugs in enumerate(grouped(by_slug)):
        members = [by_slug[slug] for slug in slugs]
        key = [[one.units.name, one.vectors and one.vectors.name] for one in members]
        segment = parts.find(SEGMENT, key) or parts.make(SEGMENT, key, partial(_join, members))
        add(segment, ARRAYS, f"segments/{number:05}")
        held = json.loads((segment / NAMES).read_bytes())
        for name, count in held["names"].items():
            names[name] = max(count, names.get(name, 0))
        aliases.append(held["aliases"])
        for one in members:
            if one.vectors is not None:
                add(one.vectors, "tokens.npy", f"tokens/{one.slug}.npy")
    _write_json(folder / LINKED, linked)
    _write_json(folder / "names.json", dict(sorted(names.items())))
    _write_json(folder / "aliases.json", {**vocabulary(), **single_aliases(aliases)})


def _join(members: Sequence[Prepared], folder: Path) -> None:
    """Write the segment of *members* to *folder*."""
    vectors = [SentenceVectors.load(one.vectors) for one in members if one.vectors is not None]
    arrays = [open_arrays(one.units / ARRAYS) for one in members]
    save_arrays(folder / ARRAYS, joined(arrays, [{"dense": one.dense, "scales": one.scales} for one in vectors]))
    names: dict[str, int] = {}
    aliases: dict[str, set[str]] = {}
    for one in members:
        held = json.loads((one.units / NAMES).read_bytes())
        for name, count in held["names"].items():
            names[name] = max(count, names.get(name, 0))
        for alias, means in held["aliases"].items():
            aliases.setdefault(alias, set()).update(means)
    _write_json(folder / NAMES, {"names": names, "aliases": {alias: sorted(aliases[alias]) for alias in aliases}})


def _token_dimensions(folder: Path, segments: Segments) -> int:
    """Return how many numbers a token's vector has; 1 if there is no token."""
    import numpy as np

    slugs = (slug for slug, tokens in zip(segments.documents, np.diff(segments.token_at), strict=True) if tokens)
    return next((int(np.load(tokens_of(folder, slug), mmap_mode="r").shape[1]) for slug in slugs), 1)


def _samples(segments: Segments) -> list[str]:
    """Return sentences spread over the documents."""
    count = segments.count("sentences")
    return [simplified(segments.unit("sentences", i).quote) for i in range(0, count, max(1, count // SAMPLES))]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
