"""A folded text → the numbers in it: digits, Chinese numerals and English words, each with its scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from kg.patterns import pattern

LONGEST = 24  # a longer run of digits or numerals is no number that anybody writes
_KINDS = ("digits", "numerals", "number_words", "half_unit")
_ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {
    **{"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9},
    "trillion": 10**12,
}
_FIRST_TEN = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_ORDINALS = {word: n for n, word in enumerate(_FIRST_TEN, 1)} | {"quarter": 4, "hundredth": 100}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at [start, end) of a text, scale and all. `upto` is the second of two (两三), None for one alone.

    `more` where a word between it and its unit says that it is a little more (二十多家). `plain` where it has neither
    a scale nor thousands: without a unit such a number measures nothing.
    """

    start: int
    end: int
    value: Fraction
    upto: Fraction | None
    more: bool
    plain: bool


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers of *text*, which is folded, in its order; of two that overlap the first."""
    matches = sorted(
        (match.start(), match.end(), kind) for kind in _KINDS for match in pattern("amounts", kind).finditer(text)
    )
    behind = 0
    for start, end, kind in matches:
        if start < behind:
            continue
        value, upto = _value(text[start:end], kind)
        if value is None:
            continue
        large = "," in text[start:end] or value >= 10_000
        more = pattern("amounts", "and_more").match(text, end)
        scale = pattern("amounts", "scale").match(text, more.end() if more else end)
        if scale is not None and (kind == "digits" or more):
            factor = _scale(scale.group().strip(" -"))
            value, upto = value * factor, None if upto is None else upto * factor
            end, large = scale.end(), True
        behind = end
        yield Number(start, end, value, upto, more is not None, not large)


def number_of(text: str) -> Fraction | None:
    """Return the number that the whole of *text* is, or None; 百 alone is a hundred, second is 2."""
    if len(text) > LONGEST:
        return None
    if text in _ORDINALS or text in _WORDS:
        return Fraction((_ORDINALS | _WORDS)[text])
    if text.isascii():
        return Fraction(text.replace(",", ""))
    value = _numeral(text)
    return _numeral(f"1{text}") if value is None else value


def _value(text: str, kind: str) -> tuple[Fraction | None, Fraction | None]:
    """Return the number that *text* is, and a second one if it names two; (None, None) if it is no number."""
    if kind == "half_unit":
        return Fraction(1, 2), None
    if kind != "number_words" and len(text) > LONGEST:
        return None, None
    if kind == "digits":
        return Fraction(text.replace(",", "")), None
    if kind == "number_words":
        return _of_words(re.findall(r"[a-z]+", text)), None
    if len(text) == 2 and (pair := (_numeral(text[0]), _numeral(text[1]))) != (None, None):
        first, second = pair
        # 十 is a digit to nobody: 二十 is one number, 两三 are two
        if first is not None and second is not None and 0 < first < 10 and second < 10:
            return (first, second) if 0 < second - first <= 2 else (None, None)
    return _numeral(text), None


@cache
def _numeral(text: str) -> Fraction | None:
    from cn2an import cn2an  # 0.2 s that a command without a question need not pay

    try:
        return Fraction(str(cn2an(text, "smart")))
    except (ValueError, KeyError):  # raised for what is no number
        return None


def _scale(text: str) -> Fraction:
    return Fraction(_SCALES[text]) if text in _SCALES else _numeral(f"1{text}") or Fraction(1)


def _of_words(words: list[str]) -> Fraction:
    """Return the number that English *words* spell."""
    total = group = Fraction(0)
    for word in words:
        if word in _WORDS:
            group += _WORDS[word]
        elif word in ("dozen", "hundred"):
            group = (group or Fraction(1)) * _SCALES[word]
        elif word in _SCALES:
            total, group = total + (group or Fraction(1)) * _SCALES[word], Fraction(0)
    return total + group
