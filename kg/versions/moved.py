"""Reports and a new build → which reports move to another task, because theirs has other words or a new version.

A task is known by its document, clause and words. A build that splits a sentence differently, a corrected source or a
document that takes the place of another one gives it another id; its report must neither be lost nor be attached to a
task that it is not about.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from kg.errors import ReportError
from kg.extract.repeals import repealed_numbers
from kg.ledger.changes import Event, Task, task_of
from kg.ledger.cutting import bare, cut_in_two
from kg.ledger.store import Ledger
from kg.models import Records, strip_space
from kg.read.slug import make_slug
from kg.versions.differences import FieldChange
from kg.versions.pairing import ELSEWHERE, Scores, likeness, pair_known_clauses, pair_rows
from kg.versions.quotes import said_differently

_MOVED_FROM = "moved from "
"""What stands before the id of the task that a report had before, in what its changes came through."""

_CHECKSUM = re.compile(r"-[0-9a-f]{8}$")

SURE = 0.8
"""How similar two wordings are at least if they belong to one task."""

CLEAR = 0.15
"""By how much the best match must exceed the next one. Between two similar ones a person decides."""

TELLING = 10
"""From how many characters on words tell what a task is about; shorter ones (完善标准体系) stand in many a clause."""

NEAR, SHOWN = 0.3, 3
"""How similar a task is at least that a person may choose, and how many of them are listed."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A report whose task is no longer in the build: `to` is the task it moves to, None if a person has to decide.

    `near` are tasks that it may be, the likeliest first. `beside` has the rest of the words where the task is two now.
    `changes` are the fields in which the words of `task` and `to` differ, each read by itself.
    """

    task: Task
    to: Task | None
    near: tuple[Task, ...]
    beside: Task | None = None
    changes: tuple[FieldChange, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as a plain dict."""
        return asdict(self)


def find_moved(
    reported: Mapping[str, Task], records: Sequence[Records], replaced: Mapping[str, str] | None = None
) -> list[Moved]:
    """Return each task of *reported* that *records* no longer have, with the task its report moves to.

    *replaced* has the slug of the new version of a document by the slug of the old one, whose tasks all move, even if
    *records* still have them. No two reports move to one task, and none to a task that has its own.
    """
    replaced = replaced or {}
    documents = {one.document.slug: one for one in records}
    present = _tasks(records)
    gone: defaultdict[str, list[Task]] = defaultdict(list)
    for key, task in sorted(reported.items()):
        if task.document in replaced or key not in present:
            gone[task.document].append(task)
    found: list[Moved] = []
    for slug, tasks in gone.items():
        if slug in replaced:
            found += _moves(tasks, [documents[replaced[slug]]], reported, same_document=False)
        else:
            found += _moves(tasks, _same_document(slug, documents), reported, same_document=True)
    claims = Counter(task.task_id for one in found for task in (one.to, one.beside) if task)
    alone = [
        replace(one, to=None, beside=None) if one.to and claims[one.to.task_id] > 1 else one
        for one in sorted(found, key=lambda one: one.task.task_id)
    ]
    return _with_changes(alone)


def said_replacements(
    reported: Iterable[Task], records: Sequence[Records], titles: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return which document of *records* says that it repeals one with reports that is not there any more, by slug.

    Such a document is known by its number, of which its slug is made, or by its title where *titles*, by slug, has it.
    One that several documents repeal is left out, for a person to decide.
    """
    there = {one.document.slug for one in records}
    gone = {task.document for task in reported} - there
    by_title = {_plain(title): slug for slug, title in (titles or {}).items() if slug in gone}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in records if gone else ():
        if one.document.repeals:
            slugs = {make_slug(number, "", "") for number in repealed_numbers(one.document)}
            slugs |= {by_title[plain] for title in one.document.repeals if (plain := _plain(title)) in by_title}
            for slug in slugs & gone:
                found[slug].add(one.document.slug)
    return {old: new.pop() for old, new in sorted(found.items()) if len(new) == 1}


def carry_on(
    ledger: Ledger,
    moved: Sequence[Moved],
    chosen: Mapping[str, str],
    records: Sequence[Records],
    replaced: Iterable[str] = (),
) -> int:
    """Move the reports of *moved* whose new task is sure, and those of *chosen* (old id → new); return how many.

    A task of one of the documents *replaced* (slugs) may be moved even if *records* still have it.

    Raises:
        ReportError: *chosen* names what is no task or cannot be moved; nothing is changed then.
    """
    present, reported, leaving = _tasks(records), ledger.open_tasks(), set(replaced)
    pairs = [(one.task, one.to) for one in moved if one.to is not None and one.task.task_id not in chosen]
    for old, new in chosen.items():
        if old not in reported or (old in present and reported[old].document not in leaving):
            raise ReportError(old, "it has no report that waits for a task", "see `hetao ledger moved`")
        if new not in present or new in reported:
            raise ReportError(new, "there is no such task without a report", "see `hetao ledger moved`")
        pairs.append((reported[old], present[new]))
    ledger.move(pairs)
    return len(pairs)


def came_from(history: Iterable[Event]) -> str | None:
    """Return the id of the task that the report with this *history* was moved from last, None if it was not."""
    moves = [event.through for event in history if event.through.startswith(_MOVED_FROM)]
    return moves[-1].removeprefix(_MOVED_FROM) if moves else None


def carried_changes(old: Task, new: Task) -> tuple[FieldChange, ...]:
    """Return the fields in which the words of two tasks differ, each read by itself."""
    return said_differently([(old.quote, new.quote)])[0]


def _moves(
    gone: Sequence[Task], documents: Sequence[Records], reported: Mapping[str, Task], *, same_document: bool
) -> list[Moved]:
    """Pair the tasks *gone* with those of *documents*."""
    tasks = list(_tasks(documents).values())
    if same_document:
        # those that are in both builds are their own; in another version one with a report may still be the one meant
        tasks = [one for one in tasks if one.task_id not in reported]
    clauses = _clauses(gone, documents, same_document=same_document)
    paired = pair_rows(gone, tasks, clauses)
    settled = _settled(gone, tasks, clauses, paired)
    scores = _scores(gone, tasks, clauses, settled)
    ranked, rivals = defaultdict(list), defaultdict(list)
    for (a, b), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        ranked[a].append((score, b))
        rivals[b].append((score, a))
    taken = set(settled.values())
    free = [one for b, one in enumerate(tasks) if b not in taken and one.task_id not in reported]
    found = []
    for a, task in enumerate(gone):
        if a in settled:
            best, sure = settled[a], True
        elif pair := cut_in_two(task.quote, free, clauses.get(task.clause, "")):
            found.append(Moved(task, pair[0], pair, pair[1]))
            continue
        else:
            best = paired.get(a, -1)
            others = [score for score, b in ranked[a] if b != best] + [score for score, n in rivals[best] if n != a]
            least = max(SURE, max(others, default=0.0) + CLEAR)
            telling = len(bare(task.quote)) >= TELLING
            sure = (
                best >= 0
                and scores.get((a, best), 0.0) >= least
                and (telling or clauses.get(task.clause) == tasks[best].clause)
            )
        likely = [best] if a in settled else [b for score, b in ranked[a] if score > NEAR]
        near = [tasks[b] for b in likely if tasks[b].task_id not in reported][:SHOWN]
        to = tasks[best] if sure and tasks[best].task_id not in reported else None
        found.append(Moved(task, to, tuple(near)))
    return found


def _clauses(gone: Sequence[Task], documents: Sequence[Records], *, same_document: bool) -> dict[str, str]:
    """Return which clause of *documents* each clause of the tasks *gone* has become, by the words known of it."""
    new = {clause.id: strip_space(clause.text) for one in documents for clause in one.document.clauses}
    known: defaultdict[str, str] = defaultdict(str)
    for task in gone:
        if len(bare(task.quote)) >= TELLING:
            known[task.clause] += task.quote
    by_words = pair_known_clauses(known, new)
    # the number of a clause says where it is in the same document, and nothing in another one
    return ({key: key for key in new} if same_document else {}) | by_words


def _settled(
    gone: Sequence[Task], tasks: Sequence[Task], clauses: Mapping[str, str], paired: Mapping[int, int]
) -> dict[int, int]:
    """Return the pairs with the same words in a clause and its new version, which are there only once."""
    times = Counter((one.clause, one.quote) for one in tasks)
    known = Counter((one.clause, one.quote) for one in gone)
    return {
        a: b
        for a, b in paired.items()
        if gone[a].quote == tasks[b].quote
        and clauses.get(gone[a].clause) == tasks[b].clause
        and times[tasks[b].clause, tasks[b].quote] == known[gone[a].clause, gone[a].quote] == 1
    }


def _scores(
    gone: Sequence[Task], tasks: Sequence[Task], clauses: Mapping[str, str], settled: Mapping[int, int]
) -> Scores:
    """How similar those are that are not settled, less if they are in different clauses."""
    taken = set(settled.values())
    left = [a for a in range(len(gone)) if a not in settled]
    right = [b for b in range(len(tasks)) if b not in taken]
    found = likeness([gone[a].quote for a in left], [tasks[b].quote for b in right])
    return {
        (a, b): score if clauses.get(gone[a].clause) == tasks[b].clause else score * ELSEWHERE
        for (i, j), score in found.items()
        for a, b in [(left[i], right[j])]
    }


def _with_changes(found: Sequence[Moved]) -> list[Moved]:
    """Return *found* with the fields in which the words of the tasks that reports move to differ."""
    quotes = [(one.task.quote, one.to.quote if one.to and not one.beside else one.task.quote) for one in found]
    changes = said_differently(quotes)
    return [replace(one, changes=said) if said else one for one, said in zip(found, changes, strict=True)]


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


def _plain(title: str) -> str:
    return strip_space(title).strip("《》")
