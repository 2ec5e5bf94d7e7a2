"""A sentence → its comma clauses, each classified: a thing to do, what only serves it, or framing."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kg.extract.predicates import cues_anywhere, head_cues, head_hits, skip_adverbs, skip_connectives, verb_at, verbs_in
from kg.patterns import pattern, rules
from kg.patterns import words as word_set

if TYPE_CHECKING:
    import re

    from kg.extract.analysis import Analysis
    from kg.patterns import Rule

Role = Literal["main", "serves", "framing", "nominal"]

_OPEN, _CLOSE = "（(《“‘「『【[〔", "）)》”’」』】]〕"


@dataclass(frozen=True, slots=True)
class Segment:
    """A comma clause at plain offsets [start, end). `closes` is the mark behind it, no part of it ("" at the end)."""

    start: int
    end: int
    closes: str
    role: Role = "main"
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """Plain offsets of a sentence and whether it is the first of its paragraph, and the paragraph's number."""

    start: int
    end: int
    paragraph: int
    first: bool
    last: bool
    heading: bool = False


def comma_clauses(analysis: Analysis, sentence: Sentence) -> tuple[Segment, ...]:
    """Return the comma clauses of *sentence* with their roles, without the brackets that say who is responsible."""
    segments = _without_brackets(split(analysis.text, sentence.start, sentence.end), analysis)
    return tuple(classify(segments, analysis))


def split(text: str, start: int, end: int) -> list[Segment]:
    """Return the comma clauses of the sentence `text[start:end]`, cut at ，；： outside brackets and quotes."""
    found: list[Segment] = []
    depth = 0
    at = start
    for i in range(start, end):
        c = text[i]
        if c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif (depth == 0 and c in "，；,;：:") or c in "。！？!?":
            if i > at:
                found.append(Segment(at, i, c))
            at = i + 1
    if at < end:
        found.append(Segment(at, end, ""))
    return found


def _without_brackets(segments: list[Segment], analysis: Analysis) -> list[Segment]:
    """Leave the brackets that say who is responsible out of the clauses they close or stand behind."""
    found = analysis.brackets
    out: list[Segment] = []
    for segment in segments:
        start, end = segment.start, segment.end
        for bracket in found[bisect_right(found, start, key=lambda b: b.end) :]:
            if bracket.start >= end:
                break
            if bracket.start <= start:
                start = bracket.end
            elif bracket.end >= end:
                end = bracket.start
        if start < end:
            out.append(replace(segment, start=start, end=end))
    return out


def classify(segments: list[Segment], analysis: Analysis) -> list[Segment]:
    """Return *segments* with their roles; what serves a clause that never comes is a clause of its own."""
    text = analysis.text
    out: list[Segment] = []
    for i, segment in enumerate(segments):
        words = text[segment.start : segment.end]
        follows = segment.closes in "，,：:" and segment.closes != "" and i + 1 < len(segments)
        ahead = text[segments[i + 1].start : segments[i + 1].end] if follows else ""
        role, why = _role(words, follows, analysis, segment.start, ahead)
        if segment.closes in {"：", ":"} and not follows and pattern("structure", "lead-in").search(words):
            role, why = "framing", "framing"  # 不得从事下列行为：, whose items are paragraphs of their own
        if out and out[-1].role == "framing" and pattern("structure", "defines").match(text, segments[0].start):
            role, why = "framing", out[-1].why  # 前款所称信息，包括…，以及…
        if i and role != "framing" and _past(text, segments[i - 1], segment):
            role, why = "framing", "past"
        out.append(replace(segment, role=role, why=why))
    for i in range(len(out) - 1, -1, -1):
        following = out[i + 1] if i + 1 < len(out) else None
        if out[i].role == "serves" and (following is None or following.role in {"framing", "nominal"}):
            words = text[out[i].start : out[i].end]
            has = predicate(words, analysis, out[i].start) is not None
            has = has and pattern("manner", "fronted-case").search(words) is None  # 构成犯罪的 alone asks for nothing
            framed = following is not None and following.role == "framing"
            out[i] = replace(
                out[i],
                role="framing" if framed else "main" if has else "nominal",
                why=following.why if framed and following else None,
            )
    return out


def _past(text: str, before: Segment, segment: Segment) -> bool:
    """2018年7月，国务院印发《纲要》: a date that opens the sentence and what happened then."""
    date = text[before.start : before.end]
    if not any(rule.sets.dates and rule.regex.search(date) for rule in rules("manner")):
        return False
    both = text[before.start : segment.end]
    return any(rule.sets.why == "past" and rule.regex.search(both) for rule in rules("framing"))


def _role(words: str, follows: bool, analysis: Analysis, base: int, ahead: str) -> tuple[Role, str | None]:
    bare = words[skip_connectives(words) :]
    for rule in rules("framing"):
        if rule.where == "clause" and rule.regex.search(bare):
            return "framing", rule.sets.why
    main = predicate(words, analysis, base)
    subject = _behind_subject(analysis, base + len(words) - len(bare))
    if follows and (_fronted(words, ahead, analysis, base, main) or _comes_before_modal(words, ahead, main)):
        return "serves", None
    if follows:
        for rule in rules("manner"):
            if rule.where == "clause" and rule.id == "fronted-phrase":
                hit = main is None and bool(rule.regex.search(bare))
            elif rule.where == "clause" and rule.id == "fronted-moment":
                behind = bare[skip_adverbs(bare, subject) :] if subject else bare
                hit = bool(rule.regex.search(bare) or rule.regex.search(behind))
            elif rule.where == "head":
                said = bare[subject:]
                offset = base + len(words) - len(said)
                hit = head_hits(rule, said) and not _serving_phrase_with_verb(said, analysis, offset, rule)
            else:
                hit = bool(rule.regex.search(bare))
            if hit:
                return "serves", None
        if main is None and (pattern("structure", "preposition").match(bare) or incomplete_pivot(bare)):
            return "serves", None
    if not follows and pattern("manner", "fronted-case").search(bare):
        return "framing", "case"  # 构成犯罪的；: with nothing behind it that is done then
    if not follows and pattern("structure", "holds-only").match(bare):
        return "framing", "background"  # 东翼包括…: with nothing behind it for which it says where
    return ("main", None) if main is not None else ("nominal", None)


def _fronted(words: str, ahead: str, analysis: Analysis, base: int, main: tuple[int, int] | None) -> bool:
    """Whether a clause only holds what its predicate, in the next clause, is said of.

    That is a subject or topic which ends with a noun behind 的 (国家禁止进出口的货物), or a subject and its modal
    with a phrase of time or manner (申请人应当在三十日内).
    """
    modal = pattern("structure", "modal-of-subject").match(words)
    if modal is not None:
        at = skip_adverbs(words, modal.end())
        if pattern("structure", "fronted-term").fullmatch(words, at):
            return True
        serving = (rule for rule in rules("manner") if rule.where == "head" and rule.regex.match(words[at:]))
        return any(not _serving_phrase_with_verb(words[at:], analysis, base + at, rule) for rule in serving)
    topic = pattern("structure", "topic").fullmatch(words)
    if topic is None or main is None or main[0] >= topic.start("noun"):
        return False
    at = skip_adverbs(words, skip_connectives(words))
    if main[0] <= at or head_cues(words, at)[0] or cues_anywhere(words):
        return False
    if not pattern("structure", "predicate-of-topic").match(ahead):
        return False
    later = (m for m in verbs_in(words, topic.start("noun")) if m.end() < len(words))
    return not any(governs(analysis, base + m.start()) for m in later)


def _comes_before_modal(words: str, ahead: str, main: tuple[int, int] | None) -> bool:
    """纳税人首次享受扣除，〈应当报送信息〉: what one does of whom the next clause asks something."""
    if main is None or cues_anywhere(words) or not pattern("structure", "bare-modal").match(ahead):
        return False
    at = skip_adverbs(words, skip_connectives(words))
    if head_cues(words, at)[0]:
        return False
    who = pattern("structure", "class-subject").match(words)
    return main[0] == at or (who is not None and who.end() <= main[0])


def incomplete_pivot(words: str) -> bool:
    """支持 X 在保障安全前提下，…: the one supported stands here, what it does in the next clause."""
    return pattern("structure", "cut-short-pivot").match(words) is not None


def _serving_phrase_with_verb(words: str, analysis: Analysis, base: int, manner: Rule) -> bool:
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


def _behind_subject(analysis: Analysis, base: int) -> int:
    """Return how long a name is that stands at *base* as subject (福田保税区利用…), 0 where none does."""
    word = analysis.word_at(base)
    return word.end - word.start if word is not None and word.tag in {"LOC", "ORG"} else 0


def predicate(words: str, analysis: Analysis, base: int) -> tuple[int, int] | None:
    """Return the offsets of the main verb in *words*, None where they have no predicate.

    *base* is the plain offset of *words* in the text of *analysis*, whose tags tell verbs that no list knows.
    """
    at = skip_adverbs(words, skip_connectives(words))
    if incomplete_pivot(words):
        return None
    modal = pattern("structure", "strong-modal").search(words, at)
    if modal and (match := verb_at(words, skip_adverbs(words, modal.end()))):
        return match.start(), match.end()
    if match := verb_at(words, at):
        return match.start(), match.end()
    if pattern("structure", "preposition").match(words, at):
        return _verb_after_preposition(words, at, analysis, base)
    for match in verbs_in(words, at):
        if not words.startswith("的", match.end()) and _is_verb(analysis, base + match.start()):
            return match.start(), match.end()
    for i in range(at, len(words)):
        word = analysis.word_at(base + i)
        if word is not None and word.tag == "v" and not words.startswith("的", word.end - base):
            return i, word.end - base
    last = next((m for m in verbs_in(words, at) if m.end() == len(words)), None)
    return last.span() if last and governs(analysis, base + last.start()) else None  # 向国务院〈报告〉


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
        and not words.startswith("的", m.end())
        and depths[m.start()] <= 0
        and governs(analysis, base + m.start())
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


def _nominal(words: str, match: re.Match[str]) -> bool:
    """A verb form at the very end, or before 、和及, is a noun there: 跨境交流提供…的〈服务〉."""
    rest = words[match.end() :]
    return not rest or rest[0] in "、和及与或"


def _depths(words: str) -> list[int]:
    """Return for each character how many brackets and quotes are open before it."""
    return list(itertools.accumulate(((c in _OPEN) - (c in _CLOSE) for c in words), initial=0))
