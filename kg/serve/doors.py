"""Requests at our own paths → requests with a body of a size and kind that is taken, and replies with standing headers.

The page that is mounted at `/` is left as it is, but for the size of what is sent to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from kg.serve.problems import problem
from kg.serve.root import own_path

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 2 * 1024**2
"""Bytes of a body. The longest query that is taken is shorter in every encoding."""

DRAINED = 16 * 1024**2
"""Bytes of a body too long that are read and thrown away: a client that is cut off while it sends misses the answer."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
OFFICE = ("/desk/task", "/desk/bulk", "/desk/summary", "/desk/import", "/desk/signin", "/desk/signout")
"""Pages on which an office keeps its ledger up."""

KINDS = {
    "/api/ask": ("application/json",),
    "/desk/feedback": ("application/json",),
    "/sparql": (FORM, QUERY),
    **dict.fromkeys(OFFICE, (FORM,)),
    "/desk/import": ("multipart/form-data",),
    "/desk/import/apply": (FORM,),
}
"""What may be posted where."""

LONGER = {"/desk/import": 15 * 1024**2}
"""Bytes of a body where more than `MAX_BODY` are taken: a workbook."""

OWN = ("/desk/feedback", *OFFICE)
"""Of the desk's own pages alone: what users said and report is for no page of another host."""

PATHS = ("/api", "/sparql", "/id", "/healthz", "/docs", "/openapi.json", *OWN)


class Doors:
    """The middleware. Pages of *origins* may read what GET gives."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...] = ()) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = own_path(scope)
        headers = Headers(scope=scope)
        method = scope["method"]
        if not is_ours(path):
            await self._to_the_page(path, headers, scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._mark(MutableHeaders(scope=message), headers.get("origin"), method, path)
            await send(message)

        if method == "HEAD":
            # answered as GET; the server itself leaves the body out
            scope = {**scope, "method": "GET"}
        elif method != "GET":
            try:
                receive = await _whole(path, headers, receive, method)
            except HTTPException as error:
                await problem(error.status_code, error.detail, error.headers)(scope, receive, send_marked)
                return
        await self.app(scope, receive, send_marked)

    async def _to_the_page(self, path: str, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the page a request as it is, but for a body without end: Gradio would take it all in."""
        if scope["method"] not in ("GET", "HEAD"):
            try:
                receive = await _whole(path, headers, receive, scope["method"])
            except HTTPException as error:
                await problem(error.status_code, error.detail, error.headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _mark(self, headers: MutableHeaders, origin: str | None, method: str, path: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-cache")
        if self.origins and method in ("GET", "HEAD") and not path.startswith(OWN):
            headers.add_vary_header("Origin")
            if origin is not None and ("*" in self.origins or origin in self.origins):
                headers["Access-Control-Allow-Origin"] = "*" if "*" in self.origins else origin


def is_ours(path: str) -> bool:
    """Whether *path* is one of the doors, and none of the page."""
    return any(path == door or path.startswith(f"{door}/") for door in PATHS)


async def _whole(path: str, headers: Headers, receive: Receive, method: str) -> Receive:
    """Return a *receive* that gives the whole body at once; an `HTTPException` where it is not to be taken."""
    most = LONGER.get(path, MAX_BODY)
    # one that says itself that it is far too long is not waited for
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
    """Return the body; None for one of more than *most* bytes, of which no more than `DRAINED` bytes are read."""
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


class _Closed:
    """What answers under our paths where no door is: 404, or 405 with the methods that are taken there."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed: set[str] = set()
        for route in self.app.routes:
            if isinstance(route, Route) and route.methods and route.matches(scope)[0] is Match.PARTIAL:
                allowed |= route.methods
        if "GET" in allowed:
            allowed.add("HEAD")
        if allowed:
            taken = ", ".join(sorted(allowed))
            reply = problem(405, f"here only {taken} can be used", {"Allow": taken})
        else:
            reply = problem(404, "there is nothing at this address; /docs lists what there is")
        await reply(scope, receive, send)


def close_doors(app: FastAPI) -> None:
    """Answer for everything under our paths that no route before this one takes: the page is not to."""
    for path in PATHS:
        app.router.routes += [Route(path, _Closed(app), include_in_schema=False)]
        app.router.routes += [Route(f"{path}/{{rest:path}}", _Closed(app), include_in_schema=False)]
