"""A library of any size: built, one document added, nothing changed; then asked, queried and shown.

It is made of the plans beside the project and of documents made from them (`bench.varied`). Of what a step took, that
is written down when it ends, and a build that was stopped goes on where it was: run the suite again.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.context import Context, Row
from bench.measure import timed
from bench.tree import Taken, watched
from bench.varied import write_varied

QUESTION = "财政部负责什么？"
STATE = "steps.json"
SO_FAR = "so far"


def run(context: Context) -> list[Row]:
    """Take each step that has not been taken, and return what all of them took."""
    folder = context.scratch / f"library-{context.documents}"
    folder.mkdir(parents=True, exist_ok=True)
    sources, data = folder / "sources", folder / "data"
    library = write_library(sources, context.plans, context.documents)
    last = folder / library[-1].name
    state: dict[str, Any] = json.loads((folder / STATE).read_bytes()) if (folder / STATE).is_file() else {}
    build: list[str | Path] = [context.hetao, "build", sources, "--data", data]

    def keep() -> None:
        beside = folder / f"{STATE}.part"
        beside.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(folder / STATE)

    def step(what: str, take: Callable[[], Any]) -> None:
        if what not in state:
            state[what] = take()
            keep()

    def built(count: int) -> Row:
        before = Taken(*state.get(SO_FAR, (0, 0, 0)))

        def told(taken: Taken) -> None:
            both = taken.after(before)
            state[SO_FAR] = [both.seconds, both.processor, both.memory_mb]
            keep()

        taken = watched(build, told).after(before)
        state.pop(SO_FAR)
        row: Row = {"documents": count, "seconds": round(taken.seconds, 1), "processor s": round(taken.processor, 1)}
        return {**row, "memory MB": round(taken.memory_mb), "disk MB": round(disk(data) / 1e6)}

    if "all but one" not in state and library[-1].exists():
        library[-1].replace(last)  # until it is added
    step("all but one", lambda: built(len(library) - 1))
    if last.exists():
        last.replace(library[-1])
    step("one more", lambda: built(len(library)))
    step("nothing changed", lambda: built(len(library)))
    step("first answer, cold", lambda: _asked(context, data))
    asked: list[str | Path] = [sys.executable, "-m", "bench.library_questions", data, context.plans.parent / "reading"]
    step("asked", lambda: json.loads(timed(asked).output.splitlines()[-1]))
    rows = [{"what": what, **row} for what, row in state.items() if what != "asked"]
    first = rows[0]
    first["documents/min"] = round(60 * first["documents"] / first["seconds"], 1)
    return [*rows, *state["asked"]]


def write_library(folder: Path, plans: Path, count: int) -> list[Path]:
    """Write *count* documents to *folder*, all plans first, and return their paths; what is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for plan in sorted(plans.glob("*.txt"))[:count]:
        found.append(folder / plan.name)
        if not found[-1].exists():
            shutil.copyfile(plan, found[-1])
    if len(found) < count:
        found += write_varied(folder, plans, count - len(found))
    return found


def disk(folder: Path) -> int:
    """Return the bytes on the disk of all files below *folder*, each counted once however many names it has."""
    return sum({(s.st_dev, s.st_ino): 512 * s.st_blocks for p in folder.rglob("*") for s in [p.lstat()]}.values())


def _asked(context: Context, data: Path) -> Row:
    took = timed([context.hetao, "ask", "--data", data, QUESTION])
    return {"seconds": took.seconds, "memory MB": round(took.memory_mb)}
