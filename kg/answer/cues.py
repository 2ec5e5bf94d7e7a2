"""A text → as the rules of `rules/claims.yaml` are written, which of them match, and what is only explored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kg.answer.figures import shared
from kg.patterns import pattern
from kg.search.words import folded

LONGEST = 2_000  # only so many characters of a text are read: a longer one is no question and no sentence
_SIGNS = str.maketrans(",;:()?!", "，；：（）？！")
_HAN = re.compile("[\u4e00-\u9fff]")
_ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")
_CLAUSE = re.compile("[^，。；]+[，。；]?")
_GROUPED = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")


@lru_cache(maxsize=1024)
def as_ruled(text: str) -> str:
    """Return *text* folded, with the signs of Chinese in Chinese: one character for each of its own, or nearly."""
    plain = folded(text[:LONGEST])
    return _GROUPED.sub(",", plain.translate(_SIGNS)) if _HAN.search(plain) else plain


def one_way(question: str) -> str:
    """Return *question* without words that ask both ways, which deny nothing, and without what stands in brackets."""
    return pattern("claims", "asks-both-ways").sub("", _ASIDE.sub("", question))


def hits(rule: str, text: str) -> bool:
    """Whether the rule of that id matches *text*."""
    return pattern("claims", rule).search(text) is not None


def words(rule: str, text: str) -> str:
    """Return the first words of *text* that the rule matches, "" if there are none."""
    match = pattern("claims", rule).search(text)
    return match[0] if match else ""


def kinds(rule: str, text: str) -> set[str]:
    """Return which of the things that a rule distinguishes by its groups *text* speaks of."""
    return {match.lastgroup for match in pattern("claims", rule).finditer(text) if match.lastgroup}


def only_explored(question: str, passage: str, force: str | None) -> bool:
    """Whether *passage* only explores, studies or applies for what *question* is about, without doing or allowing it.

    Both are as `as_ruled` gives them; *force* is that of the passage's obligation, which counts if the passage has no
    word for it. The comma clause that shares most with the question decides; if none shares anything, as in English,
    none may allow anything.
    """
    if hits("asks-now", question) and hits("reports-done", passage):
        return False
    clauses = list(_clauses(passage))
    if not any(explored for _, explored in clauses):
        return force == "exploratory" and not hits("explored", passage)
    most = max(shared(question, text) for text, _ in clauses)
    meant = [one for one in clauses if most == 0 or shared(question, one[0]) == most]
    return all(explored or not (hits("permits", text) or hits("frees", text)) for text, explored in meant)


def _clauses(passage: str) -> Iterator[tuple[str, bool]]:
    """Yield the comma clauses of *passage*, each with whether the plan only explores it: 探索 and 研究 hold over commas
    until the plan does something of its own.
    """
    explored = False
    for match in _CLAUSE.finditer(passage):
        text = match[0]
        if hits("explores", text) or hits("applies-for", text):
            explored = not hits("may-explore", text)
        elif hits("own-verb", text):
            explored = False
        yield text, explored
        explored = explored and text[-1] not in "。；"
