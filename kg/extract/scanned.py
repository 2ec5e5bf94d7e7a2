"""Records → the same, each quote that OCR read with the mean score of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kg.models import Deadline, Obligation, Policy, Records, SourceText

_Quoted = TypeVar("_Quoted", Obligation, Deadline, Policy)


def with_scores(records: Records) -> Records:
    """Return *records* with `ocr` in each row whose quote, or a part of it, stands where OCR read the text."""
    source = records.document.source
    if not source.scans:
        return records
    return replace(
        records,
        policies=tuple(_scored(row, source) for row in records.policies),
        deadlines=tuple(_scored(row, source) for row in records.deadlines),
        obligations=tuple(_scored(row, source) for row in records.obligations),
    )


def _scored(row: _Quoted, source: SourceText) -> _Quoted:
    return replace(row, ocr=source.ocr(row.start, row.end))
