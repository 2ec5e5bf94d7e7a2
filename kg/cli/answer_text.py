"""An answer record → the text shown on a terminal."""

from __future__ import annotations

from kg.answer.record import Answer, Evidence
from kg.answer.wording import messages
from kg.web.confidence import likely
from kg.web.wording import words

NEAREST = 3
"""How many passages are shown with a refusal."""


def answer_text(answer: Answer, *, several: bool = False) -> str:
    """Return *answer* as lines of text: the answer, where it stands, and what limits it.

    For an answer that is not assured, the passage comes first and then what it may say. Each part of an answer
    follows under its question. With *several* (the build has more than one document), each passage is shown with its
    document.
    """
    if answer.parts:
        lines = []
        for number, part in enumerate(answer.parts, 1):
            lines += [f"{number}. {part.question}", "", answer_text(part, several=several), ""]
        shared = [note for note in answer.notes if not any(note in part.notes for part in answer.parts)]
        return "\n".join([*lines, *shared]).rstrip()
    quoted = [_place(one, several) for one in answer.evidence[: 1 if answer.answered else NEAREST]]
    if answer.answered and not answer.assured:
        blocks = [quoted, [_likely(answer)]]
    else:
        blocks = [[_items(answer)], [answer.message], quoted]
    blocks += [_limits(answer), _ledger(answer), [answer.sparql.rstrip()] if answer.sparql else []]
    return "\n\n".join("\n".join(lines) for lines in blocks if any(lines))


def _place(item: Evidence, several: bool) -> str:
    where = f"{item.document} {item.clause}" if several else item.clause
    read = "" if item.ocr is None else f" (OCR {item.ocr:.2f})"
    return f"  {where} [{item.start}-{item.end}]{read} {item.quote}"


def _items(answer: Answer) -> str:
    if not answer.answered or answer.intent in ("passage", "yesno"):
        return ""
    return _between(answer).join(item.text for item in answer.answers)


def _likely(answer: Answer) -> str:
    begins, items = likely(answer)
    between = _between(answer)
    return between.join([begins, *items]) if between == "\n" else begins + between.join(items)


def _between(answer: Answer) -> str:
    """Return the separator between items: in a list that may be long each item has its own line."""
    return "\n" if answer.intent == "tasks" or answer.ledger else messages()[answer.lang]["separator"]


def _limits(answer: Answer) -> list[str]:
    limit = answer.qualifier
    set_by = [limit.force, limit.zone, limit.condition, limit.exception] if limit else []
    said = "; ".join(value for value in set_by if value)
    lines = [f"{messages()[answer.lang]['limits']}: {said}" if said else "", answer.basis or "", *answer.notes]
    return [line for line in lines if line]


def _ledger(answer: Answer) -> list[str]:
    return [f"{words(answer.lang)['tabs']['ledger']}: ?{answer.ledger}"] if answer.ledger else []
