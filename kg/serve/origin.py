"""A request → whether a page of the desk's own sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from fastapi import Request


def own_page(request: Request) -> None:
    """Refuse what another host's page sends: a browser says where it comes from."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "only the desk's own page may do this")
