"""The tab of the text: the list of clauses, and one clause with everything found in it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.models import Clause, Records
from kg.views.nearest import nearest
from kg.views.text_search import LONGEST, find
from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.finding import found_html
from kg.web.fragments.reading import contents_html, reader_html


class ReadTab(Tab):
    """The documents, clause by clause."""

    name = "read"

    def build(self) -> None:
        """Lay out the search in the text, the list of clauses and the first clause."""
        first = self.desk.records[0]
        say = self.say["find"]
        with gr.Row():
            with gr.Column(scale=1, min_width=230):
                self.sought = gr.Textbox(
                    label=say["label"], placeholder=say["hint"], max_lines=1, max_length=LONGEST, elem_id="find"
                )
                self.found = self.piece("found")
                self.contents = self.piece("contents", contents_html(self.desk, self.lang))
            with gr.Column(scale=4, min_width=320):
                # the index is opened for the first question, not when the desk starts
                shown = self._clause(first, first.document.clauses[0], by_meaning=False)
                self.reader = self.piece("reader", shown, waits=True)

    def wire(self, around: Around) -> None:
        """Search for words as they are typed."""
        gr.on(
            [self.sought.input, self.sought.submit], self.look, self.sought, self.found,
            trigger_mode="always_last", show_progress_on=self.found, api_visibility="private",
        )  # fmt: skip

    def changed(self) -> list[Any]:
        """Return the contents, the open clause, the search text, and its hits."""
        return [self.contents, self.reader, self.sought, self.found]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that show the visit's clause, with its obligation unfolded and its search words marked."""
        sought = visit.query.get("find", "").strip()[:LONGEST]
        changes: Updates = {self.sought: sought, self.found: self.look(sought)} if sought else {}
        if visit.clause is not None:
            if not self.desk.small:
                changes[self.contents] = contents_html(self.desk, self.lang, visit.clause[0])
            changes[self.reader] = self._clause(*visit.clause, visit.obligation, sought=sought)
        return changes

    def look(self, text: str) -> str:
        """Return the list of the clauses that contain *text*."""
        return found_html(self.desk, text, find(self.desk, text), self.lang)

    def _clause(
        self,
        one: Records,
        clause: Clause,
        obligation: str | None = None,
        *,
        sought: str = "",
        by_meaning: bool = True,
    ) -> str:
        near = nearest(self.desk, one, clause, by_meaning=by_meaning)
        return reader_html(self.desk, one, clause, self.lang, obligation, find=sought, near=near)
