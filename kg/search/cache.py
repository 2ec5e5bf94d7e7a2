"""What takes long to make and serves every build → a cache beside the builds, and links to the files in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.checksums import sha256
from kg.writing import link_tree, make_folder, writing


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the files *names* in *folder*, to be cached as `files` in the JSON file about them."""
    return {name: sha256(folder / name) for name in names}


def fill_from_cache(folder: Path, cached: Path | None, about: str, make: Callable[[Path], object]) -> None:
    """Fill *folder* with links to the files of the folder *cached*, which is made first if it is not whole.

    Args:
        folder: the folder to fill.
        cached: the folder in the cache; None: `make` fills *folder* itself, and nothing is cached.
        about: the name of a JSON file that `make` writes, with the `digests` of the others as `files`.
        make: makes a folder and writes the files into it.
    """
    if cached is None:
        make(folder)
        return
    if not _is_whole(cached, about):
        make_folder(cached.parent)
        with writing(cached), TemporaryDirectory(prefix=".tmp-", dir=cached.parent) as beside:
            make(Path(beside) / "new")
            shutil.rmtree(cached, ignore_errors=True)
            (Path(beside) / "new").replace(cached)
    link_tree(cached, folder)


def _is_whole(folder: Path, about: str) -> bool:
    try:
        files: dict[str, str] = json.loads((folder / about).read_bytes())["files"]
        return digests(folder, files) == files
    except (OSError, ValueError, KeyError):  # missing or incomplete
        return False
