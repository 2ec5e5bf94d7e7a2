"""An answer record → the text shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.answer.record import YES, Answer, CitedDocument, Evidence, Item
from kg.answer.wording import messages, say
from kg.vocab import Lang
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
    called = {one.document: f"  {_called(one, answer.lang)}" for one in answer.documents} if several else None
    quoted = _quoted(answer.evidence[: 1 if answer.answered else NEAREST], called)
    if answer.answered and not answer.assured:
        blocks = [quoted, [_likely(answer)]]
    else:
        blocks = [[_items(answer)], [answer.message], quoted]
    blocks += [
        *_others(answer, called),
        _limits(answer),
        _ledger(answer),
        [answer.sparql.rstrip()] if answer.sparql else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if any(lines))


def _quoted(quotes: Sequence[Evidence], called: Mapping[str, str] | None) -> list[str]:
    """Return the lines of *quotes*, each document's title above its first; *called* has them by slug, None for one
    document that need not be named.
    """
    lines: list[str] = []
    for item in quotes:
        title = (called or {}).get(item.document, "")
        lines += [title] if title and title not in lines else []
        where = item.clause if called is None else f"{item.document} {item.clause}"
        read = "" if item.ocr is None else f" (OCR {item.ocr:.2f})"
        lines.append(f"  {where} [{item.start}-{item.end}]{read} {item.quote}")
    return lines


def _called(document: CitedDocument, lang: Lang) -> str:
    """Return the title and number of *document*, and that it no longer applies, if that is known."""
    repealed = words(lang)["library"]["statuses"]["repealed"] if document.status == "repealed" else None
    return " ".join(filter(None, (f"《{document.title}》", document.identifier, repealed)))


def _others(answer: Answer, called: Mapping[str, str] | None) -> Iterator[list[str]]:
    """Yield what other documents answer: the differing answers, each with its quotes, then who says the same."""
    differ = [one for one in answer.others if not one.same]
    agree = [quote for one in answer.others if one.same for quote in one.evidence]
    if differ:
        yield [say(answer.lang, "others_differ")]
        yield [_short(answer, answer.answers), *_quoted(answer.evidence[:1], called)]
    for one in differ:
        yield [_short(answer, one.answers), *_quoted(one.evidence, called)]
    if agree:
        yield [f"{say(answer.lang, 'others_agree', count=len(agree))}:", *_quoted(agree, called)]


def _short(answer: Answer, items: Sequence[Item]) -> str:
    if answer.intent == "passage":
        return ""
    if answer.intent == "yesno":
        return str(words(answer.lang)["affirmed"]["true" if items[0].text == YES else "false"])
    return messages()[answer.lang]["separator"].join(item.text for item in items)


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
