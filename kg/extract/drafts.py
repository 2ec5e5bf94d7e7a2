"""Clauses told apart → drafts of rows: what belongs to one row, its modality, force, condition and time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.extract.conditions import Condition, Governing, conditions, in_words
from kg.extract.dates import Time, times
from kg.extract.heads import Cue, cues_anywhere, head_cues, skip_adverbs, skip_connectives, verb_at
from kg.extract.rules import pattern, rules
from kg.extract.segments import Segment, Sentence, classify, predicate, split

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kg.extract.brackets import Responsibility
    from kg.models import Force, Modality


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before its parties: plain offsets of the quote, of the segment that carries it and of its verb."""

    start: int
    end: int
    main: Segment
    verb: tuple[int, int] | None
    modality: Modality
    force: Force
    condition: str | None
    exception: str | None
    time: Time | None
    sentence: Sentence
    pivot: int | None = None
    """Offset behind 支持, 允许, 鼓励 where the one supported stands; None where nobody is."""
    explicit: bool = False
    carried: bool = False
    """It goes on with what the one supported or allowed in the row before does."""


@dataclass(slots=True)
class Context:
    """What carries on over sentences of a clause: its being background, and a date that governs a paragraph."""

    background: bool = False
    quiet: bool = False
    """Only what is asked in so many words counts (请, 要, 应): the preamble."""
    first_leads: bool = False
    """An earlier bracket said that the body listed first leads (…，下同)."""
    governed: dict[int, Time] = field(default_factory=dict)


def drafts(doc: Doc, sentence: Sentence, context: Context) -> tuple[list[Draft], str | None]:
    """Return the rows of *sentence*, in order, and why there is none where there is none."""
    text = doc.user_data["text"]
    segments = classify(text, _without_brackets(split(text, sentence.start, sentence.end), doc), doc)
    for segment in segments:
        _govern(text, segment, sentence, context)
    segments = _joined(text, segments, sentence.paragraph in context.governed)
    found: list[Draft] = []
    prefix: int | None = None
    governing = Governing()
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
            row = _draft(doc, sentence, segment, begin, governing, found, context)
            governing.add((c for c in conditions(text, segment.start, segment.end) if c.forward), fresh=prefix is None)
            if row is not None:
                found.append(row)
            prefix = None
        if segment.closes in "；;" and segment.closes:
            prefix, governing = None, Governing()
    if context.background or context.quiet:
        kept = [d for d in found if d.explicit]
        return kept, None if kept else ("background" if context.background else "framing")
    return found, None if found else (why or "no-predicate")


def _without_brackets(segments: list[Segment], doc: Doc) -> list[Segment]:
    """Leave the brackets that say who is responsible out of the clauses they close or stand behind."""
    found: list[Responsibility] = doc.user_data["brackets"]
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


def _joined(text: str, segments: list[Segment], governed: bool) -> list[Segment]:
    """Join to a main clause what only goes on with its list (…机构，仲裁、调解组织以及…) or limits it (…除外).

    Under a date that governs the paragraph, a clause without a verb (跨境基础设施互联互通) is a state to be reached.
    """
    out: list[Segment] = []
    for segment in segments:
        words = text[segment.start : segment.end]
        last = out[-1] if out else None
        limits = pattern("structure", "limits").match(words) is not None
        lists = pattern("structure", "goes-on-listing").match(words) is not None
        bare = last is None or pattern("structure", "connective").fullmatch(text, last.start, last.end) is not None
        if limits and last is not None and not bare and last.role in {"main", "nominal"} and last.closes in "，,":
            out[-1] = replace(last, end=segment.end, closes=segment.closes, role="main")
        elif governed and segment.role == "nominal" and not limits and not lists:
            out.append(replace(segment, role="main"))
        elif last is not None and last.role == "main" and last.closes in "，," and segment.role == "nominal":
            out[-1] = replace(last, end=segment.end, closes=segment.closes)
        else:
            out.append(segment)
    return out


def _carries(condition: Condition, segment: Segment) -> bool:
    return condition.forward or segment.role == "serves"


def _govern(text: str, segment: Segment, sentence: Sentence, context: Context) -> None:
    """到2025年，… at the head of a paragraph dates all that follows in it."""
    words = text[segment.start : segment.end]
    if any(rule.sets.dates and rule.regex.search(words) for rule in rules("manner")):
        for time in times(text, segment.start, segment.end):
            if time.kind in {"by", "before"}:
                context.governed[sentence.paragraph] = time


def _draft(
    doc: Doc,
    sentence: Sentence,
    segment: Segment,
    begin: int,
    governing: Governing,
    before: list[Draft],
    context: Context,
) -> Draft | None:
    text = doc.user_data["text"]
    start = begin + skip_connectives(text[begin : segment.end])
    if head_cues(text[start : segment.end], 0)[0] and begin < segment.start:
        segment = replace(segment, start=start)  # 支持 X 在…前提下，做 Y: the cue stands in what serves
    words = text[segment.start : segment.end]
    exception = next((c for c in conditions(text, segment.start, segment.end) if c.exception), None)
    limited = exception is not None and exception.start > segment.start  # what is left out says nothing of the row
    verb = predicate(text[segment.start : exception.start] if exception and limited else words, doc, segment.start)
    at = _head(words, verb)
    chain, behind = head_cues(words, at)
    anywhere = cues_anywhere(words)
    pivot = next((c for c in chain if c.sets.pivot and not _no_pivot(words, c.end)), None)
    carried = before[-1] if before and _goes_on(before[-1], words, chain, begin == segment.start) else None
    force: Force = next((c.sets.force for c in (*chain, *anywhere) if c.sets.force), "firm")
    if carried is not None and force == "firm":
        force = carried.force
    time = _time(text, start, segment, sentence, context)
    modality = _modality(chain, anywhere, time, carried)
    holding = governing.over(c for c in conditions(text, start, segment.end) if not c.exception)
    written = doc.user_data["written"]
    limit = in_words(written, holding) or (carried.condition if carried is not None else None)
    if time is None:
        time = next((Time(c.start, c.end, c.text, "conditional", None) for c in holding if c.waits), None)
    exception = exception or governing.exception()
    absolute = None if verb is None else (segment.start + verb[0], segment.start + verb[1])
    inner = verb_at(words, skip_adverbs(words, behind)) if chain and chain[-1].sets.force and pivot is None else None
    if inner and not words.startswith("的", inner.end()):
        absolute = (segment.start + inner.start(), segment.start + inner.end())
    return Draft(
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


def _head(words: str, verb: tuple[int, int] | None) -> int:
    """Return where cues are read: at the beginning, or at the main verb where something stands before it."""
    at = skip_adverbs(words, skip_connectives(words), over_may=False)
    chain, _ = head_cues(words, at)
    if chain or verb is None:
        return at
    return verb[0]


def _no_pivot(words: str, at: int) -> bool:
    return at >= len(words)


def _goes_on(last: Draft, words: str, chain: list[Cue], first: bool) -> bool:
    """Whether a clause goes on with what the one supported or allowed just before does."""
    return first and last.pivot is not None and not chain and pattern("structure", "goes-on").match(words) is not None


def _time(text: str, start: int, segment: Segment, sentence: Sentence, context: Context) -> Time | None:
    own = [t for t in times(text, start, segment.end) if t.kind != "past"]
    strict = [t for t in own if t.date] or own
    return strict[0] if strict else context.governed.get(sentence.paragraph)


def _modality(chain: list[Cue], anywhere: list[Cue], time: Time | None, carried: Draft | None) -> Modality:
    named = {c.sets.modality for c in (*anywhere, *chain)}
    strongest: tuple[Modality, ...] = ("suspension", "prohibition", "exemption", "permission")
    for modality in strongest:
        if modality in named:
            return modality
    if carried is not None and not chain:
        return carried.modality
    if time is not None and time.date and time.kind in {"by", "before"}:
        return "target"
    if any(c.sets.explicit for c in (*chain, *anywhere)):
        return "duty"
    return "target" if "target" in named else "duty"
