"""The clauses that nobody wrote the rules with, held against what a second reader made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.extract import Extraction
from kg.models import Obligation

ROWS = Path(__file__).with_name("annotated") / "even-clauses.jsonl"
MODALITY = {"duty": "obligation", "suspension": "prohibition"}


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Shared characters over all characters of the two."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0])) if shared > 0 else 0.0


@pytest.fixture(scope="module")
def read() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def ours(plan: Extraction) -> list[tuple[tuple[int, int], Obligation]]:
    """The rows of the even clauses, each with its span in characters without white space."""
    source = plan.records.document.source.text
    before = [0]
    for character in source:
        before.append(before[-1] + (not character.isspace()))
    rows = [row for row in plan.records.obligations if row.clause.isdecimal() and int(row.clause) % 2 == 0]
    return [((before[row.start], before[row.end]), row) for row in rows]


@pytest.fixture(scope="module")
def pairs(
    read: list[dict[str, Any]], ours: list[tuple[tuple[int, int], Obligation]]
) -> list[tuple[dict[str, Any], Obligation]]:
    """Rows that share half of their characters, the best match first, each row once."""
    scored = sorted(
        (
            (overlap((one["span"][0], one["span"][1]), span), i, j)
            for i, one in enumerate(read)
            for j, (span, _) in enumerate(ours)
        ),
        reverse=True,
    )
    left, right, found = set(range(len(read))), set(range(len(ours))), []
    for share, i, j in scored:
        if share >= 0.5 and i in left and j in right:
            left.remove(i)
            right.remove(j)
            found.append((read[i], ours[j][1]))
    return found


def test_the_quotes_of_the_reader_stand_in_the_plan(read: list[dict[str, Any]], plan: Extraction) -> None:
    text = "".join(plan.records.document.source.text.split())
    assert len(read) > 150
    assert all(text[one["span"][0] : one["span"][1]] == one["quote"] for one in read)


def test_nearly_every_row_is_found_and_hardly_one_is_added(
    read: list[dict[str, Any]],
    ours: list[tuple[tuple[int, int], Obligation]],
    pairs: list[tuple[dict[str, Any], Obligation]],
) -> None:
    assert len(pairs) >= 0.95 * len(read)
    assert len(pairs) >= 0.95 * len(ours)


def test_modality_and_force_are_the_reader_s(pairs: list[tuple[dict[str, Any], Obligation]]) -> None:
    right = 0
    for one, row in pairs:
        labels = {MODALITY.get(row.modality, row.modality)}
        if row.force in ("exploratory", "pilot"):
            labels = {"exploration"} | (labels & {"exemption"})
        right += bool(labels & {one["modality"], *one.get("modality_alt", [])}) and row.force == one["force"]
    assert right >= 0.95 * len(pairs)


def test_no_owner_is_one_the_reader_did_not_find(pairs: list[tuple[dict[str, Any], Obligation]]) -> None:
    named = 0
    for one, row in pairs:
        if one.get("agents_optional"):
            continue
        for party in row.agents:
            if party.role in ("lead", "responsible") and party.tier == "named" and party.basis == "explicit":
                assert any(party.name in other or other in party.name for other in one["agents"]), row.quote
                named += 1
    assert named >= 10
