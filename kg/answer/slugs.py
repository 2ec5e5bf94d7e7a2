"""The name that a user gives for a document → its slug."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from kg.errors import QuestionError
from kg.refusals import refused, shortened

SHOWN = 12  # documents that are listed if the one named is not there


def slug_of(files: Mapping[str, str], name: str) -> str:
    """Return the slug of the document *name*, which is a slug, or a file's name with or without its ending.

    Raises:
        QuestionError: none of *files*, the names of files by slug, is called that, or several are.
    """
    if name in files:
        return name
    found = [slug for slug, file in files.items() if name in (file, PurePath(file).stem)]
    if len(found) == 1:
        return found[0]
    if found:
        raise refused(QuestionError, "several-documents", name=shortened(name), names=", ".join(found))
    there = ", ".join([*files][:SHOWN]) + (", …" if len(files) > SHOWN else "")
    raise refused(QuestionError, "no-document", name=shortened(name), names=there)
