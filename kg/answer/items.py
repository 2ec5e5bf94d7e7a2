"""A stretch of the source → the items of a kind that stand in it: quantities, the members of a list, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from kg.errors import RuleError
from kg.models import strip_space
from kg.resources import load_yaml, rules_dir

_KEYS = {"quantities", "list_head", "list_tail", "between", "boundary", "short_for"}
Cut = Callable[[str], Sequence[str]]
"""Cuts a text into words that make it up again."""

_JOINS = ("以及", "及", "和", "与")
_OPEN, _CLOSE = "（(“「『《〈", "）)”」』》〉"
_QUOTED = re.compile(r"[“「『]([^”」』]{1,30})[”」』]|(《[^》]{1,60}》)")


@dataclass(frozen=True, slots=True)
class Measure:
    """A way of measuring: what shows in a question that it is meant, and how it is written."""

    id: str
    asks: re.Pattern[str]
    words: re.Pattern[str]
    examples: tuple[tuple[str, str | None], ...]


@cache
def patterns() -> dict[str, Any]:
    """Return `rules/items.yaml` with its patterns compiled; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "items.yaml"
    plain = load_yaml(path)
    if not isinstance(plain, dict) or set(plain) != _KEYS:
        raise RuleError(path, f"its keys are not {', '.join(sorted(_KEYS))}", "correct them")
    try:
        found: dict[str, Any] = {key: re.compile(plain[key]) for key in _KEYS - {"quantities"}}
        found["quantities"] = tuple(_measure(one) for one in plain["quantities"])
    except (re.error, KeyError, TypeError) as error:
        raise RuleError(path, f"a pattern cannot be read ({error})", "correct it") from error
    return found


def measure(question: str) -> Measure | None:
    """Return what a folded *question* wants measured; None where it does not say."""
    return next((one for one in patterns()["quantities"] if one.asks.search(question)), None)


def quantities(text: str, wanted: Measure | None) -> list[str]:
    """Return the quantities in *text* of the *wanted* measure, of any where it is None, in order."""
    measures = patterns()["quantities"] if wanted is None else (wanted,)
    plain = strip_space(text)
    found = [(m.start(), m.group().strip('“"')) for one in measures for m in one.words.finditer(plain)]
    return [words for _, words in sorted(found)]


def members(text: str, cut: Cut) -> list[str]:
    """Return the members of the list in *text*: 甲、乙和丙等机构 gives 甲, 乙, 丙. A text without a list is one member.

    What joins two things inside brackets or quotes parts nothing, nor does a character inside a word by *cut*.
    """
    return list(_members(text, cut))


@lru_cache(maxsize=20_000)
def _members(text: str, cut: Cut) -> tuple[str, ...]:
    plain = strip_space(text).strip("，。；：,;:")
    head = _outside(patterns()["list_head"], plain)
    if head is not None:
        plain = plain[head:]
    parts = _split(plain, "、")
    if len(parts) == 1 and not patterns()["list_tail"].search(plain) and not _joined(plain, cut):
        return (_trimmed(plain),)
    short = _parallel(parts)
    parts = short if short is not None else [*parts[:-1], *_split_last(parts[-1], cut)]
    parts = [part for part in map(_trimmed, parts) if part]
    return tuple(_parallel(parts) or parts)


def quoted(text: str) -> list[str]:
    """Return what stands in quotes or title marks in *text*, title marks kept."""
    return [m.group(1) or m.group(2) for m in _QUOTED.finditer(strip_space(text))]


def spaces_between(text: str) -> list[str]:
    """Return the places of the form X与Y之间 in *text*."""
    return [m.group() for m in patterns()["between"].finditer(strip_space(text))]


def short_names(text: str) -> list[tuple[str, str]]:
    """Return the names and short names that *text* introduces: 全称（以下简称简称）."""
    return [(m["full"], m["short"]) for m in patterns()["short_for"].finditer(strip_space(text))]


def _measure(plain: dict[str, Any]) -> Measure:
    examples = tuple((example["text"], example["finds"]) for example in plain["examples"])
    return Measure(plain["id"], re.compile(plain["asks"]), re.compile(plain["words"]), examples)


def _split_last(part: str, cut: Cut) -> list[str]:
    """Return the last member of a list, or the two that 和, 及, 与 or 以及 joins in it, without 等 and what follows."""
    bare = patterns()["list_tail"].sub("", part)
    return _joined(bare, cut) or [bare]


def _joined(text: str, cut: Cut) -> list[str]:
    """Return the two things that a word like 和 joins in *text*, [] where there are not just two."""
    for join in _JOINS:
        if join not in text:
            continue
        places, at = [], 0
        for word in cut(text):
            if word == join and not _inside(text, at):
                places.append(at)
            at += len(word)
        if len(places) == 1:
            pieces = [text[: places[0]], text[places[0] + len(join) :]]
            if all(len(piece) > 1 for piece in pieces):
                return pieces
    return []


def _parallel(parts: list[str]) -> list[str] | None:
    """Return *parts*, the last cut to the length of the others where all of these are short and of one length.

    生产、生活、生态相关配套设施: what follows the last member belongs to all of them. None where that is not so.
    """
    lengths = {len(part) for part in parts[:-1]}
    if len(parts) < 3 or len(lengths) != 1 or not lengths <= {2, 3}:
        return None
    size = max(lengths)
    if len(parts[-1]) <= size + 1 or parts[-1][size:].startswith(_JOINS):
        return None
    return [*parts[:-1], parts[-1][:size]]


def _split(text: str, sign: str) -> list[str]:
    """Return *text* cut at each *sign* (one character) that stands outside brackets and quotes."""
    places = [i for i, c in enumerate(text) if c == sign and not _inside(text, i)]
    bounds = [-1, *places, len(text)]
    return [text[start + 1 : end] for start, end in pairwise(bounds)]


def _inside(text: str, at: int) -> bool:
    """Whether offset *at* of *text* lies inside brackets or quotes."""
    return sum(c in _OPEN for c in text[:at]) > sum(c in _CLOSE for c in text[:at])


def _outside(pattern: re.Pattern[str], text: str) -> int | None:
    """Return where the last match of *pattern* in the first member of the list ends, outside brackets; else None."""
    ends = [m.end() for m in pattern.finditer(text, 0, text.find("、") + 1)]
    ends = [end for end in ends if text.count("（", 0, end) == text.count("）", 0, end)]
    return ends[-1] if ends else None


def _trimmed(part: str) -> str:
    part = part.strip("，。；：,;:")
    if part[:1] in "“「" and part[-1:] in "”」" and sum(c in "“「" for c in part) == 1:
        return part[1:-1]
    return part
