"""The tab of questions: one is asked, and its answer stands below it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.errors import HetaoError
from kg.serve.fragments.answer import answer_html
from kg.serve.fragments.keeping import history_html, kept_html
from kg.serve.fragments.page import examples_html, notice_html, quiet_html
from kg.serve.tabs.tab import Around, Tab, Updates
from kg.serve.visit import Visit

ADDRESS = "(text) => { window.hkAddress(text.trim() ? '?q=' + encodeURIComponent(text.trim()) : ''); return text; }"


class Ask(Tab):
    """A question with its answer."""

    name = "ask"

    def build(self) -> None:
        """Lay out the box for the question, examples and the answer."""
        say = self.say
        with gr.Row():
            self.question = gr.Textbox(label=say["ask"], placeholder=say["ask_hint"], elem_id="question", scale=8)
            self.button = gr.Button(say["ask_button"], variant="primary", elem_id="ask", scale=1, min_width=110)
        self.piece("examples", examples_html(self.lang))
        self.piece("history", history_html(self.lang))
        self.answer = self.piece("answer", quiet_html(say["nothing_asked"], self.lang), waits=True, min_height=120)
        self.piece("kept", kept_html(self.lang))

    def wire(self, around: Around) -> None:
        """Answer on the button and on Enter."""
        gr.on(
            [self.button.click, self.question.submit], self.ask, self.question, [around.notice, self.answer],
            js=ADDRESS, show_progress_on=self.answer, api_visibility="private",
        )  # fmt: skip

    def changed(self) -> list[Any]:
        """Return the question and its answer."""
        return [self.question, self.answer]

    def open(self, visit: Visit) -> Updates:
        """Ask what the visit asks; the front of the desk asks nothing."""
        if not visit.question:
            return {self.question: "", self.answer: quiet_html(self.say["nothing_asked"], self.lang)}
        return {self.question: visit.question, self.answer: self.ask(visit.question)[1]}

    def ask(self, question: str) -> tuple[str, str]:
        """Answer *question*; one that cannot be read is told in one line."""
        try:
            return "", answer_html(self.desk.ask(question), self.desk)
        except HetaoError as error:
            return "", notice_html(str(error))
