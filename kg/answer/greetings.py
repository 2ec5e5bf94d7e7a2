"""A question as typed → what it asks, without the greetings and thanks around it."""

from __future__ import annotations

import re
from functools import cached_property

from kg.rules import Strict, WayOfAsking, load

SO_MANY, LONGEST = 5, 50  # courtesies left out at either end, and the characters of each, at most

_SIGNS = r"[\s,，.。:：;；!！~、—-]{0,8}"
_CLOSE = r"[\s,，.。;；!！~、?？]{0,8}$"
_ENDING = r"[\s,，;；!！~、—-]{0,8}"


class Courtesy(Strict):
    """A question and what is left of it without its courtesies."""

    text: str
    rest: str


class Habits(Strict):
    """`rules/greetings.yaml`: what is said out of courtesy before and after what is asked."""

    before: WayOfAsking
    after: WayOfAsking
    examples: tuple[Courtesy, ...]

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """What is said before, with the signs around it."""
        return re.compile(f"(?i){_SIGNS}(?:{self.before.body}){_SIGNS}")

    @cached_property
    def ending(self) -> re.Pattern[str]:
        """What is said after, with the signs around it."""
        return re.compile(f"(?i){_ENDING}(?:{self.after.body}){_CLOSE}")


def without_courtesy(text: str) -> str:
    """Return *text*, in Simplified characters, without the courtesies around it; all of it if it has nothing else."""
    habit, rest = load("greetings", Habits), text
    for _ in range(SO_MANY):
        found = habit.opening.match(rest)
        rest = rest[found.end() :] if found else rest
    for _ in range(SO_MANY):
        found = habit.ending.search(rest, max(0, len(rest) - LONGEST))
        rest = rest[: found.start()] if found else rest
    return rest if any(c.isalnum() for c in rest) else text
