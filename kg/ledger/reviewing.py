"""A row and what a person says of it → a review that may be kept, and reviews → test cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from kg.ledger.corrections import changed_values, corrected_row
from kg.ledger.reports import ReportError
from kg.ledger.reviewed import Case
from kg.ledger.verdicts import Review, Verdict, as_seen
from kg.models import Obligation, Records, to_json

_NOT_COMPARED: Final = ("id",)
"""Fields of a row that a test case leaves out: the place among its neighbours."""


def make_review(
    case: Case, verdict: Verdict, reason: str, who: str, through: str, values: Mapping[str, str] | None = None
) -> Review:
    """Return the review of *case*; *values* are a correction's, as text by field (`kg.ledger.corrections.written`).

    A `ReportError` where there is no row to speak of, or where a correction does not fit the text, changes nothing or
    makes a graph that the shapes refuse.
    """
    if verdict == "withdrawn":
        if case.review is None:
            raise ReportError(case.task_id, "no review of it is there to be withdrawn", "see `hetao review list`")
        return replace(case.review, verdict=verdict, reason=reason, who=who, through=through, corrected={})
    if case.extracted is None or case.records is None:
        raise ReportError(case.task_id, "no such row is extracted by now", "withdraw what was said of it")
    corrected: dict[str, Any] = {}
    if verdict == "corrected":
        corrected = changed_values(case.extracted, values or {}, case.records)
        if not corrected:
            raise ReportError(case.task_id, "nothing is corrected", "say which field should be what, or confirm it")
        _check(corrected_row(case.extracted, corrected, case.records), case.records)
    document = case.records.document.slug
    return Review(case.task_id, document, verdict, reason, who, through, as_seen(case.extracted), corrected)


def _check(row: Obligation, records: Records) -> None:
    """Hold the graph of *records* with *row* in it against the shapes and the source, as a build does."""
    from kg.graph.build import to_graph
    from kg.graph.validate import validate

    others = [one for one in records.obligations if one.task_id != row.task_id]
    rows = sorted([*others, row], key=lambda one: one.start)
    if wrong := validate(to_graph(replace(records, obligations=tuple(rows))), records.document.source.text):
        raise ReportError(row.task_id, f"the graph would be refused: {wrong[0].zh} {wrong[0].en}", "correct it")


def cases_for_tests(found: Iterable[Case]) -> list[dict[str, Any]]:
    """Return the reviews of *found* that hold as cases by which the extraction can be tested, one dict each.

    `expected` is what the row should be, None where there should be none; `found` is the row as it is extracted, None
    where none is. Who said so is not in it.
    """
    made = []
    for case in found:
        said = case.review
        if said is None or said.verdict == "withdrawn":
            continue
        row = None if case.extracted is None else as_seen(case.extracted)
        place = row or said.seen
        made.append(
            {
                "document": said.document,
                "source_sha256": case.records.document.source.sha256 if case.records else None,
                "clause": place["clause"],
                "task_id": said.task_id,
                "quote": place["quote"],
                "start": place["start"],
                "end": place["end"],
                "verdict": said.verdict,
                "expected": None if said.verdict == "rejected" else _compared({**said.seen, **said.corrected}),
                "found": None if row is None else _compared(row),
                "reason": said.reason,
            }
        )
    return made


def wrong_fields(expected: Mapping[str, Any] | None, row: Obligation | None) -> list[str]:
    """Return the fields in which *row* is not what a test case says it should be; "row" for one too many or missing."""
    if expected is None or row is None:
        return [] if expected is None and row is None else ["row"]
    now = to_json(row)
    return [name for name, value in expected.items() if now[name] != value]


def _compared(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name not in _NOT_COMPARED}
