"""`rules/conversation.yaml` → the forms by which questions lean on one another, and a question as they read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kg.errors import RuleError
from kg.read.script import simplified
from kg.rules import Entry, Regex, Strict, as_regex, each_once, load, put_in

Tongue = Literal["zh", "en"]  # Chinese in either script, Cantonese included; or English
Bounds = tuple[int, int]  # characters [start, end) of a text

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_REFERENCE = re.compile(r"⟨([a-z-]+)⟩")
_NAMED = re.compile(r"\(\?P<(\w+)>")


class DialogueForm(Entry):
    """Words that do one thing in a conversation: a pattern, whose ⟨name⟩ is one of its `parts` or a form above it, or
    words. `says` is what is written when the form is taken up, if anything.
    """

    note: str | None = None
    pattern: Regex | None = None
    parts: dict[str, Regex] = Field(default_factory=dict)
    words: tuple[str, ...] | None = None
    says: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.pattern is None) == (self.words is None):
            raise ValueError("it needs exactly one of pattern and words")
        put_in(as_regex(self.pattern or ""), self.parts)
        return self

    def body(self, tongue: Tongue) -> str:
        """The regular expression, the parts put in, references to forms left in."""
        if self.words is None:
            return put_in(as_regex(self.pattern or ""), self.parts)
        listed = "|".join(re.escape(word) for word in sorted(self.words, key=lambda word: (-len(word), word)))
        return listed if tongue == "zh" else rf"\b(?:{listed})\b"


class Forms(Strict):
    """`rules/conversation.yaml`: the forms of each tongue."""

    zh: Annotated[tuple[DialogueForm, ...], AfterValidator(each_once)]
    en: Annotated[tuple[DialogueForm, ...], AfterValidator(each_once)]

    @cached_property
    def compiled(self) -> dict[Tongue, dict[str, re.Pattern[str]]]:
        """The patterns by tongue and id, in the file's order."""
        return {"zh": _compiled("zh", self.zh), "en": _compiled("en", self.en)}

    @model_validator(mode="after")
    def _can_be_compiled(self) -> Self:
        _ = self.compiled
        return self


def _compiled(tongue: Tongue, listed: Iterable[DialogueForm]) -> dict[str, re.Pattern[str]]:
    """Return the patterns by id; a ValueError for one that is invalid or refers to a form that is not above it."""
    bodies: dict[str, str] = {}

    def referred(match: re.Match[str]) -> str:
        # the groups of a part lose their names, except those that the part itself refers back to
        body = bodies[match.group(1)]
        return f"(?:{_NAMED.sub(lambda one: one.group() if f'(?P={one.group(1)})' in body else '(?:', body)})"

    found = {}
    for one in listed:
        try:
            bodies[one.id] = _REFERENCE.sub(referred, one.body(tongue))
            found[one.id] = re.compile(bodies[one.id])
        except KeyError as error:
            raise ValueError(f"{tongue} {one.id} refers to {error}, which does not stand above it") from error
        except re.error as error:
            raise ValueError(f"{tongue} {one.id} is not a valid pattern ({error})") from error
    return found


def form(tongue: Tongue, name: str) -> re.Pattern[str]:
    """Return the pattern of the form *name*; a RuleError if there is none."""
    try:
        return load("conversation", Forms).compiled[tongue][name]
    except KeyError:
        raise RuleError("conversation.yaml", f"{tongue} has no form {name}", "restore it") from None


def says(tongue: Tongue, name: str) -> str:
    """Return what the form *name* writes when it is taken up; a RuleError if it writes nothing."""
    found = next((one.says for one in getattr(load("conversation", Forms), tongue) if one.id == name), None)
    if found is None:
        raise RuleError("conversation.yaml", f"{tongue} {name} has no line `says`", "add one")
    return str(found)


zh, en = partial(form, "zh"), partial(form, "en")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A question as typed; `plain` is the same in Simplified characters and lower case, character for character."""

    text: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Utterance:
        """Return *text* stripped, with unprintable characters turned into blanks."""
        shown = "".join(c if c.isprintable() else " " for c in text).strip()
        plain = simplified("".join(_folded(c) for c in shown))
        # Hong Kong writes 甚麼 where the mainland writes 什么; the Simplified form of 嗰 is one that nobody types
        return cls(shown, plain.replace("甚么", "什么").replace("𠮶", "嗰"))

    def part(self, start: int, end: int | None = None) -> Utterance:
        """Return what stands in [start, end), stripped."""
        stop = len(self.text) if end is None else end
        while start < stop and self.text[start].isspace():
            start += 1
        while stop > start and self.text[stop - 1].isspace():
            stop -= 1
        return Utterance(self.text[start:stop], self.plain[start:stop])


def _folded(character: str) -> str:
    """Return the character to match *character* by: itself if folding would make it several."""
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


@dataclass(frozen=True, slots=True)
class Lean:
    """How a question leans on the one before.

    `way`: a pronoun stands in [start, end) for what that one is about; a noun there points at a thing it names (named);
    the question has no matter at all (bare); it puts `other` in the place of something there (swap); it asks for more
    of the same (again). `firm` if nobody can say what is asked without the question before.
    """

    way: Literal["pronoun", "named", "bare", "swap", "again"]
    start: int
    end: int
    firm: bool
    other: str = ""


def tongue_of(text: str) -> Tongue:
    """Return the tongue of *text*: English if it has no Chinese character."""
    return "zh" if _HAN.search(text) else "en"
