"""The words at the head of a column → what stands below it (`rules/tables.yaml`)."""

from __future__ import annotations

from functools import cache

from kg.models import strip_space
from kg.patterns import rules
from kg.read.script import simplified

LONGEST = 20
"""A head of more characters is a sentence."""

BODIES = ("lead", "responsible", "cooperating")
TASKS = ("specific", "task")


@cache
def role_of(words: str) -> str | None:
    """Return what the column is whose head says *words*; None for any other."""
    shown = simplified(strip_space(words))
    if len(shown) > LONGEST:
        return None
    return next((rule.id for rule in rules("tables") if rule.regex.search(shown)), None)


def hands_out_work(heads: list[str]) -> bool:
    """Whether *heads* are those of a table with tasks and who does them or by when."""
    roles = {role_of(words) for words in heads}
    return bool(roles & set(TASKS)) and bool(roles & {*BODIES, "deadline"})
