"""A desk → the initial content of the graph's tab: legend, tools, places for picture and list, choices."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from kg.graph.translations import called
from kg.ledger.terms import term
from kg.views.neighbours import EDGE_KINDS, NODE_KINDS
from kg.vocab import FORCES, MODALITIES, Lang, thing
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import Choices
from kg.web.fragments.links import go, heading
from kg.web.fragments.tags import Html
from kg.web.templates import fragment
from kg.web.wording import words

OFFERED = 3
"""How many things of each kind are offered to start with."""


def graph_html(desk: Desk, lang: Lang, around: str = "", turn: str = "") -> Html:
    """Return the place where the browser draws what surrounds the thing with the IRI *around*.

    *turn* distinguishes visits: the browser may have drawn something else since, and starts again.
    """
    say = words(lang)["graph"]
    forces = {force: term(lang, "force", force) for force in FORCES}
    spoken = {
        **{key: say[key] for key in say if isinstance(say[key], str)},
        "kinds": say["kinds"],
        "terms": {kind: say["terms"][kind] for kind in EDGE_KINDS},
        "modality": {value: term(lang, "modality", value) for value in MODALITIES},
        "force": forces,
        "names": _translated(desk, lang),
    }
    return fragment(
        "graph.html",
        lang=lang,
        say=say,
        around=around,
        turn=turn,
        here=f"?{urlencode({'view': 'graph', **({'around': around} if around else {})})}",
        spoken=json.dumps(spoken, ensure_ascii=False),
        kinds=NODE_KINDS,
        forces=forces,
        offers=_offers(desk, lang),
    )


def things(desk: Desk, lang: Lang) -> Choices:
    """Return what can be in the centre, each with the word for its kind: every agent, zone, policy and clause.

    Of a large library they are the agents and zones with most obligations; any other can be typed, or is in a link.
    """
    kinds: dict[str, str] = words(lang)["graph"]["kinds"]
    listed = [*desk.things.of("agent"), *desk.things.of("zone")]
    found = {thing(one.kind, one.name): f"{called(one.name, lang)} · {kinds[one.kind]}" for one in listed}
    for each in desk.records if desk.small else ():
        slug = each.document.slug
        found |= {thing(slug, "policy", one.name): f"{one.name} · {kinds['policy']}" for one in each.policies}
        found |= {
            thing(slug, "clause", one.id): f"{heading(one, lang)} · {kinds['clause']}" for one in each.document.clauses
        }
    return [(read, value) for value, read in found.items()]


def _translated(desk: Desk, lang: Lang) -> dict[str, str]:
    """Return what agents and zones are called in *lang*, by IRI, where that is not the documents' own name."""
    listed = [*desk.things.of("agent"), *desk.things.of("zone")]
    named = ((thing(one.kind, one.name), one.name, called(one.name, lang)) for one in listed)
    return {iri: found for iri, name, found in named if found != name}


def _offers(desk: Desk, lang: Lang) -> list[Html]:
    """Return agents and zones to start with: those that the most clauses of the first document mention."""
    first = desk.records[0]
    agents = {one.name: len(one.clauses) for one in first.agents if one.tier == "named"}
    zones = {one.name: len(one.clauses) for one in first.zones}
    return [
        go(called(name, lang), {"view": "graph", "around": thing(kind, name)})
        for kind, counts in (("agent", agents), ("zone", zones))
        for name in sorted(counts, key=lambda name: (-counts[name], name))[:OFFERED]
    ]
