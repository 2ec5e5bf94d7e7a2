"""Reports and a new build → which reports go on under another task, because the words of theirs moved.

A task is known by its clause and its words. A build that cuts a sentence otherwise, or a source that was corrected,
gives it another id; what was reported of it must neither be lost nor be hung on a task it does not speak of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kg.ledger.changes import Task, task_of
from kg.ledger.reports import ReportError
from kg.ledger.store import Ledger
from kg.models import Records

_CHECKSUM = re.compile(r"-[0-9a-f]{8}$")

SURE = 0.8
"""Share of characters in common, in order, from which two wordings are one task's."""

CLEAR = 0.15
"""By how much the best must exceed the next one. Between two that are alike a person decides."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A report whose task is no longer in the build: `to` is the task it goes on under, None where a person decides.

    `near` are tasks it may be, the likeliest first.
    """

    task: Task
    to: Task | None
    near: tuple[Task, ...]


def find_moved(reported: Mapping[str, Task], records: Sequence[Records]) -> list[Moved]:
    """Return where each task of *reported* that *records* no longer have has gone; none of those that stayed.

    Two reports never go to one task, and none goes to a task that has its own.
    """
    documents = {one.document.slug: one for one in records}
    present = {row.task_id for one in records for row in one.obligations}
    gone = [one for key, one in sorted(reported.items()) if key not in present]
    found = []
    for one in gone:
        free = [
            task_of(document.document.slug, row)
            for document in _same_document(one.document, documents)
            for row in document.obligations
            if row.task_id not in reported
        ]
        scored = sorted(((_likeness(one, other), other) for other in free), key=lambda pair: -pair[0])
        near = tuple(other for score, other in scored[:3] if score > 0.3)
        sure = bool(scored) and scored[0][0] >= SURE and (len(scored) < 2 or scored[0][0] - scored[1][0] >= CLEAR)
        found.append(Moved(one, scored[0][1] if sure else None, near))
    claims: dict[str, int] = defaultdict(int)
    for moved in found:
        if moved.to:
            claims[moved.to.task_id] += 1
    return [Moved(one.task, one.to if one.to and claims[one.to.task_id] == 1 else None, one.near) for one in found]


def _same_document(slug: str, documents: Mapping[str, Records]) -> list[Records]:
    """Return the document of that slug; where it is gone, those that have its file's name and other contents.

    One without a document number is named by its file and a checksum (`kg.read.slug`): corrected, it has another slug.
    """
    if slug in documents:
        return [documents[slug]]
    stem = _CHECKSUM.sub("", slug)
    return [one for key, one in documents.items() if stem != slug and _CHECKSUM.sub("", key) == stem]


def _likeness(one: Task, other: Task) -> float:
    """How alike two tasks' words are, 0 to 1; of another clause they are less so."""
    short, long = sorted((one.quote, other.quote), key=len)
    # a row that was cut at other commas keeps its words, and there are more or fewer around them
    alike = 0.9 if short in long and 2 * len(short) >= len(long) else SequenceMatcher(None, short, long, False).ratio()
    return alike if one.clause == other.clause else alike * 0.85


def carry_on(ledger: Ledger, moved: Sequence[Moved], chosen: Mapping[str, str], records: Sequence[Records]) -> int:
    """Let the reports of *moved* that are sure, and those of *chosen* (old id → new), go on; return how many did.

    The new task gets what the old one had, and the old one a note of where it went. A choice of what is no task is a
    `ReportError`, and then nothing is changed.
    """
    present = {row.task_id: task_of(one.document.slug, row) for one in records for row in one.obligations}
    reported = ledger.open_tasks()
    pairs = [(one.task, one.to) for one in moved if one.to is not None and one.task.task_id not in chosen]
    for old, new in chosen.items():
        if old not in reported or old in present:
            raise ReportError(old, "no report waits there for a task", "see `hetao ledger moved`")
        if new not in present or new in reported:
            raise ReportError(new, "there is no such task that is free", "see `hetao ledger moved`")
        pairs.append((reported[old], present[new]))
    ledger.move(pairs)
    return len(pairs)
