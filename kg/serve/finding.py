"""Words → the clauses whose text has them, and where: each character of the text as it stands, in either script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.models import Clause, Records
from kg.search.words import simplified
from kg.serve.desk import Desk

LONGEST = 100
"""Characters that are looked for."""

_PLAIN = {ord("　"): " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and signs as the plain ones; one character each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause with the stretches of its text that were looked for, in their order."""

    records: Records
    clause: Clause
    stretches: tuple[tuple[int, int], ...]


def find(desk: Desk, text: str) -> list[Hit]:
    """Return the clauses that have *text*, in reading order; none for a text that is blank."""
    found = []
    for one in desk.records:
        for clause in one.document.clauses:
            if stretches := stretches_of(clause.text, text):
                found.append(Hit(one, clause, tuple(stretches)))
    return found


def stretches_of(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where *wanted* stands in *text*, no two of them overlapping: both scripts are one, as are letter cases."""
    sought = _folded(wanted.strip()[:LONGEST])
    if not sought:
        return []
    folded, found, at = _folded(text), [], 0
    while (at := folded.find(sought, at)) >= 0:
        found.append((at, at + len(sought)))
        at += len(sought)
    return found


def _folded(text: str) -> str:
    """Return *text* as it is compared: as long as it was, character by character."""
    folds: tuple[Callable[[str], str], ...] = (lambda t: t.translate(_PLAIN), simplified, str.lower)
    for fold in folds:
        changed = fold(text)
        # a fold that changes the length would move every place behind it
        text = changed if len(changed) == len(text) else "".join(c if len(fold(c)) != 1 else fold(c) for c in text)
    return text
