"""A question as typed → what it asks, without the greetings and thanks around it; the words a slip is judged by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.errors import RuleError
from kg.resources import load_yaml, rules_dir

SO_MANY = 5
"""So many courtesies are left out at either end, each of at most `LONGEST` characters."""

LONGEST = 50

_SIGNS = r"[\s,，.。:：;；!！~、—-]{0,8}"
_ENDING = r"[\s,，;；!！~、—-]{0,8}"


@dataclass(frozen=True, slots=True)
class Habits:
    """`rules/mending.yaml`: words of asking, other right words, characters and endings left alone, and courtesies."""

    asking: tuple[str, ...]
    known: tuple[str, ...]
    firm: frozenset[str]
    ends: frozenset[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    examples: tuple[tuple[str, str], ...]


def without_courtesy(text: str) -> str:
    """Return *text*, in Simplified characters, without the courtesies around it; all of it if it has nothing else."""
    habit, rest = habits(), text
    for _ in range(SO_MANY):
        found = habit.before.match(rest)
        rest = rest[found.end() :] if found else rest
    for _ in range(SO_MANY):
        found = habit.after.search(rest, max(0, len(rest) - LONGEST))
        rest = rest[: found.start()] if found else rest
    return rest if any(c.isalnum() for c in rest) else text


@cache
def habits() -> Habits:
    """Return `rules/mending.yaml` with its patterns compiled; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "mending.yaml"
    rules = load_yaml(path)
    if not isinstance(rules, dict) or set(rules) != {"asking", "known", "firm", "ends", "courtesy"}:
        raise RuleError(path, "its keys are not asking, known, firm, ends, courtesy", "correct them")
    try:
        before, after = ("|".join(f"(?:{one})" for one in rules["courtesy"][key]) for key in ("before", "after"))
        return Habits(
            tuple(rules["asking"]),
            tuple(rules["known"]),
            frozenset(rules["firm"]),
            frozenset(rules["ends"]),
            re.compile(rf"{_SIGNS}(?:{before}){_SIGNS}", re.IGNORECASE),
            re.compile(rf"{_ENDING}(?:{after})[\s,，.。;；!！~、?？]{{0,8}}$", re.IGNORECASE),
            tuple((example["text"], example["rest"]) for example in rules["courtesy"]["examples"]),
        )
    except (re.error, KeyError, TypeError) as error:
        raise RuleError(path, f"a pattern cannot be read ({error})", "correct it") from error
