"""A document's records → the parts that its index is joined from: its vectors, and the arrays of its units and words.

arrays         the units (`kg.search.tables`) and the words (`kg.search.bm25`) of the document
names.json     the names of the document with their frequency in the dictionary, other names of things with what they
               are names of, and what its vectors were made from
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.checksums import sha256
from kg.models import Records
from kg.parts import KeptParts
from kg.search.arrays import save_arrays
from kg.search.bm25 import document_words
from kg.search.model_folder import model_fingerprint
from kg.search.tables import RANKED, document_table
from kg.search.units import Unit, aliases, document_units, names
from kg.search.vectors import SentenceVectors
from kg.search.words import Lexicon, simplified, standard_counts
from kg.writing import write_whole

if TYPE_CHECKING:
    from kg.search.reference import Reference

VECTORS: Final = "vectors"
"""The kind of the parts that hold the vectors of a document."""

UNITS: Final = "units"
"""The kind of the parts that hold the arrays of its units and words."""

ARRAYS, NAMES = "arrays", "names.json"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document to be indexed: *key* says everything that determines its records, which *load* gives when needed."""

    slug: str
    key: str
    load: Callable[[], Records]

    @classmethod
    def of(cls, records: Records) -> Indexed:
        """Return the document of *records* at hand."""
        key = hashlib.sha256(repr(records).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(records.document.slug, key, lambda: records)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The parts of a document: its units and words, and its vectors, None without a model."""

    slug: str
    units: Path
    vectors: Path | None


class Embedding:
    """The model in *folder*, which is loaded when something has to be encoded.

    Raises:
        ModelError: it is not a SentenceTransformer folder.
    """

    def __init__(self, folder: Path, report: Callable[[str], object] = lambda _stage: None) -> None:
        self.fingerprint = model_fingerprint(folder)
        self.made_from = {"model": self.fingerprint, "libraries": _encoding()}
        self._folder, self._report = folder, report
        self._reference: Reference | None = None

    @property
    def reference(self) -> Reference:
        """The model as its own library runs it; a `ModelError` if it cannot be loaded."""
        from kg.search.reference import Reference

        if self._reference is None:
            self._report("embedding model")
            self._reference = Reference(self._folder)
        return self._reference


def prepared(document: Indexed, parts: KeptParts, made_from: Mapping[str, Any] | None) -> Prepared | None:
    """Return the parts of *document* if *parts* has them; *made_from* is that of its `Embedding`, None without one."""
    path = parts.find(UNITS, _key(document, made_from))
    if path is None:
        return None
    held = json.loads((path / NAMES).read_bytes())["vectors"]
    vectors = None if held is None else parts.find(VECTORS, held)
    return Prepared(document.slug, path, vectors) if (vectors is None) == (held is None) else None


def _key(document: Indexed, made_from: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"document": document.key, "slug": document.slug, "vectors": made_from}


def prepare(
    document: Indexed, parts: KeptParts, embedding: Embedding | None, encoding: Callable[[], object]
) -> Prepared:
    """Return the parts of *document*, made only where *parts* has none; *encoding* is called before it is encoded."""
    made_from = None if embedding is None else embedding.made_from
    found = prepared(document, parts, made_from)
    if found is not None:
        return found
    records = document.load()
    units = document_units(records)
    vectors, held = None, None
    if embedding is not None:
        texts = [simplified(unit.text) for unit in units if unit.kind == "sentence"]
        held = {**embedding.made_from, "sentences": hashlib.sha256("\n".join(texts).encode("utf-8")).hexdigest()}
        vectors = parts.find(VECTORS, held)
        if vectors is None:
            encoding()
            vectors = parts.make(VECTORS, held, partial(_encode, texts, embedding.reference))
    path = parts.make(UNITS, _key(document, made_from), partial(_write, records, units, vectors, held))
    return Prepared(document.slug, path, vectors)


def _encode(texts: Sequence[str], reference: Reference, folder: Path) -> None:
    SentenceVectors.of(texts, reference).save(folder)


def _write(
    records: Records, units: Sequence[Unit], vectors: Path | None, held: Mapping[str, Any] | None, folder: Path
) -> None:
    table = document_table(records, units, None if vectors is None else SentenceVectors.load(vectors))
    lexicon = _general()
    # cut with the document's own names alone, so that no other document changes it
    with lexicon.knowing(names(records)) as known:
        words = cache(lexicon.words)  # an obligation is often a whole sentence, a phrase a whole obligation
        cut = [[words(unit.text) for unit in units if unit.kind == kind] for kind in RANKED]
    save_arrays(folder / ARRAYS, {**table, **document_words(cut)})
    about = {"vectors": held, "names": known, "aliases": aliases(records)}
    write_whole(folder / NAMES, json.dumps(about, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@cache
def _general() -> Lexicon:
    return Lexicon(standard_counts())


@cache
def _encoding() -> dict[str, str]:
    """Return what determines the vectors of a sentence, besides the model: our code and the libraries."""
    code = {
        name: sha256(Path(__file__).with_name(name)) for name in ("reference.py", "encoder.py", "vectors.py", "late.py")
    }
    return {
        **code,
        **{name: version(name) for name in ("sentence-transformers", "transformers", "torch", "tokenizers")},
    }
