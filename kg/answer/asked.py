"""A question and the passages read for it → what is looked for in every one of them, worked out once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.answer.passage import Passage
from kg.answer.question import Question
from kg.search.ranking import Ranking

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DENIED = re.compile(r"[不没未勿](?![同断少久仅但论])|\bnot\b|n't\b")
_ONE = re.compile(
    r"(哪|边)(一)?[座条个项家所种处块间位](?!几)|\b(which|what) (one|body|agency|institution|organi[sz]ation)\b"
)
_SEVERAL = re.compile(
    r"哪些|几个|[两二三四五六七八九十]个|哪几|\b(conditions|lines|requirements|two|three|four|five)\b"
)
_OTHERS = re.compile(
    r"除(了|去)?[^，,]{1,24}(外|之外|以外)|还有|尚有|另外|其余|其他|余下"
    r"|\b(besides|apart from|other than|the others?|remaining|rest)\b"
)
PARTS = re.compile(r"包括|包含|包埋|组成|构成|涵盖|由哪几|\b(made up|compris\w+|consist\w*|includes?|cover\w*)\b")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 0}
_COUNTED = re.compile(
    r"(?:哪|边|的)?([一两二三四五六七八九十]|\d+)(?:个|项|类|种|条|样|大|方面|处|家|所|座|头|片|点|只|间|大类|句)"
)
_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_ASKING = re.compile(r"谁|哪|什么|何|几|多少|咩|乜|边(?![境界])|啥|怎|点样|多大|多久|多长")
_STOP = re.compile(r"[的在被要可以由是有能为会将，、？?吗呢来去给向从到跟和与把得才叫做]|先|就|都|应|须|不|用|拿|才")


def denies(text: str) -> bool:
    """Whether *text* says that something is not so."""
    return _DENIED.search(text) is not None


def years(text: str) -> list[str]:
    """Return the years that *text* speaks of, each as four digits."""
    return _YEAR.findall(text)


def number_asked(question: Question) -> int | None:
    """Return how many items *question* asks for (哪三类, which two), None where it does not say."""
    match = _COUNTED.search(question.plain)
    if match:
        word = match.group(1)
        return int(word) if word.isdecimal() else _DIGITS.get(word)
    words = re.findall(r"[a-z]+", question.plain)
    return next((_NUMBERS[word] for word in words if word in _NUMBERS), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in every passage, worked out once a question."""

    question: Question
    words: tuple[tuple[str, float], ...]
    """The words that carry the question, each with how much it tells, between 0 and 1."""
    bodies: frozenset[str]
    count: int | None
    one: bool
    several: bool
    denied: bool
    turn: int
    """Where the question's words of asking stand in it; -1 where it says nothing of the order, as in English."""
    heads: tuple[str, ...]
    years: tuple[str, ...]
    others: bool
    """Whether it asks for what there is beside something that it names,"""
    parts: bool
    """or for what something is made up of."""
    best: float
    latest: float


def asked_of(
    question: Question,
    words: Sequence[tuple[str, float]],
    ranking: Ranking,
    passages: Sequence[Passage],
    heads: Sequence[str] = (),
) -> Asked:
    """Return what *question* looks for; *words* are its words and what the documents call them, with their weights."""
    return Asked(
        question,
        tuple(words),
        frozenset(one.name for p in passages[:1] for one in p.named if one.category == "agent" and one.name),
        number_asked(question),
        _ONE.search(question.plain) is not None,
        _SEVERAL.search(question.plain) is not None,
        denies(question.terms),
        _turn(question),
        tuple(head for head in heads if head),
        tuple(years(question.plain)),
        _OTHERS.search(question.plain) is not None,
        PARTS.search(question.plain) is not None,
        max((p.nearness for p in passages), default=0.0),
        max((hit.late or 0.0 for hit in ranking.sentences), default=0.0),
    )


def _turn(question: Question) -> int:
    match = _ASKING.search(question.plain) if question.lang != "en" else None
    return match.start() if match else -1


def head_noun(head: str) -> str:
    """Return the noun that *head*, the words behind those of asking, begins with: 机构 of 机构可以进."""
    return _STOP.split(head, maxsplit=1)[0]
