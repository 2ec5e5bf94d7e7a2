"""Words → the clauses that contain them, and where, compared by character and in either script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg.answer.facts import letters
from kg.models import Clause, Records
from kg.search.expansion import Expansion, vocabulary
from kg.search.words import folded, simplified
from kg.workspace import Workspace

LONGEST = 100
"""The longest text that is searched for, in characters."""

_PLAIN = {ord("　"): " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and signs → the plain ones, one character each."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """A clause with the ranges of its text that were found, in order."""

    records: Records
    clause: Clause
    stretches: tuple[tuple[int, int], ...]


def find(workspace: Workspace, text: str) -> list[TextHit]:
    """Return the clauses that contain *text*, in reading order; none if *text* is blank.

    If none does, those that contain a document's word for what *text* calls otherwise.
    """
    return _containing(workspace, [text]) or _containing(workspace, other_words(text))


def _containing(workspace: Workspace, sought: Sequence[str]) -> list[TextHit]:
    found = []
    # a document whose letters do not contain those sought need not be loaded
    keys = [letters(one).encode("utf-8", "surrogatepass") for one in sought if one.strip()]
    for place, slug in enumerate(workspace.slugs):
        if not any(key in workspace.build.letters(slug) for key in keys):
            continue
        one = workspace.records[place]
        for clause in one.document.clauses:
            if stretches := stretches_of_any(clause.text, sought):
                found.append(TextHit(one, clause, tuple(stretches)))
    return found


def other_words(text: str) -> list[str]:
    """Return the documents' words for what *text* calls otherwise, in another language or another usage."""
    return _expansion().words(folded(text.strip()[:LONGEST]))


def stretches_of_any(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """Return where any of *wanted* occurs in *text*, in order and without overlaps."""
    found: list[tuple[int, int]] = []
    for stretch in sorted({stretch for one in wanted for stretch in stretches_of(text, one)}):
        if not found or stretch[0] >= found[-1][1]:
            found.append(stretch)
    return found


@cache
def _expansion() -> Expansion:
    return Expansion(vocabulary())


def stretches_of(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where *wanted* occurs in *text*, without overlaps, regardless of script and letter case."""
    sought = _folded(wanted.strip()[:LONGEST])
    if not sought:
        return []
    folded, found, at = _folded(text), [], 0
    while (at := folded.find(sought, at)) >= 0:
        found.append((at, at + len(sought)))
        at += len(sought)
    return found


def _folded(text: str) -> str:
    """Return *text* in the form that is compared, with the same length, character by character."""
    folds: tuple[Callable[[str], str], ...] = (lambda t: t.translate(_PLAIN), simplified, str.lower)
    for fold in folds:
        changed = fold(text)
        # folding that changes the length would shift every later position
        text = changed if len(changed) == len(text) else "".join(c if len(fold(c)) != 1 else fold(c) for c in text)
    return text
