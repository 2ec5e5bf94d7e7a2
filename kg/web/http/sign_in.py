"""A request → the same request if its sender may read; otherwise the sign-in page, or a problem for a program.

Where everybody has to sign in, everything is closed but `OPEN`, so that a route which is added later is closed as well.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from kg.errors import OutputError
from kg.web.http.middleware import below
from kg.web.http.problems import problem
from kg.web.http.proxy import own_path
from kg.web.office.requests import not_signed_in
from kg.web.office.view import SIGN_IN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg.ledger.tokens import AccessToken, Tokens
    from kg.web.office.sessions import Sessions

OPEN: Final = ("/healthz", SIGN_IN)
"""What anybody may ask for. The sign-in page brings its styles along and needs nothing else."""

CALENDAR: Final = "/ledger.ics"
"""The one path that takes a token in its address: a calendar program can send no header."""

READ: Final = (
    "/api",
    "/sparql",
    "/id",
    "/catalogue",
    "/docs",
    "/openapi.json",
    "/desk/ledger.csv",
    "/desk/ledger.xlsx",
)
POSTED: Final = ("/sparql", "/api/ask")
TOOLS: Final = "/gradio_api/mcp"
"""What a token to read opens: by GET, by POST as well, and by every method."""

_log = logging.getLogger(__name__)


class SignIn:
    """The middleware. With *everywhere*, a session or a token is needed for everything; without, for no reading."""

    def __init__(self, app: ASGIApp, sessions: Sessions, tokens: Tokens, *, everywhere: bool) -> None:
        self.app = app
        self.sessions = sessions
        self.tokens = tokens
        self.everywhere = everywhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket" and self.everywhere:
            await send({"type": "websocket.close", "code": 1008})  # the desk has none
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        # the desk asks who it is there, below where it is mounted: see `unit_of`
        request.state.sessions = self.sessions
        try:
            app = self.app if self._may(request, own_path(scope)) else _refusal(request)
        except OutputError as error:
            # the line names folders of this machine
            _log.error("%s", error)
            app = problem(500, "the server cannot read who may sign in; its log says why")
        await app(scope, receive, send)

    def _may(self, request: Request, path: str) -> bool:
        given = request.query_params.get("token") if path == CALENDAR else None
        if given is None:
            if not self.everywhere or path in OPEN or self.sessions.person(request) is not None:
                return True
            kind, _, given = request.headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer":
                return False
        token = self.tokens.verify(given.strip())
        return token is not None and opens(token, request.method, path)


def opens(token: AccessToken, method: str, path: str) -> bool:
    """Return whether *token* lets a program send a request to *path*."""
    reading = method in ("GET", "HEAD")
    if path == CALENDAR:
        return reading
    if token.scope != "read":
        return False
    return (reading and below(path, READ)) or (method == "POST" and path in POSTED) or below(path, (TOOLS,))


def _refusal(request: Request) -> ASGIApp:
    """Return the sign-in page for a browser that shows a page, a problem for anything else."""
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        return not_signed_in(request, None)
    told = "sign in at /desk/signin, or send a token that opens this: Authorization: Bearer …"
    return problem(401, told, {"WWW-Authenticate": 'Bearer realm="hetao-kg"', "Cache-Control": "no-store"})
