"""What other documents answer to a question → cards side by side, the answer shown above first."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answer.record import YES, Answer, Evidence, Item
from kg.answer.wording import messages, say
from kg.web.desk.desk import Desk
from kg.web.fragments.quotes import place_html
from kg.web.fragments.tags import Html, tag
from kg.web.wording import words

SHOWN = 5
"""The most items of a card; the clause has the others."""


def elsewhere_html(answer: Answer, desk: Desk) -> Html:
    """Return the documents that answer otherwise than *answer*, each with its items and words, and those that agree."""
    if not answer.others:
        return Html()
    lang = answer.lang
    differ = [one for one in answer.others if not one.same]
    agree = [quote for one in answer.others if one.same for quote in one.evidence]
    found: list[Html] = []
    if differ:
        cards = [_card(answer, desk, answer.answers, answer.evidence[:1])]
        cards += [_card(answer, desk, one.answers, one.evidence) for one in differ]
        found += [tag("h3", say(lang, "others_differ")), tag("ul", *cards, class_="hk-cards")]
    if agree:
        places = (tag("li", place_html(desk, lang, quote)) for quote in agree)
        found += [tag("h3", say(lang, "others_agree", count=len(agree))), tag("ul", *places, class_="hk-quotes")]
    return tag("section", *found, class_="hk-elsewhere")


def _card(answer: Answer, desk: Desk, items: Sequence[Item], quotes: Sequence[Evidence]) -> Html:
    stands = []
    for quote in quotes:
        text = tag("q", quote.quote, lang="zh-Hans")
        stands += [text, place_html(desk, answer.lang, quote), _repealed(answer, quote.document)]
    return tag("li", _short(answer, items), *stands)


def _repealed(answer: Answer, document: str) -> Html:
    """Return that *document* no longer applies, if that is known."""
    if not any(one.document == document and one.status == "repealed" for one in answer.documents):
        return Html()
    return tag("p", words(answer.lang)["library"]["statuses"]["repealed"], class_="hk-aside hk-repealed")


def _short(answer: Answer, items: Sequence[Item]) -> Html:
    """Return the items in a line; nothing where the quote itself is the answer."""
    if answer.intent == "passage":
        return Html()
    if answer.intent == "yesno":
        told = words(answer.lang)["affirmed"]["true" if items[0].text == YES else "false"]
        return tag("p", told, class_="hk-short")
    between = messages()[answer.lang]["separator"]
    more = "…" if len(items) > SHOWN else ""
    return tag("p", between.join(item.text for item in items[:SHOWN]) + more, class_="hk-short", lang="zh-Hans")
