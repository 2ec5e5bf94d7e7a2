"""The paragraphs of a clause → its sentences, as spans of the source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.models import Clause, Span
from kg.read.closing import closes_a_task

_OPEN = "《〈（(“‘「『【〔［["
_CLOSE = "》〉）)”’」』】〕］]"
_QUOTES = "”’」』"
_PAIR = dict(zip(_CLOSE, _OPEN, strict=True))
_EVENT = re.compile(f"[{re.escape(_OPEN + _CLOSE)}]|[。！？]+|(?<=[一-鿿）)”》])[.．!?](?![0-9A-Za-z.．])")

_GAP = 8
"""White space between 。 and ” that still counts as none: a wrapped line with an empty one behind it."""


def clause_sentences(clause: Clause, text: str) -> list[Span]:
    """Return the sentences of *clause*'s body in order, as spans of the source *text*.

    A sentence ends with 。！ or ？ (half-width . ! ? after Chinese text too), not with ；; quotes and brackets that
    close right behind stay with it, and so does a bracket behind it that says who sees to it or by when
    (……。（财政部牵头）). Nothing ends inside a pair of brackets or quotes; one that is never closed is no
    pair. Every visible character of the body lies in exactly one sentence.
    """
    return paragraph_sentences(clause.paragraphs, text)


def paragraph_sentences(paragraphs: Sequence[Span], text: str) -> list[Span]:
    """Return the sentences of each of *paragraphs* in turn; none goes over a paragraph's end."""
    found: list[Span] = []
    for paragraph in paragraphs:
        start = paragraph.start
        for end in _ends(text, paragraph):
            _add(found, text, start, end)
            start = end
        _add(found, text, start, paragraph.end)
    return found


def _ends(text: str, paragraph: Span) -> list[int]:
    """Return the offsets at which a sentence ends, closing quotes and brackets behind it included."""
    events = list(_EVENT.finditer(text, paragraph.start, paragraph.end))
    paired = _paired(events)
    ends: list[int] = []
    depth = 0
    waiting = False
    own = False
    last = -1
    opened = -1
    for event in events:
        mark = event.group()
        if mark in _PAIR:
            if event.start() in paired:
                depth -= 1
                if depth == 0 and own and ends and closes_a_task(text, opened, event.start()):
                    ends[-1] = event.end()
                    waiting = False
                    continue
                # 。” ends the sentence around the quotation as well. 。） ends one only where the bracket is a
                # sentence by itself: in 甲（乙。）丙 the sentence goes on.
                waiting = waiting and _touching(text, last, event.start())
                if waiting:
                    last = event.end()
                    if depth == 0 and (own or mark in _QUOTES):
                        ends.append(last)
                        waiting = False
            elif ends and _touching(text, ends[-1], event.start()):
                ends[-1] = event.end()
        elif mark[0] in _OPEN:
            waiting = False
            if event.start() in paired:
                if depth == 0:
                    own = _touching(text, ends[-1] if ends else paragraph.start, event.start())
                    opened = event.end()
                depth += 1
        else:
            last = event.end()
            waiting = depth > 0
            if depth == 0 and ends and text[ends[-1] - 1] in _CLOSE and _touching(text, ends[-1], event.start()):
                ends[-1] = last
            elif depth == 0:
                ends.append(last)
    return ends


def _touching(text: str, end: int, start: int) -> bool:
    """Whether there is at most a little white space from *end* to *start*."""
    return start - end <= _GAP and not text[end:start].strip()


def _paired(events: list[re.Match[str]]) -> set[int]:
    """Return the offsets of the brackets and quotes that have a partner of their own kind."""
    waiting: dict[str, list[int]] = {mark: [] for mark in _OPEN}
    paired: set[int] = set()
    for event in events:
        mark = event.group()
        if mark in waiting:
            waiting[mark].append(event.start())
        elif mark in _PAIR and waiting[_PAIR[mark]]:
            paired.update((waiting[_PAIR[mark]].pop(), event.start()))
    return paired


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    """Append text[start:end] without white space at its edges, unless nothing is left of it."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        found.append(Span(start + left, start + right))
