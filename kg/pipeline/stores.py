"""Parts and the store of the build before → the store of a build: what changed of it, or all of it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from kg import builds
from kg.builds import TRIPLES
from kg.parts import KeptParts, part_is_whole
from kg.pipeline.pieces import pieces
from kg.vocab import ID
from kg.writing import writing

SHARED: Final = "shared.nt"
"""The file of a part with those of its triples whose subject is not of its document alone: bodies, zones, classes."""

PIECE: Final = 16 * 1024**2
"""Bytes of N-Triples that are loaded at once, because the store holds them in memory several times."""


def shared_lines(lines: bytes, slug: str) -> bytes:
    """Return those of the N-Triples *lines* whose subject is no IRI of the document *slug*."""
    own = _own(slug)
    return b"".join(line for line in lines.splitlines(keepends=True) if not line.startswith(own))


def make_store(data: Path, made: Mapping[str, Path], kept: KeptParts, common: str, path: Path) -> int:
    """Make the store of the parts *made* at *path*, and return how many triples it holds besides the ontology.

    It is made of the store of the current build in *data* if that is as good as one made anew: made by the same
    version, of parts of which most are still in use and the others still there.

    Args:
        data: the data folder.
        made: the part of each document by its slug.
        kept: where parts are kept.
        common: the hash of what determines every part (`common_digest`).
        path: the folder to make.
    """
    from kg.graph.store import load_store

    name = builds.current_name(data)
    before = builds.open_build(data / "builds" / name) if name else None
    if before is not None:
        try:
            triples = _followed(before, made, kept, common, path)
        finally:
            before.close()
        if triples is not None:
            return triples
    with writing(data):
        return load_store(pieces((part / TRIPLES for part in made.values()), PIECE), path)


def _followed(before: builds.Build, made: Mapping[str, Path], kept: KeptParts, common: str, path: Path) -> int | None:
    """Make the store as the changes of that of *before*; None, and nothing at *path*, where that is in doubt."""
    from kg.graph.store import change_store

    plain: dict[str, dict[str, str]] = before.manifest["parts"]
    then = {one["part"]: slug for slug, one in plain.items()}
    now = {part.name: slug for slug, part in made.items()}
    gone = [kept.folder / name for name in then if name not in now]
    added = [part for part in made.values() if part.name not in then]
    same = [part for part in made.values() if part.name in then]
    if before.manifest["common"] != common or len(gone) + len(added) > len(same):
        return None
    if not all(part_is_whole(part, every_byte=True) for part in gone):
        return None
    subjects = {_subject(line) for part in gone for line in (part / TRIPLES).read_bytes().splitlines()}
    if any(subject.startswith(own) for own in map(_own, (now[part.name] for part in same)) for subject in subjects):
        return None
    # what a gone part says of a body, another may say as well: it is removed first, and then said again
    again = {line for part in same for line in _said_of(subjects, part)} if subjects else set()
    triples: int = before.manifest["counts"]["triples"]
    try:
        return triples + change_store(
            before.store,
            path,
            gone=((part / TRIPLES).read_bytes() for part in gone),
            said=(b"".join(sorted(again)), *((part / TRIPLES).read_bytes() for part in added)),
        )
    except (OSError, RuntimeError):  # a file of the store before is missing or damaged, which was only read just now
        return None


def _own(slug: str) -> tuple[bytes, bytes]:
    """Return how the IRIs of the document *slug* begin in N-Triples."""
    return f"<{ID}{slug}/".encode(), f"<{ID}{slug}>".encode()


def _subject(line: bytes) -> bytes:
    return line.split(b" ", 1)[0]


def _said_of(subjects: set[bytes], part: Path) -> Iterator[bytes]:
    """Yield the lines that a part shares and that are about *subjects*."""
    return (line for line in (part / SHARED).read_bytes().splitlines(keepends=True) if _subject(line) in subjects)
