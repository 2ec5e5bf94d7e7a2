"""Records and a model → an index in a folder; the folder → the same index.

index.json       what it was made from and with: counts, model, weights, libraries, notes
units.jsonl      the clauses, sentences, obligations and phrases it finds, in reading order
aliases.json     other names of things and words of the domain → what the documents call them, both folded
dictionary.*     jieba's dictionary with the names of the build
words/<kind>/    BM25 of the units of a kind
dense.faiss      the vectors of the sentences                   (these three only with a model)
late-*.npy       the vectors of the sentences' tokens
encoder/         the encoder of questions
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import BuildError, ModelError, RuleError
from kg.models import Records
from kg.resources import load_yaml, rules_dir
from kg.search.bm25 import Bm25
from kg.search.dense import DenseIndex
from kg.search.encoder import OnnxEncoder, QuestionEncoder
from kg.search.expansion import vocabulary
from kg.search.late import LateIndex
from kg.search.units import Unit, aliases, document_units, names
from kg.search.words import Lexicon, folded, simplified

if TYPE_CHECKING:
    from kg.search.reference import TokenVectors

FORMAT = 3
PARTS = ("obligation", "phrase")
"""What lies in a sentence; an obligation may go on into the next."""

RANKED = ("sentence", *PARTS)
LEGS = ("late", "words")
SAMPLES = 64
"""Sentences, spread over the documents, that the exported encoder is compared with the reference on."""

TORCH = "torch"
"""The engine of a model that cannot be exported: sentence-transformers itself."""

_LIBRARIES = ("bm25s", "faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers")
_WITHOUT = "lexical search alone"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Vectors:
    """What there is with an embedding model. `dense` has the sentences in order, `late` their parts behind them."""

    encoder: QuestionEncoder
    dense: DenseIndex
    late: LateIndex


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that ranking needs; without `vectors`, search is by words alone.

    `units` are in reading order. `words` has an index for each of the kinds in `RANKED`, over the units of that kind in
    their order; the rows of `vectors` are the units of these kinds, one kind behind the other. `notes` is what every
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
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Index *records* in *folder*, which is made, and return what `index.json` says.

    *model* is a SentenceTransformer folder. Where it is None or cannot be used, the index is lexical, and its notes
    say so. *exports* is a folder where exported encoders are kept, so that one export serves every build with the same
    model. *progress* is told what is begun. The same input gives the same bytes on the same machine.
    """
    tell = progress or (lambda _: None)
    folder.mkdir(parents=True, exist_ok=True)
    units = [unit for one in records for unit in document_units(one)]
    tell("words")
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
    try:
        if model is None:
            raise ModelError("no embedding model", "none is set up", "run `make install`, or name one in HETAO_MODEL")
        about["model"] = _add_vectors(units, records, folder, model, exports, tell)
    except ModelError as error:
        about["notes"] = [f"{_WITHOUT}: {error}"]
    _write_json(folder / "index.json", about)
    return about


def open_index(folder: Path, *, threads: int | None = None) -> Index:
    """Return the index in *folder*; torch is not imported, but for a model that cannot be exported. *threads* is for
    the encoder; where that cannot be loaded, the index is lexical and its notes say so.

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
                vectors = Vectors(encoder, DenseIndex.load(folder), LateIndex.load(folder))
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


def leg_weights() -> dict[str, float]:
    """Return the weight of each leg from `rules/ranking.yaml`; a `RuleError` where it does not say them."""
    path = rules_dir() / "ranking.yaml"
    plain = load_yaml(path)
    if not isinstance(plain, dict) or set(plain) != set(LEGS):
        raise RuleError(
            path, f"it does not give a weight to each of {', '.join(LEGS)} and to nothing else", "correct it"
        )
    if not all(type(weight) in (int, float) and weight >= 0 for weight in plain.values()):
        raise RuleError(path, "a weight is no number from 0 up", "correct it")
    return {leg: float(plain[leg]) for leg in LEGS}


def _add_vectors(
    units: Sequence[Unit], records: Sequence[Records], folder: Path, model: Path, exports: Path | None, tell: Progress
) -> dict[str, Any]:
    """Write the vectors and the encoder of questions, and return what `index.json` says of the model."""
    from kg.search.export_onnx import kept_export
    from kg.search.reference import Reference

    tell("embedding model")
    reference = Reference(model)
    sentences = [unit for unit in units if unit.kind == "sentence"]
    parts = [unit for kind in PARTS for unit in units if unit.kind == kind]
    samples = [simplified(unit.quote) for unit in sentences[:: max(1, len(sentences) // SAMPLES)]]
    tell("encoder of questions")
    try:
        about = kept_export(reference, folder / "encoder", samples, exports)
    except ModelError as error:
        # a model of a kind that cannot be exported is of use all the same, at the cost of loading torch for questions
        shutil.rmtree(folder / "encoder", ignore_errors=True)
        info = reference.info
        about = {"engine": TORCH, "folder": str(info.folder), "dimensions": info.dimensions, "reason": str(error)}
    texts = [simplified(unit.text) for unit in sentences]
    tell("vectors")
    DenseIndex.of(reference.passages(texts)).save(folder)
    tell("token vectors")
    tokens = reference.passage_tokens(texts)
    sources = {one.document.slug: one.document.source.text for one in records}
    LateIndex.of([one.vectors for one in tokens], _token_ranges(sentences, parts, tokens, sources)).save(folder)
    return about


def _token_ranges(
    sentences: Sequence[Unit], parts: Sequence[Unit], tokens: Sequence[TokenVectors], sources: Mapping[str, str]
) -> list[list[tuple[int, int]]]:
    """Return for each sentence and each part of one the ranges of *tokens*, taken together, that are its own.

    A part has those of the heading and of the words that stand in it, of every sentence it lies in.
    """
    ranges: list[list[tuple[int, int]]] = []
    of_clause: dict[tuple[str, str], list[tuple[int, list[int]]]] = {}
    at = 0
    for unit, one in zip(sentences, tokens, strict=True):
        ranges.append([(at, at + len(one.vectors))])
        offsets = _source_offsets(unit, one, sources[unit.document])
        of_clause.setdefault((unit.document, unit.clause), []).append((at, offsets))
        at += len(one.vectors)
    for unit in parts:
        own: list[tuple[int, int]] = []
        for start, offsets in of_clause.get((unit.document, unit.clause), []):
            inside = [k for k, offset in enumerate(offsets) if offset < 0 or unit.start <= offset < unit.end]
            if any(offsets[k] >= 0 for k in inside):
                own += [(start + a, start + b) for a, b in _runs(inside)]
        ranges.append(own)
    return ranges


def _source_offsets(unit: Unit, tokens: TokenVectors, source: str) -> list[int]:
    """Return for each token the offset in *source* where it begins, −1 where it stands in the heading."""
    visible = [i for i in range(unit.start, unit.end) if not source[i].isspace()]
    heading = len(unit.text) - len(unit.quote)
    places = tokens.places[:, 0].tolist()
    return [visible[min(p - heading, len(visible) - 1)] if p >= heading else -1 for p in places]


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return rising *numbers* as half-open ranges."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n:
            runs[-1] = (runs[-1][0], n + 1)
        else:
            runs.append((n, n + 1))
    return runs


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
