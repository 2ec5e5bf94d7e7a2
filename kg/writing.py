"""Bytes → a file or folder that appears whole or not at all: written beside its place, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Turn what the system says about a write to *subject* into an `OutputError`: one line and what to do."""
    try:
        yield
    except OSError as error:
        # BrokenPipeError is no fault of the place written to: whoever reads has gone, and the edge deals with it
        if isinstance(error, BrokenPipeError):
            raise
        problem, fix = _REASONS.get(
            error.errno or 0,
            (f"it cannot be written ({error.strerror or error})", "name another file or folder"),
        )
        raise OutputError(subject, problem, fix) from error


def make_folder(folder: Path) -> None:
    """Make *folder* and what is above it; an `OutputError` where that cannot be done."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to *path*, which holds all of it or what it held before.

    A folder is refused, and a link is followed: the file it leads to is replaced and not the link. What cannot be
    replaced (a device, a pipe) is written to directly.
    """
    target = path.resolve()
    with writing(path):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        beside = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in *folder* on the disk before going on, so that a rename does not outlive what it names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
