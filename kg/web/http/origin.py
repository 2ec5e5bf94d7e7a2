"""A request → whether a page of the desk's own sent it."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException


def own_page(request: Request) -> None:
    """Refuse requests from another host's page, by the origin that a browser sends."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "only the desk's own page may do this")
