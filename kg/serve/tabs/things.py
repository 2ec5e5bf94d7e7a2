"""The tab of things: a page for each body, zone and policy; without one, the times, the zones or what is open."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.ledger.parts import THING_KINDS
from kg.serve.fragments.chooser import chooser_html, zones_html
from kg.serve.fragments.tags import Html
from kg.serve.fragments.things import missing_html, open_html, thing_html
from kg.serve.fragments.times import timeline_html
from kg.serve.tabs.tab import Tab, Updates
from kg.serve.visit import Visit


class Things(Tab):
    """The list of things, and the page of one of them beside it."""

    name = "things"

    def build(self) -> None:
        """Lay out the list and the times of the documents."""
        with gr.Row(elem_id="things"):
            with gr.Column(scale=2, min_width=280):
                self.piece("chooser", chooser_html(self.desk, self.lang))
            with gr.Column(scale=5, min_width=320):
                self.page = self.piece("thing", timeline_html(self.desk, self.lang), waits=True)

    def changed(self) -> list[Any]:
        """Return the page."""
        return [self.page]

    def open(self, visit: Visit) -> Updates:
        """Show the page of the thing the visit names, or what it asks for of all of them."""
        return {self.page: self.shown(visit)}

    def shown(self, visit: Visit) -> Html:
        """Return what the visit asks for."""
        if visit.thing is not None:
            return thing_html(self.desk, visit.thing, self.lang)
        for kind in THING_KINDS:
            if name := visit.query.get(kind):
                return missing_html(self.desk, kind, name, self.lang)
        overviews = {"zones": zones_html, "open": open_html}
        return overviews.get(visit.query.get("show", ""), timeline_html)(self.desk, self.lang)
