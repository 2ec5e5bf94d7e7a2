"""A file of the data folder that only its owner reads: changed by one process at a time, and replaced as a whole."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kg.writing import make_folder, write_whole, writing


def write_private(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write *rows* to *path* as JSON that only its owner can read."""
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode())
    path.chmod(0o600)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from changing *path* for as long as this one does; its folder is made if it is missing."""
    make_folder(path.parent)
    with writing(path.parent), (path.parent / f".{path.stem}.lock").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
