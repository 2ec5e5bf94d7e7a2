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
    errno.ENOSPC: ("there is no space left on the device", "free some space and run it again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run it again"),
    errno.EFBIG: ("the file would be larger than is allowed here", "raise the limit or name another folder"),
    errno.EROFS: ("the file system is read-only", "name a folder that can be written"),
    errno.EACCES: ("no permission to write there", "name a folder that can be written"),
    errno.EPERM: ("no permission to write there", "name a folder that can be written"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "name a folder"),
    errno.EEXIST: ("a file of that name is in the way", "name a folder"),
    errno.EISDIR: ("it is a folder", "name a file"),
    errno.ENAMETOOLONG: ("the name is too long", "name a shorter one"),
    errno.ENOENT: ("its folder does not exist and cannot be made", "name a folder that can be written"),
}


@contextmanager
def writing(subject: object) -> Iterator[None]:
    """Turn the system's error about a write to *subject* into an `OutputError`: one line and what to do."""
    try:
        yield
    except OSError as error:
        # BrokenPipeError is not a fault of the place written to: the reader has gone, and the edge handles that
        if isinstance(error, BrokenPipeError):
            raise
        problem, fix = _REASONS.get(
            error.errno or 0,
            (f"it cannot be written ({error.strerror or error})", "name another file or folder"),
        )
        raise OutputError(subject, problem, fix) from error


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
