"""The records of an extraction and what people said of its rows → the records a build has, and what became of each
review.

A confirmation holds for what was seen: a row that is extracted otherwise by now is marked as extracted again and listed
to be looked at. A correction holds as long as it fits the text. A rejected row leaves, and its neighbours keep their
ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from kg.builds import Build
from kg.errors import BuildError
from kg.ledger.corrections import corrected_row
from kg.ledger.reports import ReportError
from kg.ledger.verdicts import Review, Verdict, as_seen
from kg.models import Obligation, Records

Outcome = Literal["taken", "changed", "refused", "gone"]
State = Literal["", "waiting"] | Outcome
FILE: Final = "reviewed.jsonl"
"""The file of a document in a build that holds what was reviewed there."""

_PLACE: Final = ("id", "start", "end")
"""Fields of a row that say where it stands and not what it says: it may move without being another."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a build made of one review; `number` is the review's, `row` the row as it was extracted.

    `outcome`: "taken"; "changed", the row says something else than what was confirmed; "refused", the correction does
    not fit the text any more; "gone", there is no such row, and `row` is None. `why` tells more of the last three. Only
    what was taken shows in the records.
    """

    task_id: str
    document: str
    verdict: Verdict
    number: int
    outcome: Outcome
    row: Obligation | None
    why: str = ""


def holding(reviews: Mapping[str, Review], slugs: Iterable[str]) -> list[Review]:
    """Return the reviews of the documents *slugs* that hold, those that were withdrawn left out, in a fixed order."""
    wanted = set(slugs)
    return [one for _, one in sorted(reviews.items()) if one.verdict != "withdrawn" and one.document in wanted]


def fingerprint(reviews: Iterable[Review]) -> list[str]:
    """Return what a build takes from each review, as digests: neither names nor reasons are in it."""
    plain = ([one.task_id, one.number, one.verdict, one.seen, one.corrected] for one in reviews)
    return [hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest() for part in plain]


def apply_reviews(records: Records, reviews: Iterable[Review]) -> tuple[Records, tuple[Reviewed, ...]]:
    """Return *records* with what *reviews* say of their rows, and what became of each review of the document."""
    said = {one.task_id: one for one in reviews if one.document == records.document.slug}
    rows: list[Obligation] = []
    outcomes: list[Reviewed] = []
    for row in records.obligations:
        one = said.pop(row.task_id, None)
        if one is None:
            rows.append(row)
            continue
        outcome, why, reviewed = _applied(row, one, records)
        outcomes.append(Reviewed(one.task_id, one.document, one.verdict, one.number, outcome, row, why))
        if reviewed is not None:
            rows.append(reviewed)
    for one in said.values():
        why = "no row of these words is extracted by now"
        outcomes.append(Reviewed(one.task_id, one.document, one.verdict, one.number, "gone", None, why))
    return replace(records, obligations=tuple(rows)), tuple(outcomes)


def _applied(row: Obligation, one: Review, records: Records) -> tuple[Outcome, str, Obligation | None]:
    if one.verdict == "rejected":
        return "taken", "", None
    if one.verdict == "corrected":
        try:
            return "taken", "", corrected_row(row, one.corrected, records)
        except ReportError as error:
            return "refused", str(error), row
    if differing := differences(row, one):
        return "changed", f"extracted otherwise by now: {', '.join(differing)}", row
    return "taken", "", replace(row, review="confirmed")


def differences(row: Obligation, one: Review) -> list[str]:
    """Return the fields in which *row* is extracted otherwise than *one* saw it."""
    now = as_seen(row)
    return [name for name in now if name not in _PLACE and now[name] != one.seen.get(name)]


def load_reviewed(build: Build) -> dict[str, Reviewed]:
    """Return what *build* made of the reviews, by task; a `BuildError` where a file of it is damaged."""
    # pydantic takes a sixth of a second to import, which what loads nothing should not wait for
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
    """A row with all that was made of it and said of it.

    `extracted` is the row as it was extracted, None where none is; `shown` the row as the build has it, None where it
    was rejected or is gone. `records` are those of its document, None where the build does not have that. `review` is
    the last one, one that was withdrawn as well.
    """

    task_id: str
    records: Records | None
    extracted: Obligation | None
    shown: Obligation | None
    reviewed: Reviewed | None
    review: Review | None

    @property
    def state(self) -> State:
        """How the last review stands; "" where none holds, "waiting" where the build does not know of it yet."""
        holds = self.review.number if self.review and self.review.verdict != "withdrawn" else 0
        if holds and self.records is None:
            return "gone"
        if holds != (self.reviewed.number if self.reviewed else 0):
            return "waiting"
        return self.reviewed.outcome if self.reviewed else ""


def cases(records: Sequence[Records], reviewed: Mapping[str, Reviewed], last: Mapping[str, Review]) -> dict[str, Case]:
    """Return every row of *records* and every row that was reviewed, by task; in reading order, those gone last.

    *reviewed* is what the build made of the reviews (`load_reviewed`), *last* what was last said (`last_reviews`).
    """
    found: list[tuple[tuple[int, int], Case]] = []
    seen: set[str] = set()
    for place, one in enumerate(records):
        shown = {row.task_id: row for row in one.obligations}
        made = {key: each for key, each in reviewed.items() if each.document == one.document.slug and each.row}
        for key in shown.keys() | made.keys():
            extracted = made[key].row if key in made else shown[key]
            assert extracted is not None
            case = Case(key, one, extracted, shown.get(key), made.get(key), last.get(key))
            found.append(((place, extracted.start), case))
            seen.add(key)
    documents = {one.document.slug: one for one in records}
    gone = []
    for key in sorted((reviewed.keys() | last.keys()) - seen):
        document = (last.get(key) or reviewed[key]).document
        gone.append(Case(key, documents.get(document), None, None, reviewed.get(key), last.get(key)))
    return {case.task_id: case for case in [*(case for _, case in sorted(found, key=lambda pair: pair[0])), *gone]}


def find_case(found: Mapping[str, Case], wanted: str) -> Case | None:
    """Return the row of *found* with that task_id or id; None where there is none."""
    if wanted in found:
        return found[wanted]
    return next((case for case in found.values() if case.extracted and case.extracted.id == wanted), None)
