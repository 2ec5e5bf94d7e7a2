"""Files ↔ a list of their checksums and sizes, by which what nobody touched is known to be whole without being read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


Sums = dict[str, list[str | int]]
"""The SHA-256 and the bytes of files, by their paths."""


def listed(folder: Path, files: Iterable[Path], known: Mapping[str, list[str | int]] | None = None) -> Sums:
    """Return the listing of *files* by their paths below *folder*, in order; none that is *known* is read anew."""
    told = known or {}
    places = ((one.relative_to(folder).as_posix(), one) for one in sorted(files))
    return {place: told.get(place) or [sha256(one), one.stat().st_size] for place, one in places}


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
    written, folder = listing.stat().st_mtime_ns, str(listing.parent)
    for name, (digest, size) in known.items():
        path = f"{folder}/{name}"
        there = os.stat(path)  # noqa: PTH116 - ten thousands of them: a Path of each would take most of the time
        if there.st_size != size:
            return False
        if (every_byte or there.st_mtime_ns > written) and sha256(Path(path)) != digest:
            return False
    return True
