"""What people say of extracted rows: confirmed, corrected, rejected or withdrawn, each with who and why; kept for good.

A row's last review is the one that holds. `kg.ledger.reviewed` says what a build makes of it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kg.ledger.changes import ConflictError
from kg.ledger.engine import guarded, one_writer, reading
from kg.ledger.reports import LONGEST, ReportError
from kg.ledger.store import Ledger
from kg.ledger.tables import review
from kg.ledger.verdicts import Review


def save_review(ledger: Ledger, one: Review, number: int | None = None) -> Review:
    """Keep *one* as the row's next review and return it as it is kept.

    *number* is that of the last review that was seen, 0 for none: where another was given since, a `ConflictError`.
    A `ReportError` where it does not say whose it is or why, or where there is nothing to withdraw.
    """
    for name, said in (("who", one.who), ("reason", one.reason)):
        if not said.strip():
            raise ReportError(name, "it is empty", "a review says whose it is and why")
    if len(one.reason) > LONGEST:
        raise ReportError("reason", f"it has {len(one.reason)} characters", f"keep to {LONGEST}")
    if (one.verdict == "corrected") != bool(one.corrected):
        raise ReportError(one.task_id, "nothing is corrected", "say which field should be what, or confirm it")
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
    with guarded(ledger.engine), ledger.engine.begin() as connection:
        one_writer(connection)
        last = connection.execute(
            sa.select(review).where(review.c.task_id == one.task_id).order_by(review.c.number.desc()).limit(1)
        ).first()
        if number is not None and number != (last.number if last else 0):
            by = last.who if last else "another"
            raise ConflictError(one.task_id, f"it was reviewed meanwhile by {by}", "look at it and do it again")
        if one.verdict == "withdrawn" and (last is None or last.verdict == "withdrawn"):
            raise ReportError(one.task_id, "no review of it is there to be withdrawn", "see `hetao review list`")
        row = {
            "task_id": one.task_id,
            "number": (last.number if last else 0) + 1,
            "document": one.document,
            "at": at,
            "who": one.who.strip()[:200],
            "through": one.through[:300],
            "verdict": one.verdict,
            "reason": one.reason.strip(),
            "seen": _json(one.seen),
            "corrected": _json(one.corrected) if one.corrected else None,
        }
        try:
            connection.execute(review.insert().values(row))
        except IntegrityError as error:
            raise ConflictError(one.task_id, "it was reviewed meanwhile", "look at it and do it again") from error
    return reviews_of(ledger, one.task_id)[-1]


def last_reviews(ledger: Ledger | None) -> dict[str, Review]:
    """Return the last review of every row that has one, those that were withdrawn among them; {} of no ledger."""
    if ledger is None:
        return {}
    with reading(ledger.engine) as connection:
        rows = connection.execute(sa.select(review).order_by(review.c.task_id, review.c.number))
        return {row.task_id: _review(row) for row in rows}


def reviews_of(ledger: Ledger | None, task_id: str) -> list[Review]:
    """Return all that was ever said of one row, the oldest first."""
    if ledger is None:
        return []
    with reading(ledger.engine) as connection:
        rows = connection.execute(sa.select(review).where(review.c.task_id == task_id).order_by(review.c.number))
        return [_review(row) for row in rows]


def _review(row: Any) -> Review:  # noqa: ANN401 - a row of the table
    return Review(
        row.task_id,
        row.document,
        row.verdict,
        row.reason,
        row.who,
        row.through,
        json.loads(row.seen),
        json.loads(row.corrected) if row.corrected else {},
        row.number,
        row.at,
        row.redacted,
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
