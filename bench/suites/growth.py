"""How time and memory of a build grow with the number of plans, up to all there are beside the project."""

from __future__ import annotations

import shutil

from bench.context import Context, Row
from bench.measure import timed

SHARES = (0.125, 0.25, 0.5, 1.0)


def run(context: Context) -> list[Row]:
    """Build an eighth, a quarter, a half and all of the plans, each from nothing."""
    plans = sorted(path for path in context.plans.iterdir() if path.is_file() and path.suffix == ".txt")
    if not plans:
        raise FileNotFoundError(f"{context.plans} holds no plans")
    rows: list[Row] = []
    for share in SHARES:
        chosen = plans[: max(1, round(share * len(plans)))]
        folder = context.scratch / "growth"
        shutil.rmtree(folder, ignore_errors=True)
        took = timed([context.hetao, "build", *chosen, "--data", folder])
        characters = sum(len(path.read_bytes().decode("utf-8", "replace")) for path in chosen)
        rows.append(
            {
                "plans": len(chosen),
                "characters": characters,
                "seconds": took.seconds,
                "memory MB": took.memory_mb,
                "built MB": round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6, 1),
                "characters/s": round(characters / took.seconds),
            }
        )
    return rows
