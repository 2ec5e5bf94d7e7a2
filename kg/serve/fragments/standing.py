"""A task and a day → how it stands, as a light that never goes without its words."""

from __future__ import annotations

from kg.ledger.entries import Entry
from kg.ledger.standing import lights
from kg.ledger.terms import Lang
from kg.serve.fragments.tags import Html, tag
from kg.serve.wording import words


def light_html(entry: Entry, lang: Lang) -> Html:
    """Return how a task stands: its light's colour, and always the words with it."""
    stands = entry.standing
    colour = lights().colours[entry.light]
    word = lights().standings[stands.kind][lang]
    if stands.kind == "overdue":
        word = words(lang)["office"]["late_by"].format(days=-(stands.days or 0))
    return tag("span", f"{colour[lang]} · {word}", class_="light", style=f"background: #{colour['fill']}")
