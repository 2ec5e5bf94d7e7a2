"""Reports and a new build → which reports move to another task, because the words of their own have changed.

A task is known by its clause and its words. A build that splits a sentence differently, or a corrected source, gives it
another id; its report must neither be lost nor be attached to a task that it is not about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from kg.errors import ReportError
from kg.ledger.changes import Task, task_of
from kg.ledger.store import Ledger
from kg.models import Records

_BETWEEN = re.compile(r"[\W_]+")
_CHECKSUM = re.compile(r"-[0-9a-f]{8}$")

SURE = 0.8
"""The share of characters in common, in order, from which two wordings belong to one task."""

CLEAR = 0.15
"""By how much the best match must exceed the next one. Between two similar ones a person decides."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A report whose task is no longer in the build: `to` is the task it moves to, None if a person has to decide.

    `near` are tasks that it may be, the likeliest first. `beside` has the rest of the words where the task is two now.
    """

    task: Task
    to: Task | None
    near: tuple[Task, ...]
    beside: Task | None = None


def find_moved(reported: Mapping[str, Task], records: Sequence[Records]) -> list[Moved]:
    """Return each task of *reported* that *records* no longer have, with the task its report moves to.

    No two reports move to one task, and none to a task that has its own.
    """
    documents = {one.document.slug: one for one in records}
    present = _tasks(records)
    found = []
    for key, gone in sorted(reported.items()):
        if key in present:
            continue
        free = [one for one in _tasks(_same_document(gone.document, documents)).values() if one.task_id not in reported]
        if pair := cut_in_two(gone.quote, free, gone.clause):
            found.append(Moved(gone, pair[0], pair, pair[1]))
            continue
        scored = sorted(((_likeness(gone, other), other) for other in free), key=lambda pair: -pair[0])
        near = tuple(other for score, other in scored[:3] if score > 0.3)
        sure = bool(scored) and scored[0][0] >= SURE and (len(scored) < 2 or scored[0][0] - scored[1][0] >= CLEAR)
        found.append(Moved(gone, scored[0][1] if sure else None, near))
    claims = Counter(moved.to.task_id for moved in found if moved.to)
    return [replace(one, to=None, beside=None) if one.to and claims[one.to.task_id] > 1 else one for one in found]


def cut_in_two(words: str, tasks: Iterable[Task], clause: str = "") -> tuple[Task, Task] | None:
    """Return the two of *tasks* whose quotes, end to end, are *words*, the one that opens them first.

    They are of that *clause* if it is known. None if no two are, or more than one such pair is.
    """
    whole = _bare(words)
    by_words: dict[tuple[str, str, str], Task] = {}
    opening = []
    for one in tasks:
        part = _bare(one.quote)
        if clause in ("", one.clause) and part and part in whole and part != whole:
            by_words[one.document, one.clause, part] = one
            opening += [one] if whole.startswith(part) else []
    pairs = [
        (one, other)
        for one in opening
        if (other := by_words.get((one.document, one.clause, whole[len(_bare(one.quote)) :]))) and other != one
    ]
    return pairs[0] if len(pairs) == 1 else None


def _bare(words: str) -> str:
    """*words* without what stands between two clauses of a sentence, which belongs to neither."""
    return _BETWEEN.sub("", words)


def _tasks(records: Sequence[Records]) -> dict[str, Task]:
    return {row.task_id: task_of(one.document.slug, row) for one in records for row in one.obligations}


def _same_document(slug: str, documents: Mapping[str, Records]) -> list[Records]:
    """Return the document of that slug, or if it is gone those with its file's name and other contents.

    One without a document number is named by its file and a checksum (`kg.read.slug`): corrected, it has another slug.
    """
    if slug in documents:
        return [documents[slug]]
    stem = _CHECKSUM.sub("", slug)
    return [one for key, one in documents.items() if stem != slug and _CHECKSUM.sub("", key) == stem]


def _likeness(one: Task, other: Task) -> float:
    """How similar two tasks' words are, 0 to 1; less if they are in different clauses."""
    short, long = sorted((one.quote, other.quote), key=len)
    # an obligation that was cut at other commas keeps its words, with more or fewer around them
    alike = 0.9 if short in long and 2 * len(short) >= len(long) else SequenceMatcher(None, short, long, False).ratio()
    return alike if one.clause == other.clause else alike * 0.85


def carry_on(ledger: Ledger, moved: Sequence[Moved], chosen: Mapping[str, str], records: Sequence[Records]) -> int:
    """Move the reports of *moved* whose new task is sure, and those of *chosen* (old id → new); return how many.

    Raises:
        ReportError: *chosen* names what is no task or cannot be moved; nothing is changed then.
    """
    present, reported = _tasks(records), ledger.open_tasks()
    pairs = [(one.task, one.to) for one in moved if one.to is not None and one.task.task_id not in chosen]
    for old, new in chosen.items():
        if old not in reported or old in present:
            raise ReportError(old, "it has no report that waits for a task", "see `hetao ledger moved`")
        if new not in present or new in reported:
            raise ReportError(new, "there is no such task without a report", "see `hetao ledger moved`")
        pairs.append((reported[old], present[new]))
    ledger.move(pairs)
    return len(pairs)
