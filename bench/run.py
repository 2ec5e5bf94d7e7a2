"""`python -m bench.run [SUITE …]` → bench/results/DATE.json and a table for each suite on the terminal.

Every suite is a module in bench/suites with `run(context)`, which returns rows: the product's first, then its peers'.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

from bench import suites
from bench.context import Context, Row
from bench.measure import as_row, describe_machine
from kg.errors import HetaoError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
BUSY = 0.5
"""Load for each core above which times say more of the machine than of what ran: a peer measured beside other work
was seen to take twenty times as long."""

SIZED = {"library"}
"""Suites whose results at one size stand beside those at another."""

_FOLDERS = re.compile(r"(?<![\w.:/])/(?:[^\s/'\":,]+/)+")


def names_of_suites() -> list[str]:
    """Return the suites there are, by name."""
    return sorted(module.name for module in pkgutil.iter_modules(suites.__path__))


def table(rows: list[Row]) -> str:
    """Return rows as text in columns; a row may lack a column."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def without_folders(text: str) -> str:
    """Return *text* with the folders of absolute paths taken off, because results are published."""
    return _FOLDERS.sub("", text)


def main(arguments: list[str] | None = None) -> int:
    """Run the suites named, or all, and write down what they found; return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="bench", description="Times, ratios and growth, beside the product's peers.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(names_of_suites())}; all by default")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-bench" / "bin" / "python")
    parser.add_argument("--questions", type=Path, default=ROOT.parent / "shared" / "gold" / "questions.jsonl")
    parser.add_argument("--plans", type=Path, default=ROOT.parent / "shared" / "plans")
    parser.add_argument("--scratch", type=Path, default=ROOT / "data" / "bench")
    documents = os.environ.get("HETAO_BENCH_DOCUMENTS", "75")
    parser.add_argument(
        "--documents", type=int, default=documents, help="how many the library has; HETAO_BENCH_DOCUMENTS"
    )
    chosen = parser.parse_args(arguments)
    if chosen.documents < 2:
        parser.error(f"--documents {chosen.documents}: a library has two at least")
    unknown = sorted(set(chosen.suites) - set(names_of_suites()))
    if unknown:
        parser.error(f"no suite {', '.join(unknown)}; there are {', '.join(names_of_suites())}")
    chosen.scratch.mkdir(parents=True, exist_ok=True)
    context = Context(
        hetao=Path(sys.executable).with_name("hetao"),
        peers=chosen.peers.absolute(),
        plan=ROOT / "corpus" / "hetao-2023.txt",
        plans=chosen.plans,
        questions=chosen.questions,
        model=ROOT / "data" / "model" / "e5-small",
        scratch=chosen.scratch.absolute(),
        documents=chosen.documents,
    )
    machine = describe_machine()
    found: dict[str, Any] = {"machine": as_row(machine), "suites": {}}
    failed = False
    for name in chosen.suites or names_of_suites():
        module = importlib.import_module(f"bench.suites.{name}")
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        load = os.getloadavg()[0]
        if load > BUSY * machine.cores:
            print(f"the machine is busy (load {load:.1f} on {machine.cores} cores): these times do not count")
        try:
            rows: list[Row] = module.run(context)
        except (RuntimeError, OSError, HetaoError) as error:  # the other suites' figures are worth having all the same
            print(f"failed: {error}", file=sys.stderr)
            failed = True
            continue
        kept = f"{name} of {context.documents}" if name in SIZED else name
        found["suites"][kept] = {"load before": round(load, 2), "rows": rows}
        print(table(rows), flush=True)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{machine.date}.json"
    if path.exists():  # suites run apart on one day lie in one file
        before = json.loads(path.read_text("utf-8"))
        found["suites"] = {**before["suites"], **found["suites"]}
    written = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path.write_text(without_folders(written), encoding="utf-8")
    print(f"\n{path.relative_to(ROOT)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
