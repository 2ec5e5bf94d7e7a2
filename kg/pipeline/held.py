"""A build → the files that it can be made from anew."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from kg.checksums import sha256
from kg.errors import BuildError
from kg.resources import data_dir


def held_sources(build: Path, scratch: Path) -> list[Path]:
    """Return the files that the build in the folder *build*, of any version, can be made anew from.

    A document that comes with the product is taken from there; the text of another is written to the folder *scratch*,
    under its own name. The list is empty if the build does not say what it was made from.

    Raises:
        BuildError: a document was no UTF-8 text or had a file of names, which the build does not hold.
    """
    try:
        sources = json.loads((build / "manifest.json").read_bytes())["inputs"]["sources"]
        held = [
            (
                # only the last part of a name or slug, because a backup may come from anywhere
                Path(one["name"]).name,
                one["sha256"],
                bool(one["names"]),
                (build / "documents" / Path(one["slug"]).name / "source.txt").read_bytes(),
            )
            for one in sources
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    ours = {sha256(path): path for path in data_dir("corpus").glob("*.txt")}
    found = []
    for number, (name, digest, names, text) in enumerate(held):
        path = ours.get(digest)
        if path is None:
            if names or hashlib.sha256(text).hexdigest() != digest:
                raise BuildError(name, "it has to be read again", "run `hetao build` with all your documents")
            # two documents may have one name
            path = scratch / str(number) / name
            path.parent.mkdir()
            path.write_bytes(text)
        found.append(path)
    return found
