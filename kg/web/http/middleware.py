"""Requests to our own paths → requests with an acceptable body, and replies with our standard headers.

The page that is mounted at `/` is left as it is, except for a limit on the size of a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from kg.web.http.problems import Told, problem
from kg.web.http.proxy import own_path

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 2 * 1024**2
"""The most bytes of a body. The longest accepted query is shorter in every encoding."""

DRAINED = 16 * 1024**2
"""The most bytes of an oversized body that are read and discarded: a client cut off while sending misses the answer."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
OFFICE = (
    "/desk/task",
    "/desk/bulk",
    "/desk/summary",
    "/desk/briefing.docx",
    "/desk/import",
    "/desk/review",
    "/desk/accounts",
    "/desk/versions",
    "/desk/library",
    "/desk/signin",
    "/desk/signout",
)
"""The pages on which an office maintains its ledger."""

KINDS = {
    "/api/ask": ("application/json",),
    "/desk/feedback": ("application/json",),
    "/sparql": (FORM, QUERY),
    **dict.fromkeys(OFFICE, (FORM,)),
    "/desk/import": ("multipart/form-data",),
    "/desk/import/apply": (FORM,),
    "/desk/library": ("multipart/form-data",),
    "/desk/library/show": (FORM,),
}
"""The media types that may be posted to each path."""

LONGER = {"/desk/import": 15 * 1024**2, "/desk/library": 64 * 1024**2}
"""The most bytes of a body at paths that accept more than `MAX_BODY`: a workbook, and documents."""

SAME_ORIGIN = ("/desk/feedback", *OFFICE)
"""Paths for the desk's own pages only: no page of another host may read feedback or reports."""

PATHS = (
    "/api",
    "/sparql",
    "/id",
    "/ns",
    "/catalogue",
    "/ledger.ics",
    "/healthz",
    "/docs",
    "/openapi.json",
    *SAME_ORIGIN,
)

QUERIED = ("/sparql", "/api")
"""Paths to which pages of the origins that are let in may send a body: what is asked there changes nothing."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    # by name, because * would leave out Authorization, by which a program sends its token
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
"""What a browser is told that asks first (Fetch Standard, CORS protocol). It is never told to send cookies along."""


class OwnPaths:
    """The middleware. Pages of *origins* may send queries and read the replies; *told* has pages for some refusals."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...] = (), told: Told | None = None) -> None:
        self.app = app
        self.told = told
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, headers, method = own_path(scope), Headers(scope=scope), scope["method"]
        ours, origin = is_ours(path), headers.get("origin")
        # before a request that is not plain, a browser asks whether it may send it
        asked = headers.get("access-control-request-method") if method == "OPTIONS" else None

        async def send_marked(message: Message) -> None:
            if ours and message["type"] == "http.response.start":
                self._mark(MutableHeaders(scope=message), origin, asked or method, path)
            await send(message)

        if ours and asked and self._lets_in(origin, asked, path):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send_marked)
            return
        if method == "HEAD" and ours:
            # answered like GET; the server itself omits the body
            scope = {**scope, "method": "GET"}
        elif method not in ("GET", "HEAD"):
            # the page's too, because Gradio would read all of it
            try:
                receive = await _whole(path, headers, receive, method)
            except HTTPException as error:
                page = self.told(Request(scope), error) if self.told else None
                reply = page or problem(error.status_code, error.detail, error.headers)
                await reply(scope, receive, send_marked)
                return
        await self.app(scope, receive, send_marked)

    def _mark(self, headers: MutableHeaders, origin: str | None, method: str, path: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-cache")
        if self.origins:
            headers.add_vary_header("Origin")
        if self._lets_in(origin, method, path):
            headers["Access-Control-Allow-Origin"] = "*" if "*" in self.origins else str(origin)
            headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Result-Truncated"

    def _lets_in(self, origin: str | None, method: str, path: str) -> bool:
        """Return whether a page of *origin* may read the reply."""
        if origin is None or not ("*" in self.origins or origin in self.origins):
            return False
        reading = method in ("GET", "HEAD") and not path.startswith(SAME_ORIGIN)
        return reading or (method == "POST" and below(path, QUERIED))


def is_ours(path: str) -> bool:
    """Return whether *path* is one of our own, and not the page's."""
    return below(path, PATHS)


def below(path: str, places: Sequence[str]) -> bool:
    """Return whether *path* is one of *places* or lies below one."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


async def _whole(path: str, headers: Headers, receive: Receive, method: str) -> Receive:
    """Return a *receive* that gives the whole body at once; an `HTTPException` if the body is not acceptable."""
    most = LONGER.get(path, MAX_BODY)
    # a body that declares itself far too long is not waited for
    declared = headers.get("content-length", "")
    body = None if declared.isdecimal() and int(declared) > DRAINED else await _read(receive, most)
    if body is None:
        closing = {"Connection": "close"}  # what is left of the body is not read
        raise HTTPException(413, f"the body is longer than {most} bytes; shorten it", headers=closing)
    if method == "POST" and path in KINDS:
        _check_kind(path, headers.get("content-type", ""))
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _read(receive: Receive, most: int) -> bytes | None:
    """Return the body, or None if it exceeds *most* bytes; no more than `DRAINED` bytes are read."""
    chunks: list[bytes] = []
    size = 0
    while size <= DRAINED:
        message: dict[str, Any] = dict(await receive())
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size <= most:
            chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks) if size <= most else None


def _check_kind(path: str, said: str) -> None:
    kind, _, rest = said.partition(";")
    if kind.strip().lower() == "application/sparql-update":
        raise HTTPException(415, "the graph is read-only: no update is taken")
    if kind.strip().lower() not in KINDS[path]:
        raise HTTPException(415, f"the body's Content-Type is to be {' or '.join(KINDS[path])}")
    name, _, charset = rest.partition("=")
    if name.strip().lower() == "charset" and charset.strip().strip('"').lower() not in ("utf-8", "utf8"):
        raise HTTPException(415, "the body is to be in UTF-8")


class _NoRoute:
    """Answers under our paths if no route does: 404, or 405 with the allowed methods."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed: set[str] = set()
        for route in iter_route_contexts(self.app.routes):
            if route.methods and route.matches(scope)[0] is Match.PARTIAL:
                allowed |= route.methods
        if "GET" in allowed:
            allowed.add("HEAD")
        if allowed:
            taken = ", ".join(sorted(allowed))
            reply = problem(405, f"here only {taken} can be used", {"Allow": taken})
        else:
            reply = problem(404, "there is nothing at this address; /docs lists what there is")
        await reply(scope, receive, send)


def answer_unknown_paths(app: FastAPI) -> None:
    """Answer everything under our paths that no earlier route takes, so that the page does not."""
    for path in PATHS:
        app.router.routes += [Route(path, _NoRoute(app), include_in_schema=False)]
        app.router.routes += [Route(f"{path}/{{rest:path}}", _NoRoute(app), include_in_schema=False)]
