"""Amounts, years and ranks in a question and in a passage → where the two cannot both be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from kg.answer.amounts import Amount, Bound, amounts
from kg.answer.units import COUNT, NUMBER, RANK, YEAR
from kg.patterns import pattern

Relation = Literal["agrees", "apart", "beyond"]

TOLERANCE = Fraction(1, 20)  # how far apart two amounts may be if one is said to be about the other


@dataclass(frozen=True, slots=True)
class Clash:
    """What clashes, by its id; whether the passage denies it or only falls short of it; the words of both."""

    id: str
    denied: bool
    words: str


# a question means an amount if it shares at least CALLED characters with the words before it, and CLEAR more than with
# those before any other
CALLED, CLEAR = 4, 2

_STATED = ("at_least", "more", "at_most", "less")
_LIMITS: dict[Bound, Bound] = {"more": "at_least", "less": "at_most"}


def clashes(question: str, passage: str) -> Iterator[Clash]:
    """Yield where no amount in *passage* agrees with an amount in *question* of the same measure.

    Both texts are folded. A measure that the passage does not have yields nothing.
    """
    stated = _counting(passage)
    fit = any(pattern("claims", name).search(question) for name in ("asks-fit", "tells-a-case"))
    for one in amounts(question):
        if not _binds(question, one):
            continue
        if one.bound == "at_least" and pattern("claims", "reached").search(question[: one.start]):
            one = replace(one, bound="exact")  # who has worked 满三年 has worked three years, and not any number above
        others = _meant(question, one, passage, [other for other in stated if comparable(one, other)])
        if fit:  # it is asked whether one comes up to them
            limits = [other.bound not in ("exact", "about") or other.measure in (YEAR, RANK) for other in others]
            others = [o if limit else replace(o, bound="at_least") for o, limit in zip(others, limits, strict=True)]
        relations = {relation(one, other) for other in others}
        mixed = len(others) > 1 and any(one.measure != other.measure for other in others)
        if others and "agrees" not in relations and not (mixed and one.measure.startswith(COUNT)):
            name = {YEAR: "other_year", RANK: "other_rank"}.get(one.measure, "other_number")
            # more than 4 in the passage does not deny more than 5
            yield Clash(name, relations == {"apart"}, _against(question, one, passage, others))
        elif not others and (twins := [other for other in stated if _other_unit(one, other)]):
            yield Clash("other_unit", True, _against(question, one, passage, twins))
    yield from _compared(question, passage, stated)


def comparable(one: Amount, other: Amount) -> bool:
    """Whether the two measure the same: years and months do, a large number without a unit and any sum or count."""
    first, second = _common(one).measure, _common(other).measure
    if first == second:
        return True
    if first == NUMBER:
        return second.startswith(("money", COUNT))
    counts = first.startswith(COUNT) and second.startswith(COUNT)
    return counts and any(pattern("amounts", "counts_anything").search(measure) for measure in (first, second))


def relation(claim: Amount, stated: Amount) -> Relation:
    """Return how *claim* relates to *stated*, which is comparable: it agrees if both can be said of one thing.

    "beyond" is a limit that *stated* falls short of: more than 5 against more than 4. The limit itself agrees with what
    it limits: 4 with more than 4.
    """
    claim, stated = _common(claim), _common(stated)
    if claim.bound not in _STATED and claim.upto is None and claim.value == stated.value:
        return "agrees"
    (low, high), (from_, to) = _ends(claim), _ends(stated)
    if _below(high, from_, claim, stated) or _below(to, low, stated, claim):
        return "apart"
    if claim.bound not in _STATED:
        return "agrees"
    above = low is None or (from_ is not None and from_ >= low)
    return "agrees" if above and (high is None or (to is not None and to <= high)) else "beyond"


def equal(one: Amount, other: Amount) -> bool:
    """Whether the two say the same: one measure, one value or range, one bound; 10 and more is more than 10."""
    if not comparable(one, other):
        return False
    first, second = _common(one), _common(other)
    bounds = [_LIMITS.get(each.bound, each.bound) for each in (first, second)]
    return (first.value, first.upto) == (second.value, second.upto) and bounds[0] == bounds[1]


def shared(one: str, other: str) -> int:
    """Return how many characters the two have in common in stretches of two and more."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1)


def _ends(one: Amount) -> tuple[Fraction | None, Fraction | None]:
    last = one.value if one.upto is None else one.upto
    if one.bound in ("at_least", "more"):
        return one.value, None
    if one.bound in ("at_most", "less"):
        return None, last
    if one.bound == "about":
        return one.value * (1 - TOLERANCE), last * (1 + TOLERANCE)
    return one.value, last


def _below(high: Fraction | None, low: Fraction | None, lower: Amount, upper: Amount) -> bool:
    """Whether all up to *high*, an end of *lower*, lies below *low*, an end of *upper*."""
    if high is None or low is None:
        return False
    return high < low or (high == low and (lower.bound == "less" or upper.bound == "more"))


def _common(one: Amount) -> Amount:
    """Return *one* in a unit that it shares with others: years in months."""
    if one.measure != "years":
        return one
    upto = None if one.upto is None else one.upto * 12
    return replace(one, value=one.value * 12, upto=upto, measure="months")


def _meant(question: str, claim: Amount, passage: str, others: list[Amount]) -> list[Amount]:
    """Return the amounts of *others* that *claim*, an amount of *question*, can be about: only one, if the words before
    it are clearly closer to the question than those before the rest, and none is the same amount.
    """
    if any(one.value == claim.value for one in others):
        return others
    scored = [(shared(question, label), one) for label, one in _labels(passage, others)]
    scored.sort(key=lambda pair: -pair[0])
    if len(scored) > 1 and scored[0][0] >= CALLED and scored[0][0] - scored[1][0] >= CLEAR:
        # a limit may be a condition of what the next amount is
        return [scored[0][1]] if scored[0][1].bound in ("exact", "about") else others
    return others


def _counting(passage: str) -> list[Amount]:
    """Return the amounts of *passage* that hold by themselves, without alternatives (A或B)."""
    either, found = pattern("amounts", "either"), amounts(passage)
    pairs = [pair for pair in pairwise(found) if either.fullmatch(passage, pair[0].end, pair[1].start)]
    alternatives = {one for pair in pairs for one in pair}
    return [one for one in found if one not in alternatives and _binds(passage, one)]


def _binds(passage: str, one: Amount) -> bool:
    """Whether *one* counts: 一个 does only if it is said to be the only one."""
    indefinite = one.measure.startswith(COUNT) and one.value == 1 and one.upto is None and one.bound == "exact"
    return not indefinite or pattern("claims", "only-one").search(passage[: one.start]) is not None


def _other_unit(one: Amount, other: Amount) -> bool:
    """Whether the two are the same number of different things: 3.02公里 for 3.02平方公里."""
    units = ("area", "length", "money", "mass", "volume", "ratio", "percentage")
    return one.written == other.written and one.measure.startswith(units) and other.measure.startswith(units)


def _against(question: str, one: Amount, passage: str, others: Sequence[Amount]) -> str:
    stated = "、".join(passage[other.start : other.end] for other in others)
    return f"{question[one.start : one.end]} ≠ {stated}"


# ------------------------------------------------------------------ one thing compared with another


def _compared(question: str, passage: str, stated: Sequence[Amount]) -> Iterator[Clash]:
    """Yield where *question* has one thing larger than another and the amounts of *passage* say the contrary."""
    match = pattern("claims", "compares").search(question)
    if match is None:
        return
    one, other = (pattern("claims", "measured").sub("", match[side]) for side in ("one", "other"))
    labels = list(_labels(passage, stated))
    first, second = _of(one, other, labels), _of(other, one, labels)
    if first is None or second is None or first == second or not comparable(first, second):
        return
    larger, smaller = (first, second) if match["more"] else (second, first)
    if _common(larger).value <= _common(smaller).value:
        values = "、".join(passage[one.start : one.end] for one in (first, second))
        yield Clash("compared", True, f"{match[0]} ≠ {values}")


def _labels(passage: str, stated: Sequence[Amount]) -> Iterator[tuple[str, Amount]]:
    """Yield each amount with the words before it, back to the amount or the end of the sentence before."""
    behind = 0
    for one in stated:
        yield re.split("[。；;]", passage[behind : one.start])[-1], one
        behind = one.end


def _of(name: str, other: str, labels: Sequence[tuple[str, Amount]]) -> Amount | None:
    """Return the amount whose label shares most with *name*, and more than with *other*; None if none does."""
    scored = [(shared(name, label) - shared(other, label), shared(name, label), one) for label, one in labels]
    lead = max((score[:2] for score in scored), default=(0, 0))
    best = [one for gap, shared, one in scored if (gap, shared) == lead]
    return best[0] if len(best) == 1 and lead[0] > 0 and lead[1] >= 2 else None
