"""From a cold start: the help, a first build, a build with nothing to do, a first answer."""

from __future__ import annotations

import shutil

from bench.context import Context, Row
from bench.measure import timed

QUESTION = "河套深圳园区的面积是多少？"


def run(context: Context) -> list[Row]:
    """Take each step once, in the order a user meets them."""
    folder = context.scratch / "startup"
    shutil.rmtree(folder, ignore_errors=True)
    data = ("--data", str(folder))
    steps = {
        "hetao --help": ["--help"],
        "first build of the plan": ["build", *data],
        "second build, nothing to do": ["build", *data],
        "first answer, cold": ["ask", *data, QUESTION],
    }
    rows: list[Row] = []
    for what, arguments in steps.items():
        took = timed([context.hetao, *arguments])
        rows.append({"what": what, "seconds": took.seconds, "memory MB": took.memory_mb})
    return rows
