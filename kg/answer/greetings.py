"""A question as typed → what it asks, without the greetings and thanks around it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from kg.rules import Strict, alternatives, load

SO_MANY, LONGEST = 5, 50  # courtesies left out at either end, and the characters of each, at most

_SIGNS = r"[\s,，.。:：;；!！~、—-]{0,8}"
_ENDING = r"[\s,，;；!！~、—-]{0,8}"


def _between(before: str, after: str) -> BeforeValidator:
    return BeforeValidator(lambda patterns: f"(?i){before}(?:{alternatives(patterns)}){after}")


class Courtesy(Strict):
    """A question and what is left of it without its courtesies."""

    text: str
    rest: str


class Habits(Strict):
    """`rules/courtesy.yaml`: what is said out of courtesy before and after what is asked."""

    before: Annotated[re.Pattern[str], _between(_SIGNS, _SIGNS)]
    after: Annotated[re.Pattern[str], _between(_ENDING, r"[\s,，.。;；!！~、?？]{0,8}$")]
    examples: tuple[Courtesy, ...]


def without_courtesy(text: str) -> str:
    """Return *text*, in Simplified characters, without the courtesies around it; all of it if it has nothing else."""
    habit, rest = load("courtesy", Habits), text
    for _ in range(SO_MANY):
        found = habit.before.match(rest)
        rest = rest[found.end() :] if found else rest
    for _ in range(SO_MANY):
        found = habit.after.search(rest, max(0, len(rest) - LONGEST))
        rest = rest[: found.start()] if found else rest
    return rest if any(c.isalnum() for c in rest) else text
