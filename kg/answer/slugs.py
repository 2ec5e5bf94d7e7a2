"""The name that a user gives for a document → its slug."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from kg.errors import QuestionError
from kg.models import Records
from kg.refusals import refused, shortened

SHOWN = 12  # documents that are listed if the one named is not there


def slug_of(records: Sequence[Records], name: str) -> str:
    """Return the slug of the document *name*, which is a slug, or a file's name with or without its ending.

    Raises:
        QuestionError: none of *records* has that name, or several files have.
    """
    files = {one.document.slug: one.document.source.name for one in records}
    if name in files:
        return name
    found = [slug for slug, file in files.items() if name in (file, PurePath(file).stem)]
    if len(found) == 1:
        return found[0]
    if found:
        raise refused(QuestionError, "several-documents", name=shortened(name), names=", ".join(found))
    there = ", ".join([*files][:SHOWN]) + (", …" if len(files) > SHOWN else "")
    raise refused(QuestionError, "no-document", name=shortened(name), names=there)
