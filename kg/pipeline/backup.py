"""A data folder ↔ one file with what cannot be rebuilt, and the build as well.

A tar archive: `manifest.json` first, with the SHA-256 of every file, then the files under their paths in the data
folder. The embedding model and the exported encoders are left out: `make install` and `hetao build` remake them.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import kg
from kg.builds import FORMAT as BUILD_FORMAT
from kg.builds import build_lock, is_whole, load_build
from kg.checksums import sha256
from kg.errors import HetaoError
from kg.writing import make_folder, sync_folder, whole_file, writing

FORMAT = 1
KEPT = ("feedback", "ledger", "documents")
"""The folders beside the builds: feedback, reports, and documents that were sent to the desk."""

MANIFEST = "manifest.json"
_MAX_MANIFEST = 64 * 1024**2
_SQLITE = b"SQLite format 3\0"
_BESIDE_SQLITE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: the number of files, their bytes in all, and the build's name."""

    files: int
    size: int
    build: str


def back_up(data: Path, output: Path) -> Saved:
    """Write *data*'s current build and the folders `KEPT` to *output*, whole or not at all; return what it holds.

    The desk may keep running: SQLite itself copies the databases, and other files are only ever replaced as a whole.

    Raises:
        HetaoError: there is nothing to save, or something cannot be read or written.
    """
    with TemporaryDirectory(prefix="hetao-backup-") as scratch:
        build = load_build(data)
        try:
            name = build.folder.name
            files = {f"builds/{name}/{path}": build.folder / path for path in _below(build.folder)}
            for folder in KEPT:
                files |= {f"{folder}/{path}": data / folder / path for path in _below(data / folder)}
            files = {path: _still(file, Path(scratch) / str(i)) for i, (path, file) in enumerate(sorted(files.items()))}
            digests = {path: sha256(file) for path, file in files.items()}
            about = {"format": FORMAT, "version": kg.__version__, "build": name, "build_format": BUILD_FORMAT}
            with whole_file(output) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                _add(archive, MANIFEST, json.dumps({**about, "files": digests}, indent=1).encode())
                for path, source in files.items():
                    archive.add(source, path, recursive=False, filter=_bare)
            size = sum(source.stat().st_size for source in files.values())
        finally:
            build.close()
    return Saved(len(files), size, name)


def restore(archive: Path, data: Path, *, replace: bool = False) -> Saved:
    """Restore the backup *archive* into *data*, checked first, all of it or nothing, and return what it holds.

    With *replace*, what *data* held before is gone once the backup is in place. The build of an earlier version is
    restored as it is, and is to be made anew before it can be opened.

    Raises:
        HetaoError: *archive* is not a backup, is damaged, or comes from a later version; or *data* already holds
            something and *replace* is not given.
    """
    held = [name for name in ("current", *KEPT) if (data / name).exists()]
    if held and not replace:
        problem = f"it holds {', '.join(held)} already"
        raise HetaoError(data, problem, "name an empty folder with --data, or give --replace to have it replaced")
    make_folder(data)
    with build_lock(data), writing(data), TemporaryDirectory(prefix=".tmp-restore-", dir=data) as beside:
        fresh = Path(beside) / "new"
        about = _unpack(archive, fresh)
        for folder in KEPT:
            (fresh / folder).mkdir(exist_ok=True)
        name: str = about["build"]
        target = data / "builds" / name
        target.parent.mkdir(exist_ok=True)
        gone = Path(beside) / "gone"
        gone.mkdir()
        # the build before the pointer to it, and feedback and reports last, so that a reader finds the old or the new
        if not is_whole(target):
            if target.exists():
                target.replace(gone / name)
            (fresh / "builds" / name).replace(target)
        for folder in KEPT:
            if (data / folder).exists():
                (data / folder).replace(gone / folder)
            (fresh / folder).replace(data / folder)
        (fresh / "current").write_text(f"{name}\n", encoding="ascii")
        (fresh / "current").replace(data / "current")
        sync_folder(data)
    files: dict[str, str] = about["files"]
    return Saved(len(files), sum((data / path).stat().st_size for path in files), name)


def _unpack(archive: Path, fresh: Path) -> dict[str, Any]:
    """Write the files of *archive* below *fresh*, each checked against its checksum, and return the manifest."""
    try:
        with tarfile.open(archive, "r:*") as opened:
            members = iter(opened)
            about = _manifest(archive, opened, next(members, None))
            missing = dict(about["files"])
            for member in members:
                digest = missing.pop(member.name, None)
                if digest is None or not member.isfile() or not _inside(member.name, about["build"]):
                    raise HetaoError(archive, f"{member.name} does not belong in it", "name another backup")
                path = fresh / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                source = opened.extractfile(member)
                assert source is not None
                with source, path.open("xb") as file:
                    shutil.copyfileobj(source, file)
                    file.flush()
                    os.fsync(file.fileno())
                if sha256(path) != digest:
                    raise HetaoError(archive, f"{member.name} is damaged in it", "name another backup")
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, tarfile.TarError) and error.errno is not None:
            if error.filename is None or Path(error.filename) != archive:
                raise
            raise HetaoError(archive, f"it cannot be read ({error.strerror})", "name a backup") from error
        raise HetaoError(archive, "it is not a backup, or it is damaged", "name another") from error
    if missing:
        raise HetaoError(archive, f"it lacks {next(iter(missing))}", "name another backup")
    return about


def _manifest(archive: Path, opened: tarfile.TarFile, member: tarfile.TarInfo | None) -> dict[str, Any]:
    if member is None or member.name != MANIFEST or not member.isfile() or member.size > _MAX_MANIFEST:
        raise HetaoError(archive, "it is not a backup made by hetao", "name another file")
    source = opened.extractfile(member)
    assert source is not None
    with source:
        try:
            about = json.loads(source.read())
            version = str(about["version"])
            fits = about["format"] == FORMAT and about["build_format"] <= BUILD_FORMAT
            whole = isinstance(about["files"], dict) and isinstance(about["build"], str)
        except (ValueError, KeyError, TypeError) as error:
            raise HetaoError(archive, "it is not a backup made by hetao", "name another file") from error
    if not whole:
        raise HetaoError(archive, "it is not a backup made by hetao", "name another file")
    if not fits:
        raise HetaoError(archive, f"it was made by version {version}", "restore it with that version")
    found: dict[str, Any] = about
    return found


def _inside(name: str, build: str) -> bool:
    """Return whether *name* is a plain path into one of the folders that a backup holds."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or "\\" in name:
        return False
    return path.parts[0] in KEPT or path.parts[:2] == ("builds", build)


def _below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        # a folder whose name begins with a dot belongs to a running program and disappears with it
        if any(part.startswith(".") for part in path.relative_to(folder).parts[:-1]):
            continue
        if path.is_file() and not path.is_symlink() and not path.name.endswith(_BESIDE_SQLITE):
            yield path.relative_to(folder).as_posix()


def _still(file: Path, copy: Path) -> Path:
    """Return *file* or, for a database, a consistent copy of its contents."""
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            return file
    there = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    with closing(there) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o600
    archive.addfile(info, io.BytesIO(content))


def _bare(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return *info* without the file's owner, which means nothing to whoever restores it."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info
