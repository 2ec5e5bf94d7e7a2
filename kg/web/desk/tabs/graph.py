"""The tab of the graph: what surrounds a thing, drawn, with an equivalent list beside it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import gradio as gr

from kg.ledger.terms import term
from kg.resources import assets_dir
from kg.views.neighbours import NODE_KINDS, named
from kg.vocab import FORCES
from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.graph import graph_html, things
from kg.web.fragments.ledger import choices

STARTED = "\nwindow.hkGraph(element);\nwatch('value', () => setTimeout(() => window.hkGraph(element)));"


class GraphTab(Tab):
    """The graph around a thing."""

    name = "graph"

    def build(self) -> None:
        """Lay out the choice of the central thing, the filters, and the place for the picture."""
        say = self.say["graph"]
        with gr.Row():
            self.around = gr.Dropdown(
                [(say["choose"], ""), *things(self.desk, self.lang)],
                value="",
                label=say["around"],
                elem_id="graph-around",
                allow_custom_value=True,
                scale=3,
                min_width=260,
            )
            clauses = [one for one in choices(self.desk, self.lang)["clause"] if one[1]]
            self.clauses = gr.Dropdown(
                clauses,
                value=[],
                multiselect=True,
                label=say["clauses"],
                elem_id="graph-clauses",
                scale=3,
                min_width=220,
            )
        with gr.Row():
            self.hops = gr.Radio(
                [(say["hops_1"], 1), (say["hops_2"], 2)],
                value=1,
                label=say["hops"],
                elem_id="graph-hops",
                scale=2,
                min_width=220,
            )
            self.kinds = gr.CheckboxGroup(
                [(say["kinds"][kind], kind) for kind in NODE_KINDS],
                value=[],
                label=say["only_kinds"],
                elem_id="graph-kinds",
                scale=4,
                min_width=300,
            )
            self.forces = gr.CheckboxGroup(
                [(term(self.lang, "force", force), force) for force in FORCES],
                value=[],
                label=say["only_forces"],
                elem_id="graph-forces",
                scale=3,
                min_width=260,
            )
        links = (assets_dir() / "links.js").read_text(encoding="utf-8")
        shown = graph_html(self.desk, self.lang)
        self.picture = gr.HTML(shown, elem_id="graph", js_on_load=links + STARTED, apply_default_css=False)

    def wire(self, around: Around) -> None:
        """Draw what is chosen. The browser itself requests it, so that no step of the page is needed."""
        filters: list[Any] = [self.kinds, self.clauses, self.forces, self.hops]
        self.around.input(None, self.around, None, js="(around) => window.hkGraphAround(around)")
        gr.on([one.input for one in filters], None, filters, None, js="(...all) => window.hkGraphFilter(...all)")

    def changed(self) -> list[Any]:
        """Return the central thing and the picture."""
        return [self.around, self.picture]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that draw what surrounds the thing in the visit, keeping the filters."""
        asked = visit.query.get("around", "").strip()
        around = named(asked) if asked else ""
        return {self.around: around, self.picture: graph_html(self.desk, self.lang, around, uuid4().hex)}
