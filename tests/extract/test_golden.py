"""The plan's records against the files a reader went through line by line (`make golden` writes them anew)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.extract import Extraction
from kg.models import to_json
from tests.conftest import Golden

KINDS = ("agents", "zones", "policies", "deadlines", "obligations")


def line(record: object) -> str:
    """One record without the places of its mentions: those are held by test_spans."""
    plain: dict[str, Any] = to_json(record)
    plain.pop("mentions", None)
    return json.dumps(plain, ensure_ascii=False)


@pytest.mark.golden
@pytest.mark.parametrize("kind", KINDS)
def test_the_plans_records_are_those_that_were_reviewed(kind: str, plan: Extraction, golden: Golden) -> None:
    golden(f"hetao-2023/{kind}.jsonl", "".join(line(record) + "\n" for record in getattr(plan.records, kind)))
