"""The desk in Gradio: layout and wiring, no logic."""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

# before Gradio is imported: it reads this once, and contacts its makers' hosts unless this is set
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from kg.errors import HetaoError
from kg.resources import assets_dir
from kg.settings import load_serving
from kg.vocab import LANGS
from kg.web.deep_links import Visit, read_visit
from kg.web.desk.tabs import tab_kinds
from kg.web.desk.tabs.tab import Around, Tab, Updates, piece
from kg.web.fragments.page import foot_html, head_html, notice_html
from kg.web.http.application import create_app
from kg.web.http.listening import address_of, answer
from kg.web.http.mcp import tools_of
from kg.web.http.proxy import PATHS, at, shown_below
from kg.web.office.sessions import unit_of
from kg.web.wording import words

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from kg.vocab import Lang
    from kg.web.desk.desk import Desk

TABS: tuple[type[Tab], ...] = tab_kinds()
"""The tabs in their order; the first is open."""

FONTS = ("system-ui", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "sans-serif")
TOOLS_BESIDE: Lang = "zh-Hans"
"""The page beside which programs find the tools of the Model Context Protocol, at `/gradio_api/mcp/`."""

ICON = (
    "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%231c4e80'/%3E"
    "%3Cpath d='M4 5h8M4 8h8M4 11h5' stroke='white'/%3E%3C/svg%3E\">"
)
"""Part of the page, so that it needs no request of its own."""

LOOPBACK = ("127.0.0.1", "::1")

CALLS = 16
"""How many calls of one step run at a time, each in a thread; the pool of queries has its own limit."""


def build_page(desk: Desk, lang: Lang = "zh-Hans", tools: Sequence[Callable[..., Any]] = ()) -> gr.Blocks:
    """Return the page of *desk* in *lang*: head, tabs and foot. Programs may call *tools*."""
    say = words(lang)
    tabs = [kind(desk, lang) for kind in TABS]
    page: gr.Blocks
    with gr.Blocks(title=say["title"], analytics_enabled=False, fill_width=True) as page:
        piece("head", head_html(desk, lang, {key: _address(key) for key in LANGS}))
        notice = piece("notice")
        with gr.Tabs(selected=tabs[0].name, elem_id="tabs") as row:
            own = [_laid_out(tab) for tab in tabs]
        piece("foot", foot_html(lang))
        for tab, item in zip(tabs, own, strict=True):
            tab.wire(Around(notice, item))
        Visits(desk, lang, tabs, row, notice).wire(page)
        for tool in tools:
            # outside the queue: with it Gradio would call itself over HTTP, at an address that only a proxy may know
            gr.events.api(_with_plain_errors(tool), api_name=tool.__name__, queue=False)
    # Gradio's default is one call of each step at a time: one user's slow query would hold up everybody else's
    page.queue(default_concurrency_limit=CALLS)
    return page


class _PlainError(gr.Error):
    """An error shown as it is written; Gradio puts its own in quotation marks."""

    def __str__(self) -> str:
        return str(self.message)


def _with_plain_errors(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Return *tool* whose caller gets a `HetaoError` as one line; of any other error Gradio shows the class alone."""

    @functools.wraps(tool)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the tool takes and gives
        try:
            return tool(*args, **kwargs)
        except HetaoError as error:
            raise _PlainError(str(error), print_exception=False) from error

    return wrapped


def _laid_out(tab: Tab) -> gr.Tab:
    item: gr.Tab
    with gr.Tab(tab.say["tabs"][tab.name], id=tab.name, elem_id=f"tab-{tab.name}") as item:
        tab.build()
    return item


class Visits:
    """What a link opens, from outside or on the page. Each step is stateless."""

    def __init__(self, desk: Desk, lang: Lang, tabs: list[Tab], row: gr.Tabs, notice: gr.HTML) -> None:
        self.desk, self.lang, self.row, self.notice = desk, lang, row, notice
        self.tabs = {tab.name: tab for tab in tabs}

    def wire(self, page: gr.Blocks) -> None:
        """Connect the page's address and its links with what they open."""
        tabs = self.tabs.values()
        changed = [self.row, self.notice, *(part for tab in tabs for part in tab.changed())]
        waiting = [part for tab in tabs for part in tab.waiting]
        page.load(self.arrive, None, changed, show_progress_on=waiting, api_visibility="private")
        # the notice sends the event of every link of the page, one after the other: see `hkFollow`
        followed = self.notice.select(
            self.follow, None, changed,
            trigger_mode="multiple", show_progress_on=waiting, api_visibility="private",
        )  # fmt: skip
        followed.then(None, js="() => window.hkArrived()", api_visibility="private")

    def arrive(self, request: gr.Request) -> Updates:
        """Open what the page's own address asks for."""
        return self.open(read_visit(self.desk, dict(request.query_params), self.lang), request)

    def follow(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Open what a link on the page asks for."""
        query = dict(parse_qsl(str(event.query).removeprefix("?")))
        return self.open(read_visit(self.desk, query, self.lang), request)

    def open(self, visit: Visit, request: gr.Request) -> Updates:
        """Return what *visit* changes on the page of who sends *request*."""
        visit = replace(visit, unit=unit_of(request.request))
        shown: Updates = {self.row: gr.Tabs(selected=visit.tab), self.notice: notice_html(visit.notice)}
        return shown | self.tabs[visit.tab].open(visit)


def create_desk_app(desk: Desk, *, alone: bool = False) -> FastAPI:
    """Return the whole application: the page in each language, and the routes of `kg.web`.

    *alone*: only this machine can reach it.
    """
    serving = load_serving()
    app = create_app(desk, serving, alone=alone)
    for tab in TABS:
        tab.add_routes(app, desk)
    style, script = (_assets(kind) for kind in ("css", "js"))
    for lang, path in PATHS.items():
        app = gr.mount_gradio_app(
            app,
            build_page(desk, lang, tools_of(desk, serving) if lang == TOOLS_BESIDE else ()),
            path=path,
            root_path=at(path).rstrip("/") if at("") else None,
            theme=_theme(),
            css=style,
            head=f"{ICON}<script>{_about(lang)}\n{script}</script>",
            footer_links=[],
            show_error=True,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=lang == TOOLS_BESIDE,
            pwa=False,
            run_history=False,
        )
    return app


def _address(lang: Lang) -> str:
    return at(f"{PATHS[lang].rstrip('/')}/")


def _about(lang: Lang) -> str:
    """Return the script's first lines: the page's language, and the addresses of the others."""
    paths = json.dumps({key: _address(key) for key in LANGS})
    home = json.dumps(next(key for key in LANGS if PATHS[key] == "/"))
    own = f"document.documentElement.lang = {json.dumps(lang)}; window.hkRoot = {json.dumps(at(''))};"
    return f"{own} window.hkPaths = {paths}; window.hkHome = {home};"


def _assets(kind: str) -> str:
    """Return the desk's styles or script, with those of the tabs that have their own."""
    files = [
        assets_dir() / f"frame.{kind}",
        assets_dir() / f"desk.{kind}",
        assets_dir() / f"library.{kind}",
        *(assets_dir() / "tabs" / f"{tab.name}.{kind}" for tab in TABS),
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


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


def serve(
    desk: Desk,
    listener: socket.socket,
    say: Callable[[str], None],
    root: str = "",
    ready: Callable[[], None] = lambda: None,
) -> bool:
    """Serve *desk* on *listener* until interrupted; *say* gets the address once it answers there, after *ready*.

    Returns whether it ended because the build that is current by then is to be shown. *listener* goes on listening.

    Behind a proxy it is shown below *root*, such as "/hetao", whether the proxy strips that or keeps it. Requests in
    progress get `kg.web.http.listening.GRACE` seconds when it stops.
    """

    def told() -> None:
        ready()
        say(address_of(listener, root))

    with shown_below(root):
        # behind a proxy, requests of others come from this machine as well
        alone = not root and listener.getsockname()[0] in LOOPBACK
        app = create_desk_app(desk, alone=alone)
        again: threading.Event = app.state.again
        answer(app, listener.dup(), root, load_serving().access_log, told, again)
    return again.is_set()
