"""The tab of the graph: what lies around a thing, drawn, with a list beside it that says the same."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import gradio as gr

from kg.ledger.terms import term
from kg.resources import assets_dir
from kg.serve.fragments.graph import graph_html, things
from kg.serve.fragments.ledger import choices
from kg.serve.neighbours import NODE_KINDS, named
from kg.serve.tabs.tab import Around, Tab, Updates
from kg.serve.visit import Visit
from kg.vocab import FORCES

STARTED = "\nwindow.hkGraph(element);\nwatch('value', () => setTimeout(() => window.hkGraph(element)));"


class Graph(Tab):
    """What hangs together."""

    name = "graph"

    def build(self) -> None:
        """Lay out what is to stand in the middle, the filters, and the place of the picture."""
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
        """Draw what is chosen. It is the browser that asks for it: no step of the page is needed."""
        filters: list[Any] = [self.kinds, self.clauses, self.forces, self.hops]
        self.around.input(None, self.around, None, js="(around) => window.hkGraphAround(around)")
        gr.on([one.input for one in filters], None, filters, None, js="(...all) => window.hkGraphFilter(...all)")

    def changed(self) -> list[Any]:
        """Return what is in the middle, and the picture."""
        return [self.around, self.picture]

    def open(self, visit: Visit) -> Updates:
        """Draw what lies around the thing the visit names, through the filters as they stand."""
        asked = visit.query.get("around", "").strip()
        around = named(asked) if asked else ""
        return {self.around: around, self.picture: graph_html(self.desk, self.lang, around, uuid4().hex)}
