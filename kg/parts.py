"""What is made of one document alone ↔ a folder of its own, found again by all that determines it.

DATA/parts/<kind>-<digest>/    a part; `part.json` in it has the checksums and sizes of its files
DATA/parts/.tmp-…/             one being made; a leftover if nobody builds
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kg.checksums import listed, unchanged
from kg.writing import make_folder, write_whole, writing

FOLDER: Final = "parts"
ABOUT: Final = "part.json"


class KeptParts:
    """The parts in *folder*. Only for the holder of the build lock, because unused ones are deleted."""

    def __init__(self, folder: Path, *, every_byte: bool = False) -> None:
        """With *every_byte* each file of a part is read before it is found."""
        self.folder = folder
        self._every_byte = every_byte
        self._used: set[str] = set()

    def find(self, kind: str, inputs: object) -> Path | None:
        """Return the part of that *kind* made from *inputs*, plain JSON; None if there is none or it is damaged."""
        path = self._path(kind, inputs)
        if not part_is_whole(path, every_byte=self._every_byte):
            return None
        self._used.add(path.name)
        return path

    def make(self, kind: str, inputs: object, fill: Callable[[Path], object]) -> Path:
        """Return the same part, written by *fill* to an empty folder; it is there whole or not at all."""
        return self._write(self._path(kind, inputs).name, fill)

    def _write(self, name: str, fill: Callable[[Path], object]) -> Path:
        path = self.folder / name
        make_folder(self.folder)
        with writing(self.folder), TemporaryDirectory(prefix=".tmp-", dir=self.folder) as beside:
            new = Path(beside) / "new"
            new.mkdir()
            fill(new)
            files = listed(new, (one for one in new.rglob("*") if one.is_file()))
            write_whole(new / ABOUT, json.dumps({"files": files}).encode("utf-8"))
            if path.exists() and not part_is_whole(path, every_byte=self._every_byte):
                shutil.rmtree(path)
            try:
                new.replace(path)
            except OSError:
                # another process has made the same meanwhile: two documents may have the same sentences
                if not part_is_whole(path):
                    raise
        self._used.add(name)
        return path

    def keep(self, name: str) -> Path:
        """Return the part in the folder *name*, which another process made."""
        self._used.add(name)
        return self.folder / name

    def receive(self, sent: Mapping[str, Mapping[str, bytes]]) -> None:
        """Write the parts that another machine made and `files_of_parts` read there."""
        for name, files in sent.items():
            self._write(name, partial(_write_files, files))

    def remove_leftovers(self) -> None:
        """Delete what a killed build left half made."""
        with writing(self.folder):
            for path in self.folder.glob(".tmp-*"):
                shutil.rmtree(path)

    def remove_unused(self) -> None:
        """Delete every part that was neither found nor made."""
        with writing(self.folder):
            for path in self.folder.glob("*"):
                if path.name not in self._used:
                    shutil.rmtree(path)

    def _path(self, kind: str, inputs: object) -> Path:
        plain = json.dumps(inputs, ensure_ascii=True, sort_keys=True)
        return self.folder / f"{kind}-{hashlib.sha256(plain.encode('ascii')).hexdigest()[:32]}"


def files_of_parts(folder: Path) -> dict[str, dict[str, bytes]]:
    """Return the files of all parts in *folder* by the name of the part and their path in it."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(folder.glob("*/**/*")):
        part, *inside = path.relative_to(folder).parts
        if path.is_file() and inside != [ABOUT]:
            found.setdefault(part, {})["/".join(inside)] = path.read_bytes()
    return found


def _write_files(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, content)


def part_is_whole(folder: Path, *, every_byte: bool = False) -> bool:
    """Return whether *folder*, a part or a copy of one, holds what was written to it.

    Without *every_byte* a file of the right size that was not written since is not read.
    """
    try:
        listing = folder / ABOUT
        return unchanged(listing, json.loads(listing.read_bytes())["files"], every_byte=every_byte)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # missing or damaged: made anew
        return False
