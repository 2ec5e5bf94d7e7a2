"""Tagged words → noun phrases: what a text speaks of, with the words that tell which one is meant."""

from __future__ import annotations

from collections.abc import Sequence

_NOUNS = {"n", "nz", "nw", "LOC", "ORG", "PER", "vn", "an"}
_BEFORE = _NOUNS | {"a", "s", "f", "b", "nr", "ns", "nt", "xc"}
"""What may stand in front of the noun that a phrase ends with: 国内外, 顶尖, 香港."""

_OF = "的"
LONGEST = 40


def terms(words: Sequence[tuple[int, int, str, str]]) -> list[tuple[int, int]]:
    """Return the (start, end) of the noun phrases in *words*, which are (start, end, text, tag) in order.

    A phrase is a run of words that may belong to a noun, and ends with one. Where 的 joins two runs, the second stands
    for itself as well. A single character is none.
    """
    runs: list[tuple[int, int]] = []
    joined: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        stop = at
        while stop < len(words) and words[stop][3] in _BEFORE:
            stop += 1
        last = stop
        while last > at and words[last - 1][3] not in _NOUNS:
            last -= 1
        if last > at:
            run = (words[at][0], words[last - 1][1])
            if runs and at > 0 and words[at - 1][2] == _OF and words[at - 1][0] == runs[-1][1]:
                joined.append((joined[-1][0] if joined and joined[-1][1] == runs[-1][1] else runs[-1][0], run[1]))
            runs.append(run)
        at = max(stop, at + 1)
    return sorted(run for run in {*runs, *joined} if 1 < run[1] - run[0] <= LONGEST)
