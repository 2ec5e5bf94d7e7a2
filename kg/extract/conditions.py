"""The words of a clause → what must hold or come first, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.rules import rules


@dataclass(frozen=True, slots=True)
class Condition:
    """Exact words at plain offsets [start, end). `forward` ones govern the clauses that follow in the sentence."""

    start: int
    end: int
    text: str
    forward: bool
    waits: bool
    exception: bool


def conditions(text: str, start: int, end: int) -> list[Condition]:
    """Return the conditions and exceptions in `text[start:end]`, in order; of two that overlap the longer one."""
    found: list[Condition] = []
    part = text[start:end]
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
    return sorted(kept, key=lambda c: c.start)
