"""A report → the assignees: bodies that the office gave the task to, which the text need not name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kg.exports import exports
from kg.patterns import pattern

if TYPE_CHECKING:
    from kg.facts import DocumentFacts
    from kg.ledger.reports import Report

ASSIGNED: Final = ("assigned_to", "assisting")
"""The fields that hold assignees: 承办单位, which lead, and 协办单位, which assist."""

NOBODY: Final = "none"
"""What asks for tasks that were given to nobody, beside 未分办."""

_TOKEN: Final = re.compile(r"[（(][^（()）]*[）)]|[、，,；;\n]|.")
BETWEEN: Final = "、，,；;"
"""What may stand between two names on a line."""


def read_names(text: str) -> tuple[str, ...]:
    """Return the names in *text*, in order and each once; what separates them may also stand within brackets of one.

    原文未明确 and 未分办 are no names: they say that there is none.
    """
    names = [""]
    for token in _TOKEN.findall(text):
        if token in (*BETWEEN, "\n"):
            names.append("")
        else:
            names[-1] += token
    nobody = (exports().unassigned, exports().unnamed)
    return tuple(dict.fromkeys(name for one in names if (name := one.strip()) and name not in nobody))


def assignees(report: Report, *fields: str) -> tuple[str, ...]:
    """Return the assignees in *fields* of a report, by default in all that hold assignees."""
    values = (report.get(name) for name in fields or ASSIGNED)
    return tuple(dict.fromkeys(name for value in values if isinstance(value, tuple) for name in value))


def asked_assignee(name: str) -> str:
    """Return the assignee that somebody asks for by *name*: 未分办 also if they say "none"."""
    return exports().unassigned if name.strip().casefold() == NOBODY else name


def assigned_or_not(report: Report) -> tuple[str, ...]:
    """Return the bodies that a task was given to, or 未分办 alone if there are none."""
    return assignees(report, "assigned_to") or (exports().unassigned,)


def known_assignees(facts: Iterable[DocumentFacts], assignments: Mapping[str, Report]) -> list[str]:
    """Return the names to offer: those that tasks were given to, the most frequent first, then bodies of the text.

    A body that the text calls by its level (市财政局) is offered so, as its own office calls it, unless documents of
    two places mean two by it.
    """
    counts: dict[str, int] = {}
    for report in assignments.values():
        for name in assignees(report):
            counts[name] = counts.get(name, 0) + 1
    given = sorted(counts, key=lambda name: (-counts[name], name))
    full = [(name, _short(name, forms)) for one in facts for name, tier, forms in one.agents if tier == "named"]
    called = Counter(short for _, short in dict.fromkeys(full))
    named = (short if called[short] == 1 else name for name, short in full)
    return list(dict.fromkeys([*given, *named]))


def _short(name: str, forms: Iterable[str]) -> str:
    """Return what the text calls the body *name* by its level, of all the *forms* of its name, else *name*."""
    level = pattern("naming", "level")
    return next((one for one in forms if one != name and level.match(one) and name.endswith(one)), name)
