"""Clause ids: how they are made unique, and the order they sort in."""

from __future__ import annotations

import re

_ID = re.compile(
    r"(?:a(?P<annex>\d+)\.?)?(?:(?P<word>preamble|ch|p)\.?)?(?P<numbers>\d+(?:\.\d+)*)?(?:~(?P<again>\d+))?"
)


def clause_sort_key(clause_id: str) -> tuple[int, int, int, tuple[int, ...], str]:
    """Return the key that sorts clause ids by number.

    The document before its annexes, each "~2" behind all first ones; "preamble", then numbers, "ch3" in front of "3"
    and "3.1". What is no clause id sorts last, by its characters.
    """
    match = _ID.fullmatch(clause_id)
    if match is None or not clause_id:
        return (1 << 30, 0, 0, (), clause_id)
    word = match.group("word")
    numbers = tuple(int(n) for n in (match.group("numbers") or "").split(".") if n)
    order = (*numbers, -1 if word == "ch" else 0)
    return (int(match.group("annex") or 0), int(match.group("again") or 1), int(word != "preamble"), order, "")


class Names:
    """Gives out ids, each once: a number met again gets "~2" behind, its items with it."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._met: dict[str, int] = {}

    def give(self, wanted: str, parent: str | None = None) -> str:
        """Return *wanted*, or the first of wanted~2, wanted~3, … that is free, not before the parent's own count."""
        least = int(parent.rpartition("~")[2]) if parent and "~" in parent else 1
        again = max(least, self._met.get(wanted, 0) + 1)
        name = wanted if again == 1 else f"{wanted}~{again}"
        while name in self._given:
            again += 1
            name = f"{wanted}~{again}"
        self._given.add(name)
        self._met[wanted] = again
        return name


def bare(clause_id: str) -> str:
    """Return an id without its "~2"."""
    return clause_id.partition("~")[0]
