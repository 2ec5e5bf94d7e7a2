"""`rules/export.yaml` → the words that stand in every export of the ledger, and what keeps a cell from being run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kg.models import Document
from kg.rules import Strict, load
from kg.vocab import Lang

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection; some locales read
the full-width signs like the plain ones)."""


class CatalogueWords(Strict):
    """The names of a build's catalogue and of what it lists besides the documents, by language."""

    title: dict[Lang, str]
    ledger: dict[Lang, str]
    sparql: dict[Lang, str]


class Exports(Strict):
    """`note` is the line that every export carries, `scanned` goes with it where OCR read a part of the document,
    `unnamed` stands where the text names no agent, `unassigned` where the office has given a task to nobody,
    `separator` between names. `catalogue` names what a build's catalogue lists.
    """

    note: dict[Literal["zh", "en"], str]
    scanned: dict[Literal["zh", "en"], str]
    unnamed: str
    unassigned: str
    separator: str
    catalogue: CatalogueWords


def exports() -> Exports:
    """Return `rules/export.yaml`."""
    return load("export", Exports)


def source_note(document: Document) -> str:
    """Return the note of every exported row: which document it is from, and that its printed text prevails."""
    named = f"{document.identifier or document.source.name}《{document.title}》"
    scanned = [_both(exports().scanned)] if document.source.scans else []
    return "；".join([named, prevailing(), *scanned])


def prevailing() -> str:
    """Return the note that the printed text prevails, in both languages."""
    return _both(exports().note)


def _both(note: Mapping[Literal["zh", "en"], str]) -> str:
    return f"{note['zh']} / {note['en']}"


def safe_cell(cell: str) -> str:
    """Return *cell* so that no spreadsheet runs it: with an apostrophe in front if it would pass for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
