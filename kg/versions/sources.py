"""Files, or documents of a build → the records of two versions, read with the same names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.answer.slugs import slug_of
from kg.builds import load_build
from kg.errors import HetaoError
from kg.extract import extract
from kg.extract.names import names_for
from kg.models import Records, SourceText
from kg.read import parse, read_file
from kg.settings import MAX_SOURCE_BYTES


def read_versions(old: str, new: str, data: Path) -> tuple[Records, Records]:
    """Return the records of *old* and *new*, each a file or, where there is no such file, a document of the build.

    A names file of one of two files serves the other as well: what it says of a place has not changed with the text.

    Raises:
        HetaoError: one of them is neither, or cannot be read.
    """
    sources = [read_file(Path(name), MAX_SOURCE_BYTES) if Path(name).exists() else None for name in (old, new)]
    if all(one is None for one in sources):
        build = load_build(data)
        try:
            found = [_of_build(build.records, name) for name in (old, new)]
        finally:
            build.close()
        return found[0], found[1]
    for name, source in zip((old, new), sources, strict=True):
        if source is None:
            raise HetaoError(name, "there is no such file", "name two files, or two documents of the build")
    return _with_common_names([(one, Path(name)) for one, name in zip(sources, (old, new), strict=True) if one])


def _of_build(records: Sequence[Records], name: str) -> Records:
    slug = slug_of(records, name)
    return next(one for one in records if one.document.slug == slug)


def _with_common_names(sources: list[tuple[SourceText, Path]]) -> tuple[Records, Records]:
    own = [names_for(source, path.parent) for source, path in sources]
    common = next((names for names in reversed(own) if names), None)
    found = []
    for (source, _), names in zip(sources, own, strict=True):
        document = parse(source, slug=names.slug if names else None)
        found.append(extract(document, names or common))
    return found[0], found[1]
