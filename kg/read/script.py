"""Traditional characters and radicals → the Simplified characters of the rules, each in its own place."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from kg.read.folding import folded
from kg.read.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.models import Span


class Reading(Plain):
    """A view over spans of a source as the rules read it: `text` in Simplified characters, `written` as it stands.

    The two are of one length, so that an offset in one is the same place in the other: what is found in `text` is
    quoted from `written`, and names, actions and objects are given as they are found.
    """

    __slots__ = ("written",)

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        super().__init__(text, spans)
        self.written = self.text
        self.text = simplified(self.written)


def simplified(text: str) -> str:
    """Return *text* in Simplified characters, one for each of its own; radicals as the characters they stand for.

    Where OpenCC would give more or fewer characters than there are, the text is returned as it is: its rows may then
    be missed, but no quote is ever moved.
    """
    text = folded(text)
    if not any(_changes(character) for character in set(text)):
        return text
    # hk2s first: t2s does not know the characters that Hong Kong writes its own way (衞)
    found = converted("t2s", converted("hk2s", text))
    return found if len(found) == len(text) else text


# a question is looked at in its other script by several rooms
@lru_cache(maxsize=256)
def converted(how: str, text: str) -> str:
    """Return *text* in the characters of another script; *how* is OpenCC's name for from which to which (s2tw)."""
    found: str = _converter(how).convert(text)
    return found


@cache
def _changes(character: str) -> bool:
    return character > "\u2e7f" and bool(
        converted("t2s", character) != character or converted("hk2s", character) != character
    )


@cache
def _converter(how: str) -> Any:  # noqa: ANN401 - the package has no types
    from opencc import OpenCC

    return OpenCC(how)
