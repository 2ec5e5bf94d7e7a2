"""Rows that a person reviewed (`hetao review export`): each is extracted as the review says it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.models import Obligation
from kg.pipeline import extract_source, plans
from kg.read import read_file
from kg.review.reviews import wrong_fields

FILES = sorted((Path(__file__).parent / "reviewed").glob("*.jsonl"))
CASES = [json.loads(line) for path in FILES for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Obligation]]:
    """The rows of each plan that comes with the product, by the digest of its file and by task."""
    found = {}
    for path in plans():
        source = read_file(path, 10_000_000)
        found[source.sha256] = {row.task_id: row for row in extract_source(source, path).obligations}
    return found


@pytest.mark.parametrize("case", CASES, ids=[f"{case['verdict']} {case['task_id']}" for case in CASES])
def test_a_reviewed_row_is_extracted_as_the_review_says(
    case: dict[str, Any], rows: dict[str, dict[str, Obligation]]
) -> None:
    row = rows[case["source_sha256"]].get(case["task_id"])
    assert wrong_fields(case["expected"], row) == [], case["reason"]
