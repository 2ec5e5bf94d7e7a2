"""Where a proxy shows the desk → the addresses of its own doors there.

A process serves one desk at one place, which is set before it begins. Links that hold a query alone need none of this.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg.ledger.terms import Lang

PATHS: dict[Lang, str] = {"zh-Hant": "/zh-Hant", "en": "/en", "zh-Hans": "/"}
"""Where the page stands in each language. The one at `/` takes every path that nothing before it took: it is last."""

_root = ""


@contextmanager
def shown_below(root: str) -> Iterator[None]:
    """Have `at` count from *root*, which is empty or begins with a slash and ends without one."""
    global _root
    before, _root = _root, root
    try:
        yield
    finally:
        _root = before


def at(path: str) -> str:
    """Return the address of one of our *path*s, which begins with a slash."""
    return f"{_root}{path}"


class Below:
    """An application as it answers behind a proxy: a path has the one it is shown below in front, where the proxy took
    it off as where it left it.

    Source: the ASGI specification of HTTP, `root_path` and `path`; Starlette's mounts count on both.
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
    """Return the path of a request as it is without a proxy."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def own_raw_path(scope: Scope) -> bytes:
    """Return the path of a request as it was sent, percent-encoded, without a proxy's part."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    return raw.removeprefix(scope.get("root_path", "").encode("ascii")) or b"/"
