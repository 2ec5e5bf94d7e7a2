"""A desk → what the tab of the graph starts from: legend, tools, places for picture and list, what can be chosen."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from kg.ledger.terms import Lang, term
from kg.serve.desk import Desk
from kg.serve.fragments.links import go, heading
from kg.serve.fragments.tags import Html, tag
from kg.serve.neighbours import EDGE_KINDS, NODE_KINDS
from kg.serve.root import at
from kg.serve.wording import words
from kg.vocab import FORCES, MODALITIES, thing

OFFERED = 3
"""So many things of each kind are offered to begin with."""

Choices = list[tuple[str, str]]
"""What a list offers: what is read, and the value."""


def graph_html(desk: Desk, lang: Lang, around: str = "", turn: str = "") -> Html:
    """Return the place where what lies around the thing with the IRI *around* is drawn, by the browser.

    *turn* tells one visit from another: the browser may have drawn something else since, and begins anew.
    """
    say = words(lang)["graph"]
    kinds: dict[str, str] = say["kinds"]
    legend = [
        tag("li", tag("i", class_=f"hk-g-sign hk-g-{kind}", aria_hidden="true"), kinds[kind]) for kind in NODE_KINDS
    ]
    lines = [
        tag("li", tag("i", class_=f"hk-g-line hk-g-{force}", aria_hidden="true"), term(lang, "force", force))
        for force in FORCES
    ]
    tools = [
        tag("button", text, type="button", data_do=name, aria_label=say[name], title=say[name])
        for name, text in (("nearer", "+"), ("farther", "−"), ("whole", say["whole"]), ("save", say["save"]))
    ]
    spoken = {
        **{key: say[key] for key in say if isinstance(say[key], str)},
        "kinds": kinds,
        "terms": {kind: say["terms"][kind] for kind in EDGE_KINDS},
        "modality": {value: term(lang, "modality", value) for value in MODALITIES},
        "force": {value: term(lang, "force", value) for value in FORCES},
    }
    return tag(
        "div",
        tag(
            "div",
            tag("ul", *legend, class_="hk-g-legend", aria_label=say["legend"]),
            tag("ul", *lines, class_="hk-g-legend", aria_label=say["lines"]),
            tag(
                "div",
                *tools,
                tag("a", say["save_graphml"], href=at("/api/graph.graphml"), download=True, class_="hk-g-graphml"),
                class_="hk-g-tools",
            ),
            class_="hk-g-bar",
        ),
        tag("p", class_="hk-g-told", role="status"),
        tag(
            "div",
            tag("p", say["empty"]),
            tag("ul", *_offers(desk, lang), class_="hk-g-offers"),
            class_="hk-g-start hk-empty",
        ),
        tag("div", class_="hk-g-picture", role="application", aria_label=say["picture"], tabindex="0"),
        tag("div", class_="hk-g-list", role="region", aria_label=say["list"]),
        class_="hk-graph" if around else "hk-graph hk-g-none",
        lang=lang,
        data_around=around,
        data_turn=turn,
        data_here=f"?{urlencode({'view': 'graph', 'around': around})}" if around else "?view=graph",
        data_words=json.dumps(spoken, ensure_ascii=False),
    )


def things(desk: Desk, lang: Lang) -> Choices:
    """Return what can stand in the middle: every body, zone, policy and clause, each with the word for its kind."""
    kinds: dict[str, str] = words(lang)["graph"]["kinds"]
    found: dict[str, str] = {}
    for kind, names in (
        ("agent", [one.name for each in desk.records for one in each.agents]),
        ("zone", [one.name for each in desk.records for one in each.zones]),
    ):
        found |= {thing(kind, name): f"{name} · {kinds[kind]}" for name in names}
    for each in desk.records:
        slug = each.document.slug
        found |= {thing(slug, "policy", one.name): f"{one.name} · {kinds['policy']}" for one in each.policies}
        found |= {
            thing(slug, "clause", one.id): f"{heading(one, lang)} · {kinds['clause']}" for one in each.document.clauses
        }
    return [(read, value) for value, read in found.items()]


def _offers(desk: Desk, lang: Lang) -> list[Html]:
    """Bodies and zones to begin with: those that most clauses of the first document speak of."""
    first = desk.records[0]
    agents = {one.name: len(one.clauses) for one in first.agents if one.tier == "named"}
    zones = {one.name: len(one.clauses) for one in first.zones}
    return [
        tag("li", go(name, {"view": "graph", "around": thing(kind, name)}))
        for kind, counts in (("agent", agents), ("zone", zones))
        for name in sorted(counts, key=lambda name: (-counts[name], name))[:OFFERED]
    ]
