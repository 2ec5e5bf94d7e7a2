"""Files → documents with their names, and the records of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.checksums import sha256
from kg.errors import OutputError, SourceError
from kg.models import Document, Records, SourceText
from kg.parts import KeptParts
from kg.pipeline.fingerprints import common_digest, library_version, names_digest
from kg.pipeline.folders import ABOUT, NAMES, LeftOut, SourceFile, Why, left_out
from kg.pipeline.library import Removed
from kg.records import record_files, source_head, source_of
from kg.resources import data_dir
from kg.settings import MAX_SOURCE_BYTES
from kg.writing import make_folder, write_whole, writing

if TYPE_CHECKING:
    from kg.extract import PlanNames
    from kg.pipeline.about_files import AboutFile

READ = "read"
"""The kind of the parts that hold what was read out of a file."""

_READ_FILE = "source.json"

TEXT_ENDINGS = (".txt", ".text")
"""Under these names a plain text in a folder is taken for a document; notes, code and data have others."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A document of a build before its structure is read: its file, its text, its own names, its slug in IRIs, and
    what a file beside it says of it.
    """

    found: SourceFile
    source: SourceText
    names: PlanNames | None
    slug: str
    about: AboutFile | None = None

    def document(self) -> Document:
        """Return its structure, and what is known of it as a whole."""
        from kg.pipeline.about_files import described
        from kg.read import parse

        return described(parse(self.source, slug=self.slug), self.about)


def read_given(files: Sequence[SourceFile]) -> dict[Path, SourceText]:
    """Return the text of each of *files* that was named itself.

    Raises:
        SourceError: one cannot be read, or two are the same document.
    """
    from kg.read import read_file

    read: dict[Path, SourceText] = {}
    seen: dict[str, Path] = {}
    for path in (one.path for one in files if one.given):
        source = read_file(path, MAX_SOURCE_BYTES)
        if source.sha256 in seen:
            raise SourceError(path, f"it is the same as {seen[source.sha256].name}", "give each document once")
        seen[source.sha256] = path
        read[path] = source
    return read


def read_documents(
    files: Sequence[SourceFile],
    given: Mapping[Path, SourceText],
    slugs: Mapping[str, str],
    parts: KeptParts,
    removed: Sequence[Removed] = (),
) -> tuple[list[Taken], list[LeftOut]]:
    """Return each of *files* as a document, all with different slugs, and those that are left out.

    Args:
        files: what `find_files` found.
        given: the texts of those that were named themselves (`read_given`).
        slugs: the slug that a document has had in the build before, by its checksum: of two documents with one number
            the one that has had the plain slug keeps it, because what people reported hangs on it.
        parts: what was read out of a file of a folder is taken from there, and left there.
        removed: the documents of folders that are not to be taken in again.
    """
    taken: list[Taken] = []
    left: list[LeftOut] = []
    names = NamesFiles()
    # a file of a folder gives way to the same document named itself
    seen = {source.sha256: path.name for path, source in given.items()}
    gone = {one.file for one in removed} | {one.sha256 for one in removed}
    for one in files:
        if source := given.get(one.path):
            own = names.of(source.sha256, one.path)
            taken.append(Taken(one, source, own, _document(source, own).slug, _about(one.path)))
            continue
        try:
            document = _read_below(one, names, parts, seen.keys() | gone)
        except SourceError as error:
            left.append(left_out(one.name, error))
            continue
        if document is None:
            twin = seen.get(sha256(one.path))
            kind: Why = "duplicate" if twin else "removed"
            left.append(LeftOut(one.name, kind, f"it is the same as {twin}" if twin else "it was removed"))
        else:
            seen[document.source.sha256] = one.name
            taken.append(document)
    return _told_apart(taken, slugs), left


def _read_below(one: SourceFile, names: NamesFiles, parts: KeptParts, passed: Container[str]) -> Taken | None:
    """Return a file of a folder as a document, None if *passed* has its checksum or its path.

    Raises:
        SourceError: it is no document by its content and its name.
    """
    from kg.read import read_file

    try:
        fits = one.path.is_file() and one.path.stat().st_size <= MAX_SOURCE_BYTES
        digest = sha256(one.path) if fits else None
    except OSError:
        digest = None
    if digest is None:
        read_file(one.path, MAX_SOURCE_BYTES)  # which says what is wrong with it
        raise SourceError(one.name, "was changed while it was read", "run it again")
    if digest in passed or str(one.path.absolute()) in passed:
        return None
    own = names.of(digest, one.path)
    inputs = {
        "common": common_digest(),
        "sha256": digest,
        "name": one.path.name,
        "names": names_digest(own),
        "programs": _programs(),
    }
    kept = parts.find(READ, inputs)
    if kept is not None:
        held = json.loads((kept / _READ_FILE).read_bytes())
        return Taken(one, source_of(held["source"], held["text"]), own, held["slug"], _about(one.path))
    source = read_file(one.path, MAX_SOURCE_BYTES)
    ending = one.path.suffix.lower()
    if source.form == "txt" and ending not in TEXT_ENDINGS:
        problem = f"is text under a name that ends in {ending}" if ending else "is text under a name without an ending"
        raise SourceError(one.name, problem, "name it .txt if it is a document")
    if source.sha256 != digest:
        raise SourceError(one.name, "was changed while it was read", "run it again")
    slug = _document(source, own).slug
    held = {"source": source_head(source), "text": source.text, "slug": slug}
    parts.make(READ, inputs, lambda folder: write_whole(folder / _READ_FILE, json.dumps(held).encode("ascii")))
    return Taken(one, source, own, slug, _about(one.path))


def _about(path: Path) -> AboutFile | None:
    """Return what a file beside the document *path* says of it, None if there is none."""
    beside = path.with_name(path.stem + ABOUT)
    if not beside.is_file():
        return None
    from kg.pipeline.about_files import read_about

    return read_about(beside)


def _programs() -> dict[str, object]:
    """Return what has a part in what is read out of a file, besides our code and libraries, if it is installed."""
    from kg.read.forms.office import find_office

    program = find_office()
    return {
        "LibreOffice": None if program is None else [program, Path(program).stat().st_mtime_ns],
        "ocr": library_version("rapidocr"),
    }


def _told_apart(taken: Sequence[Taken], slugs: Mapping[str, str]) -> list[Taken]:
    """Return *taken* with a digest of its content in the slug of each document whose number another one has, too."""
    held: dict[str, str] = {}
    for one in taken:
        if slugs.get(one.source.sha256) == one.slug:
            held.setdefault(one.slug, one.source.sha256)
    found = []
    for one in taken:
        digest = one.source.sha256
        if held.setdefault(one.slug, digest) == digest:
            found.append(one)
        else:
            found.append(replace(one, slug=f"{one.slug}-{digest[:8]}"))
    return found


class NamesFiles:
    """The files of names beside documents and in `corpus/`, each read once."""

    def __init__(self) -> None:
        self._read: dict[Path, dict[str, PlanNames]] = {}

    def of(self, sha256: str, path: Path) -> PlanNames | None:
        """Return the names of the document *path* with that checksum: beside it, then in `corpus/`, else None."""
        return self._in(path.parent).get(sha256) or self._in(data_dir("corpus")).get(sha256)

    def _in(self, folder: Path) -> dict[str, PlanNames]:
        from kg.extract import load_plan_names

        if folder not in self._read:
            found: dict[str, PlanNames] = {}
            for path in sorted(folder.glob(f"*{NAMES}")):
                names = load_plan_names(path)
                found.setdefault(names.source_sha256, names)
            self._read[folder] = found
        return self._read[folder]


def _document(source: SourceText, names: PlanNames | None) -> Document:
    from kg.read import parse

    return parse(source, slug=names.slug if names else None)


def extract_source(
    source: SourceText, beside: Path | None, progress: Callable[[int, int], None] | None = None
) -> Records:
    """Return the records of one source, whose names file is sought beside the file *beside* and in `corpus/`."""
    from kg.extract import extract, names_for

    names = names_for(source, beside.parent if beside else None)
    return extract(_document(source, names), names, progress)


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
