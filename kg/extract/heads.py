"""The text of a clause → where its predicate begins, and which cues of modality and force stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.extract.rules import Rule, Sets, rules

_SPACE_ENDS = "内|中|上|下|前|后|时|之间|方面|领域|环节|过程中|范围内|基础上|前提下|框架下"
# A phrase of place that may stand between a cue and its verb: 探索在深圳园区海关监管区域试点实行….
_PLACE_PHRASE = re.compile(
    rf"在[^，；在]{{2,24}}?(?:{_SPACE_ENDS}|区域|园区|区|市|省|县|地区|片区|口岸|城|试验区|合作区)(?=[^的])"
)
_CONNECTIVE = re.compile(
    r"(?:并且|同时|其中|此外|另外|以及|而且|但是?|并(?!轨|购|网|联|重|存|行|举|发|列)|且)(?:[，：])?"
)
_MODAL = re.compile(r"(?:要|应当?|必须|须|务必|亟需|急需|将|可以)(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue rule that hit at offsets [start, end) of a clause's text."""

    rule: str
    sets: Sets
    start: int
    end: int


def skip_connectives(text: str, at: int = 0) -> int:
    """Return the offset behind connectives that open a clause (并, 同时，, 其中，): they are no part of a quote."""
    while (match := _CONNECTIVE.match(text, at)) and match.end() < len(text):
        at = match.end()
    return at


def skip_adverbs(text: str, at: int = 0) -> int:
    """Return the offset behind the adverbs, modals and connectives at *at*: where the predicate begins."""
    pattern = _adverbs()
    while True:
        match = pattern.match(text, at) or _MODAL.match(text, at)
        if not match or match.end() >= len(text) or _verb_is_adverb_too(text, at, match):
            return at
        at = match.end()


def _verb_is_adverb_too(text: str, at: int, match: re.Match[str]) -> bool:
    """统筹, 加快, 协同, 联合 are verbs themselves where no verb follows: 统筹合作区政策制定, 加快南延项目建设."""
    word = match.group()
    return word in _BOTH and verb_at(text, skip_one(text, match.end())) is None


def skip_one(text: str, at: int) -> int:
    """Return the offset behind one more adverb at *at*, or *at*."""
    match = _adverbs().match(text, at)
    return match.end() if match else at


_BOTH = {
    "统筹",
    "加快",
    "协同",
    "联合",
    "携手",
    "联手",
    "统一",
    "规范有序",
    "加速",
    "坚定",
    "综合",
    "系统",
    "整体",
    "深度",
    "科学",
    "动态",
}


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
        at = skip_adverbs(text, at)
        cue = _first_cue(text, at)
        if cue is None:
            place = _PLACE_PHRASE.match(text, at) if chain else None
            if place is None or _first_cue(text, skip_adverbs(text, place.end())) is None:
                break
            at = place.end()
            continue
        chain.append(cue)
        at = cue.end
    return chain, at


def cues_anywhere(text: str) -> list[Cue]:
    """Return the cues that count wherever they stand in a clause (不得, 免征, 暂不, 应当)."""
    return [
        Cue(rule.id, rule.sets, match.start(), match.end())
        for rule in rules("cues")
        if rule.where == "anywhere" and (match := rule.regex().search(text))
    ]


def head_hits(rule: Rule, text: str) -> bool:
    """Whether a rule of the head hits *text* with the adverbs before its predicate left out."""
    return any(rule.regex().match(text[at:]) for at in {0, skip_connectives(text), skip_adverbs(text)})


def _first_cue(text: str, at: int) -> Cue | None:
    best: Cue | None = None
    for rule in rules("cues"):
        if rule.where == "head" and (match := rule.regex().match(text[at:])):
            cue = Cue(rule.id, rule.sets, at, at + match.end())
            if best is None or cue.end > best.end:
                best = cue
    return best


@cache
def _adverbs() -> re.Pattern[str]:
    return _alternatives("adverbs")


@cache
def _verbs() -> re.Pattern[str]:
    return _alternatives("verbs")


def _alternatives(name: str) -> re.Pattern[str]:
    words = {cue for rule in rules(name) for cue in rule.cues}
    longest_first = "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))
    # 创新型, 鼓励类, 开放性: a verb with such an ending is none any more.
    return re.compile(rf"(?:{longest_first})(?![类型性式])")
