"""The words of a clause → what must hold or come first, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.patterns import rules

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Condition:
    """Exact words at plain offsets [start, end). `forward` ones govern the clauses that follow in the sentence."""

    start: int
    end: int
    text: str
    forward: bool
    waits: bool
    exception: bool


@lru_cache(maxsize=256)  # of one clause they are asked for several times
def conditions(text: str, start: int, end: int) -> tuple[Condition, ...]:
    """Return the conditions and exceptions in `text[start:end]`, in order; of two that overlap the longer one."""
    found: list[Condition] = []
    # a rule may ask for the comma behind a clause
    part = text[start:end] + ("，" if text[end : end + 1] in {"，", ","} else "")
    for rule in rules("conditions"):
        for match in rule.regex.finditer(part):
            if match.group():
                found.append(
                    Condition(
                        start + match.start(),
                        start + match.end(),
                        match.group(),
                        forward=rule.sets.governs == "forward",
                        waits=rule.sets.deadline == "conditional",
                        exception=rule.sets.role == "exception",
                    )
                )
    found.sort(key=lambda c: (c.start - c.end, c.start))
    kept: list[Condition] = []
    taken = {True: bytearray(len(part)), False: bytearray(len(part))}
    for one in found:
        a, b = one.start - start, one.end - start
        if not any(taken[one.exception][a:b]):
            taken[one.exception][a:b] = b"\1" * (b - a)
            kept.append(one)
    return tuple(sorted(kept, key=lambda c: c.start))


class Governing:
    """What holds for the rows that follow in a sentence: fronted conditions and exceptions, carried to each of them.

    Of the conditions those fronted last hold, and the first that waits for something: what is done behind it is done
    after it as well.
    """

    def __init__(self) -> None:
        self._conditions: list[Condition] = []
        self._exceptions: list[Condition] = []

    def add(self, more: Iterable[Condition], fresh: bool) -> None:
        """Take in what is fronted; *fresh* where it opens a row and so takes the place of what was fronted before."""
        found = list(more)
        if fresh and any(not c.exception for c in found):
            self._conditions = [c for c in self._conditions if c.waits][:1]
        self._conditions += [c for c in found if not c.exception]
        self._exceptions = [c for c in found if c.exception] or self._exceptions

    def over(self, own: Iterable[Condition]) -> list[Condition]:
        """Return the conditions of a row in reading order: its *own*, and those that govern it.

        A row that has a fronted one of its own is governed by none that was fronted before, but by what waits.
        """
        mine = list(own)
        fronted = any(c.forward for c in mine)
        found = {c.start: c for c in (*self._conditions, *mine) if not fronted or c.waits or c in mine}
        return [found[at] for at in sorted(found)]

    def exception(self) -> Condition | None:
        """Return the exception fronted last, None without one."""
        return self._exceptions[-1] if self._exceptions else None


def in_words(text: str, found: Iterable[Condition]) -> str | None:
    """Return conditions as one text, None without any: the words of *text* where they stand side by side, else each in
    its exact words with ； between.
    """
    parts: list[tuple[int, int]] = []
    for one in found:
        if parts and text[parts[-1][1] : one.start] in {"，", ",", "、"}:
            parts[-1] = (parts[-1][0], one.end)
        else:
            parts.append((one.start, one.end))
    return "；".join(dict.fromkeys(text[a:b] for a, b in parts)) or None
