"""Where the project's own data lie: in a checkout beside the package, in a wheel under `kg/_data`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent


def data_dir(name: Literal["corpus", "ontology"]) -> Path:
    """Return the folder *name*, whether this runs from a checkout or an installed wheel."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def rules_dir() -> Path:
    """Return the folder with the rules (YAML), which `kg.rules` reads."""
    return PACKAGE / "rules"


def queries_dir() -> Path:
    """Return the folder with the named SPARQL queries."""
    return PACKAGE / "queries"


def assets_dir() -> Path:
    """Return the folder with the desk's style sheet and scripts."""
    return PACKAGE / "web" / "assets"


def checkout() -> Path | None:
    """Return the root of the checkout this package runs from, or None where it is installed."""
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "corpus").is_dir() else None
