"""The records of a document → its facts, which are kept in memory for every document of a build."""

from __future__ import annotations

from functools import cache

from kg.extract.names import general_entries
from kg.facts import DocumentFacts
from kg.models import Records
from kg.records import LISTS
from kg.search.words import folded


def facts_of(records: Records) -> DocumentFacts:
    """Return the facts of *records*."""
    document = records.document
    text = folded(document.source.text)
    return DocumentFacts(
        slug=document.slug,
        title=document.title,
        identifier=document.identifier,
        issued=document.issued,
        publisher=document.publisher,
        region=document.region,
        status=document.status,
        changed_by=document.changed_by,
        repeals=document.repeals,
        amends=document.amends,
        file=document.source.name,
        sha256=document.source.sha256,
        form=document.source.form,
        characters=len(document.source.text),
        notes=(*document.source.notes, *records.notes),
        counts={kind: len(document.clauses if kind == "clauses" else getattr(records, kind)) for kind in LISTS},
        reviewed=sum(row.review != "extracted" for row in records.obligations),
        clauses=tuple(clause.id for clause in document.clauses),
        chapters=tuple(chapter.id for chapter in document.chapters),
        agents=tuple((one.name, one.tier, _forms(one.name, one.aliases)) for one in records.agents),
        zones=tuple((one.name, _forms(one.name, one.aliases)) for one in records.zones),
        policies=tuple((one.name, folded(one.name)) for one in records.policies),
        spoken=tuple(form for form in _general_forms() if form in text),
    )


def letters(text: str) -> str:
    """Return *text*, folded, without signs and blanks, as names are compared."""
    return "".join(c for c in folded(text) if c.isalnum())


def text_letters(records: Records) -> bytes:
    """Return the letters of the text of a document, in UTF-8, and of each clause that the text has not in one piece."""
    text = letters(records.document.source.text)
    clauses = (letters(clause.text) for clause in records.document.clauses)
    return "\n".join([text, *(one for one in clauses if one not in text)]).encode("utf-8")


def _forms(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(folded, (name, *aliases)))


@cache
def _general_forms() -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(form) for entry in general_entries() for form in entry.forms))
