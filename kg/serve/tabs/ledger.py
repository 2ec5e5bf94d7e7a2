"""The tab of the ledger: filters, the obligations that fit them, and these as files."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import gradio as gr

from kg.ledger.filters import Filter
from kg.serve.downloads import add_downloads
from kg.serve.fragments.ledger import choices, ledger_html
from kg.serve.tabs.tab import Around, Tab, Updates
from kg.serve.visit import Visit

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk

ROWS = (("text", "clause", "agent", "zone"), ("modality", "force", "tier", "due_before"))
"""The filters as they stand below each other."""


class Ledger(Tab):
    """The obligations that fit the filters."""

    name = "ledger"

    def build(self) -> None:
        """Lay out the filters and the table."""
        offered = choices(self.desk, self.lang)
        self.filters: dict[str, gr.Textbox | gr.Dropdown] = {}
        for row in ROWS:
            with gr.Row():
                for name in row:
                    place = {"label": self.say["filters"][name], "elem_id": f"filter-{name}", "min_width": 150}
                    self.filters[name] = (
                        gr.Dropdown(offered[name], value="", num_choices_shown=None, **place)
                        if name in offered
                        else gr.Textbox(max_lines=1, **place)
                    )
                if row is ROWS[-1]:
                    self.button = gr.Button(self.say["clear"], elem_id="clear", min_width=110)
        self.table = self.piece("table", waits=True, min_height=120)

    def wire(self, around: Around) -> None:
        """Filter as the filters change and when the tab is opened; clear them."""
        filters = list(self.filters.values())
        gr.on(
            [*(one.input for one in filters), around.own.select], self.filter, filters, self.table,
            trigger_mode="always_last", show_progress="full", api_visibility="private",
        )  # fmt: skip
        self.button.click(
            self.clear, None, [*filters, self.table], show_progress_on=self.table, api_visibility="private"
        )

    def changed(self) -> list[Any]:
        """Return the filters and the table."""
        return [*self.filters.values(), self.table]

    def open(self, visit: Visit) -> Updates:
        """Filter as the visit does."""
        wanted = visit.wanted
        values = asdict(wanted) | {"clause": f"{wanted.document}/{wanted.clause}" if wanted.clause else ""}
        changes: Updates = {box: values[name] for name, box in self.filters.items()}
        return changes | {self.table: ledger_html(self.desk, self.lang, wanted)}

    def filter(self, *values: str) -> str:
        """Show the obligations that fit the filters."""
        given = dict(zip(self.filters, (value or "" for value in values), strict=True))
        document, _, clause = given.pop("clause").rpartition("/")
        return ledger_html(self.desk, self.lang, Filter(document=document, clause=clause, **given))

    def clear(self) -> list[str]:
        """Show all obligations again."""
        return [*("" for _ in self.filters), self.filter(*("" for _ in self.filters))]

    @classmethod
    def add_routes(cls, app: FastAPI, desk: Desk) -> None:
        """Give *app* the files of what is chosen."""
        add_downloads(app, desk)
