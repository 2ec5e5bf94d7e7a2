"""The text of a clause → where its predicate begins, and which cues of modality and force stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.patterns import Rule, Sets, pattern, rules, words


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue rule that hit at offsets [start, end) of a clause's text."""

    rule: str
    sets: Sets
    start: int
    end: int


def skip_connectives(text: str, at: int = 0) -> int:
    """Return the offset behind connectives that open a clause (并, 同时，, 其中，): they are no part of a quote."""
    connective = pattern("structure", "connective")
    while (match := connective.match(text, at)) and match.end() < len(text):
        at = match.end()
    return at


def skip_adverbs(text: str, at: int = 0, over_may: bool = True) -> int:
    """Return the offset behind the adverbs, modals and connectives at *at*: where the predicate begins.

    可以 and 可 are skipped as well, unless *over_may* is false: for cues they are one.
    """
    modal, may = pattern("structure", "modal"), pattern("structure", "may")
    while True:
        match = _adverbs().match(text, at) or modal.match(text, at) or (may.match(text, at) if over_may else None)
        if not match or match.end() >= len(text) or _verb_is_adverb_too(text, at, match):
            return at
        at = match.end()


def _verb_is_adverb_too(text: str, at: int, match: re.Match[str]) -> bool:
    """统筹, 加快, 协同, 联合 are verbs themselves where no verb follows: 统筹合作区政策制定, 加快南延项目建设."""
    word = match.group()
    return word in words("structure", "adverb-or-verb") and verb_at(text, skip_one(text, match.end())) is None


def skip_one(text: str, at: int) -> int:
    """Return the offset behind one more adverb at *at*, or *at*."""
    match = _adverbs().match(text, at)
    return match.end() if match else at


def verb_at(text: str, at: int) -> re.Match[str] | None:
    """Return the match of the longest known verb that begins at *at*, or None."""
    return _verbs().match(text, at)


def verbs_in(text: str, at: int = 0) -> list[re.Match[str]]:
    """Return the known verbs in *text* from *at* on, left to right, none overlapping."""
    return list(_verbs().finditer(text, at))


def head_cues(text: str, at: int) -> tuple[list[Cue], int]:
    """Return the chain of cues at the predicate that begins at *at*, outermost first, and the offset behind it.

    探索允许… gives two (exploratory, permission); 试点放宽… as well; a cue that is followed by the one it supports or
    allows (支持 X …) ends the chain.
    """
    chain: list[Cue] = []
    while len(chain) < 4:
        at = skip_adverbs(text, at, over_may=False)
        cue = _first_cue(text, at)
        if cue is None:
            place = pattern("structure", "place-phrase").match(text, at) if chain else None
            if place is None or _first_cue(text, skip_adverbs(text, place.end(), over_may=False)) is None:
                break
            at = place.end()
            continue
        chain.append(cue)
        at = cue.end
        if cue.sets.modality == "target":
            break  # 形成可借鉴的模式: what is reached is no longer asked or allowed
    return chain, at


def cues_anywhere(text: str) -> list[Cue]:
    """Return the cues that count wherever they stand in a clause (不得, 免征, 暂不, 应当), but in a title."""
    told = pattern("structure", "title").sub(lambda title: "〇" * len(title.group()), text)
    return [
        Cue(rule.id, rule.sets, match.start(), match.end())
        for rule in _cues("anywhere")
        if (match := rule.regex.search(told))
    ]


def head_hits(rule: Rule, text: str) -> bool:
    """Whether a rule of the head hits *text* with the adverbs before its predicate left out."""
    return any(rule.regex.match(text[at:]) for at in {0, skip_connectives(text), skip_adverbs(text)})


def is_force_cue(word: str) -> bool:
    """Whether *word* alone says how strongly something is asked (探索, 试点), so that what is done stands behind it."""
    return any(rule.sets.force and rule.regex.fullmatch(word) for rule in _cues("head"))


def _first_cue(text: str, at: int) -> Cue | None:
    best: Cue | None = None
    rest = text[at:]
    for rule in _cues("head"):
        if match := rule.regex.match(rest):
            cue = Cue(rule.id, rule.sets, at, at + match.end())
            if best is None or cue.end > best.end:
                best = cue
    return best


@cache
def _cues(where: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules("cues") if rule.where == where)


@cache
def _adverbs() -> re.Pattern[str]:
    return _alternatives("adverbs")


@cache
def _verbs() -> re.Pattern[str]:
    return _alternatives("verbs")


def _alternatives(name: str) -> re.Pattern[str]:
    known = {cue for rule in rules(name) for cue in rule.cues}
    longest_first = "|".join(re.escape(w) for w in sorted(known, key=lambda w: (-len(w), w)))
    return re.compile(f"(?:{longest_first})(?!{pattern('structure', 'nominal-suffix').pattern})")
