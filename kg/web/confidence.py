"""An answer's probability → one of three words; an answer that is not sure enough → what its passage may say."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from kg.answer.record import YES, Answer
from kg.rules import Entries, Entry, load
from kg.web.wording import words


class ConfidenceLevel(Entry):
    """A level of confidence; `id` is its key in the desk's words. At least `percent` of its answers are right."""

    least: Annotated[float, Field(alias="from")]

    @property
    def percent(self) -> int:
        """The least probability, in per cent."""
        return round(100 * self.least)


class Levels(Entries[ConfidenceLevel]):
    """`rules/confidence.yaml`: the highest level first."""

    @model_validator(mode="after")
    def _down_to_nothing(self) -> Self:
        least = [one.least for one in self.root]
        if least != sorted(set(least), reverse=True) or not least or least[-1] != 0 or least[0] > 1:
            raise ValueError("its levels do not go down from 1 to 0: give each `from` once, the highest first")
        return self


def level(probability: float) -> ConfidenceLevel:
    """Return the level of *probability*, the highest that it reaches."""
    return next(one for one in load("confidence", Levels).root if probability >= one.least or one.least == 0)


def likely(answer: Answer) -> tuple[str, tuple[str, ...]]:
    """Return what the passage of *answer* may say, in the question's language: the opening words, and the items.

    A yes or no is a whole sentence without items; if the passage itself is the answer, both are empty.
    """
    say = words(answer.lang)["likely"]
    items = tuple(item.text for item in answer.answers)
    if not items or answer.intent == "passage":
        return "", ()
    if answer.intent == "yesno":
        return str(say["yes" if items[0] == YES else "no"]), ()
    return str(say["items"]), items
