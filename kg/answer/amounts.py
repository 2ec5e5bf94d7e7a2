"""A text in Chinese or English → the amounts in it, each with what it measures and how it is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache, partial
from typing import Literal

from kg.answer.numbers import Number, number_of, numbers
from kg.answer.units import COUNT, NUMBER, RANK, RATIO, SIGNS, UNITS, YEAR
from kg.patterns import pattern, rules
from kg.search.words import folded

Bound = Literal["exact", "at_least", "at_most", "more", "less", "about"]

# the rules for the words before and behind an amount, in the order they are tried, and the bound that each sets
_BEFORE: dict[str, Bound] = {
    **{"at_most_before": "at_most", "at_least_before": "at_least", "more_before": "more", "less_before": "less"},
    "about_before": "about",
}
_BEHIND: dict[str, Bound] = {"at_least_behind": "at_least", "at_most_behind": "at_most", "about_behind": "about"}
_INCLUSIVE: dict[Bound, Bound] = {"more": "at_least", "less": "at_most"}
_REACH = 28  # how far before an amount the words that bound it may stand


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at [start, end) of a text.

    `value` counts the measure's own unit: ratio (15 % is 3/20), percentage_points, times, area_m2, length_m, mass_kg,
    power_kw, volume_m3, money_yuan, money_hkd, money_usd, years, months, days, working_days, hours, age, points, rank,
    calendar_year, count:家 and the like, count for things counted in English, number for a large number without a
    unit. `upto` is the other end of a range, None for a single value; `written` the number as it stands before its
    unit.
    """

    value: Fraction
    measure: str
    start: int
    end: int
    bound: Bound = "exact"
    upto: Fraction | None = None
    written: Fraction = Fraction(0)


@lru_cache(maxsize=4096)
def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts in *text*, in its order: digits or words, Chinese or English, whatever the width or script.

    Numbers that only name, order or date something are left out: 第三方, 〔2023〕12号, 9月, the number of a clause.
    """
    plain = _plain(text)
    found = list(_wholes(plain))
    spans = [*(match.span() for match in _rule("no_amount").finditer(plain)), *((one.start, one.end) for one in found)]
    taken = {at for span in spans for at in range(*span)}
    free = [number for number in numbers(plain) if taken.isdisjoint(range(number.start, number.end))]
    at = 0
    while at < len(free):
        one, used = _at(plain, free[at], free[at + 1] if at + 1 < len(free) else None)
        if one is not None:
            found.append(_bounded(plain, one))
        at += used
    return tuple(_carried(plain, sorted(found, key=lambda amount: (amount.start, amount.end))))


def _plain(text: str) -> str:
    """Return *text* folded, one character for each of its own, so that offsets hold."""
    whole = folded(text)
    if len(whole) == len(text):
        return whole
    return "".join(c if len(c) == 1 else old for old, c in ((old, folded(old)) for old in text))


_rule = partial(pattern, "amounts")


@cache
def _units() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule.id, rule.regex) for rule in rules("amounts") if rule.id in UNITS)


def _wholes(text: str) -> Iterator[Amount]:
    """Yield the amounts whose words are read as a whole: halves and other parts, ranks."""
    for match in _rule("half").finditer(text):
        yield _bounded(text, Amount(Fraction(1, 2), RATIO, *match.span(), written=Fraction(1, 2)))
    for rule in ("part_of", "fraction_words"):
        for match in _rule(rule).finditer(text):
            whole, part = number_of(match["of"]), number_of(match["part"] or "one")
            if whole and part is not None:
                yield _bounded(text, Amount(part / whole, RATIO, *match.span(), written=part))
    for match in _rule("rank").finditer(text):
        place = Fraction(1) if match["top"] else number_of(match["place"] or match["among"] or match["word"])
        if place is not None:
            yield Amount(place, RANK, *match.span(), written=place)


def _at(text: str, one: Number, following: Number | None) -> tuple[Amount | None, int]:
    """Return the amount that *one* is the number of, and whether it takes *following* as well (2) or not (1)."""
    if _is_year(text, one):
        return _year(text, one, following)
    tenths = _rule("tenths").match(text, one.end)
    if tenths and one.value <= 10:
        return _tenths(text, one, following, tenths.end())
    unit = _measured(text, one)
    if following is None:
        return unit, 1
    between = _rule("range").fullmatch(text, unit.end if unit else one.end, following.start)
    other = _measured(text, following) if between else None
    if other is None or other.value == 0:
        return unit, 1
    if unit is None:
        # 10—15亿元: the first end has the scale and the unit of the second
        digits = _rule("digits").match(text, following.start)
        unscaled = Fraction(digits.group().replace(",", "")) if digits else following.value
        low = one.value * other.value / (other.written if following.plain else unscaled)
    elif unit.measure == other.measure and between and between.group().strip() != "and":
        low = unit.value
    else:
        return unit, 1
    return (replace(other, value=low, upto=other.value, start=one.start), 2) if low < other.value else (unit, 1)


def _measured(text: str, number: Number) -> Amount | None:
    """Return *number* with the unit behind it, or the sign before it; None if it measures nothing."""
    more = _rule("and_more").match(text, number.end) if number.more else None
    at = more.end() if more else number.end
    while at < len(text) and text[at] in " -\u00a0":
        at += 1
    found = [(match.end(), name) for name, unit in _units() if (match := unit.match(text, at))]
    # in English a thing that is counted is a word of its own: 5G is no five of anything
    counted = [one for one in found if one[1] != "things" or at > number.end]
    end, name = max(counted, key=lambda one: (one[0], one[1] != "things"), default=(number.end, ""))
    if name in ("", "things"):
        sign = next((unit for rule, unit in SIGNS.items() if _rule(rule).search(text[: number.start])), None)
        if sign is not None:
            end, name = number.end, sign
    bound: Bound = "more" if number.more else "exact"
    if not name or (name == "things" and number.value < 2):
        if number.plain:
            return None
        return Amount(number.value, NUMBER, number.start, number.end, bound, number.upto, number.value)
    measure, factor = UNITS[name]
    half = Fraction(1, 2) if name.endswith("_and_a_half") else Fraction(0)
    return Amount(
        (number.value + half) * factor,
        f"{COUNT}:{text[at:end]}" if name == "counted" else measure,
        number.start,
        end,
        bound,
        None if number.upto is None else number.upto * factor,
        number.value,
    )


def _tenths(text: str, number: Number, following: Number | None, end: int) -> tuple[Amount, int]:
    """Return the ratio that *number* tenths are, with the hundredths (*following*) or the half behind them."""
    value, used = number.value / 10, 1
    half = _rule("and_half").match(text, end)
    if half:
        value, end = value + Fraction(1, 20), half.end()
    elif following is not None and following.start == end and following.value < 10:
        value, end, used = value + following.value / 100, following.end, 2
    upto = None if number.upto is None else number.upto / 10
    return Amount(value, RATIO, number.start, end, upto=upto, written=number.value), used


def _is_year(text: str, number: Number) -> bool:
    """Whether *number* names a year: 2025年, by 2025, but not 2025公顷."""
    if not (number.plain and number.end - number.start == 4 and 1900 <= number.value < 2100):
        return False
    unit = _measured(text, number)
    return unit is None or unit.measure in ("years", COUNT)


def _year(text: str, number: Number, following: Number | None) -> tuple[Amount, int]:
    one = Amount(number.value, YEAR, number.start, number.end, written=number.value)
    between = _rule("year_range").match(text, number.end)
    if between and following is not None and following.start == between.end() and _is_year(text, following):
        return replace(one, upto=following.value, end=following.end), 2
    before = text[max(0, number.start - _REACH) : number.start]
    if _rule("before_year").match(text, number.end) or _rule("until_year").search(before):
        return replace(one, bound="at_most"), 1
    if _rule("from_year").match(text, number.end) or _rule("since_year").search(before):
        return replace(one, bound="at_least"), 1
    return one, 1


def _bounded(text: str, one: Amount) -> Amount:
    """Return *one* with the bound that the words around it set."""
    if one.measure == YEAR:
        return one
    before = text[max(0, one.start - _REACH) : one.start]
    for sign in SIGNS:
        before = _rule(sign).sub("", before)
    bound = next((bound for rule, bound in _BEFORE.items() if _rule(rule).search(before)), None)
    if bound in (None, "about"):
        bound = next((bound for rule, bound in _BEHIND.items() if _rule(rule).match(text, one.end)), bound)
    # a range bounds itself: 三年以上十年以下
    if bound is None or (one.upto is not None and bound != "about"):
        return one
    if _rule("included").match(text, one.end):
        bound = _INCLUSIVE.get(bound, bound)
    return replace(one, bound=bound)


def _carried(text: str, found: list[Amount]) -> Iterator[Amount]:
    """Yield *found*, each with the bound of one it stands beside: 不少于240小时或1000公里 is at least either."""
    before: Amount | None = None
    for one in found:
        if before is not None and one.bound == "exact" and _rule("alike").fullmatch(text, before.end, one.start):
            led = any(_rule(rule).search(text[max(0, before.start - _REACH) : before.start]) for rule in _BEFORE)
            if led and YEAR not in (one.measure, before.measure):
                one = replace(one, bound=before.bound)
        yield one
        before = one
