"""The tab of the text: the list of clauses, and one of them with all that was found in it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.serve.fragments.reading import contents_html, reader_html
from kg.serve.tabs.tab import Tab, Updates
from kg.serve.visit import Visit


class Read(Tab):
    """The documents, clause by clause."""

    name = "read"

    def build(self) -> None:
        """Lay out the list of clauses and the first clause."""
        first = self.desk.records[0]
        with gr.Row():
            with gr.Column(scale=1, min_width=230):
                self.piece("contents", contents_html(self.desk, self.lang))
            with gr.Column(scale=4, min_width=320):
                shown = reader_html(self.desk, first, first.document.clauses[0], self.lang)
                self.reader = self.piece("reader", shown, waits=True)

    def changed(self) -> list[Any]:
        """Return the clause that is read."""
        return [self.reader]

    def open(self, visit: Visit) -> Updates:
        """Show the clause the visit names, its obligation unfolded."""
        if visit.clause is None:
            return {}
        one, clause = visit.clause
        return {self.reader: reader_html(self.desk, one, clause, self.lang, visit.obligation)}
