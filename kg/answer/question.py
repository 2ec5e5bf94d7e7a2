"""A question as typed → its language, what kind of thing it asks for, and the words to look up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kg.errors import QuestionError
from kg.models import Role
from kg.patterns import pattern
from kg.refusals import refused
from kg.rules import Entries, Entry, WayOfAsking, load
from kg.search.words import folded, simplified
from kg.vocab import Lang

MAX_CHARACTERS = 10_000  # a longer text is no question
# what is asked for; `passage`, what the plan says of a thing, if the question has none of the forms
Kind = Literal[
    "agency", "beneficiary", "condition", "deadline", "definition", "exception", "list", "passage", "policy",
    "quantity", "tasks", "yesno", "zone",
]  # fmt: skip

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class QuestionForm(WayOfAsking, Entry):
    """A way of asking: its patterns, what it asks for and, for agents, the roles that answer it."""

    kind: Kind
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `plain` is its text in Simplified characters and lower case; `terms` is that without the words that
    only ask; `forms` are all its forms, the most specific first; `last` is the one that ends it; `heads` are the nouns
    behind its words of asking: 桥 in 哪座桥, bridge in which bridge.
    """

    text: str
    lang: Lang
    plain: str
    terms: str
    forms: tuple[QuestionForm, ...]
    last: QuestionForm | None
    heads: tuple[str, ...]

    @property
    def form(self) -> QuestionForm | None:
        """The most specific form; None if the question has none."""
        return self.forms[0] if self.forms else None

    @property
    def kind(self) -> Kind:
        """What is asked for."""
        return self.forms[0].kind if self.forms else "passage"


def read_question(text: str) -> Question:
    """Return what *text* asks for; a `QuestionError` if it is empty, has no letter or is too long."""
    asked = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in asked):
        raise refused(QuestionError, "question-wordless" if asked else "question-empty")
    if len(asked) > MAX_CHARACTERS:
        raise refused(QuestionError, "question-long", most=f"{MAX_CHARACTERS:,}")
    # Hong Kong writes 甚麼 where the mainland writes 什么
    plain = folded(asked).replace("甚么", "什么")
    places = {form.id: [match.start() for match in form.regex.finditer(plain)] for form in forms()}
    found = tuple(form for form in forms() if places[form.id])
    last = max(found, key=lambda form: places[form.id][-1], default=None)
    terms = found[0].regex.sub(" ", plain) if found else plain
    heads = tuple(match.group(match.lastindex or 0) for match in pattern("cutting", "head-noun").finditer(plain))
    return Question(asked, language(asked), plain, terms, found, last, heads)


def language(text: str) -> Lang:
    """Return the language of *text*: English without any Han character, else Traditional or Simplified.

    Traditional where more characters stand only in Traditional than only in Simplified script; a text whose characters
    are all common to both is taken as Simplified, the source's own.
    """
    if not _HAN.search(text):
        return "en"
    others = (simplified(text), _to_traditional().convert(text))
    traditional, only_simplified = (sum(a != b for a, b in zip(text, other, strict=False)) for other in others)
    return "zh-Hant" if traditional > only_simplified else "zh-Hans"


def forms() -> tuple[QuestionForm, ...]:
    """Return the question forms of `rules/questions.yaml` in their order."""
    return load("questions", Entries[QuestionForm]).root


@cache
def _to_traditional() -> Any:  # noqa: ANN401 - the package has no types
    from opencc import OpenCC

    return OpenCC("s2t")
