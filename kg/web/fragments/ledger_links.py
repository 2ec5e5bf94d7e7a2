"""A filter of the ledger and what it found → links to other views of it: a narrower one, all of it, another page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, get_args
from urllib.parse import urlencode

from kg.exports import exports
from kg.ledger.arrange import Arrangement
from kg.ledger.filters import OPENING, Filter, Selection
from kg.ledger.terms import term
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import body_name
from kg.web.fragments.tags import Html, tag
from kg.web.wording import words

Facet = Literal["modality", "force", "agent"]
FACETS: tuple[Facet, ...] = get_args(Facet)
"""The filters that the rows found are counted by, each value a link that narrows to it."""

OFFERED = 8
"""The most values of a facet."""


def ledger_query(wanted: Filter, how: Arrangement) -> dict[str, str]:
    """Return the query of a link to the ledger with this filter and arrangement."""
    page = str(how.page) if how.page > 1 else ""
    given = wanted.query | {"sort": how.sort, "columns": ",".join(how.columns), "page": page}
    return {key: value for key, value in given.items() if value}


def ledger_link(query: Mapping[str, str]) -> str:
    """Return the address of the ledger with this query."""
    return f"?{urlencode({'view': 'ledger', **query}, safe=',')}"


def mine_html(lang: Lang, unit: str, wanted: Filter, how: Arrangement) -> Html:
    """Return the link to the tasks that *unit* was given or assists in."""
    mine = Filter(assignee=unit)
    href = ledger_link(ledger_query(mine, replace(how, page=1)))
    return tag(
        "a", words(lang)["mine"].format(unit=unit), href=href, data_go=True, class_="hk-mine",
        aria_current="true" if wanted == mine else None,
    )  # fmt: skip


def left_out_html(desk: Desk, lang: Lang, wanted: Filter, how: Arrangement) -> Html:
    """Return how many rows fit but for being of direction alone, with a link that lists them too."""
    if wanted.tier != OPENING.tier:
        return Html()
    every = replace(wanted, tier="")
    count = desk.chosen(replace(wanted, tier="B")).total
    if not count:
        return Html()
    say = words(lang)["left_out"]
    shows = tag("a", say["show"], href=ledger_link(ledger_query(every, replace(how, page=1))), data_go=True)
    return tag("span", say["count"].format(count=count), shows, class_="hk-left-out")


def facets_html(lang: Lang, found: Selection, wanted: Filter, how: Arrangement) -> Html:
    """Return the values that what was *found* has in each facet, with their number, as links that narrow to them."""
    say, parts = words(lang), []
    for facet in FACETS:
        counts = _counted(found, facet)
        chosen = getattr(wanted, facet)
        if len(counts) < 2 and not chosen:
            continue
        links = []
        for value, count in counts[:OFFERED]:
            word = body_name(value, lang) if facet == "agent" else term(lang, facet, value)
            query = ledger_query(replace(wanted, **{facet: "" if value == chosen else value}), replace(how, page=1))
            current = "true" if value == chosen else None
            shown = [word, " ", tag("small", str(count))]
            links.append(tag("a", *shown, href=ledger_link(query), data_go=True, aria_current=current))
        parts.append(tag("li", tag("span", say["filters"][facet]), *links, data_facet=facet))
    return tag("ul", *parts, class_="hk-facets", aria_label=say["facets"]) if parts else Html()


def _counted(found: Selection, facet: Facet) -> list[tuple[str, int]]:
    """Return the values of *facet* in what was *found*, each with its number of rows, the most frequent first."""
    if facet != "agent":
        return list(found.counted(facet).items())
    # as the filter takes it: with somebody named only in the context, nobody is named
    counts = found.counted("agents")
    if nobody := found.counted("owners").get("", 0):
        counts[exports().unnamed] = nobody
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def pager_html(lang: Lang, wanted: Filter, how: Arrangement, pages: int) -> Html:
    """Return the links to the pages beside the one shown; nothing if there is only one."""
    if pages < 2:
        return Html()
    say = words(lang)["pager"]

    def to(name: str, page: int) -> Html:
        if not 1 <= page <= pages:
            return tag("span", say[name], class_="hk-quiet")
        return tag(
            "a", say[name], href=ledger_link(ledger_query(wanted, replace(how, page=page))), data_go=True, rel=name
        )

    told = tag("span", say["page"].format(page=how.page, pages=pages))
    return tag(
        "nav", to("prev", how.page - 1), told, to("next", how.page + 1), class_="hk-pager", aria_label=say["label"]
    )
