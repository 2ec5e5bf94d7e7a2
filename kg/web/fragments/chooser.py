"""The agents, zones and policies of a build → a list to choose from, and a tree of zones with areas and boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from kg.graph.translations import called
from kg.views.things import Branch, Thing
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import go, thing_query
from kg.web.fragments.tags import Html, join, opening, tag
from kg.web.wording import words

OVERVIEWS = ("times", "zones", "open")
"""The values of `show` in a link to the tab; the first is the default."""

TIERS = ("named", "place", "collective", "class")
"""Named agents first; 有关部门 and the like are none that one could turn to, and are listed separately."""


def overview_query(show: str) -> dict[str, str]:
    """Return the query that opens an overview."""
    return {"view": "things", **({} if show == OVERVIEWS[0] else {"show": show})}


def chooser_html(desk: Desk, lang: Lang) -> Html:
    """Return every thing as a link with its number of rows, grouped by kind, with a box that filters the lists."""
    say = words(lang)["things"]
    agents = [
        (say["tiers"][tier], _by_count([t for t in desk.things.of("agent") if (t.tier or "named") == tier]))
        for tier in TIERS
    ]
    fields = dict.fromkeys(policy.sort for policy in desk.things.of("policy"))
    policies = [
        (sort_of("policy", sort, lang), [t for t in desk.things.of("policy") if t.sort == sort])
        for sort in sorted(fields, key=lambda sort: (sort == "other", list(fields).index(sort)))
    ]
    overviews = [tag("li", go(say["overviews"][show], overview_query(show))) for show in OVERVIEWS]
    tree = desk.things.tree
    box = opening("input", type="search", id="thing-search", placeholder=say["search_hint"], autocomplete="off")
    return tag(
        "nav",
        tag(
            "div",
            tag("ul", *overviews, class_="hk-overviews"),
            tag("label", tag("span", say["search"]), box, for_="thing-search"),
            class_="hk-narrow",
        ),
        tag("p", say["none_found"], class_="hk-quiet hk-none", role="status", hidden=True),
        _section("agent", desk, lang, [_list(heading, things, desk, lang) for heading, things in agents if things]),
        _section("zone", desk, lang, [_tree(tree, desk, lang, full=False)] if tree else []),
        _section("policy", desk, lang, [_list(heading, things, desk, lang) for heading, things in policies if things]),
        class_="hk-chooser",
        aria_label=say["chooser"],
        lang=lang,
    )


def overview(show: str, lang: Lang) -> dict[str, str]:
    """Return the attributes that tell the page's scripts which overview is shown, with its link and title."""
    title: str = words(lang)["things"]["overviews"][show]
    return {"data_thing": show, "data_here": f"?{urlencode(overview_query(show))}", "data_title": title}


def zones_html(desk: Desk, lang: Lang) -> Html:
    """Return the tree of zones, with the areas and boundaries that the document gives."""
    say = words(lang)["things"]
    tree = desk.things.tree
    return tag(
        "section",
        tag("h2", say["overviews"]["zones"]),
        tag("p", say["zones_note"], class_="hk-quiet"),
        _tree(tree, desk, lang, full=True) if tree else tag("p", say["no_zones"], class_="hk-empty"),
        class_="hk-overview hk-zones",
        lang=lang,
        **overview("zones", lang),
    )


def sort_of(kind: str, sort: str, lang: Lang) -> str:
    """Return the word for the *sort* of an agent, a zone or a policy, or *sort* itself if it has none."""
    return str(words(lang)["things"]["sorts"][kind].get(sort, sort))


def area_of(area: float, lang: Lang) -> str:
    """Return an area in words, with the document's digits."""
    # via str, because 3.02 is not a binary fraction; "f" avoids an exponent whatever the size
    return str(words(lang)["area"].format(area=f"{Decimal(str(area)).normalize():f}"))


def _by_count(things: Sequence[Thing]) -> list[Thing]:
    return sorted(things, key=lambda thing: -thing.total)


def _section(kind: str, desk: Desk, lang: Lang, lists: Sequence[Html]) -> Html:
    say = words(lang)["things"]
    count = tag("small", str(len(desk.things.of(kind))))  # type: ignore[arg-type]
    inside = lists or [tag("p", say["no_things"], class_="hk-quiet")]
    return tag("details", tag("summary", say["kinds"][kind], " ", count), *inside, data_kind=kind, open=kind == "agent")


def _list(heading: str, things: Sequence[Thing], desk: Desk, lang: Lang) -> Html:
    return tag("div", tag("h4", heading), tag("ul", *(tag("li", _link(t, desk, lang), **_found_by(t)) for t in things)))


def _tree(branches: Sequence[Branch], desk: Desk, lang: Lang, *, full: bool) -> Html:
    items = [
        tag(
            "li",
            _link(branch.zone, desk, lang),
            _measured(branch.zone, lang, full=full),
            _tree(branch.parts, desk, lang, full=full) if branch.parts else "",
            **_found_by(branch.zone),
        )
        for branch in branches
    ]
    return tag("ul", *items, class_="hk-tree")


def _measured(zone: Thing, lang: Lang, *, full: bool) -> Html:
    sort = [tag("small", sort_of("zone", zone.sort, lang))] if full and zone.sort else []
    areas = [tag("span", area_of(area, lang), class_="hk-area") for area in zone.areas]
    bounds = [tag("q", one, class_="hk-boundary", lang="zh-Hans") for one in zone.boundaries] if full else []
    return join(join([" ", part]) for part in (*sort, *areas, *bounds))


def _link(thing: Thing, desk: Desk, lang: Lang) -> Html:
    count = thing.total
    text = [tag("span", thing.name, lang="zh-Hans")]
    if (name := called(thing.name, lang)) != thing.name:
        text = [
            tag("span", name, title=thing.name),
            *([tag("small", thing.name, lang="zh-Hans")] if lang == "en" else []),
        ]
    text.append(tag("small", str(count), class_="hk-rows", title=words(lang)["tasks_of"].format(count=count)))
    return go(join(text, " "), thing_query(desk, thing.kind, thing.name, thing.document))


def _found_by(thing: Thing) -> dict[str, str]:
    """Return the attributes that tell the page's script which thing an entry is and which words find it."""
    every = dict.fromkeys(label.lower() for labels in thing.names.values() for label in labels)
    return {"data_thing": f"{thing.about}@{thing.document}", "data_names": " ".join(every)}
