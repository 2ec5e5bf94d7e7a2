"""Tagged words → noun phrases: what a text speaks of, with the words that tell which one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extract.analysis import TaggedWord

_NOUNS = {"n", "nz", "nw", "LOC", "ORG", "PER", "vn", "an"}
_BEFORE = _NOUNS | {"a", "s", "f", "b", "nr", "ns", "nt", "xc"}
"""What may stand in front of the noun that a phrase ends with: 国内外, 顶尖, 香港."""

_OF = "的"
LONGEST = 40


def terms(words: Sequence[TaggedWord]) -> list[tuple[int, int]]:
    """Return the noun phrases in *words*, in order, as the index of the first word and that behind the last.

    A phrase is a run of words that may belong to a noun, and ends with one. Where 的 joins two runs, the second stands
    for itself as well. A single character is not one.
    """
    runs: list[tuple[int, int]] = []
    joined: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        stop = at
        while stop < len(words) and words[stop].tag in _BEFORE:
            stop += 1
        last = stop
        while last > at and words[last - 1].tag not in _NOUNS:
            last -= 1
        if last > at:
            if runs and runs[-1][1] == at - 1 and words[at - 1].text == _OF:
                first = joined[-1][0] if joined and joined[-1][1] == at - 1 else runs[-1][0]
                joined.append((first, last))
            runs.append((at, last))
        at = max(stop, at + 1)
    return sorted(run for run in {*runs, *joined} if 1 < words[run[1] - 1].end - words[run[0]].start <= LONGEST)
