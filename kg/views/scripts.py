"""Third-party scripts in the package → where they are, and what they consist of."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from kg.resources import assets_dir


def vendor_dir() -> Path:
    """Return the folder that holds them, their licences and `manifest.json`; `tools/vendor/build.mjs` makes it."""
    return assets_dir() / "vendor"


@cache
def manifest() -> dict[str, str]:
    """Return the scripts as file name → SHA-256."""
    return {one["file"]: one["sha256"] for one in json.loads((vendor_dir() / "manifest.json").read_bytes())}


@cache
def packages() -> tuple[tuple[str, str, str], ...]:
    """Return the name, version and licence of every package in them, sorted."""
    plain = json.loads((vendor_dir() / "manifest.json").read_bytes())
    return tuple(sorted({(p["name"], p["version"], p["license"]) for one in plain for p in one["packages"]}))
