"""The tab of things: a page for each agent, zone and policy, or an overview of times, zones or open matters."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.ledger.parts import THING_KINDS
from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Tab, Updates
from kg.web.fragments.chooser import chooser_html, zones_html
from kg.web.fragments.tags import Html
from kg.web.fragments.things import missing_html, open_html, thing_html
from kg.web.fragments.times import timeline_html


class ThingsTab(Tab):
    """The list of things beside the page of one of them."""

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
        """Return the updates that show the page of the thing in the visit, or the overview it asks for."""
        return {self.page: self.shown(visit)}

    def shown(self, visit: Visit) -> Html:
        """Return the page or overview that the visit asks for."""
        if visit.thing is not None:
            return thing_html(self.desk, visit.thing, self.lang)
        for kind in THING_KINDS:
            if name := visit.query.get(kind):
                return missing_html(self.desk, kind, name, self.lang)
        overviews = {"zones": zones_html, "open": open_html}
        return overviews.get(visit.query.get("show", ""), timeline_html)(self.desk, self.lang)
