"""Clauses and rows of an old and a new version → which of them belong together.

Rows are paired in the order of what is certain: the same words, then similar ones in a clause and its new version, then
what is left. Only texts with enough bigrams in common are compared letter by letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

SCREEN = 0.25
"""The share of bigrams in common below which two texts are not compared letter by letter."""

NEAREST = 8
"""How many texts of the new version, those with the most bigrams in common, each old one is compared with."""

CLAUSE = 0.5
"""How similar two clauses are at least if one is a version of the other."""

PART = 0.6
"""The share of the bigrams of what is known of a clause that its new version has at least."""

OBLIGATION = 0.6
"""How similar two obligations are at least if one is a version of the other."""

ELSEWHERE = 0.85
"""The factor of the likeness of two obligations whose clauses are not versions of each other."""

CONTAINED = 0.9
"""The least likeness of two texts if one has all the words of the other and is at most twice as long."""

_CHUNK = 512  # rows of the table of common bigrams at a time: it is nearly full for texts of one kind

Scores = dict[tuple[int, int], float]
"""How similar two texts are, 0 to 1, by their places in the old and in the new version."""


One = TypeVar("One")
Other = TypeVar("Other")


class Row(Protocol):
    """An obligation, or a task as the ledger knows it."""

    @property
    def clause(self) -> str: ...  # noqa: D102 - the clause's id

    @property
    def quote(self) -> str: ...  # noqa: D102 - its words


def alike(one: str, other: str) -> float:
    """Return how similar two texts are, 0 to 1: the ratio of `difflib`, more where one contains the other."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    # an obligation that was cut at other commas keeps its words, with more or fewer around them
    return max(ratio, CONTAINED) if short and short in long and 2 * len(short) >= len(long) else ratio


def likeness(old: Sequence[str], new: Sequence[str]) -> Scores:
    """Return how similar each text of *old* is to its `NEAREST` of *new*; those below `SCREEN` are left out."""
    found = _common_bigrams(old, new, lambda shared, left, right: 2 * shared / (left + right))
    near = ((left, right) for left, right, share in found if share >= SCREEN)
    return {(left, right): alike(old[left], new[right]) for left, right in near}


def best_pairs(scores: Mapping[tuple[int, int], float], least: float) -> dict[int, int]:
    """Return the pairs, old → new, whose *scores* have the highest sum; none has a score below *least*, above 0."""
    kept = {pair: score for pair, score in scores.items() if score >= least > 0}
    if not kept:
        return {}
    # imported here and below: a server that compares nothing does without it
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    lefts, rights = (sorted({pair[side] for pair in kept}) for side in (0, 1))
    row_of, column_of = ({key: at for at, key in enumerate(keys)} for keys in (lefts, rights))
    # each old one may also stay alone, at a column of its own that costs as much as a pair without any likeness
    alone = range(len(lefts))
    rows = [row_of[left] for left, _ in kept] + list(alone)
    columns = [column_of[right] for _, right in kept] + [len(rights) + at for at in alone]
    costs = [2.0 - score for score in kept.values()] + [2.0] * len(lefts)
    table = csr_matrix((costs, (rows, columns)), shape=(len(lefts), len(rights) + len(lefts)))
    matched = zip(*min_weight_full_bipartite_matching(table), strict=True)
    return {lefts[row]: rights[column] for row, column in matched if column < len(rights)}


def pair_clauses(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return which clause of *new* each clause of *old* has become; both are bodies by clause id.

    Of two that are equally similar it is the one with the same number: forms and short clauses repeat themselves.
    """
    ids, others = list(old), list(new)
    found = _same(ids, others, lambda one: (one, old[one]), lambda one: (one, new[one]))
    found |= _same(ids, others, lambda one: old[one], lambda one: new[one], found)
    left, right = _left(ids, others, found)
    scores = likeness([old[ids[a]] for a in left], [new[others[b]] for b in right])
    numbered = _preferring_same_id(scores, [ids[a] for a in left], [others[b] for b in right])
    found |= {left[a]: right[b] for a, b in best_pairs(numbered, CLAUSE).items()}
    return {ids[a]: others[b] for a, b in found.items()}


def pair_known_clauses(known: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return which clause of *new* has the words that are *known* of each clause of an old version, by clause id."""
    ids, others = list(known), list(new)
    found = _common_bigrams(list(known.values()), list(new.values()), lambda shared, left, right: shared / left)
    scores = _preferring_same_id({(a, b): share for a, b, share in found if share >= PART}, ids, others)
    return {ids[a]: others[b] for a, b in best_pairs(scores, PART).items()}


def pair_rows(old: Sequence[Row], new: Sequence[Row], clauses: Mapping[str, str]) -> dict[int, int]:
    """Return which row of *new* each row of *old* has become, by their places; *clauses* is old clause → new clause.

    Rows with the same words stay in their order.
    """
    found = _same(old, new, lambda row: (clauses.get(row.clause), row.quote), lambda row: (row.clause, row.quote))
    found |= _same(old, new, lambda row: row.quote, lambda row: row.quote, found)
    found |= best_pairs(_in_paired_clauses(old, new, clauses, found), OBLIGATION)
    left, right = _left(old, new, found)
    scores = likeness([old[a].quote for a in left], [new[b].quote for b in right])
    return found | {left[a]: right[b] for a, b in best_pairs(scores, OBLIGATION / ELSEWHERE).items()}


def _in_paired_clauses(
    old: Sequence[Row], new: Sequence[Row], clauses: Mapping[str, str], found: Mapping[int, int]
) -> Scores:
    """How similar rows without a partner are to those of the new version of their clause, a little more in order."""
    left, right = _left(old, new, found)
    of_old, of_new = defaultdict(list), defaultdict(list)
    for a in left:
        of_old[clauses.get(old[a].clause)].append(a)
    for b in right:
        of_new[new[b].clause].append(b)
    scores: Scores = {}
    for clause, ones in of_old.items():
        others = of_new.get(clause or "", [])
        near = likeness([old[a].quote for a in ones], [new[b].quote for b in others])
        for (i, j), score in near.items():
            if score >= OBLIGATION:
                scores[ones[i], others[j]] = score + 0.001 * (1 - abs(i / len(ones) - j / len(others)))
    return scores


def _same(
    old: Sequence[One],
    new: Sequence[Other],
    key: Callable[[One], Hashable],
    other_key: Callable[[Other], Hashable],
    taken: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """The pairs with the same key, in order, of those that are not *taken* yet."""
    left, right = _left(old, new, taken or {})
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for b in reversed(right):
        waiting[other_key(new[b])].append(b)
    return {a: waiting[same].pop() for a in left if waiting[same := key(old[a])]}


def _left(old: Sequence[object], new: Sequence[object], found: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """The places of the old and of the new version that are in none of the pairs *found*."""
    taken = set(found.values())
    return [a for a in range(len(old)) if a not in found], [b for b in range(len(new)) if b not in taken]


def _preferring_same_id(scores: Scores, old: Sequence[str], new: Sequence[str]) -> Scores:
    return {(a, b): score + 0.01 * (old[a] == new[b]) for (a, b), score in scores.items()}


def _common_bigrams(
    old: Sequence[str],
    new: Sequence[str],
    share: Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
) -> Iterable[tuple[int, int, float]]:
    """The `NEAREST` of *new* for each of *old*, with their *share*, made of the bigrams: in common, old's, new's."""
    if not old or not new:
        return
    vocabulary: dict[str, int] = {}
    ones, others = (_bigrams(texts, vocabulary) for texts in (old, new))
    # the second was read when the vocabulary had grown
    ones.resize((len(old), len(vocabulary)))
    sizes, other_sizes = (np.asarray(table.sum(axis=1)).ravel() for table in (ones, others))
    turned = others.T.tocsr()
    for first in range(0, len(old), _CHUNK):
        shared = (ones[first : first + _CHUNK] @ turned).tocoo()
        rows, columns = shared.row + first, shared.col
        shares = share(shared.data, sizes[rows], other_sizes[columns])
        order = np.lexsort((columns, -shares, rows))
        rows, columns, shares = rows[order], columns[order], shares[order]
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        near = rank < NEAREST
        yield from zip(rows[near].tolist(), columns[near].tolist(), shares[near].tolist(), strict=True)


def _bigrams(texts: Sequence[str], vocabulary: dict[str, int]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    rows, columns = [], []
    for row, text in enumerate(texts):
        # an empty text has one too, so that none is divided by nothing
        for pair in {text[at : at + 2] for at in range(max(len(text) - 1, 1))}:
            rows.append(row)
            columns.append(vocabulary.setdefault(pair, len(vocabulary)))
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(vocabulary)))
