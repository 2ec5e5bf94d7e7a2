"""Where a proxy shows the desk → the addresses of its own doors there.

A process serves one desk at one place, which is set before it begins. Links that hold a query alone need none of this.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

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
    """An application as it answers behind a proxy: the path it is shown below is taken off, where the proxy left it."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] in ("http", "websocket"):
            path = scope["path"]
            if path == self.root or path.startswith(f"{self.root}/"):
                raw = scope.get("raw_path")
                scope = {**scope, "path": path.removeprefix(self.root) or "/"}
                if raw is not None:
                    scope["raw_path"] = raw.removeprefix(self.root.encode("ascii")) or b"/"
        await self.app(scope, receive, send)
