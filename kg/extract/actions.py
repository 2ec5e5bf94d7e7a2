"""The clause that carries a row → its verb, its object, and the named instrument in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from kg.extract.main_verbs import behind_field, governs
from kg.extract.predicates import is_force_cue, skip_adverbs, skip_connectives, verb_at, verbs_in
from kg.patterns import pattern, words

if TYPE_CHECKING:
    from kg.extract.analysis import Analysis, TaggedWord
    from kg.extract.candidates import ObligationCandidate

_JOINS = re.compile(r"[和、并与及](?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Act:
    """What a row does: the words of its action, of the object and of the instrument in it ("" or None without)."""

    action: str
    object: str
    policy: str | None


def act(analysis: Analysis, candidate: ObligationCandidate) -> Act:
    """Return the action of a row (verbs that share an object stay together) and its object.

    The object is what stands behind the verb; that of 把 and 将 stands before it, and where nothing stands behind, what
    the clause opens with is the object (具体管理办法由财政部制定).
    """
    text = analysis.text
    begin, stop = candidate.main.start, candidate.main.end
    if candidate.exception is not None:
        stop = _without(analysis.written, begin, stop, candidate.exception)
    if candidate.verb is None:
        return Act("", text[begin:stop], None)
    taken = pattern("structure", "takes-object").search(text, begin, stop)
    if taken is not None:
        obj = taken.group("object")
        return Act(taken.group("verb"), obj, _instrument(obj))
    start, end = _main_verb(analysis, text, candidate, stop)
    end = _joined(analysis, text, start, end, stop, candidate.pivot is not None)
    if end == stop:
        obj = _topic(analysis, text, begin, start)
        return Act(text[start:end], obj, _instrument(obj))
    at = end
    tried = is_force_cue(text[start:end]) and (text.startswith("在", end) or _is_verb(analysis, end))
    if candidate.pivot is not None or tried:
        at = _behind_inner_verb(analysis, text, max(end, candidate.pivot or 0), stop)
    return Act(text[start:end], text[end:stop], _instrument(text[at:stop]))


def _main_verb(analysis: Analysis, text: str, candidate: ObligationCandidate, stop: int) -> tuple[int, int]:
    """Return the verb that says what is done, where the one found first only serves it."""
    start, end = candidate.verb or (0, 0)
    if candidate.pivot is not None:
        return start, end
    clause = text[:stop]
    begin = skip_connectives(clause, candidate.main.start)
    verbs = ((w.start, w.end) for w in _words(analysis, end, stop) if w.tag == "v")
    later = [v for v in verbs if not clause.startswith("的", v[1])]
    if clause[start:end] in words("structure", "takes-object-verb"):
        return next((v for v in later if v[0] > end), (start, end))
    if clause[start:end] in words("structure", "helping-verb"):
        return next(chain(later, (m.span() for m in verbs_in(clause, end))), (start, end))
    if clause[start:end] in words("structure", "with-others"):
        return next(iter(later), (start, end))
    if clause[start:end] in words("structure", "serves-field"):
        return next((v for v in later if behind_field(analysis, v[0])), (start, end))
    if pattern("structure", "gives-to").match(clause, skip_adverbs(clause, begin)):
        return next((v for v in later if clause[v[0] : v[1]] in words("structure", "gives")), (start, end))
    if not _is_verb(analysis, start):
        together = clause.startswith(("与", "同", "和"), begin)
        return _closing_verb(analysis, begin, stop) or (next(iter(later), (start, end)) if together else (start, end))
    return _light_verb(text, end, stop) or _closing_behind_relative(analysis, text, begin, end, stop) or (start, end)


def _is_verb(analysis: Analysis, offset: int) -> bool:
    word = analysis.word_at(offset)
    return word is not None and word.tag == "v"


def _light_verb(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """税负超过香港税负的部分〈予以免征〉: the verb behind a relative clause."""
    match = pattern("structure", "light-verb").search(text, start, stop)
    verb = verb_at(text[:stop], match.end()) if match else None
    return (match.start(), verb.end()) if match and verb and "的" in text[start : match.start()] else None


def _closing_behind_relative(
    analysis: Analysis, text: str, begin: int, start: int, stop: int
) -> tuple[int, int] | None:
    """与香港园区协同创新的格局全面〈形成〉: only a verb with 的 behind it stood before."""
    verb = _closing_verb(analysis, begin, stop)
    return verb if verb and text.startswith("与", begin) and "的" in text[start : verb[0]] else None


def _closing_verb(analysis: Analysis, begin: int, stop: int) -> tuple[int, int] | None:
    """创新要素跨境自由有序〈流动〉: a verb that closes the clause, right behind an adverb."""
    inside = _words(analysis, begin, stop)
    if len(inside) < 2 or inside[-1].tag != "v" or inside[-2].tag not in {"a", "d", "ad", "vd"}:
        return None
    return inside[-1].start, inside[-1].end


def _words(analysis: Analysis, begin: int, stop: int) -> list[TaggedWord]:
    found: list[TaggedWord] = []
    while begin < stop and (word := analysis.word_at(begin)) is not None:
        found.append(word)
        begin = word.end
    return found


def _joined(analysis: Analysis, text: str, start: int, end: int, stop: int, pivot: bool) -> int:
    """Return the end of the verbs that belong to one action: 扩展和完善, 监管、征税, 研究解决."""
    while match := _JOINS.match(text, end, stop):
        more = verb_at(text, match.end())
        if more is None or more.end() > stop or text[more.end() : more.end() + 1] in {"、", "的"}:
            break
        end = more.end()
    while not pivot and text[start:end] in words("structure", "chained-verb"):
        more = verb_at(text[:stop], end)
        if more is None or more.end() >= stop or not _is_verb(analysis, end) or text[more.end()] in "、的和":
            break
        start, end = more.span()
    return end


def _topic(analysis: Analysis, text: str, begin: int, verb: int) -> str:
    """具体管理办法〈由财政部制定〉: what a clause opens with and deals with, where nothing stands behind its verb."""
    begin = skip_connectives(text[:verb], begin)
    phrase = pattern("structure", "opens-phrase").search(text, begin, verb)
    stop = phrase.start() if phrase else verb
    inside = _words(analysis, begin, stop)
    while inside and inside[-1].tag in {"a", "d", "ad", "vd"}:
        inside.pop()
    if not inside or inside[-1].tag not in {"n", "nz", "nw", "vn", "LOC", "ORG", "s"}:
        return ""
    topic = "".join(word.text for word in inside)
    return topic if inside[0].tag not in {"p", "v", "c", "d"} or "的" in topic else ""


def _without(text: str, begin: int, stop: int, exception: str) -> int:
    """Return where a clause ends without the exception that closes it, in a bracket or behind a comma."""
    at = text.find(exception, begin, stop)
    if at <= begin or stop - at - len(exception) > 1:
        return stop
    return at - 1 if text[at - 1] in "，（(" else stop


def _behind_inner_verb(analysis: Analysis, text: str, start: int, stop: int) -> int:
    """鼓励深圳针对…企业〈制定〉…政策: return the offset behind what is done by the one who is supported, or what is
    tried; *start* where nothing of the kind follows.
    """
    clause = text[:stop]
    if at_once := verb_at(clause, start):
        return at_once.end()
    for match in verbs_in(clause, start):
        if governs(analysis, match.start()) and not clause.startswith("的", match.end()):
            behind = match.end()
            more = verb_at(clause, behind)
            return more.end() if more and more.end() < stop and _is_verb(analysis, behind) else behind
    return start


def _instrument(obj: str) -> str | None:
    match = pattern("policies", "instrument").search(obj)
    if match is None or (match.start() and obj[match.start() - 1] not in "，；：、”"):
        return None
    return None if match.start() and "、" in obj[: match.start()] else match.group()
