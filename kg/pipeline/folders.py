"""Files and folders that were named → the files to be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kg.errors import BuildError, SourceError

NAMES, ABOUT = ".names.yaml", ".about.yaml"
"""How the name of a file of a plan's names ends, and of one that says what is known of a document as a whole: they
belong to a document and are none."""

_HIDDEN = (".", "~$")
"""How the names of hidden files begin, and of those that office programs write beside an open document."""

Why = Literal["unreadable", "duplicate", "refused", "removed"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read. `name` is what lists call it: its path from the folder that was named, or its file name.

    `given` says that it was named itself: it must then be readable.
    """

    path: Path
    name: str
    given: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder that is no document of the build, and why, in a word and in a sentence."""

    file: str
    kind: Why
    why: str


def find_files(sources: Sequence[Path], data: Path) -> tuple[list[SourceFile], list[LeftOut]]:
    """Return the files that *sources* name, and the folders below them that cannot be looked into.

    A folder is searched with all folders below it, in the order of the paths; hidden files, files about documents and
    the data folder *data* are passed over. A file that is also named itself, or met before, counts once.

    Raises:
        BuildError: a folder holds no file at all.
    """
    given = {os.path.realpath(source) for source in sources if not source.is_dir()}
    seen: set[str] = set()
    found: list[SourceFile] = []
    closed: list[LeftOut] = []
    for source in sources:
        if not source.is_dir():
            found.append(SourceFile(source, source.name, given=True))
            continue
        files = list(_below(source, data, closed))
        if not files:
            raise BuildError(source, "there is no file in that folder", "name a folder with documents")
        for path in files:
            real = os.path.realpath(path)
            if real not in seen and real not in given:
                found.append(SourceFile(path, path.relative_to(source).as_posix(), given=False))
            seen.add(real)
    return found, closed


def _below(folder: Path, data: Path, closed: list[LeftOut]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        name = Path(error.filename or folder).relative_to(folder).as_posix()
        problem = SourceError(name, f"cannot be read ({error.strerror or error})", "check its permissions")
        closed.append(left_out(name, problem))

    own = os.path.realpath(data)
    paths = []
    for home, folders, names in os.walk(folder, onerror=note):
        below = (name for name in folders if not name.startswith(_HIDDEN))
        folders[:] = [name for name in below if os.path.realpath(Path(home, name)) != own]
        paths += [
            Path(home, name) for name in names if not name.startswith(_HIDDEN) and not name.endswith((NAMES, ABOUT))
        ]
    # by the parts of the path: the files of a folder stand together
    yield from sorted(paths, key=lambda path: path.relative_to(folder).parts)


def left_out(name: str, error: BuildError | SourceError, kind: Why = "unreadable") -> LeftOut:
    """Return the file *name* as left out for what *error* says."""
    return LeftOut(name, kind, f"{error.problem}; {error.fix}")
