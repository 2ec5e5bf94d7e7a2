"""The tab of queries: a ready-made or handwritten query, and its rows."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from kg.errors import EngineError, HetaoError
from kg.graph import named
from kg.refusals import line_in
from kg.web.deep_links import Visit
from kg.web.desk.console import most_parameters, result_files, run_query
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.chart import bars_html
from kg.web.fragments.editor import editor_html, prefixes_html
from kg.web.fragments.page import notice_html, quiet_html
from kg.web.fragments.rows import result_html

_log = logging.getLogger(__name__)


class SparqlTab(Tab):
    """A query and its rows."""

    name = "sparql"

    def build(self) -> None:
        """Lay out the list of queries, a box for each parameter a query may have, the editor and the rows."""
        say = self.say
        loaded = [named.load(name) for name in named.names()]
        titles = [(f"{q.title_en if self.lang == 'en' else q.title_zh} · {q.name}", q.name) for q in loaded]
        with gr.Row():
            self.choice = gr.Dropdown(
                [(say["query_own"], ""), *titles],
                value="",
                label=say["query_choice"],
                elem_id="choice",
                num_choices_shown=None,
                scale=8,
            )
            self.document = self.list_of_documents("queried-of")
            self.button = gr.Button(say["run"], variant="primary", elem_id="run", scale=1, min_width=110)
        with gr.Row():
            self.values = [
                gr.Textbox(visible=False, elem_id=f"value-{i}", interactive=True) for i in range(most_parameters())
            ]
        self.query = gr.Textbox(label=say["query_text"], lines=9, max_lines=13, elem_id="query")
        gr.HTML(
            editor_html(self.lang), elem_id="editor", js_on_load="window.hkEditor(element)", apply_default_css=False
        )
        self.piece("prefixes", prefixes_html(self.lang))
        self.rows = self.piece("rows", quiet_html(say["not_run"], self.lang), waits=True, min_height=80)

    def wire(self, around: Around) -> None:
        """Put the chosen query into the editor, and run the query in it."""
        self.choice.input(
            self.choose, self.choice, [self.query, *self.values], show_progress="hidden", api_visibility="private"
        )
        gr.on(
            [self.button.click, self.query.submit, *(value.submit for value in self.values)], self.run,
            [self.query, self.choice, self.document, *self.values], self.rows, api_visibility="private",
        )  # fmt: skip

    def changed(self) -> list[Any]:
        """Return the editor with its choice and parameters, and the rows."""
        return [self.choice, self.document, self.query, self.rows, *self.values]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that put the visit's query into the editor and run it."""
        if not visit.sparql:
            return {}
        boxes = {box: gr.Textbox(visible=False, value="") for box in self.values}
        document = self.listed(visit.query.get("document", ""))
        rows = self.run(visit.sparql, "", document)
        return boxes | {self.query: visit.sparql, self.choice: "", self.document: document, self.rows: rows}

    def choose(self, name: str) -> list[Any]:
        """Return the updates that put the named query into the editor, with a box for each of its parameters."""
        boxes = [gr.Textbox(visible=False, value="") for _ in self.values]
        if not name:
            return [gr.skip(), *boxes]
        query = named.load(name)
        for i, parameter in enumerate(query.parameters):
            boxes[i] = gr.Textbox(visible=True, value="", label=f"{parameter.name}: {parameter.words}")
        return [query.text, *boxes]

    def run(self, text: str, name: str, document: str | None, *values: str) -> str:
        """Return the result of the query in the editor, of one *document* if named, or one line if it is refused."""
        try:
            result = run_query(self.desk, text, name, values, document or "")
        except EngineError as error:
            _log.error("%s", error)
            return notice_html(self.say["graph_away"])
        except HetaoError as error:
            return notice_html(f"{self.say['wrong_query']}: {line_in(error, self.lang)}")
        chart = bars_html(result, self.say["chart"])
        return result_html(result, self.desk, self.lang, result_files(self.desk, result), chart)
