"""How far a date reaches: over its goal paragraph, over what goes on from its clause, or over what stands before it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.dates import TimeExpression, times
from kg.extract.predicates import head_cues, skip_adverbs, skip_connectives, verb_at
from kg.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.extract.analysis import Analysis
    from kg.extract.candidates import ObligationCandidate
    from kg.extract.segments import Segment, Sentence


class GoalDate:
    """The date of the goals that are being read: 到2025年，…；…。… up to the next date or the paragraph's end.

    One that does not open its paragraph dates its own sentence alone. The items (——…) that carry a paragraph on have
    the date it ended with.
    """

    def __init__(self) -> None:
        self._time: TimeExpression | None = None
        self._of_items: TimeExpression | None = None
        self._paragraph: int | None = None
        self._opens = True
        self._whole = False

    def enter(self, analysis: Analysis, sentence: Sentence) -> None:
        """Go on to *sentence*; every one is entered, in order."""
        text = analysis.text
        if sentence.paragraph != self._paragraph:
            item = pattern("dates", "goes-on-as-item").match(text, sentence.start) is not None
            self._of_items = (self._of_items or self._time) if item else None
            self._time = self._of_items
            self._whole, self._opens = True, True
            self._paragraph = sentence.paragraph
        elif not self._whole or self._another_task(analysis, sentence):
            self._time = None

    def read(self, analysis: Analysis, sentence: Sentence, clauses: Iterable[Segment]) -> dict[int, TimeExpression]:
        """Return the date that governs each comma clause of *sentence*, by where the clause begins."""
        text = analysis.text
        found: dict[int, TimeExpression] = {}
        headed = True
        for segment in clauses:
            dated = [t for t in times(text, segment.start, segment.end, analysis.issued) if t.date and t.kind != "past"]
            goal = next((t for t in dated if headed and self._at_head(text, segment, t)), None)
            if goal is not None:
                self._time, self._whole = goal, self._opens
            elif dated or pattern("dates", "ends-a-goal").match(text, segment.start, segment.end):
                self._time = self._of_items = None
            if self._time is not None:
                found[segment.start] = self._time
            headed = (headed and segment.role != "main") or segment.closes in {"；", ";", "：", ":"}
        self._opens = False
        return found

    def _at_head(self, text: str, segment: Segment, time: TimeExpression) -> bool:
        at = segment.start + skip_connectives(text[segment.start : segment.end])
        goal = pattern("dates", "goal-date").match(time.text) is not None
        return goal and at <= time.start <= at + 1

    def _another_task(self, analysis: Analysis, sentence: Sentence) -> bool:
        """Whether a body is told to do something here, or what has been read so far was closed by who does it."""
        text, brackets = analysis.text, analysis.brackets
        closed = bisect_left(brackets, sentence.start + 1, key=lambda b: b.end) > bisect_left(
            brackets, self._time.start if self._time and self._time.start < sentence.start else sentence.start,
            key=lambda b: b.end,
        )  # fmt: skip
        at = sentence.start + skip_connectives(text[sentence.start : sentence.end])
        hit = analysis.hits.get(at)
        told = hit is not None and hit.entry.category == "agent"
        asked = any(c.sets.explicit or c.sets.pivot for c in head_cues(text[at : sentence.end], 0)[0])
        return closed or told or asked


def goes_on(analysis: Analysis, segment: Segment, start: int) -> bool:
    """Whether the clause only goes on with what the subject of the clause before does: …，并报司法部备案."""
    text = analysis.text
    words = text[start : segment.end]
    if pattern("dates", "part-of-it").match(words):
        return True
    if start != segment.start + skip_connectives(text[segment.start : segment.end]) or start in analysis.hits:
        return False
    at = skip_adverbs(words, over_may=False)
    cues = (c.sets for c in head_cues(words, at)[0])
    if start + at in analysis.hits or any(c.explicit or c.pivot or c.modality not in {None, "target"} for c in cues):
        return False
    if pattern("dates", "ends-a-goal").match(words):
        return False
    word = analysis.word_at(start + at)
    verb = verb_at(words, at) is not None or (word is not None and word.tag in {"v", "vd"})
    return verb or pattern("structure", "preposition").match(words, at) is not None


def lasting(time: TimeExpression | None) -> TimeExpression | None:
    """Return *time* if it dates what goes on from its clause: a day or a limit does, 及时 and 每年 do not."""
    limit = time is not None and (time.date or time.text.endswith(("前", "内")))
    return time if limit and time is not None and time.kind in {"by", "before", "recurring", "conditional"} else None


def date_afterwards(analysis: Analysis, sentence: Sentence, rows: list[ObligationCandidate]) -> None:
    """Give *rows* the date that *sentence*, the last one read, gives to what it speaks of: …，均于2024年底前完成.

    均 reaches the rows of its own sentence, 上述任务 those of its paragraph; a row with a time keeps it.
    """
    found = pattern("dates", "all-of-it").search(analysis.text, sentence.start, sentence.end)
    if found is None:
        return
    dated = [t for t in times(analysis.text, found.end(), sentence.end, analysis.issued) if t.date and t.kind != "past"]
    if not dated or dated[0].start > found.end():
        return
    time = replace(dated[0], text=analysis.written[dated[0].start : dated[0].end])
    whole = found.group().startswith(("上述", "以上"))
    for at in range(len(rows) - 1, -1, -1):
        row = rows[at]
        if row.sentence.paragraph != sentence.paragraph or not (whole or row.sentence == sentence):
            break
        if row.time is None and row.start < found.start():
            rows[at] = replace(row, time=time)
