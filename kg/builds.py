"""A data folder ↔ the builds in it: which one is current, which are in use, what is left over.

DIR/builds/<16 hex digits>/   a whole build; its name is the start of its fingerprint
    documents/<slug>/         the records and triples of a document, with their checksums in `part.json`
    index/ store/             what is made of all of them
    manifest.json             what it was made from, counts, and the checksums of the other files
DIR/builds/.tmp-…/            one being made or deleted; a leftover if nobody holds the lock
DIR/current                   the name of the build in use, one line, replaced as a whole
DIR/holder                    the name of DIR on servers that hold its builds too (docs/engines.md), if there are any
DIR/build.lock                held while a build is made; the system releases it with the process
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import uuid
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from kg.checksums import sha256, unchanged
from kg.errors import BuildError
from kg.facts import LETTERS, DocumentFacts, load_facts
from kg.models import Records
from kg.parts import ABOUT, part_is_whole
from kg.records import StoredRecords
from kg.writing import make_folder, sync_folder, write_whole, writing

FORMAT = 6
"""Increased when the files of a build change their meaning; a build of another format is rebuilt."""

MANIFEST: Final = "manifest.json"
DOCUMENTS: Final = "documents"
TRIPLES: Final = "graph.nt"
"""What a build is made from, the folder of its documents, and the file of the triples of each there."""

HOLDER = "holder"
"""The file in a data folder with its name on servers."""

_NAME = re.compile(r"[0-9a-f]{16}")


class Build:
    """A whole build in *folder*. Until it is closed or garbage-collected, no other process deletes the folder."""

    def __init__(self, folder: Path, manifest: dict[str, Any], in_use: int) -> None:
        self.folder = folder
        self.manifest = manifest
        # the system releases the lock with the descriptor, and the descriptor goes with this object
        self.close = weakref.finalize(self, os.close, in_use)

    @cached_property
    def records(self) -> Sequence[Records]:
        """The records of each document, loaded when they are asked for, in the order the sources were given."""
        return StoredRecords(self.documents)

    @cached_property
    def facts(self) -> tuple[DocumentFacts, ...]:
        """What is kept in memory of every document, in the same order."""
        return tuple(map(load_facts, self.documents))

    @cached_property
    def files(self) -> dict[str, str]:
        """The name of the file of each document, by its slug."""
        return {one.slug: one.file for one in self.facts}

    def letters(self, slug: str) -> bytes:
        """Return the text of a document as names are compared, in UTF-8; a `BuildError` if its file is missing."""
        path = self.folder / DOCUMENTS / slug / LETTERS
        try:
            return path.read_bytes()
        except OSError as error:
            raise BuildError(path, "the file is missing or damaged", "run `hetao build` again") from error

    @property
    def documents(self) -> list[Path]:
        """The folder of each document, in the order the sources were given."""
        return [self.folder / DOCUMENTS / slug for slug in self.manifest["documents"]]

    @property
    def graphs(self) -> list[Path]:
        """The files of the triples of each document, sorted N-Triples."""
        return [folder / TRIPLES for folder in self.documents]

    @property
    def store(self) -> Path:
        """The folder of the graph store."""
        return self.folder / "store"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.folder / "index"


def load_build(data: Path) -> Build:
    """Return the current build in *data*; a `BuildError` if there is none that this version can read."""
    # a build made in the meantime may delete the one just found current: then the pointer names another
    for _ in range(3):
        name = current_name(data)
        if name is None:
            raise BuildError(data, "no build there", "run `hetao build`")
        build = open_build(data / "builds" / name)
        if build is not None:
            return build
        if current_name(data) == name:
            break
    raise BuildError(data, "the build there is damaged or by another version", "run `hetao build`")


def current_name(data: Path) -> str | None:
    """Return the name of the build that *data* points to, or None."""
    try:
        name = (data / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
    except OSError as error:
        raise BuildError(data, f"it cannot be read ({error.strerror})", "name another folder with --data") from error
    return name if _NAME.fullmatch(name) else None


def held_slugs(data: Path) -> dict[str, str]:
    """Return the slug of each document in the current build of *data*, of any version, by its checksum."""
    name = current_name(data)
    try:
        sources = json.loads((data / "builds" / str(name) / MANIFEST).read_bytes())["inputs"]["sources"]
        return {str(one["sha256"]): str(one["slug"]) for one in sources}
    except (OSError, ValueError, KeyError, TypeError):  # no build yet, or a damaged one, which is made anew
        return {}


def open_build(folder: Path) -> Build | None:
    """Return the build in *folder*, marked as in use, or None if *folder* is not a build of this format."""
    path = folder / MANIFEST
    try:
        in_use = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(in_use, fcntl.LOCK_SH | fcntl.LOCK_NB)
        manifest = json.loads(path.read_bytes())
        if manifest["format"] == FORMAT and (folder / "store").is_dir():
            return Build(folder, manifest, in_use)
    except (OSError, ValueError, KeyError, TypeError):
        # being deleted right now, or without a manifest: not a build either way
        pass
    os.close(in_use)
    return None


@contextmanager
def opened(folder: Path) -> Iterator[Build]:
    """Yield the build in *folder*, in use as long; a `BuildError` if it is not one of this format."""
    build = open_build(folder)
    if build is None:
        raise BuildError(folder, "the build there is damaged or by another version", "run `hetao build`")
    try:
        yield build
    finally:
        build.close()


def is_whole(folder: Path, *, every_byte: bool = False) -> bool:
    """Return whether *folder* is a build of this format and every file but the store's is as it was written.

    Without *every_byte* a file of the right size that was not written since is not read.
    """
    build = open_build(folder)
    if build is None:
        return False
    try:
        known = build.manifest["parts"]
        return unchanged(folder / MANIFEST, build.manifest["files"], every_byte=every_byte) and all(
            sha256(one / ABOUT) == known[one.name]["sha256"] and part_is_whole(one, every_byte=every_byte)
            for one in build.documents
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
    finally:
        build.close()


@contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Lock *data* for a build; raises a `BuildError` at once if another process has locked it."""
    make_folder(data)
    path = data / "build.lock"
    with writing(data), path.open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildError(data, "another build is being made there", "wait until it is done") from error
        # the file stays: if it were unlinked, two processes could each lock a different file of that name
        yield


def point_to(data: Path, name: str) -> None:
    """Make the build *name* the current one."""
    write_whole(data / "current", f"{name}\n".encode("ascii"))
    with writing(data):
        sync_folder(data)


def remove(folder: Path) -> None:
    """Delete a build, renaming it first, so that no partial one is ever found under a build's name."""
    gone = folder.with_name(f".tmp-gone-{folder.name}")
    with writing(folder):
        shutil.rmtree(gone, ignore_errors=True)
        folder.replace(gone)
        shutil.rmtree(gone)


def remove_leftovers(data: Path) -> None:
    """Delete what killed builds left behind. Only for the holder of the lock."""
    with writing(data):
        for path in sorted([*(data / "builds").glob(".tmp-*"), *data.glob(".current.*.part")]):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def remove_others(data: Path, keep: str) -> None:
    """Delete every unused build except *keep*. Only for the holder of the lock."""
    with writing(data):
        for path in sorted((data / "builds").iterdir()):
            if path.name != keep and _NAME.fullmatch(path.name) and not _used(path):
                remove(path)


def names(data: Path) -> frozenset[str]:
    """Return the names of the builds in *data*, in use or current."""
    return frozenset(path.name for path in (data / "builds").iterdir() if _NAME.fullmatch(path.name))


def holder_of(data: Path) -> str:
    """Return the name under which the folder *data* holds builds on servers, where others may hold theirs.

    It is given to the folder when first asked for.
    """
    path = data / HOLDER
    if not path.is_file():
        with writing(data):
            write_whole(path, f"{uuid.uuid4().urn}\n".encode("ascii"))
    return uuid.UUID(path.read_text(encoding="ascii").strip()).urn


def _used(folder: Path) -> bool:
    try:
        handle = os.open(folder / MANIFEST, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
