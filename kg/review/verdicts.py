"""What a person says of an extracted obligation: confirmed, corrected, rejected or withdrawn. It is not stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from kg.models import Obligation, to_json

Verdict = Literal["confirmed", "corrected", "rejected", "withdrawn"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of the obligation `task_id`, the `number`-th time.

    `seen` is the obligation as it was extracted then (`as_seen`); `corrected` has the fields that should differ, with
    their right values as in `obligations.jsonl`. `at` is ISO 8601 in UTC.
    """

    task_id: str
    document: str
    verdict: Verdict
    reason: str
    who: str
    through: str
    seen: Mapping[str, Any]
    corrected: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    at: str = ""
    redacted: str | None = None


def as_seen(row: Obligation) -> dict[str, Any]:
    """Return *row* as a review remembers it: everything but the mark of its own review."""
    plain = to_json(row)
    del plain["review"]
    return plain
