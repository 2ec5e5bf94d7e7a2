"""An obligation and what a person says of it → a review, and reviews → test cases for the extraction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kg.errors import ReportError
from kg.models import Obligation, Records, to_json
from kg.refusals import refused
from kg.review.applied import Case
from kg.review.corrections import changed_values, corrected_row
from kg.review.verdicts import Review, Verdict, as_seen

_NOT_COMPARED: Final = ("id",)
"""Fields that a test case leaves out: the place among its neighbours."""


def make_review(
    case: Case,
    verdict: Verdict,
    reason: str,
    who: str,
    through: str,
    values: Mapping[str, str] | None,
    faults: Callable[[Records], Sequence[str]],
) -> Review:
    """Return the review of *case*; *values* are a correction's, as text by field (`kg.review.corrections.written`).

    *faults* returns what is wrong with the graph of records, a line each.

    Raises:
        ReportError: there is nothing to review or withdraw; a correction does not fit the text, changes nothing or
            leads to faults.
    """
    if verdict == "withdrawn":
        if case.review is None:
            raise refused(ReportError, "no-review", case.task_id)
        return replace(case.review, verdict=verdict, reason=reason, who=who, through=through, corrected={})
    if case.extracted is None or case.records is None:
        raise refused(ReportError, "not-extracted", case.task_id)
    corrected: dict[str, Any] = {}
    if verdict == "corrected":
        corrected = changed_values(case.extracted, values or {}, case.records)
        if not corrected:
            raise refused(ReportError, "nothing-corrected", case.task_id)
        _check(corrected_row(case.extracted, corrected, case.records), case.records, faults)
    document = case.records.document.slug
    return Review(case.task_id, document, verdict, reason, who, through, as_seen(case.extracted), corrected)


def _check(row: Obligation, records: Records, faults: Callable[[Records], Sequence[str]]) -> None:
    """Raise a `ReportError` if *records* with *row* in them have *faults*."""
    others = [one for one in records.obligations if one.task_id != row.task_id]
    rows = sorted([*others, row], key=lambda one: one.start)
    if wrong := faults(replace(records, obligations=tuple(rows))):
        raise refused(ReportError, "graph-refuses", row.task_id, fault=wrong[0])


def cases_for_tests(found: Iterable[Case]) -> list[dict[str, Any]]:
    """Return the reviews of *found* that hold as test cases for the extraction, one dict each, without names.

    `expected` is what the obligation should be, None if there should be none; `found` is what is extracted, None if
    nothing is.
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
                **{name: place[name] for name in ("quote", "start", "end")},
                "verdict": said.verdict,
                "expected": None if said.verdict == "rejected" else _compared({**said.seen, **said.corrected}),
                "found": None if row is None else _compared(row),
                "reason": said.reason,
            }
        )
    return made


def wrong_fields(expected: Mapping[str, Any] | None, row: Obligation | None) -> list[str]:
    """Return the fields in which *row* differs from a test case, or "row" if it is missing or one too many."""
    if expected is None or row is None:
        return [] if expected is None and row is None else ["row"]
    now = to_json(row)
    return [name for name, value in expected.items() if now[name] != value]


def _compared(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name not in _NOT_COMPARED}
