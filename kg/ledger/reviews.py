"""What people say of extracted obligations: confirmed, corrected, rejected or withdrawn, with who and why; append-only.

The last review of an obligation holds. `kg.review.applied` says what a build makes of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kg.errors import ReportError
from kg.ledger.changes import ConflictError
from kg.ledger.engine import guarded, one_writer, reading
from kg.ledger.reports import LONGEST
from kg.ledger.store import Ledger, now
from kg.ledger.tables import review
from kg.refusals import refusals, refused
from kg.review.verdicts import Review


def save_review(ledger: Ledger, one: Review, number: int | None = None) -> Review:
    """Store *one* as the next review of its obligation and return it as stored.

    *number* is that of the last review that was seen, 0 for none.

    Raises:
        ConflictError: there is a newer review than the one seen.
        ReportError: the review lacks a name or a reason, or there is nothing to withdraw.
    """
    for name, text in (("who", one.who), ("reason", one.reason)):
        if not text.strip():
            raise refused(ReportError, "review-without", refusals().words[name])
    if len(one.reason) > LONGEST:
        raise refused(ReportError, "reason-too-long", count=len(one.reason), most=LONGEST)
    if (one.verdict == "corrected") != bool(one.corrected):
        raise refused(ReportError, "nothing-corrected", one.task_id)
    with guarded(ledger.engine), ledger.engine.begin() as connection:
        one_writer(connection)
        last = connection.execute(
            sa.select(review).where(review.c.task_id == one.task_id).order_by(review.c.number.desc()).limit(1)
        ).first()
        if number is not None and number != (last.number if last else 0):
            by = last.who if last else refusals().words["another"]
            raise refused(ConflictError, "reviewed-meanwhile", one.task_id, who=by)
        if one.verdict == "withdrawn" and (last is None or last.verdict == "withdrawn"):
            raise refused(ReportError, "no-review", one.task_id)
        row = {name: getattr(one, name) for name in ("task_id", "document", "verdict")}
        row |= {"number": (last.number if last else 0) + 1, "at": now(), "who": one.who.strip()[:200]}
        row |= {"through": one.through[:300], "reason": one.reason.strip(), "seen": _json(one.seen)}
        row["corrected"] = _json(one.corrected) if one.corrected else None
        try:
            connection.execute(review.insert().values(row))
        except IntegrityError as error:
            by = refusals().words["another"]
            raise refused(ConflictError, "reviewed-meanwhile", one.task_id, who=by) from error
    return reviews_of(ledger, one.task_id)[-1]


def last_reviews(ledger: Ledger | None) -> dict[str, Review]:
    """Return the last review of every obligation that has one, withdrawn ones included; {} without a ledger."""
    return {one.task_id: one for one in _reviews(ledger, sa.select(review))}


def reviews_of(ledger: Ledger | None, task_id: str) -> list[Review]:
    """Return all reviews of one obligation, oldest first."""
    return _reviews(ledger, sa.select(review).where(review.c.task_id == task_id))


def _reviews(ledger: Ledger | None, wanted: sa.Select[Any]) -> list[Review]:
    if ledger is None:
        return []
    found = []
    with reading(ledger.engine) as connection:
        for row in connection.execute(wanted.order_by(review.c.task_id, review.c.number)).mappings():
            plain = {name: value for name, value in row.items() if name != "id"}
            seen, corrected = json.loads(row["seen"]), json.loads(row["corrected"] or "{}")
            found.append(Review(**plain | {"seen": seen, "corrected": corrected}))
    return found


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
