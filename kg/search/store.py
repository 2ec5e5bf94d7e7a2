"""A folder that `kg.search.build` made → the index in it.

index.json       what it was made from: counts, model, weights, libraries, notes
segments/        the units and words of some dozens of documents in each file, with the vectors of their sentences
tokens/          the vectors of the tokens of each document's sentences             (these only with a model)
names.json       the names of the documents, by which questions are cut, with their frequencies
aliases.json     other names of things and words of the domain → what the documents call them, both folded
dictionary/      jieba's dictionary
linked.json      the checksums of the files of segments/ and tokens/, which are links to files of parts
encoder/         the encoder of questions                                           (only with a model)
reader/          the vectors and the tokenizer of the words that the reader of passages reads
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from pydantic import NonNegativeFloat

from kg.errors import BuildError, ModelError
from kg.rules import Strict, load
from kg.search.arrays import read_array
from kg.search.bm25 import Bm25
from kg.search.dense import DenseIndex
from kg.search.encoder import OnnxEncoder, QuestionEncoder
from kg.search.late import LateIndex
from kg.search.late_map import LateMap, late_map
from kg.search.segments import Segments
from kg.search.tables import KINDS, PARTS
from kg.search.token_files import TokenFiles
from kg.search.units import Unit
from kg.search.words import Lexicon

FORMAT = 5
READER = "reader"
LEGS = ("late", "words")

TORCH = "torch"
"""The engine of a model that cannot be exported: sentence-transformers itself."""

WITHOUT: Final = "lexical search alone"
"""How the note of an index without vectors begins."""


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
        segments = segments_in(folder)
        if counted(segments) != about["units"]:
            raise BuildError(folder, "a part of the search index is missing", fix)
        vectors = None
        if about["model"]:
            try:
                vectors = _vectors(about["model"], segments, folder, threads)
            except ModelError as error:
                notes.append(f"{WITHOUT}: {error}")
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
    paths = [tokens_of(folder, slug) for slug in segments.documents]
    tokens = TokenFiles(paths, segments.token_at, about["token_dimensions"], partial(segments.values, "scales"))
    dense = DenseIndex((read_array(path, "dense") for path in segment_files(folder)), about["dimensions"])
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


def segments_in(folder: Path) -> Segments:
    """Return the segments of the index in *folder*."""
    return Segments.open(segment_files(folder))


def segment_files(folder: Path) -> list[Path]:
    """Return the files of the segments, in order."""
    return sorted((folder / "segments").iterdir())


def tokens_of(folder: Path, slug: str) -> Path:
    """Return the file with the vectors of the tokens of a document."""
    return folder / "tokens" / f"{slug}.npy"


def counted(segments: Segments) -> dict[str, int]:
    """Return how many units of each kind there are."""
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    counts |= {"clause": segments.count("clauses"), "sentence": segments.count("sentences")}
    for kind in PARTS:
        counts[kind] = sum(int((one["parts"]["kind"] == KINDS.index(kind)).sum()) for one in segments.arrays)
    return counts
