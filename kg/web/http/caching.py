"""A build and what is shown of it → an entity tag, so that a client need not fetch it twice (RFC 9110, 13.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

import kg

if TYPE_CHECKING:
    from kg.web.desk.desk import Desk


def tag(desk: Desk, variant: str, *, weak: bool = False) -> str:
    """Return the entity tag of *variant* (the format) of a page, *weak* if its bytes are not the same every time.

    It names the build, whose fingerprint is its folder's name, and the version that shows it.
    """
    return f'{"W/" if weak else ""}"{desk.build.folder.name}-{kg.__version__}-{variant}"'


def has(request: Request, current: str) -> bool:
    """Return whether the sender of *request* already has the version with the tag *current*."""
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or current.removeprefix("W/") in known


def unchanged(current: str, vary: str | None = None) -> Response:
    """Return the answer to a client that already has the version with the tag *current*."""
    return Response(status_code=304, headers={"ETag": current} | ({"Vary": vary} if vary else {}))
