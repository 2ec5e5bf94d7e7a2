"""A question → the forms of asking for the register that are the whole of it, with what each has in its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from kg.answer.greetings import without_courtesy
from kg.answer.question import Question
from kg.models import Role
from kg.rules import Entry, Regex, Strict, as_regex, each_once, load, put_in
from kg.vocab import FORCES, MODALITIES

# which part of the register is asked for
About = Literal[
    "all", "body", "chapter", "chapters", "clause", "clauses", "contents", "due", "goals", "headings", "mentions",
    "nature", "unowned", "zone",
]  # fmt: skip

LONGEST = 160  # a longer question is about one matter, whatever forms of asking it has

# the groups that a pattern may have
PLACES = frozenset(
    {"before", "by", "chapter", "clause", "count", "every", "name", "time", "title", "year", *FORCES, *MODALITIES}
)

_REFERENCE = re.compile(r"⟨[^⟩]*⟩")
_GROUP = re.compile(r"\(\?P<([a-z]+)>")
_NTH = "__"
_SIGNS = re.compile(r"[^\w《》()]|_")
_ENGLISH_SIGNS = re.compile(r"[^\w'()]+|_")


class RegisterForm(Entry):
    """A way of asking, which must be the whole of a question. An agent must have one of `roles` in an obligation; ()
    for what it has to do or to take part in.
    """

    about: About
    roles: tuple[Role, ...] = ()
    asks: tuple[Regex, ...]


class Register(Strict):
    """`rules/register.yaml`: the forms, and the parts that their patterns are built from: alternatives in the order in
    which they are tried, each with a question that is asked with it.
    """

    parts: dict[str, dict[str, str]]
    forms: Annotated[tuple[RegisterForm, ...], AfterValidator(each_once)]

    @cached_property
    def compiled(self) -> tuple[tuple[RegisterForm, tuple[re.Pattern[str], ...]], ...]:
        """Each form with its patterns, the parts put in."""
        patterns = "\n".join(as_regex(one) for form in self.forms for one in form.asks)
        whole = iter(put_in(patterns, self.parts).split("\n"))
        return tuple((form, tuple(_compiled(form, next(whole)) for _ in form.asks)) for form in self.forms)

    @model_validator(mode="after")
    def _can_be_compiled(self) -> Self:
        _ = self.compiled
        return self


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is the whole of a question, and what stands in the places that are filled."""

    form: RegisterForm
    places: dict[str, str]

    @property
    def counts(self) -> bool:
        """Whether a number is asked for."""
        return "count" in self.places


def forms_of(question: Question) -> Iterator[Filled]:
    """Yield the forms that are the whole of *question*, in the order of the rules; none for most questions.

    A name in a place is as typed, and folded; whether a document knows it is for the caller to find out.
    """
    text = words_of(question)
    if len(text) > LONGEST:
        return
    for form, patterns in load("register", Register).compiled:
        for pattern in patterns:
            match = pattern.fullmatch(text)
            if match:
                yield Filled(form, {_place_of(group): words for group, words in match.groupdict().items() if words})


def words_of(question: Question) -> str:
    """Return *question* as the patterns of the forms read it: folded, without courtesies and signs."""
    text = without_courtesy(question.plain)
    if question.lang == "en":
        return _ENGLISH_SIGNS.sub(" ", text.replace("\u2019", "'")).strip()
    return _SIGNS.sub("", text)


def _place_of(group: str) -> str:
    """Return the place that a group of a compiled pattern fills: a part with a group may stand in a pattern twice."""
    return group.partition(_NTH)[0]


def _compiled(form: RegisterForm, pattern: str) -> re.Pattern[str]:
    if unknown := _REFERENCE.search(pattern):
        raise ValueError(f"form {form.id} refers to {unknown.group()}, which does not exist")
    try:
        number = count()
        regex = re.compile(_GROUP.sub(lambda match: f"(?P<{match.group(1)}{_NTH}{next(number)}>", pattern))
    except re.error as error:
        raise ValueError(f"form {form.id} has an invalid pattern ({error})") from error
    if unplaced := {_place_of(group) for group in regex.groupindex} - PLACES:
        raise ValueError(f"form {form.id} has a group {min(unplaced)}, not one of {', '.join(sorted(PLACES))}")
    return regex
