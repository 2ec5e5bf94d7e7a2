"""What people say of rows: kept for good on each store, the last holds, and two at once are told of each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.errors import ReportError
from kg.ledger.changes import MARKER, ConflictError
from kg.ledger.engine import store_file
from kg.ledger.reviews import last_reviews, reviews_of, save_review
from kg.ledger.store import Ledger
from kg.models import Records
from kg.review.verdicts import Review, as_seen
from tests.ledger.conftest import Store


@pytest.fixture
def one(records: Records) -> Review:
    row = records.obligations[0]
    slug = records.document.slug
    return Review(row.task_id, slug, "confirmed", "逐字核对过", "王小明", "test", as_seen(row))


def test_the_last_review_of_a_row_holds_and_all_stay(store: Store, one: Review) -> None:
    ledger = store.open()
    assert last_reviews(ledger) == {}
    first = save_review(ledger, one, 0)
    assert (first.number, first.verdict, first.seen) == (1, "confirmed", one.seen)
    second = save_review(ledger, replace(one, verdict="corrected", corrected={"force": "pilot"}, reason="写的是试点"))
    assert last_reviews(ledger) == {one.task_id: second}
    assert second.corrected == {"force": "pilot"}
    assert reviews_of(ledger, one.task_id) == [first, second]
    assert reviews_of(ledger, "x") == []
    assert ledger.tasks() == {}, "a review is no report"
    ledger.close()
    reopened = store.open()
    assert reviews_of(reopened, one.task_id) == [first, second]
    reopened.close()


def test_one_who_has_not_seen_the_last_review_is_told(store: Store, one: Review) -> None:
    ledger, other = store.open(), store.open()
    save_review(ledger, one, 0)
    with pytest.raises(ConflictError, match="王小明"):
        save_review(other, replace(one, verdict="rejected", who="乙"), 0)
    assert len(reviews_of(ledger, one.task_id)) == 1
    ledger.close()
    other.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"who": "  "}, "who: it is empty"),
        ({"reason": ""}, "reason: it is empty"),
        ({"reason": "长" * 20_001}, "20001 characters"),
        ({"verdict": "corrected"}, "nothing is corrected"),
        ({"verdict": "withdrawn"}, "it has no review to withdraw"),
    ],
)
def test_a_review_that_says_too_little_is_refused(
    ledger: Ledger, one: Review, change: dict[str, str], told: str
) -> None:
    with pytest.raises(ReportError, match=told):
        save_review(ledger, replace(one, **change))  # type: ignore[arg-type]
    assert last_reviews(ledger) == {}


def test_a_review_is_withdrawn_once(ledger: Ledger, one: Review) -> None:
    save_review(ledger, one)
    save_review(ledger, replace(one, verdict="withdrawn", reason="看错了条款"))
    with pytest.raises(ReportError, match="no review"):
        save_review(ledger, replace(one, verdict="withdrawn", reason="again"))
    assert last_reviews(ledger)[one.task_id].verdict == "withdrawn"


def test_a_name_is_taken_out_of_reviews_as_well(store: Store, one: Review) -> None:
    ledger = store.open()
    save_review(ledger, replace(one, reason="王小明电话确认"))
    assert ledger.redact("王小明", "管理员") == 1
    (kept,) = reviews_of(ledger, one.task_id)
    assert (kept.who, kept.reason, bool(kept.redacted)) == (MARKER, f"{MARKER}电话确认", True)
    assert kept.seen == one.seen
    ledger.close()
    if not store.url:
        held = b"".join(path.read_bytes() for path in store_file(store.data).parent.iterdir())
        assert "王小明".encode() not in held
