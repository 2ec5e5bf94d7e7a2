"""The tab of the ledger: filters, and the obligations that fit them, also as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import gradio as gr

from kg.ledger.arrange import desk_columns, read_arrangement, usual
from kg.ledger.filters import OPENING, Filter
from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.history import saved_html
from kg.web.fragments.ledger import Choices, assigned_choices, assignee_choices, choices, ledger_html, sort_choices
from kg.web.http import downloads
from kg.web.office.sessions import unit_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.web.desk.desk import Desk

FIRST = ("text", "assigned", "state")
"""The filters above the table."""

ROWS = (("clause", "agent", "zone", "modality"), ("force", "assignee", "tier", "review", "due_before"))
"""The other filters, row by row."""

ASSIGNEES = ("assigned", "assignee")
"""Filters whose values come and go while the desk is open."""


class LedgerTab(Tab):
    """The obligations that fit the filters."""

    name = "ledger"

    def build(self) -> None:
        """Lay out the filters and the table."""
        offered = choices(self.desk, self.lang)
        self.filters: dict[str, gr.Textbox | gr.Dropdown] = {}
        self._lay_out(FIRST, offered)
        with gr.Accordion(self.say["arrange"], open=False, elem_id="arrange"):
            for row in ROWS:
                self._lay_out(row, offered)
            with gr.Row():
                self.sort = gr.Dropdown(
                    sort_choices(self.lang), value="", label=self.say["sort"], elem_id="sort", min_width=200, scale=1
                )
                names = self.say["columns"]
                self.columns = gr.CheckboxGroup(
                    [(names[name], name) for name in desk_columns()], value=list(usual()),
                    label=self.say["choose_columns"], elem_id="columns", scale=4,
                )  # fmt: skip
        self.table = self.piece("table", waits=True, min_height=120)
        self.piece("saved", saved_html(self.lang))

    def _lay_out(self, row: Sequence[str], offered: Mapping[str, Choices]) -> None:
        with gr.Row():
            for name in row:
                place = {"label": self.say["filters"][name], "elem_id": f"filter-{name}", "min_width": 150}
                self.filters[name] = (
                    gr.Dropdown(
                        offered[name],
                        value=getattr(OPENING, name),
                        num_choices_shown=None,
                        allow_custom_value=name in ASSIGNEES,
                        **place,
                    )
                    if name in offered
                    else gr.Textbox(max_lines=1, **place)
                )

    def wire(self, around: Around) -> None:
        """Update the table when a filter changes or the tab is opened."""
        chosen = [*self.filters.values(), self.sort, self.columns]
        gr.on(
            [*(one.input for one in chosen), around.own.select], self.filter, chosen, self.table,
            trigger_mode="always_last", show_progress="full", api_visibility="private",
        )  # fmt: skip
        given = [self.filters[name] for name in ASSIGNEES]
        around.own.select(self.offer, None, given, show_progress="hidden", api_visibility="private")

    def changed(self) -> list[Any]:
        """Return the filters, the order, the columns and the table."""
        return [*self.filters.values(), self.sort, self.columns, self.table]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that apply the visit's filter."""
        wanted = visit.wanted
        values = asdict(wanted) | {"clause": f"{wanted.document}/{wanted.clause}" if wanted.document else ""}
        changes: Updates = {box: values[name] for name, box in self.filters.items()}
        changes |= {self.sort: visit.how.sort, self.columns: list(visit.how.shown)}
        return changes | {self.table: ledger_html(self.desk, self.lang, wanted, visit.how, visit.unit)}

    def offer(self) -> list[dict[str, Any]]:
        """Return the updates that offer the assignees that tasks are given to now."""
        every = (self.say["all"], "")
        offered = (assigned_choices(self.desk, self.lang), assignee_choices(self.desk))
        return [dict(gr.update(choices=[every, *each])) for each in offered]

    def filter(self, request: gr.Request, *values: Any) -> str:  # noqa: ANN401 - text and, last, a list of columns
        """Return the table of obligations that fit the filters, in the chosen order and columns."""
        *filters, sort, columns = values
        given = dict(zip(self.filters, (value or "" for value in filters), strict=True))
        document, _, clause = given.pop("clause").rpartition("/")
        how = read_arrangement(sort or "", ",".join(columns or ()))
        return ledger_html(
            self.desk, self.lang, Filter(document=document, clause=clause, **given), how, unit_of(request.request)
        )

    @classmethod
    def add_routes(cls, app: FastAPI, desk: Desk) -> None:
        """Give *app* the files of what is chosen."""
        app.include_router(downloads.router)
