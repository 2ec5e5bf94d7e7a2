"""A build and what of it is shown → an entity tag, so that who has it already is told so (RFC 9110, 13.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

import kg

if TYPE_CHECKING:
    from kg.serve.desk import Desk


def tag(desk: Desk, variant: str, *, weak: bool = False) -> str:
    """Return the entity tag of *variant* of a page: its format. Weak where the same bytes do not come twice.

    It names the build, whose fingerprint is its folder's name, and the version that shows it.
    """
    return f'{"W/" if weak else ""}"{desk.build.folder.name}-{kg.__version__}-{variant}"'


def has(request: Request, current: str) -> bool:
    """Whether the sender of *request* has what *current* is the tag of."""
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or current.removeprefix("W/") in known


def unchanged(current: str, vary: str | None = None) -> Response:
    """Return the answer to one who has what *current* is the tag of."""
    return Response(status_code=304, headers={"ETag": current} | ({"Vary": vary} if vary else {}))
