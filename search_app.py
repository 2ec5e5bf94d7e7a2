"""The desk in Gradio: layout and wiring, no logic."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

# before Gradio is imported: it reads this once, and asks its makers' hosts unless told not to
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn

from kg.errors import HetaoError, OutputError
from kg.graph import named
from kg.ledger.filters import Filter
from kg.resources import assets_dir
from kg.serve.console import most_parameters, result_csv, run_query
from kg.serve.downloads import add_downloads
from kg.serve.fragments.answer import answer_html
from kg.serve.fragments.coverage import coverage_html
from kg.serve.fragments.ledger import choices, ledger_html
from kg.serve.fragments.page import examples_html, foot_html, head_html, notice_html, quiet_html
from kg.serve.fragments.reading import contents_html, reader_html
from kg.serve.fragments.rows import result_html
from kg.serve.http import create_app
from kg.serve.visit import Visit, read_visit
from kg.serve.wording import LANGS, Words, words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.ledger.terms import Lang
    from kg.serve.desk import Desk

FONTS = ("system-ui", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "sans-serif")
PATHS: dict[Lang, str] = {"zh-Hant": "/zh-Hant", "en": "/en", "zh-Hans": "/"}
"""Where the page stands in each language. The one at `/` takes every path that nothing before it took: it is last."""

CALLS = 16
"""Calls of one step that run at a time, each in a thread; the pool of queries has a limit of its own."""

ADDRESS = "(text) => { window.hkAddress(text.trim() ? '?q=' + encodeURIComponent(text.trim()) : ''); return text; }"
Updates = dict[Any, Any]
"""What a step of the page changes: component → its new value."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of a page that its steps read or change."""

    tabs: gr.Tabs
    notice: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    answer: gr.HTML
    reader: gr.HTML
    choice: gr.Dropdown
    values: list[gr.Textbox]
    query: gr.Textbox
    run: gr.Button
    rows: gr.HTML
    filters: dict[str, gr.Textbox | gr.Dropdown]
    clear: gr.Button
    table: gr.HTML
    ledger: gr.Tab
    linking: list[gr.HTML]

    @property
    def changed(self) -> list[Any]:
        """Every component that a visit may change."""
        own = [self.tabs, self.notice, self.question, self.answer, self.reader, self.choice, self.query, self.rows]
        return [*own, *self.values, *self.filters.values(), self.table]


def build_page(desk: Desk, lang: Lang = "zh-Hans") -> gr.Blocks:
    """Return the page of *desk* in *lang*: a question with its answer, the text, SPARQL, the ledger, coverage."""
    say = words(lang)
    page: gr.Blocks
    with gr.Blocks(title=say["title"], analytics_enabled=False, fill_width=True) as page:
        _html("head", head_html(desk, lang, {key: f"{PATHS[key].rstrip('/')}/" for key in LANGS}))
        notice = _html("notice")
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            parts: dict[str, Any] = {"tabs": tabs, "notice": notice}
            with gr.Tab(say["tabs"]["ask"], id="ask"):
                parts |= _ask_tab(say, lang)
                linking = parts.pop("linking")
            with gr.Tab(say["tabs"]["read"], id="read"):
                parts |= _read_tab(desk, lang)
                linking += parts.pop("linking")
            with gr.Tab(say["tabs"]["sparql"], id="sparql"):
                parts |= _sparql_tab(say, lang)
            with gr.Tab(say["tabs"]["ledger"], id="ledger") as ledger:
                parts |= _ledger_tab(desk, say, lang) | {"ledger": ledger}
            with gr.Tab(say["tabs"]["coverage"], id="coverage"):
                linking.append(_html("coverage", coverage_html(desk, lang)))
        _html("foot", foot_html(lang))
        linking += [parts["answer"], parts["reader"], parts["rows"], parts["table"]]
        Steps(desk, lang, Parts(**parts, linking=linking)).wire(page)
    # Gradio's own limit is one call of each step at a time: one user's slow query would hold up everybody's
    page.queue(default_concurrency_limit=CALLS)
    return page


def _html(name: str, value: str = "", **more: Any) -> gr.HTML:  # noqa: ANN401 - Gradio's own arguments
    links = (assets_dir() / "links.js").read_text(encoding="utf-8")
    return gr.HTML(value, elem_id=name, js_on_load=links, apply_default_css=False, **more)


def _ask_tab(say: Words, lang: Lang) -> dict[str, Any]:
    with gr.Row():
        question = gr.Textbox(label=say["ask"], placeholder=say["ask_hint"], elem_id="question", scale=8)
        ask = gr.Button(say["ask_button"], variant="primary", elem_id="ask", scale=1, min_width=110)
    examples = _html("examples", examples_html(lang))
    answer = _html("answer", quiet_html(words(lang)["nothing_asked"], lang), min_height=120)
    return {"question": question, "ask": ask, "answer": answer, "linking": [examples]}


def _read_tab(desk: Desk, lang: Lang) -> dict[str, Any]:
    with gr.Row():
        with gr.Column(scale=1, min_width=230):
            contents = _html("contents", contents_html(desk, lang))
        with gr.Column(scale=4, min_width=320):
            first = desk.records[0]
            reader = _html("reader", reader_html(desk, first, first.document.clauses[0], lang))
    return {"reader": reader, "linking": [contents]}


def _sparql_tab(say: Words, lang: Lang) -> dict[str, Any]:
    loaded = [named.load(name) for name in named.names()]
    titles = [(f"{q.title_en if lang == 'en' else q.title_zh} · {q.name}", q.name) for q in loaded]
    with gr.Row():
        choice = gr.Dropdown(
            [(say["query_own"], ""), *titles],
            value="",
            label=say["query_choice"],
            elem_id="choice",
            num_choices_shown=None,
            scale=8,
        )
        run = gr.Button(say["run"], variant="primary", elem_id="run", scale=1, min_width=110)
    with gr.Row():
        values = [gr.Textbox(visible=False, elem_id=f"value-{i}", interactive=True) for i in range(most_parameters())]
    query = gr.Textbox(label=say["query_text"], lines=9, max_lines=13, elem_id="query")
    rows = _html("rows", quiet_html(say["not_run"], lang), min_height=80)
    return {"choice": choice, "values": values, "query": query, "run": run, "rows": rows}


def _ledger_tab(desk: Desk, say: Words, lang: Lang) -> dict[str, Any]:
    offered, filters = choices(desk, lang), {}
    rows = (("text", "clause", "agent", "zone"), ("modality", "force", "tier", "due_before"))
    for row in rows:
        with gr.Row():
            for name in row:
                place = {"label": say["filters"][name], "elem_id": f"filter-{name}", "min_width": 150}
                listed = name in offered
                filters[name] = (
                    gr.Dropdown(offered[name], value="", num_choices_shown=None, **place)
                    if listed
                    else gr.Textbox(max_lines=1, **place)
                )
            if row is rows[-1]:
                clear = gr.Button(say["clear"], elem_id="clear", min_width=110)
    return {"filters": filters, "clear": clear, "table": _html("table", min_height=120)}


class Steps:
    """What happens on a page of *desk* in *lang*. Every step takes all it needs from the page and keeps nothing."""

    def __init__(self, desk: Desk, lang: Lang, parts: Parts) -> None:
        self.desk, self.lang, self.parts = desk, lang, parts

    def wire(self, page: gr.Blocks) -> None:
        """Tie the steps to what starts them."""
        parts = self.parts
        gr.on(
            [parts.ask.click, parts.question.submit], self.ask, parts.question, [parts.notice, parts.answer],
            js=ADDRESS, show_progress_on=parts.answer, api_visibility="private",
        )  # fmt: skip
        shown_on = [parts.answer, parts.reader, parts.rows, parts.table]
        for piece in parts.linking:
            piece.select(self.follow, None, parts.changed, show_progress_on=shown_on, api_visibility="private")
        page.load(self.arrive, None, parts.changed, show_progress_on=shown_on, api_visibility="private")
        parts.choice.input(
            self.choose, parts.choice, [parts.query, *parts.values], show_progress="hidden", api_visibility="private"
        )
        gr.on(
            [parts.run.click, parts.query.submit, *(value.submit for value in parts.values)], self.run,
            [parts.query, parts.choice, *parts.values], parts.rows, api_visibility="private",
        )  # fmt: skip
        filters = list(parts.filters.values())
        gr.on(
            [*(one.input for one in filters), parts.ledger.select], self.filter, filters, parts.table,
            trigger_mode="always_last", show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        parts.clear.click(self.clear, None, [*filters, parts.table], show_progress="hidden", api_visibility="private")

    def ask(self, question: str) -> tuple[str, str]:
        """Answer *question*; one that cannot be read is told in one line."""
        try:
            return "", answer_html(self.desk.ask(question), self.desk)
        except HetaoError as error:
            return "", notice_html(str(error))

    def arrive(self, request: gr.Request) -> Updates:
        """Open what the page's own address asks for."""
        return self._open(read_visit(self.desk, dict(request.query_params), self.lang))

    def follow(self, event: gr.EventData) -> Updates:
        """Open what a link on the page asks for."""
        query = dict(parse_qsl(str(event.query).removeprefix("?")))
        return self._open(read_visit(self.desk, query, self.lang))

    def choose(self, name: str) -> list[Any]:
        """Put the named query into the editor, and show a box for each of its parameters."""
        boxes = [gr.Textbox(visible=False, value="") for _ in self.parts.values]
        if not name:
            return [gr.skip(), *boxes]
        query = named.load(name)
        for i, parameter in enumerate(query.parameters):
            boxes[i] = gr.Textbox(visible=True, value="", label=f"{parameter.name}: {parameter.words}")
        return [query.text, *boxes]

    def run(self, text: str, name: str, *values: str) -> str:
        """Run the query in the editor; one that is refused is told in one line."""
        try:
            result = run_query(self.desk, text, name, values)
        except HetaoError as error:
            return notice_html(f"{words(self.lang)['wrong_query']}: {error}")
        return result_html(result, self.desk, self.lang, result_csv(self.desk, result))

    def filter(self, *values: str) -> str:
        """Show the obligations that fit the filters."""
        given = dict(zip(self.parts.filters, (value or "" for value in values), strict=True))
        document, _, clause = given.pop("clause").rpartition("/")
        return ledger_html(self.desk, self.lang, Filter(document=document, clause=clause, **given))

    def clear(self) -> list[str]:
        """Show all obligations again."""
        return [*("" for _ in self.parts.filters), self.filter(*("" for _ in self.parts.filters))]

    def _open(self, visit: Visit) -> Updates:
        parts, desk = self.parts, self.desk
        changes: Updates = {parts.tabs: gr.Tabs(selected=visit.tab), parts.notice: notice_html(visit.notice)}
        if visit.question:
            changes |= {parts.question: visit.question, parts.answer: self.ask(visit.question)[1]}
        if visit.clause:
            one, clause = visit.clause
            changes[parts.reader] = reader_html(desk, one, clause, self.lang, visit.obligation)
        if visit.sparql:
            boxes = {box: gr.Textbox(visible=False, value="") for box in parts.values}
            changes |= boxes | {parts.query: visit.sparql, parts.choice: "", parts.rows: self.run(visit.sparql, "")}
        if visit.tab == "ledger":
            wanted = {name: getattr(visit.wanted, name) for name in parts.filters}
            changes |= {box: wanted[name] for name, box in parts.filters.items()}
            changes[parts.table] = ledger_html(desk, self.lang, visit.wanted)
        return changes


def create_desk_app(desk: Desk) -> FastAPI:
    """Return the whole application: the page in each language, and behind it what `kg.serve` gives."""
    app = create_app(desk)
    add_downloads(app, desk)
    script = (assets_dir() / "desk.js").read_text(encoding="utf-8")
    for lang, path in PATHS.items():
        app = gr.mount_gradio_app(
            app,
            build_page(desk, lang),
            path=path,
            theme=_theme(),
            css=(assets_dir() / "desk.css").read_text(encoding="utf-8"),
            head=f'<script>document.documentElement.lang = "{lang}";\n{script}</script>',
            footer_links=[],
            show_error=True,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            pwa=False,
            run_history=False,
        )
    return app


def _theme() -> gr.themes.Base:
    plain = gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        radius_size="sm",
        font=FONTS,
        font_mono=("ui-monospace", "monospace"),
    )
    return plain.set(
        button_primary_background_fill="#1c4e80",
        button_primary_background_fill_hover="#163f68",
        button_primary_background_fill_dark="#2b6cb0",
        button_primary_text_color="white",
        block_border_width="0px",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        input_border_width="1px",
        input_background_fill="white",
        input_border_color="#c9d2dc",
    )


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
