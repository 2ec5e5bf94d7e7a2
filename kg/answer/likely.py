"""How often words occur, in Chinese and in a build's documents → how likely a word is where a question has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import log

from kg.answer.courtesy import habits

LONGEST = 16
"""No word of more characters is looked for."""

LEAST = 1_000
"""A name or word of the build is taken to be at least so frequent, in jieba's counts."""

OFTEN = 300
"""A word of the documents is taken to be so many times as frequent as it stands there."""

ASKED = 20_000
"""A word of asking is taken to be at least so frequent."""

TOGETHER = 5.0
"""So much likelier, as a logarithm, two words are beside each other where they stand so in a document."""


class Likely:
    """How likely words are, as logarithms, by jieba's counts and what the build's documents have."""

    def __init__(self, counts: Mapping[str, int], words: Mapping[str, int], pairs: Iterable[tuple[str, str]]) -> None:
        self._counts = counts
        self._total = log(sum(counts.values()))
        self.asking = frozenset(habits().asking)
        self.own = {
            word: log(max(counts.get(word, 0), OFTEN * seen, ASKED if word in self.asking else LEAST)) - self._total
            for word, seen in words.items()
        }
        self.pairs: dict[str, tuple[str, str]] = {}
        for left, right in pairs:
            one, other = self.of(left), self.of(right)
            if one is not None and other is not None and left + right not in self.own:
                self.pairs[left + right] = (left, right)
        for both, (left, right) in self.pairs.items():
            self.own[both] = (self.of(left) or 0.0) + (self.of(right) or 0.0) + TOGETHER
        self._begin = {word[:i] for word in self.own for i in range(1, len(word) + 1)}

    def of(self, word: str) -> float | None:
        """Return how likely *word* is; None where it is no word. A single character always is one."""
        known = self.own.get(word)
        if known is not None:
            return known
        count = self._counts.get(word)
        if count:
            return log(count) - self._total
        return -self._total if len(word) == 1 else None

    def begins(self, text: str) -> bool:
        """Whether *text* is the beginning of a word."""
        return text in self._begin or text in self._counts

    def from_place(self, text: str, at: int, least: int) -> Iterator[tuple[int, float]]:
        """Yield the ends, *least* or beyond, of the words of *text* that begin at *at*, each with how likely it is."""
        if least > at + 1 and not self.begins(text[at:least]):
            return
        for end in range(max(least, at + 1), min(len(text), at + LONGEST) + 1):
            word = text[at:end]
            if end > at + 1 and not self.begins(word):
                return
            likely = self.of(word)
            if likely is not None:
                yield end, likely
