"""Hits of a text search, or clauses near a clause → lists of links that open them."""

from __future__ import annotations

from collections.abc import Sequence

from kg.exports import exports
from kg.views.nearest import Near
from kg.views.text_search import LONGEST, TextHit, other_words, stretches_of
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import clause_query, go, heading
from kg.web.fragments.tags import Html, tag
from kg.web.wording import words

LISTED = 100
BEFORE, BEHIND = 10, 24
"""Characters shown around a hit."""


def found_html(desk: Desk, text: str, hits: Sequence[TextHit], lang: Lang) -> Html:
    """Return how often *text* occurs and in which clauses, each with its first hit; nothing if *text* is blank."""
    say, sought = words(lang)["find"], text.strip()[:LONGEST]
    if not sought:
        return Html()
    exact = any(stretches_of(hit.clause.text, sought) for hit in hits)
    others = [] if exact else other_words(sought)
    also = tag("p", say["also"].format(words=exports().separator.join(others)), lang="zh-Hans") if others else Html()
    if not hits:
        return tag("p", say["none"].format(text=sought), class_="hk-quiet hk-found", role="status", lang=lang)
    count = sum(len(hit.stretches) for hit in hits)
    rows = [tag("li", *_row(desk, sought, hit, lang)) for hit in hits[:LISTED]]
    told = say["count"].format(hits=count, clauses=len(hits))
    return tag("div", tag("p", told, role="status"), also, tag("ul", *rows), class_="hk-found", lang=lang)


def _row(desk: Desk, sought: str, hit: TextHit, lang: Lang) -> list[str]:
    query = clause_query(desk, hit.records.document.slug, hit.clause.id) | {"find": sought}
    start, end = hit.stretches[0]
    line = hit.clause.text
    before, behind = line[max(0, start - BEFORE) : start], line[end : end + BEHIND]
    shown = tag("span", before, tag("mark", line[start:end]), behind, class_="hk-brief", lang="zh-Hans")
    return [go(heading(hit.clause, lang), query), " ", tag("small", str(len(hit.stretches))), shown]


def near_html(desk: Desk, near: Sequence[Near], lang: Lang) -> Html:
    """Return the clauses *near* another, each with what the two have in common."""
    say, between = words(lang)["near"], exports().separator
    if not near:
        return Html()
    rows = [
        tag(
            "li",
            go(heading(each.clause, lang), clause_query(desk, each.records.document.slug, each.clause.id)),
            " ",
            tag("small", say["shared"].format(names=between.join(each.shared[:3])) if each.shared else say["meaning"]),
        )
        for each in near
    ]
    return tag("nav", tag("h3", say["title"]), tag("ul", *rows), class_="hk-near", aria_label=say["title"], lang=lang)
