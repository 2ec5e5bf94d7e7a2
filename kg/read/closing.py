"""A bracket behind a sentence → whether it closes the task before it: says who sees to it, or by when."""

from __future__ import annotations

from kg.models import strip_space
from kg.patterns import pattern
from kg.read.folding import folded
from kg.read.layout import layout

LONGEST = 400
"""A bracket that closes a task has fewer characters than this: the longest seen lists 40 bodies in 300."""

_PAIRS = {"）": "（", ")": "(", "】": "【", "］": "［", "]": "[", "〕": "〔"}


def closes_a_task(text: str, start: int, end: int) -> bool:
    """Whether the bracket round text[start:end] says who is responsible for what stands before it, or by when."""
    inner = folded(strip_space(text[start:end])) if text[end] in _PAIRS and end - start < LONGEST else ""
    return bool(pattern("offices", "says-who").search(inner) or layout().due.pattern.search(inner))


def opening(text: str, begin: int, end: int) -> int | None:
    """Return where the bracket begins that ends at *end*; None where none does, or none that is short enough."""
    wanted = _PAIRS.get(text[end - 1]) if end > begin else None
    depth = 0
    for at in range(end - 1, max(begin, end - LONGEST) - 1, -1):
        depth += (text[at] == text[end - 1]) - (text[at] == wanted)
        if wanted and depth == 0:
            return at
    return None
