"""The plan is as collected, byte for byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLAN_SHA256 = "9cb676260c736f21e31990eb3d3f447beef478066e911c7b28f73a3e6b780025"


def test_the_plan_is_as_collected_byte_for_byte() -> None:
    assert hashlib.sha256((ROOT / "corpus" / "hetao-2023.txt").read_bytes()).hexdigest() == PLAN_SHA256
