"""A name with its aliases → labels by language: Simplified, Traditional in its standards, English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from kg.read.script import converted

SIMPLIFIED = "zh-Hans"
TRADITIONAL = "zh-Hant"
ENGLISH = "en"

_STANDARDS = ("s2t", "s2hk", "s2tw")
"""OpenCC's own standard, Hong Kong's and Taiwan's: single characters alone, no words exchanged."""


def alt_labels(name: str, aliases: Iterable[str]) -> list[tuple[str, str]]:
    """Return the other labels of a thing called *name* as (label, language tag), sorted, none of them twice.

    An alias without a Han character is English. A Traditional alias is one that turns into something else when
    simplified; its Simplified form is a label too. Every Chinese form gets its Traditional forms as each
    standard writes them, where they differ (衛 and 衞, 羣 and 群). *name* itself is left out: it is the label proper.
    """
    labels: set[tuple[str, str]] = set()
    for form in (name, *aliases):
        if not _has_han(form):
            labels.add((form, ENGLISH))
            continue
        # hk2s first: t2s does not know the characters that Hong Kong writes its own way (衞)
        simplified = _convert("t2s", _convert("hk2s", form))
        labels.add((simplified, SIMPLIFIED))
        if simplified != form:
            labels.add((form, TRADITIONAL))
        labels.update((_convert(how, simplified), TRADITIONAL) for how in _STANDARDS)
    return sorted(labels - {(name, SIMPLIFIED), (name, ENGLISH)}, key=lambda pair: (pair[1], pair[0]))


def _has_han(text: str) -> bool:
    return any(unicodedata.name(c, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY")) for c in text)


@cache
def _convert(how: str, text: str) -> str:
    return converted(how, text)
