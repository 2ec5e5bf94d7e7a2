"""What an answer says around the source's words → the sentence, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kg.answer.record import Lang
from kg.errors import RuleError
from kg.models import Clause
from kg.resources import load_yaml, rules_dir

_LANGS: tuple[Lang, ...] = ("zh-Hans", "zh-Hant", "en")


@cache
def messages() -> dict[str, dict[str, str]]:
    """Return `rules/messages.yaml`: language → key → text; languages that differ in their keys are a `RuleError`."""
    path = rules_dir() / "messages.yaml"
    plain: dict[str, dict[str, str]] = load_yaml(path)
    if set(plain) != set(_LANGS) or len({frozenset(texts) for texts in plain.values()}) != 1:
        raise RuleError(path, "its languages do not have the same keys", "give each message in every language")
    return plain


def say(
    lang: Lang,
    key: str,
    *,
    clause: Clause | None = None,
    names: Sequence[str] = (),
    quote: str = "",
    count: int = 0,
    asked: str = "",
    told: Sequence[str] = (),
) -> str:
    """Return message *key* in *lang*, with the clause's printed number and title, the names in their order, a quote,
    a number, what was asked and what is told in its place.
    """
    texts = messages()[lang]
    return texts[key].format(
        clause="" if clause is None else clause_name(lang, clause),
        names=texts["separator"].join(names),
        quote=quote.rstrip("，。；"),
        count=count,
        asked=asked,
        told=texts["separator"].join(told),
    )


def clause_name(lang: Lang, clause: Clause) -> str:
    """Return how a reader finds *clause*: its printed number and title, in the document's own words."""
    texts = messages()[lang]
    if clause.id == "preamble":
        return texts["preamble"]
    if not clause.label and not clause.title:
        key = "chapter_text" if clause.id.startswith("ch") else "paragraph"
        return texts[key].format(number=clause.id.lstrip("chp"))
    return texts["clause"].format(id=clause.id, label=clause.label, title=clause.title)
