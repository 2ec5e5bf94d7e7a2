"""The words of a comma clause → its main verb, behind phrases that only serve it and nouns that look like verbs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kg.extract.dates import times
from kg.extract.predicates import cues_anywhere, skip_adverbs, skip_connectives, verb_at, verbs_in
from kg.patterns import pattern
from kg.patterns import words as word_set

if TYPE_CHECKING:
    import re

    from kg.extract.analysis import Analysis
    from kg.patterns import Rule

_OPEN, _CLOSE = "（(《“‘「『【[〔", "）)》”’」』】]〕"


def incomplete_pivot(words: str) -> bool:
    """支持 X 在保障安全前提下，…: the one supported stands here, what it does in the next clause."""
    return pattern("structure", "cut-short-pivot").match(words) is not None


def serving_phrase_with_verb(words: str, analysis: Analysis, base: int, manner: Rule) -> bool:
    """按照…规定征收关税: the phrase of manner is followed by its verb in the same clause."""
    at = skip_adverbs(words)
    if pattern("structure", "serving-preposition").match(words, at):
        return (
            not pattern("structure", "manner-noun").search(words)
            and _verb_after_preposition(words, at, analysis, base) is not None
        )
    # 结合职能加大支持力度: a short phrase of manner, its verb right behind
    cue = manner.regex.match(words[at:])
    closes = pattern("structure", "manner-closes").match(words, at + cue.end()) if cue else None
    if closes and (verb := verb_at(words, skip_adverbs(words, closes.end()))) and verb.end() < len(words):
        return governs(analysis, base + verb.start())
    # 围绕…等领域开展合作: the field named, its verb right behind
    return any(
        _governs_from_field(analysis, base, m) for m in verbs_in(words, at + 1) if not words.startswith("的", m.end())
    )


def _governs_from_field(analysis: Analysis, base: int, match: re.Match[str]) -> bool:
    return behind_field(analysis, base + match.start())


def behind_field(analysis: Analysis, offset: int) -> bool:
    """Whether a word begins at *offset*, right behind a noun for a field (领域)."""
    word = analysis.word_at(offset)
    before = analysis.before(word) if word else None
    return before is not None and before.text in word_set("structure", "field-noun")


def predicate(words: str, analysis: Analysis, base: int) -> tuple[int, int] | None:
    """Return the offsets of the main verb in *words*, None where they have no predicate.

    *base* is the plain offset of *words* in the text of *analysis*, whose tags tell verbs that no list knows.
    """
    at = skip_adverbs(words, skip_connectives(words))
    if incomplete_pivot(words):
        return None
    modal = pattern("structure", "strong-modal").search(words, at)
    if modal and (found := _behind_modal(words, skip_adverbs(words, modal.end()), analysis, base)):
        return found
    if match := verb_at(words, at):
        return match.start(), match.end()
    if pattern("structure", "preposition").match(words, at):
        return _verb_after_preposition(words, at, analysis, base)
    for match in verbs_in(words, at):
        if not words.startswith("的", match.end()) and _is_verb(analysis, base + match.start()):
            return match.start(), match.end()
    if tagged := _tagged_verb(words, at, analysis, base):
        return tagged
    last = next((m for m in verbs_in(words, at) if m.end() == len(words)), None)
    if last and governs(analysis, base + last.start()):  # 向国务院〈报告〉
        return last.span()
    # 2025年底前向国务院〈报告〉进展情况, where the tagger calls it a noun
    opening = next((one.end for one in times(words, at) if one.start == at), None)
    if opening is not None and pattern("structure", "preposition").match(words, opening):
        return _verb_after_preposition(words, opening, analysis, base)
    return _relief(words)


def _behind_modal(words: str, at: int, analysis: Analysis, base: int) -> tuple[int, int] | None:
    """申请人应当根据需要〈调整〉: the verb behind a modal and what serves it."""
    if match := verb_at(words, at):
        return match.span()
    if pattern("structure", "preposition").match(words, at):
        return _verb_after_preposition(words, at, analysis, base)
    return _tagged_verb(words, at, analysis, base)


def _tagged_verb(words: str, at: int, analysis: Analysis, base: int) -> tuple[int, int] | None:
    """Return the first word from *at* on that the tagger calls a verb, and that describes no noun."""
    for i in range(at, len(words)):
        word = analysis.word_at(base + i)
        if word is not None and word.tag == "v" and not words.startswith("的", word.end - base):
            return i, word.end - base
    return None


def _relief(words: str) -> tuple[int, int] | None:
    """其进口环节增值税〈不征〉: what is not asked is a predicate, be it a word that no list of verbs has."""
    relief = (c for c in cues_anywhere(words) if c.sets.modality == "exemption" and "的" not in words[c.end :])
    return next(((c.start, c.end) for c in relief), None)


def _is_verb(analysis: Analysis, offset: int) -> bool:
    word = analysis.word_at(offset)
    return word is not None and word.tag in {"v", "vd", "ad"}


def _verb_after_preposition(words: str, at: int, analysis: Analysis, base: int) -> tuple[int, int] | None:
    """Return the verb that a phrase with a preposition stands before: 对符合条件的货物〈免征〉关税.

    A verb right behind the preposition, or right before 的, is inside the phrase; of two verbs with 的 between, the
    later one is the main verb (对〈实施〉封闭管理的区域〈实行〉分线管理).
    """
    preposition = pattern("structure", "preposition").match(words, at)
    begin = preposition.end() if preposition else at
    depths = _depths(words)
    found = [
        m for m in verbs_in(words, begin)
        if m.start() > begin
        and not pattern("structure", "closes-description").match(words, m.end())
        and depths[m.start()] <= 0
        and (governs(analysis, base + m.start()) or _behind_light_verb(words, m.start()))
    ]  # fmt: skip
    if not found:
        serving = pattern("structure", "serving-preposition").match(words, at)
        at_end = pattern("structure", "closing-verbs").search(words) if serving else None
        verb = verb_at(words, at_end.start()) if at_end and at_end.start() > begin else None
        if serving and verb is None:  # 依据有关文件〈征收〉税款, which the tagger calls a noun
            behind = (m for m in verbs_in(words, begin) if m.end() < len(words) and words[m.end()] != "的")
            ruled = pattern("structure", "what-is-ruled")
            verb = next((m for m in behind if ruled.search(words, begin, m.start())), None)
        return (verb.start(), verb.end()) if verb else None
    first = found[0]
    for later in found[1:]:
        if "的" in words[first.end() : later.start()] and not _nominal(words, later):
            return later.start(), later.end()
    return first.start(), first.end()


def governs(analysis: Analysis, offset: int) -> bool:
    """Whether a known verb stands at *offset* as one: a word of its own, and no noun made of it.

    The tagger calls 建设 or 试点 a noun even where they are the verb; behind a phrase of place or an adverb they are.
    """
    word = analysis.word_at(offset)
    if word is None or word.tag in {"ORG", "LOC", "nz"}:
        return False
    if word.tag in {"v", "vd", "d", "ad", "p"}:
        return True
    before = analysis.before(word)
    if before is None:
        return False
    return before.tag in {"f", "LOC", "d", "ad", "ORG"} or before.text in word_set("structure", "place-noun")


def _behind_light_verb(words: str, at: int) -> bool:
    return pattern("structure", "light-verb-before").search(words[:at]) is not None


def _nominal(words: str, match: re.Match[str]) -> bool:
    """A verb form at the very end, or before 、和及, is a noun there: 跨境交流提供…的〈服务〉."""
    rest = words[match.end() :]
    return not rest or rest[0] in "、和及与或"


def _depths(words: str) -> list[int]:
    """Return for each character how many brackets and quotes are open before it."""
    return list(itertools.accumulate(((c in _OPEN) - (c in _CLOSE) for c in words), initial=0))
