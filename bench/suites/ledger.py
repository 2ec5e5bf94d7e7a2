"""A ledger of 300 and of 100,000 tasks: its files, a workbook read back, the page's first view: time and memory."""

from __future__ import annotations

import json
import sys

from bench.context import Context, Row
from bench.measure import timed

FEW, MANY = 300, 100_000


def run(context: Context) -> list[Row]:
    """Take every step at both sizes; seconds for each thousand tasks say how a step grows."""
    data = context.scratch / "ledger"
    timed([context.hetao, "build", context.plan, "--data", data])
    rows: list[Row] = []
    for count in (FEW, MANY):
        took = timed([sys.executable, "-m", "bench.many_tasks", data, str(count)])
        for step in json.loads(took.output.splitlines()[-1]):
            if seconds := step.get("seconds"):
                step["ms/1,000 rows"] = round(1e6 * seconds / step["rows"])
            rows.append(step)
    return rows
