"""Classified clauses → candidates for obligations: what belongs to one, its modality, force, condition and time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.conditions import Condition, Governing, conditions, in_words
from kg.extract.date_reach import GoalDate, goes_on, lasting
from kg.extract.dates import TimeExpression, times
from kg.extract.main_verbs import predicate
from kg.extract.predicates import Cue, cues_anywhere, head_cues, skip_adverbs, skip_connectives, verb_at
from kg.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extract.analysis import Analysis
    from kg.extract.segments import Segment, Sentence
    from kg.models import Force, Modality


@dataclass(frozen=True, slots=True)
class ObligationCandidate:
    """An obligation before its agents are known: plain offsets of its quote, segment and verb."""

    start: int
    end: int
    main: Segment
    verb: tuple[int, int] | None
    modality: Modality
    force: Force
    condition: str | None
    exception: str | None
    time: TimeExpression | None
    sentence: Sentence
    pivot: int | None = None
    """Offset behind 支持, 允许, 鼓励 where the one supported stands; None where nobody is."""
    explicit: bool = False
    carried: bool = False
    """It goes on with what the one supported or allowed in the row before does."""


def candidates(
    analysis: Analysis, sentence: Sentence, clauses: Sequence[Segment], goal: GoalDate
) -> tuple[list[ObligationCandidate], str | None]:
    """Return the candidates in *sentence*, in order, and why there are none if there are none.

    *clauses* are its comma clauses. *goal* has entered the sentence, and takes in the dates that it gives.
    """
    text = analysis.text
    if analysis.no_tasks or pattern("structure", "why-made").match(text, sentence.start, sentence.end):
        return [], "framing"
    governed = goal.read(analysis, sentence, clauses)
    segments = _joined(analysis, clauses, governed)
    found: list[ObligationCandidate] = []
    prefix: int | None = None
    governing = Governing()
    going_on: TimeExpression | None = None  # the date of the row before, for what only goes on from it
    why = next((s.why for s in segments if s.why), None)
    for segment in segments:
        if segment.role != "main":
            fronted = [c for c in conditions(text, segment.start, segment.end) if _carries(c, segment)]
            governing.add(fronted, fresh=prefix is None)
            keep = segment.role == "serves" or (segment.role == "nominal" and segment.closes in "，,")
            prefix = (segment.start if prefix is None else prefix) if keep else None
            if segment.role == "nominal" and not keep:
                prefix = None
        else:
            begin = segment.start if prefix is None else prefix
            same = going_on is not None and goes_on(analysis, segment, _opening(text, begin, segment))
            due = governed.get(segment.start) or (going_on if same else None)
            row = _candidate(analysis, sentence, segment, begin, governing, found, due)
            going_on = lasting(row.time) if row is not None else None
            governing.add((c for c in conditions(text, segment.start, segment.end) if c.forward), fresh=prefix is None)
            if row is not None:
                found.append(row)
            prefix = None
        if segment.closes in "；;" and segment.closes:
            prefix, governing, going_on = None, Governing(), None
    if analysis.background or analysis.quiet:
        kept = [d for d in found if d.explicit]
        return kept, None if kept else ("background" if analysis.background else "framing")
    return found, None if found else (why or "no-predicate")


def _joined(analysis: Analysis, segments: Sequence[Segment], governed: dict[int, TimeExpression]) -> list[Segment]:
    """Join to a main clause what only goes on with its list (…机构，仲裁、调解组织以及…) or limits it (…除外).

    Under a date that governs it, a clause without a verb (跨境基础设施互联互通) is a state to be reached. A body that
    a clause without a verb opens with is the subject of the next one.
    """
    text = analysis.text
    out: list[Segment] = []
    for i, segment in enumerate(segments):
        words = text[segment.start : segment.end]
        last = out[-1] if out else None
        limits = pattern("structure", "limits").match(words) is not None
        lists = pattern("structure", "goes-on-listing").match(words) is not None
        bare = last is None or pattern("structure", "connective").fullmatch(text, last.start, last.end) is not None
        if limits and last is not None and not bare and last.role in {"main", "nominal"} and last.closes in "，,":
            out[-1] = replace(last, end=segment.end, closes=segment.closes, role="main")
        elif segment.start in governed and segment.role == "nominal" and not limits and not lists:
            out.append(replace(segment, role="main"))
        elif segment.role == "nominal" and _is_subject(analysis, segment, segments[i + 1 : i + 2]):
            out.append(segment)
        elif last is not None and last.role == "main" and last.closes in "，," and segment.role == "nominal":
            out[-1] = replace(last, end=segment.end, closes=segment.closes)
        elif segment.role == "main" and _says_who_alone(text, segment, segments):
            out.append(replace(segment, role="serves"))
        else:
            out.append(segment)
    return out


def _says_who_alone(text: str, segment: Segment, segments: Sequence[Segment]) -> bool:
    """市民政局牵头，市财政局配合，制定实施细则: who leads and who helps is said before what they do."""

    def alone(one: Segment) -> bool:
        return pattern("acting", "share-alone").search(text, max(one.start, one.end - 16), one.end) is not None

    if segment.closes not in {"，", ","} or not alone(segment):
        return False
    return any(other.role == "main" and not alone(other) for other in segments if other.start >= segment.end)


def _is_subject(analysis: Analysis, segment: Segment, following: Sequence[Segment]) -> bool:
    """国务院有关部门在职责范围内，〈分别负责有关工作〉: a body, without a verb, before the clause of what it does."""
    hit = analysis.hits.get(segment.start)
    if hit is None or hit.entry.category != "agent" or not following or following[0].role != "main":
        return False
    ends = pattern("structure", "space-end").search(analysis.text[segment.start : segment.end])
    return ends is not None and segment.closes in {"，", ","}


def _carries(condition: Condition, segment: Segment) -> bool:
    return condition.forward or segment.role == "serves"


def _opening(text: str, begin: int, segment: Segment) -> int:
    """Return where the row that begins at *begin* and has *segment* as its main clause opens, without 并 or 同时."""
    return begin + skip_connectives(text[begin : segment.end])


def _candidate(
    analysis: Analysis,
    sentence: Sentence,
    segment: Segment,
    begin: int,
    governing: Governing,
    before: list[ObligationCandidate],
    governs: TimeExpression | None,
) -> ObligationCandidate | None:
    text, written = analysis.text, analysis.written
    start = _opening(text, begin, segment)
    if head_cues(text[start : segment.end], 0)[0] and begin < segment.start:
        segment = replace(segment, start=start)  # 支持 X 在…前提下，做 Y: the cue stands in what serves
    words = text[segment.start : segment.end]
    exception = next((c for c in conditions(text, segment.start, segment.end) if c.exception), None)
    limited = exception is not None and exception.start > segment.start  # what is left out says nothing of the row
    verb = predicate(text[segment.start : exception.start] if exception and limited else words, analysis, segment.start)
    at = _head(words, verb)
    chain, behind = head_cues(words, at)
    anywhere = cues_anywhere(words)
    if not chain and not anywhere:
        anywhere = _may(text[start : segment.start])
    pivot = next((c for c in chain if c.sets.pivot and not _no_pivot(words, c.end)), None)
    carried = before[-1] if before and _goes_on(before[-1], words, chain, begin == segment.start) else None
    force: Force = next((c.sets.force for c in (*chain, *anywhere) if c.sets.force), "firm")
    if carried is not None and force == "firm":
        force = carried.force
    holding = governing.over(c for c in conditions(text, start, segment.end) if not c.exception)
    waits = (TimeExpression(c.start, c.end, c.text, "conditional", None) for c in holding if c.waits)
    time = _time(text, start, segment, analysis.issued) or next(waits, None) or governs
    modality = _modality(chain, anywhere, time, carried, analysis.announced if sentence.paragraph == 0 else None)
    limit = in_words(written, holding) or (carried.condition if carried is not None else None)
    exception = exception or governing.exception()
    absolute = None if verb is None else (segment.start + verb[0], segment.start + verb[1])
    inner = verb_at(words, skip_adverbs(words, behind)) if chain and chain[-1].sets.force and pivot is None else None
    if inner and not words.startswith("的", inner.end()):
        absolute = (segment.start + inner.start(), segment.start + inner.end())
    return ObligationCandidate(
        start=start,
        end=segment.end,
        main=segment,
        verb=absolute,
        modality=modality,
        force=force,
        condition=limit,
        exception=written[exception.start : exception.end] if exception else None,
        time=replace(time, text=written[time.start : time.end]) if time else None,
        sentence=sentence,
        pivot=None if pivot is None else segment.start + pivot.end,
        explicit=any(c.sets.explicit for c in (*chain, *cues_anywhere(text[start : segment.end]))),
        carried=carried is not None,
    )


def _may(fronted: str) -> list[Cue]:
    """当事人可以依据合同中的条款，〈提交仲裁〉: the modal stands with the subject in what serves the clause."""
    last = fronted.rstrip("，,").rsplit("，", 1)[-1]
    modal = pattern("structure", "modal-of-subject").match(last)
    found = cues_anywhere(last) if modal else []
    return [c for c in found if c.sets.modality == "permission" and not last.endswith("的")]


def _head(words: str, verb: tuple[int, int] | None) -> int:
    """Return where cues are read: at the beginning, or at the main verb where something stands before it."""
    at = skip_adverbs(words, skip_connectives(words), over_may=False)
    chain, _ = head_cues(words, at)
    if chain or verb is None:
        return at
    return verb[0]


def _no_pivot(words: str, at: int) -> bool:
    return at >= len(words)


def _goes_on(last: ObligationCandidate, words: str, chain: list[Cue], first: bool) -> bool:
    """Whether a clause goes on with what the one supported or allowed just before does."""
    result = all(cue.sets.modality == "target" for cue in chain)
    supported = last.pivot is not None or last.carried
    return first and supported and result and pattern("structure", "goes-on").match(words) is not None


def _time(text: str, start: int, segment: Segment, issued: str | None) -> TimeExpression | None:
    own = [t for t in times(text, start, segment.end, issued) if t.kind != "past"]
    strict = [t for t in own if t.date] or own
    return strict[0] if strict else None


def _modality(
    chain: list[Cue],
    anywhere: list[Cue],
    time: TimeExpression | None,
    carried: ObligationCandidate | None,
    announced: Modality | None,
) -> Modality:
    named = {c.sets.modality for c in (*anywhere, *chain)}
    strongest: tuple[Modality, ...] = ("suspension", "prohibition", "exemption", "permission")
    for modality in strongest:
        if modality in named:
            return modality
    if carried is not None and not chain:
        return carried.modality
    if announced is not None and not named - {None, "duty", "target"}:
        return announced
    explicit = any(c.sets.explicit for c in (*chain, *anywhere))
    if time is not None and time.date and _reached(time, explicit):
        return "target"
    if explicit:
        return "duty"
    return "target" if "target" in named else "duty"


def _reached(time: TimeExpression, explicit: bool) -> bool:
    """Whether what is dated is to be reached then: 到2025年 says so, 于3月底前 only when something is to be done."""
    if explicit and not pattern("dates", "goal-date").match(time.text):
        return False
    return time.kind == "by" or (time.kind == "before" and not pattern("dates", "due-day").search(time.text))


_ANNOUNCES = 120
"""An announcement is looked for in so many characters at the end, since its pattern takes the square of them."""


def announced(text: str) -> Modality | None:
    """Return what a text that announces a list says of its items: 可以下列形式进行投资： allows them.

    None where it ends with no such announcement, or with one that only says that they are to be done.
    """
    last = pattern("structure", "announces").search(text, max(0, len(text) - _ANNOUNCES))
    if last is None:
        return None
    named = {cue.sets.modality for cue in cues_anywhere(last.group())}
    if pattern("structure", "announces-permission").search(last.group()):
        named.add("permission")
    of_lists: tuple[Modality, ...] = ("prohibition", "exemption", "permission")
    return next((modality for modality in of_lists if modality in named), None)


def announces_no_tasks(text: str) -> bool:
    """Whether *text* ends by announcing cases (有下列情形之一的：) or what a paper holds, whose items ask nothing."""
    kinds = ("one-of-these-cases", "of-such-contents")
    return any(pattern("structure", kind).search(text, max(0, len(text) - _ANNOUNCES)) for kind in kinds)
