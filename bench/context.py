"""What a suite is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a suite works with: the command, the peers' Python, and what is measured on."""

    hetao: Path
    peers: Path
    plan: Path
    plans: Path
    questions: Path
    model: Path
    scratch: Path
    documents: int
    """How many documents the library has that is measured."""
