"""A question as typed → its language and what it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from kg.answer.record import Lang
from kg.errors import QuestionError, RuleError
from kg.models import Role
from kg.resources import rules_dir
from kg.search.lexical import simplified
from kg.vocab import ROLES

MAX_CHARACTERS = 1000
"""A longer text is no question, and ranking takes time for each of its words."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Form:
    """A way of asking: the patterns that show it and the roles that answer it."""

    id: str
    roles: tuple[Role, ...]
    asks: re.Pattern[str]
    examples: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `terms` is its text without the words that only ask; `form` is None for one that asks for no body."""

    text: str
    lang: Lang
    form: Form | None
    terms: str


def read_question(text: str) -> Question:
    """Return what *text* asks for; an empty text or one over `MAX_CHARACTERS` is a `QuestionError`."""
    asked = " ".join(text.split())
    if not asked:
        raise QuestionError("question", "it is empty", "give a question as one argument, in quotes")
    if len(asked) > MAX_CHARACTERS:
        raise QuestionError("question", f"it has more than {MAX_CHARACTERS} characters", "ask a shorter one")
    plain = simplified(asked).lower()
    for form in forms():
        if form.asks.search(plain):
            return Question(asked, language(asked), form if form.roles else None, form.asks.sub(" ", plain))
    return Question(asked, language(asked), None, plain)


def language(text: str) -> Lang:
    """Return the language of *text*: English without any Han character, else Traditional or Simplified.

    Traditional where more characters stand only in Traditional than only in Simplified script; a text whose characters
    are all common to both is taken as Simplified, the source's own.
    """
    if not _HAN.search(text):
        return "en"
    traditional = sum(a != b for a, b in zip(text, simplified(text), strict=False))
    return "zh-Hant" if traditional > _only_simplified(text) else "zh-Hans"


@cache
def forms() -> tuple[Form, ...]:
    """Return the question forms of `rules/questions.yaml` in their order; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "questions.yaml"
    return tuple(_form(path, plain) for plain in yaml.safe_load(path.read_text(encoding="utf-8")))


def _form(path: object, plain: dict[str, Any]) -> Form:
    keys = {"id", "roles", "asks", "examples"}
    if not isinstance(plain, dict) or set(plain) != keys:
        raise RuleError(path, f"a form has other keys than {', '.join(sorted(keys))}", "correct it")
    if not set(plain["roles"]) <= set(ROLES):
        raise RuleError(path, f"form {plain['id']} names a role there is not", f"use {', '.join(ROLES)}")
    try:
        asks = re.compile("|".join(f"(?:{pattern})" for pattern in plain["asks"]))
    except re.error as error:
        raise RuleError(
            path, f"form {plain['id']} has a pattern that cannot be read ({error})", "correct it"
        ) from error
    examples = tuple((example["text"], bool(example["hits"])) for example in plain["examples"])
    return Form(plain["id"], tuple(plain["roles"]), asks, examples)


def _only_simplified(text: str) -> int:
    return sum(a != b for a, b in zip(text, _to_traditional().convert(text), strict=False))


@cache
def _to_traditional() -> Any:  # noqa: ANN401 - the package has no types
    from opencc import OpenCC

    return OpenCC("s2t")
