"""A request answered → one line of the access log.

2026-01-31T09:30:00+08:00 GET /api/ask 200 812 B 14 ms

The line has the question only if the log is set to full, because a question says what an office works on. A token in an
address is never written.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote, unquote_plus

from kg.feedback import SHANGHAI

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 2_000
"""The most characters of a path, and of a query, that are written."""


class AccessLog:
    """The middleware around everything. With *full*, the part after the question mark is written as well."""

    def __init__(self, app: ASGIApp, *, full: bool, stream: TextIO | None = None) -> None:
        self.app = app
        self.full = full
        self.stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and write its line, even if it fails or is abandoned."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status, size = 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            stream = self.stream or sys.stderr
            stream.write(f"{self._line(scope, status, size, 1000 * (time.perf_counter() - begun))}\n")
            stream.flush()

    def _line(self, scope: Scope, status: int, size: int, milliseconds: float) -> str:
        asked = _plain(scope["path"])
        if self.full and scope["query_string"]:
            asked += "?" + _plain("&".join(map(_without_token, scope["query_string"].decode("latin-1").split("&"))))
        now = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        told = status or "given-up"
        return f"{now} {_plain(scope['method'])} {asked} {told} {size} B {milliseconds:.0f} ms"


def _plain(text: str) -> str:
    """Return *text* as one word, with escapes for whatever could begin a line, colour it or hide in it."""
    cut = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    return "".join(c if c.isprintable() and c != " " else quote(c, safe="", errors="replace") for c in cut)


def _without_token(parameter: str) -> str:
    return "token=…" if unquote_plus(parameter.partition("=")[0]) == "token" else parameter
