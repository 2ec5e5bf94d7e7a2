"""A question and the one asked before it → the question standing alone; several questions in one → each of them.

Nothing is remembered: all that is taken up stands in the question before. `rules/conversation.yaml` has the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from kg.answer.dialogue import leaning_en, leaning_zh, matter_en, matter_zh, several_en, several_zh
from kg.answer.dialogue.forms import Lean, Utterance, tongue_of
from kg.answer.question import language
from kg.answer.wording import say
from kg.search.words import simplified, traditional
from kg.vocab import Lang

MOST = 400  # a longer text is taken as one question

_LEANING: dict[str, ModuleType] = {"zh": leaning_zh, "en": leaning_en}
_MATTER: dict[str, ModuleType] = {"zh": matter_zh, "en": matter_en}
_SEVERAL: dict[str, ModuleType] = {"zh": several_zh, "en": several_en}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question as it is to be asked: `text` stands alone.

    `note` says how it was understood if anything was taken from the question before; `unclear` is what to say instead
    of an answer if it leans on something that is not there, and `text` is then as it was typed. Both are in the
    question's language.
    """

    text: str
    note: str | None = None
    unclear: str | None = None


def resolve(text: str, previous: str | None) -> Resolved:
    """Return *text* with what it takes over from *previous*, the question asked before it (None if there was none).

    A question that stands alone is returned as it is. If *previous* holds several questions, the last one counts. If it
    leans on another itself, or is longer than a question, nothing can be taken over from it.
    """
    said = Utterance.of(text)
    first = _sentences(said)[0]
    leaning: Lean | None = _LEANING[tongue_of(text)].lean(first)
    if leaning is None:
        return Resolved(text)
    before = split(previous)[-1] if previous and previous.strip() and len(previous) <= MOST else None
    lang = language(text)
    if lang == "zh-Hans" and before and language(before) == "zh-Hant" and traditional(text) == text:
        lang = "zh-Hant"  # both scripts write *text* alike: it is in that of the question before
    whole = None if before is None else _whole(leaning, first, before, lang)
    if whole is None:
        words = first.text[leaning.start : leaning.end] if leaning.way == "pronoun" else first.text
        return Resolved(text, unclear=say(lang, "unclear", asked=words.strip(" ?？。.")) if leaning.firm else None)
    whole += said.text[len(first.text) :]
    return Resolved(whole, note=say(lang, "taken_up", quote=whole))


def split(text: str) -> tuple[str, ...]:
    """Return the questions in *text*, each standing alone: what a later one leaves out is taken from the one before.

    A text that is one question is returned as it is; so is one whose questions cannot be separated for certain, as
    when the second only repeats the first, or asks who settles it.
    """
    several = _SEVERAL[tongue_of(text)]
    parts: list[str] = []
    for sentence in _sentences(Utterance.of(text)):
        whole = several.taken_up(sentence, Utterance.of(parts[-1])) if parts else sentence.text
        if whole is None:
            return (text,)
        joined = Utterance.of(whole)
        parts += (several.questions(joined) if len(joined.plain) <= MOST else None) or [whole]
    return tuple(parts) if len(parts) > 1 else (text,)


def _sentences(said: Utterance) -> list[Utterance]:
    """Return the sentences of *said* that each ask something else, with the statements before each; the first begins
    where *said* does.
    """
    found: list[Utterance] | None = None
    if len(said.plain) <= MOST:
        found = _SEVERAL[tongue_of(said.text)].questions_apart(said)
    return found or [said]


def _whole(leaning: Lean, said: Utterance, before: str, lang: Lang) -> str | None:
    """Return the question standing alone; None if *before* does not make clear what is meant."""
    tongue, tongue_before = "en" if lang == "en" else "zh", tongue_of(before)
    if "en" not in (tongue, tongue_before) and language(before) != lang:
        before = traditional(before) if lang == "zh-Hant" else simplified(before)
    last = Utterance.of(before)
    other: Lean | None = _LEANING[tongue_before].lean(last)
    if other is not None and other.firm:
        return None
    whole: str | None = None
    if tongue == tongue_before:
        whole = _LEANING[tongue].complete(leaning, said, last)
    elif leaning.way in ("pronoun", "bare"):
        # the matter of a question in the other language is named in that language
        name = _MATTER[tongue_before].named(_MATTER[tongue_before].frame(last))
        whole = None if name is None else _LEANING[tongue].place(leaning, said, f"“{name}”")
    return whole
