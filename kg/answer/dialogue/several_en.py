"""Several questions in one, in English → each of them, standing alone."""

from __future__ import annotations

import re

from kg.answer.dialogue.english import asked
from kg.answer.dialogue.forms import Utterance, en
from kg.answer.dialogue.leaning_en import complete, lean
from kg.answer.dialogue.matter_en import sentence_spans


def questions_apart(said: Utterance) -> list[Utterance] | None:
    """Return the questions of *said*, each with the statements before it; None if they are one."""
    found: list[Utterance] = []
    at = 0
    for start, end in sentence_spans(said):
        part = said.part(start, end)
        asks = en("ask").search(part.plain) or en("auxiliary").match(part.plain)
        if en("tag").search(part.plain) or (found and en("continues").search(part.plain)):
            return None
        if asks and part.plain.endswith("?"):
            found.append(said.part(at, end))
            at = end
        elif asks and found:
            return None
    return found if len(found) > 1 else None


def taken_up(sentence: Utterance, before: Utterance) -> str | None:
    """Return *sentence* standing alone behind the question *before*; None if what it takes over is not clear."""
    leaning = lean(sentence)
    return sentence.text if leaning is None else complete(leaning, sentence, before)


def questions(said: Utterance) -> list[str] | None:
    """Return the questions that one sentence joins, each standing alone; None if it is one."""
    cuts = [match.span() for match in en("coordination").finditer(said.plain)]
    parts: list[str] = []
    at = 0
    opening = ""
    for start, end in cuts:
        left, right = said.part(at, start), said.part(end)
        if en("not-another").search(right.plain):
            return None
        both = _adverbs(left, right)
        if both:
            return both if len(cuts) == 1 else None
        if not _asks_whole(left):
            return None
        if not opening:
            # the words before a comma or colon say what all the questions behind them are about
            ask = en("ask").search(left.plain)
            led = re.match(r".{3,60}[,:] ", left.text[: ask.start()]) if ask else None
            opening = led.group() if led else ""
        parts.append(asked(left.text))
        at = end
    if not parts:
        return None
    last = said.part(at)
    if opening:
        return [*parts, opening + last.text] if _asks_whole(last) else None
    whole = taken_up(last, Utterance.of(parts[-1]))
    return None if whole is None or not _asks_whole(Utterance.of(whole)) else [*parts, asked(whole)]


def _adverbs(left: Utterance, right: Utterance) -> list[str] | None:
    """Return both questions where two words of asking stand before one verb: where and how is it done."""
    old, new = en("ask").fullmatch(left.plain), en("ask").match(right.plain)
    if old is None or new is None or not en("auxiliary").match(right.plain[new.end() :].lstrip()):
        return None
    return [asked(left.text + right.text[new.end() :]), asked(right.text)]


def _asks_whole(part: Utterance) -> bool:
    """Whether *part* is a question with a verb of its own."""
    ask = en("ask").search(part.plain)
    if ask is None:
        return en("auxiliary").match(part.plain) is not None
    behind = part.plain[ask.end() :]
    return bool(en("auxiliary").search(behind) or (ask.lastgroup == "who" and re.search(r"[a-z]{3}", behind)))
