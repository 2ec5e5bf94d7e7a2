"""What an answer says around the source's words → the sentence, in the question's language."""

from __future__ import annotations

from collections.abc import Sequence

from kg.graph.translations import titled
from kg.models import Clause
from kg.rules import Texts, load
from kg.vocab import Lang


def messages() -> dict[Lang, dict[str, str]]:
    """Return `rules/messages.yaml`: language → key → text, each language with the same keys."""
    return load("messages", Texts[str]).root


def say(
    lang: Lang,
    key: str,
    *,
    clause: Clause | None = None,
    names: Sequence[str] = (),
    quote: str = "",
    count: int = 0,
    asked: str = "",
) -> str:
    """Return message *key* in *lang*, filled with the clause's printed number and title, the names in their order, a
    quote, a number and what was asked.
    """
    texts = messages()[lang]
    return texts[key].format(
        clause="" if clause is None else clause_name(lang, clause),
        names=texts["separator"].join(names),
        quote=quote.rstrip("，。；"),
        count=count,
        asked=asked,
    )


def clause_name(lang: Lang, clause: Clause) -> str:
    """Return how a reader finds *clause*: its printed number and its title, in *lang* where a translation is known."""
    texts = messages()[lang]
    if clause.id == "preamble":
        return texts["preamble"]
    if not clause.label and not clause.title:
        key, filled = clause.described()
        return texts[key].format(**filled | {"title": titled(filled.get("title", ""), lang)})
    title = titled(clause.title, lang)
    key = "clause" if title == clause.title else "clause_translated"
    return texts[key].format(id=clause.id, label=clause.label if title else "", title=title or clause.label)
