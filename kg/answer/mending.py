"""A question as typed and the words of a build → the question with its damaged words repaired, and which they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.answer.courtesy import habits, without_courtesy
from kg.answer.items import Cut
from kg.answer.library import Library
from kg.answer.slips import Slips
from kg.answer.spelling import Speller
from kg.extract.names import general_entries
from kg.search.words import Lexicon, folded, plain

MOST = 500
"""A longer question is read as it was typed."""

_HAN = r"\u3400-\u9fff"
_RUN = re.compile(rf"[{_HAN}]{{2,}}")
_LATIN = re.compile(r"[A-Za-z]{2}")
_SPACED = re.compile(r"(?<!\S)\S(?: \S(?!\S)){2,}")


@dataclass(frozen=True, slots=True)
class Mended:
    """A question as it is to be read. `repairs` are words as typed, in Simplified characters, and as understood."""

    text: str
    repairs: tuple[tuple[str, str], ...] = ()


class Mender:
    """Mends questions about one build. Threads may share it.

    *names* are what the documents and the vocabulary call things, *texts* the documents themselves, *counts* how often
    the words of Chinese occur, and *cut* parts a text into words.
    """

    def __init__(self, names: Iterable[str], texts: Iterable[str], counts: Mapping[str, int], cut: Cut) -> None:
        # one text is folded in a tenth of the time of its lines
        self._names = folded("\n".join([*names, *habits().asking, *habits().known])).split("\n")
        self._texts, self._counts, self._cut = tuple(texts), counts, cut

    @classmethod
    def of(cls, library: Library, lexicon: Lexicon, aliases: Mapping[str, str]) -> Mender:
        """Return what mends questions about the documents of *library*; *aliases* are the vocabulary's other names."""
        names = [*library.forms, *aliases, *aliases.values()]
        names += [form for entry in general_entries() for form in entry.forms]
        texts = [one.document.source.text for one in library.records.values()]
        return cls(names, texts, lexicon.counts, lexicon.cut)

    def mend(self, question: str) -> Mended:
        """Return *question* as it is to be read: as it is where nothing is to be mended, else in Simplified characters.

        Courtesies around it are left out, and blanks between single characters. A word that is right stays as it is.
        """
        if len(question) > MOST:
            return Mended(question)
        whole = plain(question)
        text = without_courtesy(_SPACED.sub(_closed, whole))
        changes: list[tuple[int, int, str]] = []
        # Hong Kong writes 甚麼 where the mainland writes 什么
        for run in _RUN.finditer(text.replace("甚么", "什么")):
            found = self._slips.repairs(run.group())
            changes += [(run.start() + one.start, run.start() + one.end, "".join(one.words)) for one in found]
        if _LATIN.search(text):
            changes += self._speller.slips(text)
        changes.sort()
        repairs = tuple((text[start:end], new) for start, end, new in changes)
        for start, end, new in reversed(changes):
            text = text[:start] + new + text[end:]
        return Mended(question if text == whole else text, repairs)

    @cached_property
    def _slips(self) -> Slips:
        names = ["".join(name.split()) for name in self._names]
        return Slips(names, self._texts, self._counts, self._cut)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._names)


def _closed(spaced: re.Match[str]) -> str:
    """Return characters that stand apart without the blanks between them; letters that stand so as they are."""
    text = spaced.group()
    return text.replace(" ", "") if sum(map(str.isalpha, text)) and not text.isascii() else text
