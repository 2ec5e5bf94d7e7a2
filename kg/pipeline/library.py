"""A data folder ↔ the sources that its build was made of; the build → a list of its documents.

DATA/library.json    the sources as absolute paths, what was removed of them, and the file of each document. It stands
                     outside the builds, whose fingerprint says nothing of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from kg.builds import Build
from kg.checksums import sha256
from kg.errors import BuildError, HetaoError
from kg.models import strip_space
from kg.records import LISTS
from kg.writing import write_whole

FILE = "library.json"


@dataclass(frozen=True, slots=True)
class Removed:
    """A document of a folder that was removed from the library: no file there and no copy of it is taken in again."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What a build was made of: `sources` are files and folders, none for the plans that come with the product.

    `files` has the path of each document's file by its slug.
    """

    sources: tuple[Path, ...] = ()
    removed: tuple[Removed, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    def with_sources(self, more: Sequence[Path]) -> Sources:
        """Return the library with *more* sources, of which nothing is removed."""
        added = [path.absolute() for path in more]
        kept = tuple(one for one in self.removed if not any(Path(one.file).is_relative_to(path) for path in added))
        return replace(self, sources=tuple(dict.fromkeys((*self.sources, *added))), removed=kept)

    def without(self, entry: LibraryEntry) -> Sources:
        """Return the library without a document.

        Raises:
            HetaoError: it is not known where its file is.
        """
        if entry.slug not in self.files:
            fix = "run `hetao build` with all your documents"
            raise HetaoError(entry.slug, "it is not known where its file is", fix)
        gone = Removed(self.files[entry.slug], entry.sha256)
        sources = tuple(path for path in self.sources if path != Path(gone.file))
        return replace(self, sources=sources, removed=(*self.removed, gone))


def load_library(data: Path) -> Sources | None:
    """Return the library in *data*; None if none is remembered there.

    Raises:
        BuildError: its file is damaged.
    """
    path = data / FILE
    try:
        plain = json.loads(path.read_bytes())
        return Sources(
            tuple(Path(one) for one in plain["sources"]),
            tuple(Removed(**one) for one in plain["removed"]),
            {str(slug): str(file) for slug, file in plain["files"].items()},
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        fix = "run `hetao build` with all your documents"
        raise BuildError(path, "the list of sources cannot be read", fix) from error


def keep_library(data: Path, library: Sources) -> None:
    """Write *library* to *data*, unless just that stands there."""
    plain = {
        "sources": [str(path) for path in library.sources],
        "removed": [asdict(one) for one in library.removed],
        "files": library.files,
    }
    content = (json.dumps(plain, ensure_ascii=True, indent=1) + "\n").encode("ascii")
    path = data / FILE
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A document of a library. `file` is its path if that is known, else the file's name; `counts` are of its records.

    `region` is the place whose document it is. `status` is what a file beside it says or another document of the
    library does, and `by` what amended or repealed it, the slug of a document where it is one of the library; None if
    nothing says so. `notes` say what was lost or is in doubt in what was read.
    """

    slug: str
    title: str
    number: str | None
    issuer: str | None
    date: str | None
    region: str | None
    status: str | None
    by: str | None
    form: str
    obligations: int
    file: str
    sha256: str
    counts: dict[str, int]
    notes: tuple[str, ...]
    repeals: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()

    @property
    def changed(self) -> str | None:
        """What became of its file since it was built: "gone", "changed", or None; None also if it is not known."""
        path = Path(self.file)
        if not path.is_absolute():
            return None
        try:
            return None if sha256(path) == self.sha256 else "changed"
        except OSError:
            return "gone"


def entries(build: Build, library: Sources | None) -> list[LibraryEntry]:
    """Return the documents of *build* in their order; no records are loaded for it.

    Raises:
        BuildError: a file of the build is missing or damaged.
    """
    found = [_entry(build.folder / "documents" / slug, library) for slug in build.manifest["documents"]]
    changed = {
        _plain(title): (status, one.slug)
        for one in found
        for status, titles in (("amended", one.amends), ("repealed", one.repeals))
        for title in titles
    }
    return [_with_status(one, changed) for one in found]


def _with_status(one: LibraryEntry, changed: Mapping[str, tuple[str, str]]) -> LibraryEntry:
    """Return *one* with the status that another document gives it, unless its own file says one."""
    status, by = changed.get(_plain(one.title), (None, None))
    return one if one.status or status is None or by == one.slug else replace(one, status=status, by=by)


def _plain(title: str) -> str:
    return strip_space(title).strip("《》")


def _entry(folder: Path, library: Sources | None) -> LibraryEntry:
    try:
        head = json.loads((folder / "document.json").read_bytes())
        counts = {name: (folder / f"{name}.jsonl").read_bytes().count(b"\n") for name in LISTS}
        return LibraryEntry(
            slug=head["slug"],
            title=head["title"],
            number=head["identifier"],
            issuer=head["publisher"],
            date=head["issued"],
            region=head["region"],
            status=head["status"],
            by=head["changed_by"],
            form=head["source"]["form"],
            obligations=counts["obligations"],
            file=(library.files if library else {}).get(head["slug"], head["source"]["name"]),
            sha256=head["source"]["sha256"],
            counts=counts,
            notes=(*head["source"]["notes"], *head["notes"]),
            repeals=tuple(head["repeals"]),
            amends=tuple(head["amends"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(folder, "the document is missing or damaged", "run `hetao build` again") from error


def find_entry(found: Sequence[LibraryEntry], name: str) -> LibraryEntry:
    """Return the one of *found* with that slug, number, title, path, or file name with or without its ending.

    Raises:
        HetaoError: there is none, or there are several.
    """
    exact = [one for one in found if name == one.slug]
    wanted = exact or [one for one in found if name in _names(one)]
    if len(wanted) == 1:
        return wanted[0]
    if wanted:
        raise HetaoError(name, "several documents are called that", f"name {' or '.join(one.slug for one in wanted)}")
    raise HetaoError(name, "no document of the library is called that", "see `hetao library list`")


def _names(one: LibraryEntry) -> set[str | None]:
    path = Path(one.file)
    return {one.number, one.title, one.file, path.name, path.stem}
