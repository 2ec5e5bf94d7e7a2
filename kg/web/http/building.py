"""A build in progress → what every address answers meanwhile: a page that says how far it is, or 503."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from kg.vocab import Lang
from kg.web.http.problems import problem
from kg.web.http.proxy import own_path
from kg.web.office.requests import lang_of
from kg.web.templates import page
from kg.web.wording import words

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

AGAIN: Final = 3
"""Seconds after which a page loads itself again, and a program may ask again."""

STAGES: Final = {
    "words": "words",
    "words of the reader": "words",
    "embedding model": "model",
    "encoder of questions": "model",
    "vectors": "vectors",
    "joining": "vectors",
}
"""The steps of a build that have words of their own; before them documents are read, whose names are not told here."""


@dataclass(frozen=True, slots=True)
class HowFar:
    """What a build is doing, and how much of it is done; `total` is 0 where that is not known."""

    stage: str = "start"
    done: int = 0
    total: int = 0

    def line(self, lang: Lang) -> str:
        """Return it in words."""
        say = words(lang)["building"]
        told = str(say["stages"][self.stage])
        return told + say["share"].format(done=self.done, total=self.total) if self.total else told


class BuildingApp:
    """The application until there is a build to show. `tell` is called from the thread that builds."""

    def __init__(self) -> None:
        self.far = HowFar()

    def tell(self, name: str, done: int, total: int, _unit: str) -> None:
        """Take over what a build reports (`kg.pipeline.build`)."""
        self.far = HowFar(STAGES.get(name, "documents"), done, total)

    def done(self) -> None:
        """Say that the build is made, and is being opened."""
        self.far = HowFar("open")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await self._reply(Request(scope))(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})

    def _reply(self, request: Request) -> Response:
        far, wait = self.far, {"Retry-After": str(AGAIN), "Cache-Control": "no-store"}
        if own_path(request.scope) == "/healthz":
            state = {"status": "building", "stage": far.stage, "done": far.done, "total": far.total}
            return JSONResponse(state, 503, wait)
        if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
            lang = lang_of(request)
            say = words(lang)["building"]
            return page("building.html", wait, 503, lang=lang, say=say, far=far, line=far.line(lang), seconds=AGAIN)
        return problem(503, f"the build is being made ({far.line('en')}); ask again in {AGAIN} seconds", wait)
