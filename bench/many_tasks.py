"""`python -m bench.many_tasks DATA ROWS` → as JSON, what it takes to export, read back and first show a ledger of them.

The tasks are the project's own plan's, over and over, each time as another document's. A process of its own for each
number, so that the peak of memory is that number's.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.builds import load_build
from kg.ledger.days import today
from kg.ledger.filters import Filter, Obligations
from kg.ledger.importing import compare
from kg.ledger.plain import export_csv
from kg.ledger.reading import read_workbook
from kg.ledger.tasks import Terms, tasks_of
from kg.ledger.workbook import export_workbook
from kg.models import Records
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import ledger_html

Step = dict[str, Any]


class Repeated(Desk):
    """A desk whose records are not its build's."""

    def __init__(self, desk: Desk, records: tuple[Records, ...]) -> None:
        super().__init__(desk.build)
        self._records = records

    @property
    def records(self) -> tuple[Records, ...]:
        """The records it was given."""
        return self._records


def repeated(one: Records, rows: int) -> tuple[Records, ...]:
    """Return copies of *one*, each another document's, that have *rows* obligations together."""
    copies: list[Records] = []
    left = rows
    while left > 0:
        number = len(copies)
        own = tuple(replace(row, task_id=f"{row.task_id}-{number}") for row in one.obligations[:left])
        document = replace(one.document, slug=f"{one.document.slug}-{number}")
        copies.append(replace(one, document=document, obligations=own))
        left -= len(own)
    return tuple(copies)


def steps(data: Path, rows: int) -> list[Step]:
    """Return what each step took: seconds, and the most memory (MB) the process had held by its end."""
    build = load_build(data)
    records = repeated(build.records[0], rows)
    desk = Repeated(Desk(build), records)
    terms = Terms()
    found: list[Step] = []

    def step(what: str, do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the step gives
        begun = time.perf_counter()
        made = do()
        seconds = round(time.perf_counter() - begun, 2)
        memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        found.append({"what": what, "rows": rows, "seconds": seconds, "memory MB": memory})
        return made

    begin = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    found.append({"what": "records in memory", "rows": rows, "memory MB": begin})
    desk.obligations = Obligations(records)
    step("the page's first view", lambda: ledger_html(desk, "zh-Hans", Filter()))
    step("the page's second view", lambda: ledger_html(desk, "zh-Hans", Filter()))
    step("csv", lambda: export_csv(records, {}, terms))
    content = step("xlsx, three sheets and a cover", lambda: export_workbook(records, {}, terms))
    found[-1]["MB"] = round(len(content) / 1e6, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        path.write_bytes(content)
        sheets = step("xlsx read back", lambda: read_workbook(path))
    entries = step("how every task stands", lambda: tasks_of(records, {}, terms))
    seen = step("compared with the ledger", lambda: compare(sheets, entries, None, "bench", today().year))
    if seen.refused or seen.differences:
        raise RuntimeError(f"an untouched workbook differs: {seen.refused[:1]} {seen.differences[:1]}")
    return found


if __name__ == "__main__":
    print(json.dumps(steps(Path(sys.argv[1]), int(sys.argv[2]))))
