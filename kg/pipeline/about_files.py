"""A document and the file NAME.about.yaml beside it → the document with what is known of it as a whole.

What the front matter gives stands unless the file says otherwise: `title`, `number`, `issuer`, `date`, `region`,
`status` and `by`, each optional. A document's name in IRIs stays what it was, because reports hang on it.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Self

from pydantic import model_validator

from kg.errors import RuleError, SourceError
from kg.models import Document, LegalStatus
from kg.rules import Strict, read


class AboutFile(Strict):
    """What a person says of a document: any of its front matter, and whether it is in force or what changed it."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    date: datetime.date | None = None
    region: str | None = None
    status: LegalStatus | None = None
    by: str | None = None

    @model_validator(mode="after")
    def _by_something(self) -> Self:
        if self.by and self.status not in ("amended", "repealed"):
            raise ValueError("by says what amended or repealed it: give status as well")
        return self


def read_about(beside: Path) -> AboutFile:
    """Return what the file *beside* a document says.

    Raises:
        SourceError: it is no such file.
    """
    try:
        return read(beside, AboutFile)
    except RuleError as error:
        raise SourceError(beside.name, error.problem, error.fix) from error


def described(document: Document, about: AboutFile | None) -> Document:
    """Return *document* with its place, what it repeals and amends, and what *about* says."""
    from kg.extract.localities import own_place
    from kg.extract.repeals import amended_titles, repealed_titles

    said = about or AboutFile()
    named = replace(
        document,
        title=said.title or document.title,
        identifier=said.number or document.identifier,
        publisher=said.issuer or document.publisher,
        issued=said.date.isoformat() if said.date else document.issued,
    )
    return replace(
        named,
        region=said.region or own_place(named),
        status=said.status,
        changed_by=said.by,
        repeals=repealed_titles(named),
        amends=amended_titles(named),
    )
