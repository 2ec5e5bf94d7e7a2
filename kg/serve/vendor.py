"""Scripts of others that come with the package → the same, served from here: a page asks no other host for them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response

from kg.resources import assets_dir
from kg.serve.caching import has, unchanged


def vendor_dir() -> Path:
    """Return the folder that holds them, their licences and `manifest.json`; `web/build.mjs` makes it."""
    return assets_dir() / "vendor"


@cache
def manifest() -> dict[str, str]:
    """Return the scripts there are: file name → SHA-256."""
    return {one["file"]: one["sha256"] for one in json.loads((vendor_dir() / "manifest.json").read_bytes())}


@cache
def packages() -> tuple[tuple[str, str, str], ...]:
    """Return name, version and licence of every package that is in them, sorted."""
    plain = json.loads((vendor_dir() / "manifest.json").read_bytes())
    return tuple(sorted({(p["name"], p["version"], p["license"]) for one in plain for p in one["packages"]}))


def add_to(app: FastAPI) -> None:
    """Add the route `/desk/vendor/…` to *app*; it gives what the manifest lists and nothing else."""

    @app.get("/desk/vendor/{name}", include_in_schema=False)
    def get(name: str, request: Request) -> Response:
        digest = manifest().get(name)
        if digest is None:
            raise HTTPException(404, "there is no such script")
        current = f'"{digest[:16]}"'
        if has(request, current):
            return unchanged(current)
        headers = {"ETag": current, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response((vendor_dir() / name).read_bytes(), media_type="text/javascript", headers=headers)
