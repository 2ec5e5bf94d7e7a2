"""A sentence → its comma clauses, each classified: a thing to do, what only serves it, or framing."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kg.extract.fronted import belongs_to_next
from kg.extract.main_verbs import incomplete_pivot, predicate, serving_phrase_with_verb
from kg.extract.predicates import cues_anywhere, head_hits, skip_adverbs, skip_connectives
from kg.patterns import pattern, rules

if TYPE_CHECKING:
    from kg.extract.analysis import Analysis

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
    return tuple(classify([part for segment in segments for part in at_and(segment, analysis)], analysis))


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


def at_and(segment: Segment, analysis: Analysis) -> list[Segment]:
    """Return *segment* cut before each 并 behind which a second verb has an object of its own.

    Verbs that share one object stay together (建立并完善制度), and so does what only describes (通过审核并备案的企业).
    """
    out: list[Segment] = []
    text = analysis.text
    for match in pattern("structure", "and-then").finditer(text, segment.start, segment.end):
        start = out[-1].end if out else segment.start
        before, behind = text[start : match.start()], text[match.end() : segment.end]
        if _stands_alone(before, behind, analysis, start, match.end()):
            out.append(Segment(start, match.start(), "，"))
    return [*out, replace(segment, start=out[-1].end)] if out else [segment]


def _stands_alone(before: str, behind: str, analysis: Analysis, start: int, at: int) -> bool:
    """Whether what stands *before* 并 and what stands *behind* it are two things to do."""
    if (
        before.count("（") > before.count("）")
        or before.count("《") > before.count("》")
        or "“" in before.split("”")[-1]
    ):
        return False
    if pattern("structure", "describes").search(behind) or pattern("structure", "serving-preposition").match(before):
        return False
    verb = predicate(before, analysis, start)
    if verb is None or predicate(behind, analysis, at) is None:
        return False
    light = pattern("structure", "light-verb-before").search(before[: verb[0]]) is not None
    return light or (len(before) - verb[1] >= 2 and len(behind) - skip_adverbs(behind) >= 2)


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
    parts = False
    for i, segment in enumerate(segments):
        words = text[segment.start : segment.end]
        follows = segment.closes in "，,：:" and segment.closes != "" and i + 1 < len(segments)
        ahead = text[segments[i + 1].start : segments[i + 1].end] if follows else ""
        role, why = _role(words, follows, analysis, segment.start, ahead)
        if segment.closes in {"：", ":"} and not follows and pattern("structure", "lead-in").search(words):
            role, why = "framing", "framing"  # 不得从事下列行为：, whose items are paragraphs of their own
        if pattern("structure", "defines").match(words) and pattern("structure", "says-what-it-is").match(ahead):
            role, why = "framing", "framing"  # 前款所称信息，包括…
        if segment.closes in {"：", ":"}:
            parts = parts or pattern("structure", "names-its-parts").match(words) is not None
            if pattern("structure", "opens-a-list").match(words):
                role, why = "framing", "framing"  # 重点是：, whose items say what
        if parts:
            role, why = "framing", "background"  # 平台包括：甲系统、乙系统
        if out and out[-1].role == "framing" and pattern("structure", "defines").match(text, segments[0].start):
            role, why = "framing", out[-1].why  # 前款所称信息，包括…，以及…
        if i and role != "framing" and _past(text, segments[i - 1], segment):
            role, why = "framing", "past"
        out.append(replace(segment, role=role, why=why))
    _join_cases(text, out)
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


def _join_cases(text: str, segments: list[Segment]) -> None:
    """Let each clause of a case told in several serve what is done then, as its last one, with 的, does.

    违反本法规定，〈滥用职权〉，或者打压科技人员的，依法给予处分: the breach that opens it, or 或者 or 但 before a later
    clause of it, shows that those before belong to it, back to where it opens or to its subject.
    """
    for at, last in enumerate(segments):
        if last.role == "serves" and pattern("manner", "fronted-case").search(text[last.start : last.end]):
            for i in range(_case_begins(text, segments, at), at):
                segments[i] = replace(segments[i], role="serves")


def _case_begins(text: str, segments: list[Segment], last: int) -> int:
    """Return which clause the case begins with whose last clause is *last*."""
    goes_on = False
    for i in range(last, 0, -1):
        before = segments[i - 1]
        words = text[before.start : before.end]
        goes_on = goes_on or pattern("structure", "case-goes-on").match(text, segments[i].start) is not None
        if before.closes not in {"，", ","} or cues_anywhere(words) or before.role == "framing":
            return last
        if pattern("structure", "breach-opens").match(words) or (before.role == "serves" and goes_on):
            return i
        if before.role != "main":
            return last
        if goes_on and (i == 1 or pattern("structure", "class-subject").match(words)):
            return i - 1
    return last


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
    if follows and belongs_to_next(words, ahead, analysis, base, main):
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
                hit = head_hits(rule, said) and not serving_phrase_with_verb(said, analysis, offset, rule)
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


def _behind_subject(analysis: Analysis, base: int) -> int:
    """Return how long a name is that stands at *base* as subject (福田保税区利用…), 0 where none does."""
    word = analysis.word_at(base)
    return word.end - word.start if word is not None and word.tag in {"LOC", "ORG"} else 0
