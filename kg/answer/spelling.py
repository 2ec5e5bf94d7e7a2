"""English words as typed and the words of a build → the words they are a slip of: one letter wrong, left out, twice or
swapped with its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING

from kg.answer.courtesy import habits

if TYPE_CHECKING:
    from symspellpy import SymSpell

SHORTEST = 4
"""A word of fewer letters is a slip of too many others: it is mended only where two of its letters are swapped."""

LONGEST_ACRONYM = 6
"""A word of at most so many letters, all of them capital, is left alone too, unless the question has no others."""

COMMON = 5_000_000
"""English words that were counted so often may be what was meant; there are about ten thousand."""

CLEARLY = 5
"""So many times as often as any other has a word to be counted to be the one that was meant."""

_WORD = re.compile(r"[A-Za-z]+")


class Speller:
    """Mends English words in questions about one build. Threads may share it.

    *names* are what the documents and the vocabulary call things, in lower case.
    """

    def __init__(self, names: Iterable[str]) -> None:
        named = [words for name in names if len(words := _WORD.findall(name)) and name.isascii()]
        self._own = {word for words in named for word in words}
        self._named = [words for words in named if len(words) > 2]

    def slips(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield each word of *text* that is a slip: where it begins and ends, and what was meant."""
        words = [(found.start(), found.end(), found.group()) for found in _WORD.finditer(text)]
        of_name = dict(self._in_names([word.lower() for _, _, word in words]))
        for number, (start, end, word) in enumerate(words):
            if word.isupper() and len(word) <= LONGEST_ACRONYM and not (text.isascii() and text.isupper()):
                continue
            named = number > 0 and word[0].isupper()
            meant = of_name.get(number) or self._meant(word.lower(), first=number == 0, named=named)
            if meant is not None:
                yield start, end, meant.upper() if word.isupper() else meant.title() if word[0].isupper() else meant

    def _meant(self, word: str, *, first: bool, named: bool) -> str | None:
        """Return what *word* is a slip of; None where it is right or that cannot be told. The *first* word of a
        question is mostly one of asking; what is *named* is a name of the build or of something it does not know.
        """
        if len(word) < SHORTEST - 1 or self._known(word):
            return None
        from symspellpy import Verbosity

        found = [(one.term, one.count) for one in self._index.lookup(word, Verbosity.ALL, 1)]
        if first:
            asking: list[str] = [term for term, _ in found if term in habits().asking]
            # a letter left out (wht: what) is likelier than one for another (wht: who)
            likely = [term for term in asking if len(term) > len(word)] or asking
            if len(likely) == 1:
                return likely[0]
        swapped = [one for one in found if sorted(one[0]) == sorted(word)]
        if len(swapped) == 1:
            sure = swapped[0][0] in self._own or (not named and len(word) >= SHORTEST)
            return swapped[0][0] if sure else None
        if len(word) < SHORTEST:
            return None
        own = [term for term, _ in found if term in self._own]
        if own or named:
            return own[0] if len(own) == 1 else None
        counts = sorted((count for _, count in found), reverse=True)
        clear = len(counts) == 1 or (len(counts) > 1 and counts[0] >= CLEARLY * counts[1])
        return max(found, key=lambda one: (one[1], one[0]))[0] if clear else None

    def _known(self, word: str) -> bool:
        forms = {word} if word.endswith("ss") else {word, word.removesuffix("s"), word.removesuffix("es")}
        return any(form in self._own or form in english() for form in forms)

    def _in_names(self, words: list[str]) -> Iterator[tuple[int, str]]:
        """Yield which of *words* are to be which word of a name whose other words stand around them (Lok Ma Chow)."""
        from symspellpy.editdistance import DistanceAlgorithm, EditDistance

        if not any(head in words for head in self._heads):
            return
        distance = EditDistance(DistanceAlgorithm.DAMERAU_OSA)
        for name in self._strange:
            size = len(name)
            for at in range(len(words) - size + 1):
                wrong = [i for i in range(size) if words[at + i] != name[i]]
                if len(wrong) != 1:
                    continue
                typed, meant = words[at + wrong[0]], name[wrong[0]]
                near = len(meant) >= SHORTEST and 0 < distance.compare(typed, meant, 2) <= 2
                if near and meant not in english():
                    yield at + wrong[0], meant

    @cached_property
    def _strange(self) -> list[tuple[str, ...]]:
        """Every three words or more on end of a name that have one in them which is no English word."""
        found = {
            tuple(words[start:end])
            for words in self._named
            for start, end in combinations(range(len(words) + 1), 2)
            if end - start > 2 and any(len(w) >= SHORTEST and w not in english() for w in words[start:end])
        }
        return sorted(found)

    @cached_property
    def _heads(self) -> set[str]:
        return {name[0] for name in self._strange} | {name[1] for name in self._strange}

    @cached_property
    def _index(self) -> SymSpell:
        from symspellpy import SymSpell

        index = SymSpell(max_dictionary_edit_distance=1)
        for word, count in english().items():
            if count >= COMMON and len(word) >= SHORTEST - 1:
                index.create_dictionary_entry(word, count)
        for word in sorted(self._own):
            if len(word) >= SHORTEST - 1:
                index.create_dictionary_entry(word, COMMON)
        return index


@cache
def english() -> dict[str, int]:
    """Return the words of English with how often each was counted: the dictionary that symspellpy brings along."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return {word: int(count) for word, count in (line.split() for line in text.splitlines())}
