"""Files ↔ a list of their checksums and sizes, by which what nobody touched is known to be whole without being read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(folder: Path, files: Iterable[Path]) -> dict[str, list[str | int]]:
    """Return the SHA-256 and the bytes of each of *files*, by its path below *folder*, in the order of the paths."""
    return {one.relative_to(folder).as_posix(): [sha256(one), one.stat().st_size] for one in sorted(files)}


def unchanged(listing: Path, known: Mapping[str, Any], *, every_byte: bool) -> bool:
    """Return whether the files beside *listing* and below are those *known*, of which `listed` told it.

    Args:
        listing: the file that was written last, with the list. A file of its size that is no younger counts as read.
            That leaves out what a failing disk changes.
        known: the list.
        every_byte: read every file.

    Raises:
        OSError: a file is missing or cannot be read.
        ValueError: *known* does not say what it should.
    """
    written = listing.stat().st_mtime_ns
    for name, (digest, size) in known.items():
        path = listing.parent / name
        there = path.stat()
        if there.st_size != size:
            return False
        if (every_byte or there.st_mtime_ns > written) and sha256(path) != digest:
            return False
    return True
