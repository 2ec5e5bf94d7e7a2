"""A request → whether a page of the desk's own sent it."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from kg.errors import HetaoError
from kg.refusals import refused
from kg.web.http.problems import RefusedError


def own_page(request: Request) -> None:
    """Refuse requests from another host's page, by the origin that a browser sends."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise RefusedError(403, refused(HetaoError, "another-page"))
