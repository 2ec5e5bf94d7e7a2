"""Third-party scripts in the package → the same, served from here, so that a page needs no other host."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from kg.views.scripts import manifest, vendor_dir
from kg.web.http.caching import has, unchanged

router = APIRouter()


@router.get("/desk/vendor/{name}", include_in_schema=False)
def get(name: str, request: Request) -> Response:
    """Give a script that the manifest lists, and nothing else."""
    digest = manifest().get(name)
    if digest is None:
        raise HTTPException(404, "there is no such script")
    current = f'"{digest[:16]}"'
    if has(request, current):
        return unchanged(current)
    headers = {"ETag": current, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response((vendor_dir() / name).read_bytes(), media_type="text/javascript", headers=headers)
