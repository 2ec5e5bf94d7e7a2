"""CJK and Kangxi radicals and compatibility ideographs → the characters they stand for, each in its own place."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field

from kg.rules import Strict, load

_ODD = re.compile("[⺀-⿟豈-﫿\U0002f800-\U0002fa1f]")


def _single(radicals: dict[str, str]) -> dict[str, str]:
    if wrong := next((one for one in radicals.items() if any(len(c) != 1 for c in one)), None):
        raise ValueError(f"{wrong[0]} is not one character for one: no quote may move")
    return radicals


class Examples(Strict):
    """Words with such a character, and words without."""

    hits: Annotated[tuple[str, ...], Field(min_length=1)]
    misses: Annotated[tuple[str, ...], Field(min_length=1)]


class Radicals(Strict):
    """What `radicals.yaml` holds."""

    radicals: Annotated[dict[str, str], AfterValidator(_single)]
    examples: Examples


def folded(text: str) -> str:
    """Return *text* with each such character as the one it stands for: ⺠ as 民, ⽉ as 月.

    As long as *text* itself, so that an offset in one is the same place in the other. Punctuation and figures of full
    width are left alone: they are what Chinese texts are written with.
    """
    return _ODD.sub(lambda match: _meant(match.group()), text)


@cache
def _meant(character: str) -> str:
    known = load("radicals", Radicals).radicals.get(character)
    meant = known or unicodedata.normalize("NFKC", character)
    return meant if len(meant) == 1 else character
