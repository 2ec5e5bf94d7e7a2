"""Records and a model → an index in a folder; the folder → the same index.

index.json       what it was made from: counts, model, weights, libraries, notes
units.jsonl      the clauses, sentences, obligations and phrases it finds, in reading order
aliases.json     other names of things and words of the domain → what the documents call them, both folded
dictionary.*     jieba's dictionary with the names of the build
words/<kind>/    BM25 of the units of a kind
dense.faiss      the vectors of the sentences                   (these three only with a model)
late-*.npy       the vectors of the sentences' tokens
encoder/         the encoder of questions
reader/          the vectors and the tokenizer of the words that the reader of passages reads
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import NonNegativeFloat

from kg.builds import sha256
from kg.errors import BuildError, ModelError
from kg.models import Records
from kg.parts import KeptParts
from kg.rules import Strict, load
from kg.search.bm25 import Bm25
from kg.search.dense import DenseIndex
from kg.search.encoder import OnnxEncoder, QuestionEncoder
from kg.search.expansion import vocabulary
from kg.search.late import LateIndex
from kg.search.late_map import LateMap, late_map
from kg.search.model_folder import model_fingerprint
from kg.search.units import Unit, aliases, document_units, names
from kg.search.vectors import SentenceVectors
from kg.search.word_vectors import kept_words
from kg.search.words import Lexicon, folded, simplified

if TYPE_CHECKING:
    from kg.search.reference import Reference

FORMAT = 4
PARTS = ("obligation", "phrase")
"""The kinds of units inside a sentence; an obligation may continue into the next."""

RANKED = ("sentence", *PARTS)
READER = "reader"
VECTORS = "vectors"
"""The kind of the parts that hold the vectors of a document."""

LEGS = ("late", "words")
SAMPLES = 64
"""Sentences, spread over the documents, on which the exported encoder is compared with the reference."""

TORCH = "torch"
"""The engine of a model that cannot be exported: sentence-transformers itself."""

_LIBRARIES = ("bm25s", "faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers")
_WITHOUT = "lexical search alone"

Progress = Callable[[str, int, int], None]
"""Called with each stage as it begins, and for each document that is encoded with the number done and the number."""


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

    `units` are in reading order. `words` has an index for each of the kinds in `RANKED`, over the units of that kind in
    their order; the rows of `vectors` are the units of these kinds, one kind after the other. `notes` is what every
    answer must say: that there is no embedding model, and why.
    """

    units: tuple[Unit, ...]
    aliases: Mapping[str, str]
    lexicon: Lexicon
    words: Mapping[str, Bm25]
    vectors: Vectors | None
    weights: Mapping[str, float]
    notes: tuple[str, ...]


def build_index(
    records: Sequence[Records],
    folder: Path,
    model: Path | None,
    *,
    exports: Path | None = None,
    parts: KeptParts | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Index *records* in *folder*, which is made, and return the content of `index.json`.

    *model* is a SentenceTransformer folder. If it is None or unusable, the index is lexical, and its notes say so.
    *exports* is a folder for exported encoders, so that one export serves every build with the same model. The vectors
    of a document are taken from *parts* if they are there, and left there. The same input gives the same bytes on the
    same machine, with parts and without.
    """
    report = progress or (lambda _stage, _done, _total: None)
    folder.mkdir(parents=True, exist_ok=True)
    units = [unit for one in records for unit in document_units(one)]
    report("words", 0, 0)
    lexicon = Lexicon.with_names(names(records))
    lexicon.save(folder)
    for kind in RANKED:
        Bm25.of([lexicon.words(unit.text) for unit in units if unit.kind == kind]).save(folder / "words" / kind)
    lines = [json.dumps(asdict(unit), ensure_ascii=False) + "\n" for unit in units]
    (folder / "units.jsonl").write_text("".join(lines), encoding="utf-8")
    called = {folded(alias): folded(name) for alias, name in aliases(records).items()}
    _write_json(folder / "aliases.json", {**vocabulary(), **called})
    about: dict[str, Any] = {
        "format": FORMAT,
        "units": {kind: sum(unit.kind == kind for unit in units) for kind in ("clause", *RANKED)},
        "weights": leg_weights(),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "model": None,
        "notes": [],
    }
    report("words of the reader", 0, 0)
    kept_words(folder / READER, exports)
    try:
        if model is None:
            raise ModelError("no embedding model", "none is set up", "run `make install`, or name one in HETAO_MODEL")
        about["model"] = _add_vectors(records, folder, model, exports, parts, report)
    except ModelError as error:
        about["notes"] = [f"{_WITHOUT}: {error}"]
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
        lines = (folder / "units.jsonl").read_bytes().decode("utf-8").splitlines()
        notes = list(about["notes"])
        vectors = None
        if about["model"]:
            try:
                encoder = _encoder(about["model"], folder / "encoder", threads)
                turn = late_map(about["model"].get("fingerprint", ""))
                vectors = Vectors(encoder, DenseIndex.load(folder), LateIndex.load(folder), turn)
            except ModelError as error:
                notes.append(f"{_WITHOUT}: {error}")
        return Index(
            units=tuple(Unit(**json.loads(line)) for line in lines),
            aliases=json.loads((folder / "aliases.json").read_bytes()),
            lexicon=Lexicon.load(folder),
            words={kind: Bm25.load(folder / "words" / kind) for kind in RANKED},
            vectors=vectors,
            weights=about["weights"],
            notes=tuple(notes),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BuildError(folder, f"the search index is missing or damaged ({type(error).__name__})", fix) from error


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


def _add_vectors(
    records: Sequence[Records],
    folder: Path,
    model: Path,
    exports: Path | None,
    parts: KeptParts | None,
    report: Progress,
) -> dict[str, Any]:
    """Write the vectors and the encoder of questions, and return the model's entry in `index.json`."""
    from kg.search.export_onnx import kept_export
    from kg.search.reference import Reference

    report("embedding model", 0, 0)
    reference = Reference(model)
    units = [document_units(one) for one in records]
    sentences = [[unit for unit in its if unit.kind == "sentence"] for its in units]
    every = [unit for its in sentences for unit in its]
    samples = [simplified(unit.quote) for unit in every[:: max(1, len(every) // SAMPLES)]]
    report("encoder of questions", 0, 0)
    try:
        about = kept_export(reference, folder / "encoder", samples, exports)
    except ModelError as error:
        # a model that cannot be exported is still useful, at the cost of loading torch for questions
        shutil.rmtree(folder / "encoder", ignore_errors=True)
        info = reference.info
        about = {"engine": TORCH, "folder": str(info.folder), "dimensions": info.dimensions, "reason": str(error)}
    found = _vectors([[simplified(unit.text) for unit in its] for its in sentences], reference, parts, report)
    report("joining", 0, 0)
    DenseIndex.joined((one().dense for one in found), reference.info.dimensions).save(folder)
    ranges: dict[str, list[list[tuple[int, int]]]] = {kind: [] for kind in RANKED}
    at, dimensions = 0, 1
    for one, its, vectors in zip(records, units, found, strict=True):
        its_vectors = vectors()
        for kind, its_ranges in _token_ranges(its, its_vectors, one.document.source.text, at).items():
            ranges[kind] += its_ranges
        at += len(its_vectors.tokens)
        dimensions = max(dimensions, its_vectors.tokens.shape[1])
    pieces = ((one.tokens, one.scales) for vectors in found for one in [vectors()])
    LateIndex.write_joined(folder, pieces, (at, dimensions), chain.from_iterable(ranges.values()))
    return about


def _vectors(
    texts: Sequence[Sequence[str]], reference: Reference, parts: KeptParts | None, report: Progress
) -> list[Callable[[], SentenceVectors]]:
    """Return for each document what gives the vectors of its sentences, made only where *parts* has none."""
    if parts is None:
        return [partial(_same, SentenceVectors.of(its, reference)) for its in texts]
    made = {"model": model_fingerprint(reference.info.folder), "libraries": _encoding()}
    keys = [{**made, "sentences": hashlib.sha256("\n".join(its).encode("utf-8")).hexdigest()} for its in texts]
    paths = [parts.find(VECTORS, key) for key in keys]
    missing = paths.count(None)
    done = 0
    found: list[Callable[[], SentenceVectors]] = []
    for path, key, its in zip(paths, keys, texts, strict=True):
        kept = path
        if kept is None:
            report("vectors", done, missing)
            kept = parts.make(VECTORS, key, partial(_encode, its, reference))
            done += 1
        found.append(partial(SentenceVectors.load, kept))
    return found


def _same(vectors: SentenceVectors) -> SentenceVectors:
    return vectors


def _encode(texts: Sequence[str], reference: Reference, folder: Path) -> None:
    SentenceVectors.of(texts, reference).save(folder)


def _encoding() -> dict[str, str]:
    """Return what determines the vectors of a sentence, besides the model: our code and the libraries."""
    code = {
        name: sha256(Path(__file__).with_name(name)) for name in ("reference.py", "encoder.py", "vectors.py", "late.py")
    }
    return {
        **code,
        **{name: version(name) for name in ("sentence-transformers", "transformers", "torch", "tokenizers")},
    }


def _token_ranges(
    units: Sequence[Unit], vectors: SentenceVectors, source: str, at: int
) -> dict[str, list[list[tuple[int, int]]]]:
    """Return by kind, for each sentence of a document and each part of one, its ranges of the tokens of all.

    A part has the tokens of the heading and of its own words, from every sentence it lies in. *at* is the number of
    tokens before the document's.
    """
    ranges: dict[str, list[list[tuple[int, int]]]] = {kind: [] for kind in RANKED}
    of_clause: dict[str, list[tuple[int, list[int]]]] = {}
    first = 0
    sentences = (unit for unit in units if unit.kind == "sentence")
    for unit, count in zip(sentences, vectors.counts.tolist(), strict=True):
        ranges["sentence"].append([(at + first, at + first + count)])
        offsets = _source_offsets(unit, vectors.starts[first : first + count].tolist(), source)
        of_clause.setdefault(unit.clause, []).append((at + first, offsets))
        first += count
    for unit in (unit for kind in PARTS for unit in units if unit.kind == kind):
        own: list[tuple[int, int]] = []
        for start, offsets in of_clause.get(unit.clause, []):
            inside = [k for k, offset in enumerate(offsets) if offset < 0 or unit.start <= offset < unit.end]
            if any(offsets[k] >= 0 for k in inside):
                own += [(start + a, start + b) for a, b in _runs(inside)]
        ranges[unit.kind].append(own)
    return ranges


def _source_offsets(unit: Unit, places: Sequence[int], source: str) -> list[int]:
    """Return for each token, which begins at *places* of the unit's text, its offset in *source*; −1 in the heading."""
    visible = [i for i in range(unit.start, unit.end) if not source[i].isspace()]
    heading = len(unit.text) - len(unit.quote)
    return [visible[min(p - heading, len(visible) - 1)] if p >= heading else -1 for p in places]


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending *numbers* as half-open ranges."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n:
            runs[-1] = (runs[-1][0], n + 1)
        else:
            runs.append((n, n + 1))
    return runs


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
