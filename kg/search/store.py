"""Documents and a model → an index in a folder; the folder → the same index.

index.json       what it was made from: counts, model, weights, libraries, notes
segments/        the units and words of some dozens of documents in each file, with the vectors of their sentences
tokens/          the vectors of the tokens of each document's sentences             (these only with a model)
names.json       the names of the documents, by which questions are cut, with their frequencies
aliases.json     other names of things and words of the domain → what the documents call them, both folded
dictionary/      jieba's dictionary
linked.json      the checksums of the files of segments/ and tokens/, which are links to files of parts
encoder/         the encoder of questions                                           (only with a model)
reader/          the vectors and the tokenizer of the words that the reader of passages reads

What is made of one document alone, and each segment, is kept in parts; the index has links to them. So an index takes
as long to make as what has changed since the one before.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pydantic import NonNegativeFloat

from kg.errors import BuildError, ModelError
from kg.parts import ABOUT, KeptParts
from kg.rules import Strict, load
from kg.search.arrays import open_arrays, read_array, save_arrays
from kg.search.bm25 import Bm25
from kg.search.dense import DenseIndex
from kg.search.document_index import ARRAYS, NAMES, Embedding, Indexed, Prepared, prepare
from kg.search.encoder import OnnxEncoder, QuestionEncoder
from kg.search.expansion import vocabulary
from kg.search.late import LateIndex
from kg.search.late_map import LateMap, late_map
from kg.search.model_folder import check_model
from kg.search.segments import Segments, grouped, joined
from kg.search.tables import KINDS, PARTS
from kg.search.token_files import TokenFiles
from kg.search.units import Unit, single_aliases
from kg.search.vectors import SentenceVectors
from kg.search.word_vectors import kept_words
from kg.search.words import Lexicon, kept_dictionary, simplified
from kg.writing import link

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 5
READER = "reader"
LINKED: Final = "linked.json"
SEGMENT: Final = "segment"
"""The kind of the parts that hold a segment."""

LEGS = ("late", "words")
SAMPLES = 64
"""Sentences, spread over the documents, on which the exported encoder is compared with the reference."""

TORCH = "torch"
"""The engine of a model that cannot be exported: sentence-transformers itself."""

_LIBRARIES = ("faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers")
_WITHOUT = "lexical search alone"

Progress = Callable[[str, int, int], None]
"""Called with each stage as it begins, and before a document is encoded with the documents done and their number."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of an embedding model. `dense` has the sentences in order, `late` also their parts after them.

    `turn` transforms a question's tokens before the comparison, if that was learned for the model.
    """

    encoder: QuestionEncoder
    dense: DenseIndex
    late: LateIndex
    turn: LateMap | None


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that ranking needs; without `vectors`, search is by words alone.

    `words` has the sentences and parts of `segments`, by their numbers, and so has `vectors`. `notes` is what every
    answer must say: that there is no embedding model, and why.
    """

    segments: Segments
    aliases: Mapping[str, str]
    lexicon: Lexicon
    words: Bm25
    vectors: Vectors | None
    weights: Mapping[str, float]
    notes: tuple[str, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit, each document's in reading order: made anew at each call, which takes seconds for many."""
        return tuple(self.segments)


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
            about["notes"] = [f"{_WITHOUT}: {error}"]
            _write_segments(_prepared(listed, kept, None, report), folder, kept, report)
    report("words of the reader", 0, 0)
    kept_dictionary(folder / "dictionary", exports)
    kept_words(folder / READER, exports)
    about["units"] = _counted(_segments_in(folder))
    _write_json(folder / "index.json", about)
    return about


def open_index(folder: Path, *, threads: int | None = None) -> Index:
    """Return the index in *folder*, without importing torch unless the model cannot be exported.

    *threads* is for the encoder; if that cannot be loaded, the index is lexical and its notes say so.

    Raises:
        BuildError: the index is missing, damaged or of another version.
    """
    fix = "run `hetao build` again"
    try:
        about = json.loads((folder / "index.json").read_bytes())
        if about["format"] != FORMAT:
            raise BuildError(folder, "the search index is of another version", fix)
        notes = list(about["notes"])
        segments = _segments_in(folder)
        if _counted(segments) != about["units"]:
            raise BuildError(folder, "a part of the search index is missing", fix)
        vectors = None
        if about["model"]:
            try:
                vectors = _vectors(about["model"], segments, folder, threads)
            except ModelError as error:
                notes.append(f"{_WITHOUT}: {error}")
        lexicon = Lexicon.load(folder / "dictionary")
        lexicon.learn_counts(json.loads((folder / "names.json").read_bytes()))
        return Index(
            segments=segments,
            aliases=json.loads((folder / "aliases.json").read_bytes()),
            lexicon=lexicon,
            words=Bm25(segments.arrays),
            vectors=vectors,
            weights=about["weights"],
            notes=tuple(notes),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BuildError(folder, f"the search index is missing or damaged ({type(error).__name__})", fix) from error


def _vectors(about: Mapping[str, Any], segments: Segments, folder: Path, threads: int | None) -> Vectors:
    encoder = _encoder(about, folder / "encoder", threads)
    paths = [_tokens_of(folder, slug) for slug in segments.documents]
    tokens = TokenFiles(paths, segments.token_at, about["token_dimensions"], partial(segments.values, "scales"))
    dense = DenseIndex((read_array(path, "dense") for path in _segment_files(folder)), about["dimensions"])
    turn = late_map(about.get("fingerprint", ""))
    return Vectors(encoder, dense, LateIndex(tokens, segments.runs_of), turn)


def _encoder(about: Mapping[str, Any], folder: Path, threads: int | None) -> QuestionEncoder:
    if about["engine"] != TORCH:
        return OnnxEncoder(folder, threads)
    from kg.search.reference import Reference

    return Reference(Path(about["folder"]))


class LegWeights(Strict):
    """`rules/ranking.yaml`: how much each leg counts."""

    late: NonNegativeFloat
    words: NonNegativeFloat


def leg_weights() -> dict[str, float]:
    """Return the weight of each of `LEGS`."""
    return load("ranking", LegWeights).model_dump()


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
        about = kept_export(embedding, folder / "encoder", lambda: _samples(_segments_in(folder)), exports)
    except ModelError as error:
        # a model that cannot be exported is still useful, at the cost of loading torch for questions
        shutil.rmtree(folder / "encoder", ignore_errors=True)
        about = {"engine": TORCH, "folder": str(info.folder), "dimensions": info.dimensions, "reason": str(error)}
    return {**about, "token_dimensions": _token_dimensions(folder, _segments_in(folder))}


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


def _segments_in(folder: Path) -> Segments:
    return Segments.open(_segment_files(folder))


def _segment_files(folder: Path) -> list[Path]:
    return sorted((folder / "segments").iterdir())


def _tokens_of(folder: Path, slug: str) -> Path:
    return folder / "tokens" / f"{slug}.npy"


def _token_dimensions(folder: Path, segments: Segments) -> int:
    """Return how many numbers a token's vector has; 1 if there is no token."""
    import numpy as np

    slugs = (slug for slug, tokens in zip(segments.documents, np.diff(segments.token_at), strict=True) if tokens)
    return next((int(np.load(_tokens_of(folder, slug), mmap_mode="r").shape[1]) for slug in slugs), 1)


def _samples(segments: Segments) -> list[str]:
    """Return sentences spread over the documents."""
    count = segments.count("sentences")
    return [simplified(segments.unit("sentences", i).quote) for i in range(0, count, max(1, count // SAMPLES))]


def _counted(segments: Segments) -> dict[str, int]:
    """Return how many units of each kind there are."""
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    counts |= {"clause": segments.count("clauses"), "sentence": segments.count("sentences")}
    for kind in PARTS:
        counts[kind] = sum(int((one["parts"]["kind"] == KINDS.index(kind)).sum()) for one in segments.arrays)
    return counts


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
