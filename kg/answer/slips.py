"""A run of Han characters and the words of a build → the slips of the hand in it, each undone.

A repair undoes one slip: two neighbours swapped, a character left out or typed twice, another character of the same
sound. It is made where the text then falls into words that are much likelier, and never inside a word that is right
already: what is not surely a slip stays as it was typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from kg.answer.courtesy import habits
from kg.answer.items import Cut
from kg.answer.likely import LONGEST, Likely
from kg.models import strip_space
from kg.search.words import folded

COMMON = 500
"""What jieba counts so often may be what a damaged word of three characters and more was meant to be."""

GAIN = 7.0
"""A repair makes the text at least so much likelier, as a logarithm."""

SHORT = {"swapped": 7.5, "left out": 9.0, "sound": 7.5, "twice": 7.0}
"""As `GAIN`, for a repair that makes a word of two characters, by the kind of slip."""

ASKING = 5.0
"""As `GAIN`, for two characters swapped in a word of asking."""

ELSEWHERE = 11.0
"""As `GAIN`, where the new words are not of the build, or two words had to be parted anew."""

USUAL = (5_000, 8.5)
"""What jieba counts so often needs only so much where two characters are swapped in it."""

AMBIGUOUS = 1.0
"""Two repairs of one place that are so near to each other are none."""

_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class _Slip:
    """What may have happened: `run[at:end]` was to be *new*."""

    kind: str
    at: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A slip undone: the text is likelier by *gain*, and *words* stand for `text[start:end]`."""

    slip: _Slip
    gain: float
    start: int
    end: int
    words: tuple[str, ...]


class _Run:
    """A run of Han characters in its likeliest words, and what they would be if it were changed at one place."""

    def __init__(self, text: str, likely: Likely) -> None:
        self.text, self._likely = text, likely
        size = len(text)
        edges = [list(likely.from_place(text, at, at + 1)) for at in range(size)]
        self._before = [0.0] + [float("-inf")] * size
        self._comes = [0] * (size + 1)
        for at, found in enumerate(edges):
            for end, one in found:
                if self._before[at] + one > self._before[end]:
                    self._before[end], self._comes[end] = self._before[at] + one, at
        self._after = [0.0] * (size + 1)
        for at in range(size - 1, -1, -1):
            self._after[at] = max(one + self._after[end] for end, one in edges[at])
        self.spans: list[tuple[int, int]] = []
        at = size
        while at:
            self.spans[:0] = self._split(self._comes[at], at)
            at = self._comes[at]
        self.alone = bytearray(size)
        for start, end in self.spans:
            if end == start + 1:
                self.alone[start] = 1

    def _split(self, start: int, end: int) -> list[tuple[int, int]]:
        pair = self._likely.pairs.get(self.text[start:end])
        return [(start, end)] if pair is None else [(start, start + len(pair[0])), (start + len(pair[0]), end)]

    def undo(self, slip: _Slip) -> Repair | None:
        """Return what the run is with *slip* undone; None where it is not likelier."""
        likely, longer = self._likely, len(slip.new) - (slip.end - slip.at)
        text = self.text[: slip.at] + slip.new + self.text[slip.end :]
        change = slip.at + len(slip.new)
        best, path = float("-inf"), (0, 0)
        reached: dict[int, tuple[float, int]] = {}
        for start in range(max(0, slip.at - LONGEST + 1), change):
            if start <= slip.at:
                base = self._before[start]
            elif start in reached:
                base = reached[start][0]
            else:
                continue
            for end, one in likely.from_place(text, start, slip.at + 1):
                if end >= change:
                    whole = base + one + self._after[end - longer]
                    if whole > best:
                        best, path = whole, (start, end)
                elif end not in reached or base + one > reached[end][0]:
                    reached[end] = (base + one, start)
        gain = best - self._before[-1]
        if gain <= 0:
            return None
        start, end = path
        ends = [end]
        while start > slip.at:
            ends.append(start)
            start = reached[start][1]
        words: list[str] = []
        at = start
        for end in reversed(ends):
            words += self._likely.pairs.get(text[at:end], (text[at:end],))
            at = end
        return Repair(slip, gain, start, at - longer, tuple(words))


class Slips:
    """Finds slips in questions about one build. Threads may share it.

    *names* are what things are called there, folded and without blanks, *texts* the documents, *counts* how often the
    words of Chinese occur, and *cut* parts a text into words.
    """

    def __init__(self, names: Iterable[str], texts: Iterable[str], counts: Mapping[str, int], cut: Cut) -> None:
        lines = [list(cut(line)) for text in texts for line in _HAN.findall(folded(strip_space(text)))]
        own = Counter(word for line in lines for word in line if len(word) > 1)
        own.update(name for name in names if _HAN.fullmatch(name) and 1 < len(name) <= LONGEST)
        pairs = {
            (left, right)
            for line in lines
            for left, right in pairwise(line)
            if min(len(left), len(right)) > 1 and len(left) + len(right) <= LONGEST
        }
        self._counts = counts
        self._likely = Likely(counts, own, sorted(pairs))
        common = (w for w, count in counts.items() if count >= COMMON and len(w) > 2 and _HAN.fullmatch(w))
        self._meant: dict[str, set[str]] = {}
        self._heads = {""}
        for word in {*self._likely.own, *common}:
            for at, character in enumerate(word):
                head, tail = word[:at], word[at + 1 :]
                self._heads.add(head)
                self._meant.setdefault(f"{head}*{tail}", set()).add(character)
                if len(word) > 2:
                    self._meant.setdefault(f"{head}+{tail}", set()).add(character)

    def repairs(self, text: str) -> list[Repair]:
        """Return what is to be repaired in *text*, in its order: no two repairs touch the same words."""
        run = _Run(text, self._likely)
        found = [one for slip in self._slips(run) if (one := run.undo(slip)) is not None and self._sure(run, one)]
        found.sort(key=lambda one: (-one.gain, one.slip.at, one.slip.new))
        chosen: list[Repair] = []
        taken = bytearray(len(text))
        for number, one in enumerate(found):
            if any(taken[one.start : one.end]):
                continue
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            if not any(_rivals(text, one, other) for other in found[number + 1 :]):
                chosen.append(one)
        return sorted(chosen, key=lambda one: one.start)

    def _slips(self, run: _Run) -> Iterator[_Slip]:
        """Yield what may have happened to *run*, each slip once."""
        text, size = run.text, len(run.text)
        for at in range(size - 1):
            if run.alone[at] or run.alone[at + 1]:
                if text[at] == text[at + 1]:
                    yield _Slip("twice", at, at + 2, text[at])
                else:
                    yield _Slip("swapped", at, at + 2, text[at + 1] + text[at])
        seen: set[_Slip] = set()
        for at in range(size + 1):
            alone = at < size and run.alone[at]
            if not alone and not (at and run.alone[at - 1]):
                continue
            for start in range(max(0, at - LONGEST), at + 1):
                head = text[start:at]
                if head not in self._heads:
                    continue
                for end in range(at, min(size, start + LONGEST) + 1):
                    for character in self._meant.get(f"{head}+{text[at:end]}", ()):
                        seen.add(_Slip("left out", at, at, character))
                    if alone and end > at:
                        for character in self._meant.get(f"{head}*{text[at + 1 : end]}", ()):
                            if character != text[at] and _sounds_as(text[at], character):
                                seen.add(_Slip("sound", at, at + 1, character))
        yield from sorted(seen, key=lambda slip: (slip.at, slip.kind, slip.new))

    def _sure(self, run: _Run, one: Repair) -> bool:
        """Whether *one* is a slip rather than what was meant."""
        slip, text, habit = one.slip, run.text, habits()
        if habit.firm & {*text[slip.at : slip.end], *(slip.new if slip.kind != "sound" else "")}:
            return False
        # the new words that have the place of the slip in them
        new, at = [], one.start
        for word in one.words:
            if at < slip.at + len(slip.new) and at + len(word) > slip.at:
                new.append(word)
            at += len(word)
        end, longest = one.end, max(new, key=len)
        own = longest in self._likely.own
        if one.gain < self._least(slip.kind, longest) or (not own and habit.firm & {*slip.new}):
            return False
        if slip.kind == "swapped":
            # of two words that are parted anew none is a single character, unless the other is one of the build
            return len(new) == 1 or (one.gain >= ELSEWHERE and (own or min(map(len, new)) > 1))
        if slip.kind == "twice":
            return own or slip.new not in habit.ends
        if slip.kind == "sound":
            return run.text[end - 1] not in habit.ends or not self._whole(run, one.start, end - 1)
        alone = any(one.start <= at < end and run.alone[at] for at in (slip.at - 1, slip.at))
        if not alone or (slip.at == end and slip.new in habit.ends):
            return False
        # 补偿险 may be meant as it stands: whole words and what ends such names
        return slip.at != end - 1 or not self._whole(run, one.start, end - 1)

    def _least(self, kind: str, word: str) -> float:
        """Return how much likelier the text must be by a repair of this kind that makes *word*."""
        if word in self._likely.asking:
            return ASKING if kind == "swapped" else GAIN
        if len(word) > 2:
            return GAIN
        # a character that is taken away makes no other word of the one it stands beside
        if word in self._likely.own or kind == "twice":
            return SHORT[kind]
        return USUAL[1] if kind == "swapped" and self._counts.get(word, 0) >= USUAL[0] else ELSEWHERE

    def _whole(self, run: _Run, start: int, end: int) -> bool:
        """Whether the text from *start* to *end* is made up of words of more than one character."""
        spans = [span for span in run.spans if span[0] < end and span[1] > start]
        return bool(spans) and spans[0][0] == start and spans[-1][1] == end and all(b - a > 1 for a, b in spans)


def _rivals(text: str, one: Repair, other: Repair) -> bool:
    """Whether *other*, which is less likely, undoes another slip at the place of *one* and is nearly as likely."""
    if one.gain - other.gain > AMBIGUOUS or one.slip.end < other.slip.at or other.slip.end < one.slip.at:
        return False
    return _undone(text, one.slip) != _undone(text, other.slip)


def _undone(text: str, slip: _Slip) -> str:
    return text[: slip.at] + slip.new + text[slip.end :]


@cache
def _sounds(character: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # 0.3 s that a question without a slip need not pay

    return frozenset(pinyin(character, style=Style.NORMAL)[0])


def _sounds_as(one: str, other: str) -> bool:
    return bool(_sounds(one) & _sounds(other))
