"""The path at which a proxy shows the desk → the addresses of its own routes there.

A process serves one desk at one path, which is set before it starts. Links that are only a query do not need this.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg.vocab import Lang

PATHS: dict[Lang, str] = {"zh-Hant": "/zh-Hant", "en": "/en", "zh-Hans": "/"}
"""The path of the page in each language. The one at `/` is last, because it takes every path not taken before it."""

_root = ""


@contextmanager
def shown_below(root: str) -> Iterator[None]:
    """Make `at` start from *root*, which is empty, or begins with a slash and ends without one."""
    global _root
    before, _root = _root, root
    try:
        yield
    finally:
        _root = before


def at(path: str) -> str:
    """Return the address of *path*, one of our own, which begins with a slash."""
    return f"{_root}{path}"


def address_of(request: Request) -> str:
    """Return the address of the desk as *request* reached it, without a slash at its end.

    Raises:
        HTTPException: the Host header is no host. It becomes part of IRIs, and anybody can send anything.
    """
    host = request.headers.get("host", "")
    if re.fullmatch(r"[A-Za-z0-9.:\[\]_-]+", host, re.ASCII) is None:
        raise HTTPException(400, "the Host header is no host")
    return f"{request.url.scheme}://{host}{_root}"


class Below:
    """An application behind a proxy: each path gets the proxy's prefix, whether the proxy stripped it or kept it.

    Source: the ASGI specification of HTTP, `root_path` and `path`; Starlette's mounts rely on both.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] in ("http", "websocket"):
            path, raw = scope["path"], scope.get("raw_path")
            if path != self.root and not path.startswith(f"{self.root}/"):
                path = self.root + path
                raw = raw and self.root.encode("ascii") + raw
            scope = {**scope, "path": path, "raw_path": raw, "root_path": self.root}
        await self.app(scope, receive, send)


def own_path(scope: Scope) -> str:
    """Return the path of a request without a proxy's prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def own_raw_path(scope: Scope) -> bytes:
    """Return the path of a request as it was sent, percent-encoded, without a proxy's prefix."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    return raw.removeprefix(scope.get("root_path", "").encode("ascii")) or b"/"
