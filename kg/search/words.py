"""A text in either Chinese script or in English → the words for matching; a dictionary ↔ its files."""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from kg.read.script import converted
from kg.search.cache import digests, fill_from_cache

if TYPE_CHECKING:
    import jieba

_KEYS = "dictionary.txt"
_COUNTS = "dictionary.npy"
_ABOUT = "dictionary.json"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_PAIR = "_"
"""Prefix of a pair of characters, so that the pair and a word of the same two characters are counted separately."""


def simplified(text: str) -> str:
    """Return *text* in Simplified characters, only for matching: no source is ever rewritten with it."""
    return converted("t2s", text)


def traditional(text: str) -> str:
    """Return *text* in Traditional characters, to be read beside the original.

    This uses OpenCC's standard for Taiwan: the one for Hong Kong writes 税 and 説, where offices there type 稅 and 說.
    """
    return converted("s2tw", text)


def plain(text: str) -> str:
    """Return *text* in Simplified characters with compatibility forms normalised (１５％ is 15%), only for matching."""
    return simplified(unicodedata.normalize("NFKC", text))


def folded(text: str) -> str:
    """Return *text* in the form in which words are matched: `plain`, in lower case."""
    return plain(text).lower()


class Lexicon:
    """jieba with its own dictionary: its standard words, and the names in a build.

    The global tokenizer of jieba is never touched, and nothing is cached in the system's temporary folder.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._tokenizer = _tokenizer(dict(counts))

    def learn(self, names: Iterable[str]) -> dict[str, int]:
        """Add *names*, so that each is one word wherever it stands, and return the frequency each was given."""
        matched = _matched(names)
        for name in matched:
            self._tokenizer.add_word(name)
        return {name: self.counts[name] for name in matched}

    def learn_counts(self, counts: Mapping[str, int]) -> None:
        """Add names with the frequencies that `learn` gave them."""
        for name, count in counts.items():
            self._tokenizer.add_word(name, count)

    @contextmanager
    def knowing(self, names: Iterable[str]) -> Iterator[dict[str, int]]:
        """Know *names* within the block alone; what is yielded is as of `learn`. No other thread may use it then."""
        matched, known, total = _matched(names), self._tokenizer.FREQ, self._tokenizer.total
        before = {name[:end]: known.get(name[:end]) for name in matched for end in range(1, len(name) + 1)}
        try:
            yield self.learn(matched)
        finally:
            for word, count in before.items():
                if count is None:
                    known.pop(word, None)
                else:
                    known[word] = count
            self._tokenizer.total = total

    @property
    def counts(self) -> Mapping[str, int]:
        """The frequency of each word of the dictionary; 0 for what is only the beginning of words."""
        counts: dict[str, int] = self._tokenizer.FREQ
        return counts

    def words(self, text: str) -> list[str]:
        """Return the words of *text*: jieba's search cut, and every pair of neighbouring Han characters.

        A long word also gives its shorter parts (货物分线管理 gives 货物, 管理, …). The pairs match even if the same
        words are cut differently in two texts. Punctuation and spaces give nothing.
        """
        return self.words_of_folded(folded(text))

    def cut(self, text: str) -> list[str]:
        """Return *text* cut into words whose concatenation is *text*."""
        return list(self._tokenizer.cut(text))

    def words_of_folded(self, text: str) -> list[str]:
        """Return the same as `words`, for a text that is already folded."""
        found = [word for word in self._tokenizer.cut_for_search(text) if any(c.isalnum() for c in word)]
        for run in _HAN.findall(text):
            found += [_PAIR + run[i : i + 2] for i in range(len(run) - 1)]
        return found

    def save(self, folder: Path) -> None:
        """Write the dictionary to two files in *folder*; they load in a quarter of the time of jieba's own."""
        import numpy as np

        counts = self.counts
        (folder / _KEYS).write_bytes("\n".join(counts).encode("utf-8"))
        np.save(folder / _COUNTS, np.fromiter(counts.values(), np.int32, len(counts)))

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Return the dictionary saved in *folder*. Raises OSError or ValueError if it is not whole."""
        import numpy as np

        keys = (folder / _KEYS).read_bytes().decode("utf-8").split("\n")
        return cls(dict(zip(keys, np.load(folder / _COUNTS).tolist(), strict=True)))


def _matched(names: Iterable[str]) -> list[str]:
    """Return *names* as they are matched, each once, without those of one character."""
    return sorted(name for name in {"".join(folded(name).split()) for name in names} if len(name) > 1)


def kept_dictionary(folder: Path, kept: Path | None) -> None:
    """Write jieba's dictionary to *folder*, or link what an earlier call left in *kept*."""

    def make(new: Path) -> None:
        new.mkdir(parents=True, exist_ok=True)
        Lexicon(standard_counts()).save(new)
        about = {"files": digests(new, (_KEYS, _COUNTS))}
        (new / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="ascii")

    fill_from_cache(folder, kept and kept / f"dictionary-{version('jieba')}", _ABOUT, make)


def standard_counts() -> dict[str, int]:
    """Return the frequency of each word of jieba's standard dictionary; 0 for what is only the beginning of words."""
    plain = _tokenizer({})
    counts: dict[str, int] = plain.gen_pfdict(plain.get_dict_file())[0]
    return counts


def _tokenizer(counts: dict[str, int]) -> jieba.Tokenizer:
    with warnings.catch_warnings():
        # jieba 0.42 imports pkg_resources, which warns at every import that it will be removed
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    # `initialize` is never called: it would read whatever cache is in the system's temporary folder
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = counts, sum(counts.values()), True
    return tokenizer
