"""The words of a task and tasks of a later build → the two that it was cut in, which have its words end to end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.ledger.changes import Task

_BETWEEN = re.compile(r"[\W_]+")


def cut_in_two(words: str, tasks: Iterable[Task], clause: str = "") -> tuple[Task, Task] | None:
    """Return the two of *tasks* whose quotes, end to end, are *words*, the one that opens them first.

    They are of that *clause* if it is known. None if no two are, or more than one such pair is.
    """
    whole = bare(words)
    by_words: dict[tuple[str, str, str], Task] = {}
    opening = []
    for one in tasks:
        if clause not in ("", one.clause):
            continue
        part = bare(one.quote)
        if part and part in whole and part != whole:
            by_words[one.document, one.clause, part] = one
            opening += [one] if whole.startswith(part) else []
    pairs = [
        (one, other)
        for one in opening
        if (other := by_words.get((one.document, one.clause, whole[len(bare(one.quote)) :]))) and other != one
    ]
    return pairs[0] if len(pairs) == 1 else None


def bare(words: str) -> str:
    """Return *words* without what stands between two clauses of a sentence, which belongs to neither."""
    return _BETWEEN.sub("", words)
