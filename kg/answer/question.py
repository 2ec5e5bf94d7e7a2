"""A question as typed → its language, what kind of thing it asks for, and the words to look up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast, get_args

from kg.answer.record import Lang
from kg.errors import QuestionError, RuleError
from kg.models import Role
from kg.resources import load_yaml, rules_dir
from kg.search.words import folded, simplified
from kg.vocab import ROLES

MAX_CHARACTERS = 10_000
"""A longer text is no question."""

Kind = Literal[
    "agency",
    "beneficiary",
    "condition",
    "deadline",
    "definition",
    "exception",
    "list",
    "passage",
    "policy",
    "quantity",
    "tasks",
    "yesno",
    "zone",
]
"""What is asked for; `passage` where the question has none of the forms: what the plan says of a thing."""

_HEAD = re.compile(
    r"(?:哪|边|什么|何|咩|乜嘢?|啥)(?:一|几|些|两|二|三|四|五|六|七|八|九|十|啲)?(?:座|条|个|家|所|间|项|种|类|块|片|处|样|份|位|级|方|门|根|只)?"
    r"([\u4e00-\u9fff]{1,4})"
    r"|\b(?:which|what)(?: (?:two|three|four|five|six|one))? ((?:[a-z]+ ){0,2}[a-z]+)"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Form:
    """A way of asking: the patterns that show it, what it asks for and, for bodies, the roles that answer it."""

    id: str
    kind: Kind
    roles: tuple[Role, ...]
    asks: re.Pattern[str]
    examples: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question. `plain` is its text in Simplified characters and lower case; `terms` that without the words that
    only ask; `forms` are all the forms it has, the most telling first; `last` is the one that ends it; `heads` are the
    nouns that its words of asking stand before: 桥 in 哪座桥, bridge in which bridge.
    """

    text: str
    lang: Lang
    plain: str
    terms: str
    forms: tuple[Form, ...]
    last: Form | None
    heads: tuple[str, ...]

    @property
    def form(self) -> Form | None:
        """The most telling form; None where the question has none."""
        return self.forms[0] if self.forms else None

    @property
    def kind(self) -> Kind:
        """What is asked for."""
        return self.forms[0].kind if self.forms else "passage"


def read_question(text: str) -> Question:
    """Return what *text* asks for; one that is empty, has no letter or is too long is a `QuestionError`."""
    asked = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not any(c.isalnum() for c in asked):
        problem = "it is empty" if not asked else "it has no letter, digit or character"
        raise QuestionError("question", problem, "give a question as one argument, in quotes")
    if len(asked) > MAX_CHARACTERS:
        raise QuestionError("question", f"it has more than {MAX_CHARACTERS:,} characters", "ask a shorter one")
    # Hong Kong writes 甚麼 where the mainland writes 什么
    plain = folded(asked).replace("甚么", "什么")
    places = {form: [match.start() for match in form.asks.finditer(plain)] for form in forms()}
    found = tuple(form for form, starts in places.items() if starts)
    last = max(found, key=lambda form: places[form][-1], default=None)
    terms = found[0].asks.sub(" ", plain) if found else plain
    heads = tuple(match.group(match.lastindex or 0) for match in _HEAD.finditer(plain))
    return Question(asked, language(asked), plain, terms, found, last, heads)


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
    return tuple(_form(path, plain) for plain in load_yaml(path))


def _form(path: object, plain: dict[str, Any]) -> Form:
    keys = {"id", "kind", "asks", "examples"}
    if not isinstance(plain, dict) or set(plain) - {"roles"} != keys:
        raise RuleError(path, f"a form has other keys than {', '.join(sorted(keys))} and roles", "correct it")
    if plain["kind"] not in get_args(Kind):
        raise RuleError(path, f"form {plain['id']} asks for no kind there is", f"use {', '.join(get_args(Kind))}")
    roles = plain.get("roles", [])
    if not set(roles) <= set(ROLES):
        raise RuleError(path, f"form {plain['id']} names a role there is not", f"use {', '.join(ROLES)}")
    try:
        asks = re.compile("|".join(f"(?:{pattern})" for pattern in plain["asks"]))
    except re.error as error:
        raise RuleError(
            path, f"form {plain['id']} has a pattern that cannot be read ({error})", "correct it"
        ) from error
    examples = tuple((example["text"], bool(example["hits"])) for example in plain["examples"])
    return Form(plain["id"], cast("Kind", plain["kind"]), tuple(roles), asks, examples)


def _only_simplified(text: str) -> int:
    return sum(a != b for a, b in zip(text, _to_traditional().convert(text), strict=False))


@cache
def _to_traditional() -> Any:  # noqa: ANN401 - the package has no types
    from opencc import OpenCC

    return OpenCC("s2t")
