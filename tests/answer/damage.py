"""A question → the same with one slip of the hand, in another script or width, or with courtesies around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from random import Random
from string import ascii_lowercase

from kg.answer.question import language

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SIGNS = re.compile(r"[，。？！、；：“”‘’「」『』《》,.?!;:\"]")
_AROUND = {
    "zh-Hans": [
        ("请问", "，谢谢！"),
        ("您好，我想请教一下，", "谢谢"),
        ("麻烦问一下，", ""),
        ("", "，请告诉我，谢谢。"),
    ],
    "zh-Hant": [("請問", "，多謝！"), ("唔該，", ""), ("唔該，想問下", "，唔該晒"), ("你好，請問", "，謝謝")],
    "en": [("Could you please tell me: ", " Thanks!"), ("Hello, ", ""), ("Excuse me, ", " Thank you.")],
}


def swapped(text: str, draw: Random) -> str:
    places = set(_places(text))
    at = draw.choice(sorted(i for i in places if i + 1 in places and text[i] != text[i + 1]))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def dropped(text: str, draw: Random) -> str:
    at = draw.choice(_places(text))
    return text[:at] + text[at + 1 :]


def doubled(text: str, draw: Random) -> str:
    at = draw.choice(_places(text))
    return text[: at + 1] + text[at:]


def homophone(text: str, draw: Random) -> str:
    """One character of the same sound for another; one letter for another in English."""
    from pypinyin import lazy_pinyin

    while True:
        at = draw.choice(_places(text))
        if text[at].isascii():
            others = [letter for letter in ascii_lowercase if letter != text[at].lower()]
        else:
            own = _other_script("t2s", text[at])
            others = [one for one in _of_sound().get(lazy_pinyin(own)[0], []) if one != own]
        if others:
            return text[:at] + draw.choice(others) + text[at + 1 :]


def mixed(text: str, draw: Random) -> str:
    """Each character in Simplified or Traditional script."""
    return "".join(_other_script(draw.choice(["s2t", "t2s"]), character) for character in text)


def wide(text: str, draw: Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


def bare(text: str, draw: Random) -> str:
    return " ".join(_SIGNS.sub("" if _HAN.search(text) else " ", text).split())


def spaced(text: str, draw: Random) -> str:
    return " ".join(text) if _HAN.search(text) else text


def polite(text: str, draw: Random) -> str:
    before, after = draw.choice(_AROUND[language(text)])
    return before + text + after


KINDS: dict[str, Callable[[str, Random], str]] = {
    one.__name__: one for one in (swapped, dropped, doubled, homophone, mixed, wide, bare, spaced, polite)
}


def _places(text: str) -> list[int]:
    han = [at for at, character in enumerate(text) if _HAN.match(character)]
    return han or [at for at, character in enumerate(text) if character.isalpha()]


@cache
def _other_script(which: str, character: str) -> str:
    return str(_converter(which).convert(character))


@cache
def _converter(which: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the package has no types
    from opencc import OpenCC

    return OpenCC(which)


@cache
def _of_sound() -> dict[str, list[str]]:
    from pypinyin import lazy_pinyin

    from kg.search.words import Lexicon

    found: dict[str, list[str]] = {}
    for word, count in sorted(Lexicon.with_names([]).counts.items()):
        if count >= 300 and _HAN.fullmatch(word):
            found.setdefault(lazy_pinyin(word)[0], []).append(word)
    return found
