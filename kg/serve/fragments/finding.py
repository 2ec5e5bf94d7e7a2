"""What was found in the text, and what is near a clause → lists of links that open it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.ledger.export import wording
from kg.ledger.terms import Lang
from kg.serve.desk import Desk
from kg.serve.finding import LONGEST, Hit
from kg.serve.fragments.links import clause_query, go, heading
from kg.serve.fragments.tags import Html, tag
from kg.serve.nearest import Near
from kg.serve.wording import words

LISTED = 100
BEFORE, BEHIND = 10, 24
"""Characters shown around what was found."""


def found_html(desk: Desk, text: str, hits: Sequence[Hit], lang: Lang) -> Html:
    """Return how often *text* stands where, each clause with its first place; nothing for a text that is blank."""
    say, sought = words(lang)["find"], text.strip()[:LONGEST]
    if not sought:
        return Html()
    if not hits:
        return tag("p", say["none"].format(text=sought), class_="hk-quiet hk-found", role="status", lang=lang)
    count = sum(len(hit.stretches) for hit in hits)
    rows = [tag("li", *_row(desk, sought, hit, lang)) for hit in hits[:LISTED]]
    told = say["count"].format(hits=count, clauses=len(hits))
    return tag("div", tag("p", told, role="status"), tag("ul", *rows), class_="hk-found", lang=lang)


def _row(desk: Desk, sought: str, hit: Hit, lang: Lang) -> list[str]:
    query = clause_query(desk, hit.records.document.slug, hit.clause.id) | {"find": sought}
    start, end = hit.stretches[0]
    line = hit.clause.text
    before, behind = line[max(0, start - BEFORE) : start], line[end : end + BEHIND]
    shown = tag("span", before, tag("mark", line[start:end]), behind, class_="hk-brief", lang="zh-Hans")
    return [go(heading(hit.clause, lang), query), " ", tag("small", str(len(hit.stretches))), shown]


def near_html(desk: Desk, near: Sequence[Near], lang: Lang) -> Html:
    """Return the clauses *near* another, each with what it has in common with it."""
    say, between = words(lang)["near"], wording()["separator"]
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
