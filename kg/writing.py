"""Bytes → a file or folder that appears whole or not at all: written under another name, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import OutputError

_REASONS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "quota-full",
    errno.EFBIG: "file-too-large",
    errno.EROFS: "read-only-disk",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.ENOTDIR: "file-in-path",
    errno.EEXIST: "file-in-the-way",
    errno.EISDIR: "is-a-folder",
    errno.ENAMETOOLONG: "name-too-long",
    errno.ENOENT: "no-folder",
}
"""The system's error → the reason in `rules/refusals.yaml`."""


@contextmanager
def writing(subject: object) -> Iterator[None]:
    """Turn the system's error about a write to *subject* into an `OutputError`: one line and what to do."""
    try:
        yield
    except OSError as error:
        # BrokenPipeError is not a fault of the place written to: the reader has gone, and the edge handles that
        if isinstance(error, BrokenPipeError):
            raise
        # imported late: pydantic takes a sixth of a second
        from kg.refusals import refused

        key = _REASONS.get(error.errno or 0, "not-written")
        raise refused(OutputError, key, str(subject), reason=error.strerror or str(error)) from error


def make_folder(folder: Path) -> None:
    """Make *folder* and its parents; an `OutputError` if that fails."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to *path*, as `whole_file` does."""
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file for what *path* is to hold; until the block ends without an error, *path* stays as it is.

    A folder is refused. A link is followed: the file it leads to is replaced, not the link. What cannot be replaced
    (a device, a pipe) is written to directly.
    """
    target = path.resolve()
    with writing(path):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        beside = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def link_tree(source: Path, folder: Path) -> None:
    """Make *folder* with the files of *source*, as hard links if the disk allows it and as copies otherwise.

    Both names then stand for one file, so a file in either folder must be replaced and never written into.
    """
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=link)


def link(source: str | Path, target: str | Path) -> None:
    """Make *target* a hard link to the file *source* if the disk allows it, otherwise a copy."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, target)


def sync_folder(folder: Path) -> None:
    """Write the names in *folder* to the disk before continuing, so that a rename does not outlive what it names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
