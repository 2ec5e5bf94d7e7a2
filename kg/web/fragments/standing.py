"""A task and a day → how it stands, as a light that always comes with its words."""

from __future__ import annotations

from kg.ledger.standing import lights
from kg.ledger.tasks import LedgerTask
from kg.vocab import Lang
from kg.web.fragments.tags import Html, tag
from kg.web.wording import words


def light_html(entry: LedgerTask, lang: Lang) -> Html:
    """Return how a task stands: the colour of its light, always with the words."""
    stands = entry.standing
    colour = lights().colours[entry.light]
    word = lights().standings[stands.kind][lang]
    if stands.kind == "overdue":
        word = words(lang)["office"]["late_by"].format(days=-(stands.days or 0))
    return tag("span", f"{colour[lang]} · {word}", class_="light", style=f"background: #{colour['fill']}")
