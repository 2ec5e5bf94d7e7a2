"""The desk in Gradio: layout and wiring, no logic."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

# before Gradio is imported: it reads this once, and asks its makers' hosts unless told not to
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn

from kg.errors import HetaoError, OutputError
from kg.models import Span
from kg.serve import fragments
from kg.serve.http import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk

FONTS = ("system-ui", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "sans-serif")
CSS = """
.hk-head h1 { font-size: 1.4rem; margin: 0; }
.hk-head ul { margin: .2rem 0; padding: 0; list-style: none; }
.hk-note { color: #8a4b00; margin: 0; }
.hk-quiet, .hk-asked { color: var(--body-text-color-subdued); }
.hk-answers { font-size: 1.25rem; font-weight: 600; }
.hk-evidence li, .hk-nearest li { margin-bottom: .5rem; }
.hk-evidence q, .hk-nearest q { display: block; }
.hk-clause { line-height: 1.9; max-height: 70vh; overflow-y: auto; }
.hk-clause mark { background: #ffe08a; color: #222; padding: .1em 0; }
.hk-download a { margin-right: .8rem; text-decoration: underline; }
"""


def build_page(desk: Desk) -> gr.Blocks:
    """Return the page of *desk*: a question with its answer, and the clauses to read with the evidence marked."""
    words = fragments.words()
    choices = fragments.clause_choices(desk)

    def show_clause(key: str | None, marks: tuple[Span, ...] = ()) -> str:
        slug, _, clause_id = (key or "").partition("/")
        document, clause = desk.document(slug), desk.clause(slug, clause_id)
        return "" if document is None or clause is None else fragments.clause_html(document, clause, marks)

    def ask(question: str) -> tuple[str, object, str]:
        try:
            answer = desk.ask(question)
        except HetaoError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if not answer.evidence:
            return fragments.answer_html(answer, desk), gr.skip(), ""
        best = answer.evidence[0]
        # only what bears the answer: the other quotes are merely near it
        marks = (Span(best.start, best.end),) if answer.answered else ()
        key = f"{best.document}/{best.clause}"
        return fragments.answer_html(answer, desk), key, show_clause(key, marks)

    def arrive(request: gr.Request) -> tuple[object, object, object, object]:
        asked, clause = request.query_params.get("q"), request.query_params.get("clause")
        if asked:
            return (asked, *ask(asked))
        key = next((value for _, value in choices if value.partition("/")[2] == clause), choices[0][1])
        return gr.skip(), fragments.answer_html(None, desk), key, show_clause(key)

    page: gr.Blocks
    with gr.Blocks(title=words["title"], analytics_enabled=False, fill_width=True) as page:
        gr.HTML(fragments.head_html(desk))
        with gr.Row():
            with gr.Column(scale=1):
                question = gr.Textbox(label=words["ask"], placeholder=words["ask_hint"], elem_id="question")
                button = gr.Button(words["ask_button"], variant="primary", elem_id="ask")
                answer = gr.HTML(elem_id="answer", label=words["answer"])
                gr.HTML(fragments.download_html())
            with gr.Column(scale=1):
                clause = gr.Dropdown(choices, label=words["clauses"], elem_id="clauses", filterable=True)
                reader = gr.HTML(elem_id="reader", label=words["reader"])
        outputs = [answer, clause, reader]
        gr.on([button.click, question.submit], ask, question, outputs, api_visibility="private")
        # input and not change: setting the list to the evidence's clause must not draw its text again without marks
        clause.input(show_clause, clause, reader, api_visibility="private")
        page.load(arrive, None, [question, *outputs], api_visibility="private")
    return page


def create_desk_app(desk: Desk) -> FastAPI:
    """Return the whole application: the page at `/`, and behind it what `kg.serve.http` gives."""
    theme = gr.themes.Default(font=FONTS, font_mono=("ui-monospace", "monospace"))
    app: FastAPI = gr.mount_gradio_app(
        create_app(desk),
        build_page(desk),
        path="/",
        theme=theme,
        css=CSS,
        footer_links=[],
        show_error=True,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
    )
    return app


def serve(desk: Desk, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve *desk* at *host* and *port* (0: any that is free) until interrupted; *say* gets the address.

    An address that cannot be had is an `OutputError`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            taken = f"the address cannot be used ({error.strerror or error})"
            raise OutputError(f"{host}:{port}", taken, "name another with --host and --port") from error
        app = create_desk_app(desk)
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{listener.getsockname()[1]}")
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listener])
