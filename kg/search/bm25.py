"""Lists of words of sentences and of their parts → arrays; the arrays of segments and a question's words → BM25.

A document's arrays depend on its own words alone, and those of several are joined without being counted again: how rare
a word is, and how long a text usually is, is summed up over the segments when a question is asked.

word_ids        the 64-bit ids of the words, ascending
word_texts      shape (kinds, words): how many texts of a kind have the word
post_at         shape (words + 1,): where the sentences that have a word begin in the next two
post_sentence   … the sentence
post_count      … and how often the word stands in it
lengths         how many words each sentence has
part_words      the words of the parts, one part after the other, by their places in word_ids
part_at         shape (parts + 1,): where each part begins in them
totals          shape (kinds, 2): the texts of a kind, and the words in them
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.search.arrays import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1 = 1.2
B = 0.75


def word_id(word: str) -> int:
    """Return the number of *word*: two words of a million have the same one once in forty million times."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def document_words(kinds: Sequence[Sequence[Sequence[str]]]) -> Arrays:
    """Return the arrays of a document: *kinds* are the words of its sentences, and those of each kind of its parts."""
    sentences, *parts = kinds
    ids = {word: word_id(word) for word in sorted({word for texts in kinds for text in texts for word in text})}
    found: Arrays = {"word_ids": np.unique(np.fromiter(ids.values(), np.uint64, len(ids)))}
    place = {word: int(np.searchsorted(found["word_ids"], np.uint64(one))) for word, one in ids.items()}
    found["word_texts"] = np.zeros((len(kinds), len(found["word_ids"])), np.int32)
    for kind, texts in enumerate(kinds):
        for text in texts:
            found["word_texts"][kind, [place[word] for word in set(text)]] += 1
    posts = sorted(
        (place[word], sentence, count)
        for sentence, text in enumerate(sentences)
        for word, count in Counter(text).items()
    )
    table = np.array(posts, np.int64).reshape(-1, 3)
    found["post_at"] = _ends(found["word_texts"][0])
    found["post_sentence"], found["post_count"] = table[:, 1].astype(np.int32), table[:, 2].astype(np.int32)
    found["lengths"] = np.array([len(text) for text in sentences], np.int32)
    every = list(chain.from_iterable(parts))
    found["part_words"] = np.array([place[word] for text in every for word in text], np.int32)
    found["part_at"] = _ends(np.array([len(text) for text in every], np.int64))
    found["totals"] = np.array([(len(texts), sum(map(len, texts))) for texts in kinds], np.int64)
    return found


def joined_words(parts: Sequence[Mapping[str, NDArray[Any]]]) -> Arrays:
    """Return the arrays of several documents in their order as those of one."""
    found: Arrays = {}
    found["word_ids"], place = np.unique(np.concatenate([one["word_ids"] for one in parts]), return_inverse=True)
    bounds = np.cumsum([0, *(len(one["word_ids"]) for one in parts)])
    places = [place[a:b] for a, b in pairwise(bounds.tolist())]
    found["word_texts"] = np.zeros((len(parts[0]["totals"]), len(found["word_ids"])), np.int32)
    for one, own in zip(parts, places, strict=True):
        found["word_texts"][:, own] += one["word_texts"]
    first = np.cumsum([0, *(len(one["lengths"]) for one in parts)])
    words = np.concatenate(
        [np.repeat(own, np.diff(one["post_at"])) for one, own in zip(parts, places, strict=True)], dtype=np.int64
    )
    order = np.argsort(words, kind="stable")
    moved = [one["post_sentence"] + np.int32(first[i]) for i, one in enumerate(parts)]
    found["post_at"] = _ends(found["word_texts"][0])
    found["post_sentence"] = np.concatenate(moved)[order]
    found["post_count"] = np.concatenate([one["post_count"] for one in parts])[order]
    found["lengths"] = np.concatenate([one["lengths"] for one in parts])
    found["part_words"] = np.concatenate(
        [own[one["part_words"]] for one, own in zip(parts, places, strict=True)], dtype=np.int64
    ).astype(np.int32)
    found["part_at"] = _ends(np.concatenate([np.diff(one["part_at"]) for one in parts]))
    found["totals"] = np.sum([one["totals"] for one in parts], 0)
    return found


def _ends(counts: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The different words of a question, by their ids: by segment, the place of each in `word_ids`, −1 where it is not
    there; and what each weighs in the texts of each kind, shape (kinds, words).
    """

    ids: NDArray[np.uint64]
    places: tuple[NDArray[np.int64], ...]
    weights: NDArray[np.float64]


class Bm25:
    """BM25 in Lucene's form over the sentences of all segments, and over the texts of each kind of part.

    score(q, d) = Σ over the words w of q of ln(1 + (N − n + ½) / (n + ½)) · f / (f + k1 · (1 − b + b · |d| / avg)),
    n being the number of texts with w and f how often w stands in d. Source: Kamphuis et al., "Which BM25 Do You
    Mean?" (ECIR 2020), variant "Lucene (accurate)". A repeated word of the question counts twice.
    """

    def __init__(self, segments: Sequence[Mapping[str, NDArray[Any]]]) -> None:
        """*segments* hold, one after the other, the arrays of `joined_words`."""
        self._segments = segments
        self._sentence_at = _ends(np.array([len(one["lengths"]) for one in segments], np.int64))
        self._part_at = _ends(np.array([len(one["part_at"]) - 1 for one in segments], np.int64))
        totals = np.sum([one["totals"] for one in segments], 0) if segments else np.zeros((1, 2), np.int64)
        self._texts, self._mean = totals[:, 0], totals[:, 1] / np.maximum(totals[:, 0], 1)

    def asked(self, words: Sequence[str]) -> AskedWords:
        """Return the *words* of a question as they are looked for."""
        counts = Counter(words)
        ids = np.array([word_id(word) for word in counts], np.uint64)
        texts = np.zeros((len(self._texts), len(ids)), np.int64)
        places = []
        for one in self._segments:
            known = one["word_ids"]
            place = np.searchsorted(known, ids)
            there = known[np.minimum(place, len(known) - 1)] == ids if len(known) else np.zeros(len(ids), np.bool_)
            texts[:, there] += one["word_texts"][:, place[there]]
            places.append(np.where(there, place, -1))
        rarity = np.log(1 + (self._texts[:, None] - texts + 0.5) / (texts + 0.5))
        return AskedWords(ids, tuple(places), rarity * np.array(list(counts.values()), np.float64))

    def sentences(self, asked: AskedWords) -> NDArray[np.float32]:
        """Return the score of every sentence, 0 if it has none of the words."""
        found = np.zeros(int(self._sentence_at[-1]), np.float32)
        for i, (one, place) in enumerate(zip(self._segments, asked.places, strict=True)):
            weights, place = asked.weights[0][place >= 0], place[place >= 0]
            starts = one["post_at"][place]
            counts = one["post_at"][place + 1] - starts
            rows = ranges(starts, counts)
            sentence, times = one["post_sentence"][rows], one["post_count"][rows]
            scores = np.repeat(weights, counts) * self._saturated(times, one["lengths"][sentence], 0)
            first, last = self._sentence_at[i : i + 2]
            found[first:last] = np.bincount(sentence, scores, minlength=int(last - first))
        return found

    def shares(self) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.float64]]]:
        """Yield for each sentence the ids of its words, and how much of each word's weight it has: multiplied with the
        weights of a question's words and summed up, they are its score.
        """
        for one in self._segments:
            words = np.repeat(one["word_ids"], np.diff(one["post_at"]))
            shares = self._saturated(one["post_count"], one["lengths"][one["post_sentence"]], 0)
            order = np.argsort(one["post_sentence"], kind="stable")
            ends = np.cumsum(np.bincount(one["post_sentence"], minlength=len(one["lengths"])))
            yield from zip(np.split(words[order], ends[:-1]), np.split(shares[order], ends[:-1]), strict=True)

    def parts(self, asked: AskedWords, numbers: NDArray[np.int64], kinds: NDArray[Any]) -> NDArray[np.float32]:
        """Return the score of each of the parts with these ascending *numbers*; *kinds* are rows of `totals`."""
        found = np.zeros(len(numbers), np.float32)
        bounds = np.searchsorted(numbers, self._part_at)
        for i, (one, place) in enumerate(zip(self._segments, asked.places, strict=True)):
            which = np.arange(bounds[i], bounds[i + 1])
            if not len(which):
                continue
            own = numbers[which] - self._part_at[i]
            starts, lengths = one["part_at"][own], one["part_at"][own + 1] - one["part_at"][own]
            words = one["part_words"][ranges(starts, lengths)]
            # the words of the question that the segment has, by their places there
            known = np.argsort(place)[np.count_nonzero(place < 0) :]
            if not len(known):
                continue
            which_word = np.minimum(np.searchsorted(place[known], words), len(known) - 1)
            hit = place[known][which_word] == words
            owner = np.repeat(np.arange(len(own)), lengths)
            pairs, times = np.unique(owner[hit] * len(known) + which_word[hit], return_counts=True)
            part, word = np.divmod(pairs, len(known))
            kind = kinds[which][part]
            scores = asked.weights[kind, known[word]] * self._saturated(times, lengths[part], kind)
            found[which] = np.bincount(part, scores, minlength=len(own))
        return found

    def _saturated(self, times: NDArray[Any], lengths: NDArray[Any], kind: int | NDArray[Any]) -> NDArray[np.float64]:
        """Return how much of a word's weight a text of a *kind* has in which it stands so many *times*."""
        found: NDArray[np.float64] = times / (times + K1 * (1 - B + B * lengths / self._mean[kind]))
        return found


def ranges(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers starts[0], starts[0] + 1, … (counts[0] of them), starts[1], …"""
    ends = np.cumsum(counts)
    found: NDArray[np.int64] = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
    return found
