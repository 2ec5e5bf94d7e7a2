"""Files of N-Triples → their lines in pieces of about a size, the lines of small files together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path


def pieces(files: Iterable[Path], size: int) -> Iterator[bytes]:
    """Yield the lines of *files* in order, whole ones alone, in pieces of some *size* bytes."""
    held = b""
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(size):
                held += piece + file.readline()
                if len(held) >= size:
                    yield held
                    held = b""
    if held:
        yield held
