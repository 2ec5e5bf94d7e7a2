"""Extracted records and the reviews of their obligations → the records of a build, and the outcome of each review.

A confirmation holds for what was seen: an obligation that is now extracted differently counts as extracted again and is
listed to be looked at. A correction holds as long as it fits the text. A rejected obligation is left out, and its
neighbours keep their ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from kg.builds import Build
from kg.errors import BuildError, ReportError
from kg.models import Obligation, Records
from kg.review.corrections import corrected_row
from kg.review.verdicts import Review, Verdict, as_seen

Outcome = Literal["taken", "changed", "refused", "gone"]
State = Literal["", "waiting"] | Outcome
FILE: Final = "reviewed.jsonl"
"""The file of a document in a build that holds what was reviewed there."""

_PLACE: Final = ("id", "start", "end")
"""Fields that say where an obligation stands and not what it says: it may move and stay the same."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a build made of one review; `number` is the review's, `row` the obligation as it was extracted.

    `outcome`: "taken"; "changed", the obligation no longer says what was confirmed; "refused", the correction no longer
    fits the text; "gone", there is no such obligation, and `row` is None. `why` explains the last three. Only what was
    taken shows in the records.
    """

    task_id: str
    document: str
    verdict: Verdict
    number: int
    outcome: Outcome
    row: Obligation | None
    why: str = ""


def holding(reviews: Mapping[str, Review], slugs: Iterable[str]) -> list[Review]:
    """Return the reviews of the documents *slugs* that were not withdrawn, in a fixed order."""
    wanted = set(slugs)
    return [one for _, one in sorted(reviews.items()) if one.verdict != "withdrawn" and one.document in wanted]


def fingerprint(reviews: Iterable[Review]) -> list[str]:
    """Return what a build uses of each review, as digests without names and reasons."""
    plain = ([one.task_id, one.number, one.verdict, one.seen, one.corrected] for one in reviews)
    return [hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest() for part in plain]


def apply_reviews(records: Records, reviews: Iterable[Review]) -> tuple[Records, tuple[Reviewed, ...]]:
    """Return *records* as *reviews* have them, and the outcome of each review of the document."""
    said = {one.task_id: one for one in reviews if one.document == records.document.slug}
    rows: list[Obligation] = []
    outcomes: list[Reviewed] = []
    for row in records.obligations:
        reviewed: Obligation | None = row
        if one := said.pop(row.task_id, None):
            outcome, why, reviewed = _applied(row, one, records)
            outcomes.append(_reviewed(one, outcome, row, why))
        rows += [reviewed] if reviewed else []
    outcomes += [_reviewed(one, "gone", None, "no obligation of these words is extracted now") for one in said.values()]
    return replace(records, obligations=tuple(rows)), tuple(outcomes)


def _reviewed(one: Review, outcome: Outcome, row: Obligation | None, why: str) -> Reviewed:
    return Reviewed(one.task_id, one.document, one.verdict, one.number, outcome, row, why)


def _applied(row: Obligation, one: Review, records: Records) -> tuple[Outcome, str, Obligation | None]:
    if one.verdict == "rejected":
        return "taken", "", None
    if one.verdict == "corrected":
        try:
            return "taken", "", corrected_row(row, one.corrected, records)
        except ReportError as error:
            return "refused", str(error), row
    if differing := differences(row, one):
        return "changed", f"it is now extracted differently: {', '.join(differing)}", row
    return "taken", "", replace(row, review="confirmed")


def differences(row: Obligation, one: Review) -> list[str]:
    """Return the fields in which *row* differs from what *one* saw."""
    now = as_seen(row)
    return [name for name in now if name not in _PLACE and now[name] != one.seen.get(name)]


def load_reviewed(build: Build) -> dict[str, Reviewed]:
    """Return what *build* made of the reviews, by task. Raises BuildError if one of its files is damaged."""
    # imported late: pydantic takes a sixth of a second
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter(Reviewed)
    found: dict[str, Reviewed] = {}
    for slug in build.manifest["documents"]:
        path: Path = build.folder / "documents" / slug / FILE
        try:
            for line in path.read_bytes().splitlines():
                one = adapter.validate_json(line)
                found[one.task_id] = one
        except (OSError, ValidationError) as error:
            raise BuildError(path, "the file is missing or damaged", "run `hetao build` again") from error
    return found


@dataclass(frozen=True, slots=True)
class Case:
    """An obligation with its reviews and what was made of them.

    `extracted` is the obligation as extracted, None if it is gone; `shown` as the build has it, None if it was rejected
    or is gone. `records` are those of its document, None if the build lacks it. `review` is the last one, even if it
    was withdrawn.
    """

    task_id: str
    records: Records | None
    extracted: Obligation | None
    shown: Obligation | None
    reviewed: Reviewed | None
    review: Review | None

    @property
    def state(self) -> State:
        """The outcome of the last review; "" if none holds, "waiting" if the build does not have it yet."""
        holds = self.review.number if self.review and self.review.verdict != "withdrawn" else 0
        if holds and self.records is None:
            return "gone"
        if holds != (self.reviewed.number if self.reviewed else 0):
            return "waiting"
        return self.reviewed.outcome if self.reviewed else ""


def cases(records: Sequence[Records], reviewed: Mapping[str, Reviewed], last: Mapping[str, Review]) -> dict[str, Case]:
    """Return every obligation of *records* and every reviewed one, by task, in reading order and those gone last.

    *reviewed* is what the build made of the reviews (`load_reviewed`), *last* the last reviews (`last_reviews`).
    """
    found: dict[str, Case] = {}
    for one in records:
        shown = {row.task_id: row for row in one.obligations}
        made = {key: each for key, each in reviewed.items() if each.document == one.document.slug and each.row}
        rows = shown | {key: each.row for key, each in made.items() if each.row}
        for key, row in sorted(rows.items(), key=lambda pair: pair[1].start):
            found[key] = Case(key, one, row, shown.get(key), made.get(key), last.get(key))
    documents = {one.document.slug: one for one in records}
    for key in sorted((reviewed.keys() | last.keys()) - found.keys()):
        document = (last.get(key) or reviewed[key]).document
        found[key] = Case(key, documents.get(document), None, None, reviewed.get(key), last.get(key))
    return found


def find_case(found: Mapping[str, Case], wanted: str) -> Case | None:
    """Return the one of *found* with that task_id or id, None if there is none."""
    if wanted in found:
        return found[wanted]
    return next((case for case in found.values() if case.extracted and case.extracted.id == wanted), None)
