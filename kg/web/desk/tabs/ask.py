"""The tab of questions: a question to all documents or to one, with its answer below it."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from kg.answer.conversation import resolve
from kg.errors import EngineError, HetaoError
from kg.refusals import line_in
from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.answer import answer_html
from kg.web.fragments.history import history_html, kept_html
from kg.web.fragments.page import examples_html, notice_html, quiet_html

ASKED = """(text, slug) => {
  const q = text.trim();
  const shown = document.querySelector("#answer .hk-answer")?.dataset ?? {};
  const again = new URLSearchParams(shown.here);
  const previous = (again.get("q") === q ? again.get("previous") : shown.whole) ?? "";
  const query = new URLSearchParams({ q, ...(slug && { document: slug }) });
  window.hkAddress(q ? `?${query}` : "");
  return [text, slug, previous];
}"""
"""The question goes into the address, together with the question whose answer is shown as the previous one. A question
that is asked again, such as to another document, keeps its own previous one.
"""

_log = logging.getLogger(__name__)


class AskTab(Tab):
    """A question with its answer."""

    name = "ask"

    def build(self) -> None:
        """Lay out the question box, the choice of a document if there are several, examples, and the answer."""
        say = self.say
        with gr.Row():
            self.question = gr.Textbox(label=say["ask"], placeholder=say["ask_hint"], elem_id="question", scale=8)
            self.document = self.list_of_documents("asked-of")
            self.previous = gr.Textbox(visible=False)
            self.button = gr.Button(say["ask_button"], variant="primary", elem_id="ask", scale=1, min_width=110)
        self.piece("examples", examples_html(self.lang))
        self.piece("history", history_html(self.lang))
        self.answer = self.piece("answer", quiet_html(say["nothing_asked"], self.lang), waits=True, min_height=120)
        self.piece("kept", kept_html(self.lang))

    def wire(self, around: Around) -> None:
        """Answer when the button is clicked or Enter is pressed."""
        gr.on(
            [self.button.click, self.question.submit],
            self.ask,
            [self.question, self.document, self.previous],
            [around.notice, self.answer],
            js=ASKED,
            show_progress_on=self.answer,
            api_visibility="private",
        )

    def changed(self) -> list[Any]:
        """Return the question, the document that is asked, and the answer."""
        return [self.question, self.document, self.answer]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that ask the visit's question; the front page asks nothing."""
        document = visit.query.get("document", "").strip()
        changes: Updates = {self.question: visit.question, self.document: self.listed(document)}
        if not visit.question:
            return changes | {self.answer: quiet_html(self.say["nothing_asked"], self.lang)}
        previous = visit.query.get("previous", "").strip()
        return changes | {self.answer: self.ask(visit.question, document, previous)[1]}

    def ask(self, question: str, document: str | None, previous: str) -> tuple[str, str]:
        """Return the answer to *question*, from one *document* if named, or one line if it cannot be read."""
        try:
            answer = self.desk.ask(question, document=document or None, previous=previous or None)
            taken = resolve(answer.question, previous or None)
            # an answer that does not depend on the question before does not carry it in its address
            asked = {"document": document, "previous": previous if taken.note else ""}
            given = {name: value for name, value in asked.items() if value}
            return "", answer_html(answer, self.desk, given, taken.text)
        except EngineError as error:
            _log.error("%s", error)  # with the server's address, which is for operators alone
            return "", notice_html(self.say["graph_away"])
        except HetaoError as error:
            return "", notice_html(line_in(error, self.lang))
