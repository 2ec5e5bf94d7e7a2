"""A summary → the briefing on how tasks go (专报), its sections in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from kg.exports import exports
from kg.ledger.assignment import assignees
from kg.ledger.cells import said
from kg.ledger.layout import clause_name, day_words, source_of
from kg.ledger.parts import responsible_or_unnamed
from kg.ledger.standing import KINDS, lights
from kg.ledger.summary import QUIET_DAYS, Summary, heard_on
from kg.ledger.tasks import LedgerTask
from kg.models import Records
from kg.rules import Said, Strict, load
from kg.vocab import Lang

LISTED = 50
"""The most tasks of one list; the ledger has them all."""


class BriefingWording(Strict):
    """`rules/briefing.yaml`."""

    title: Said
    number: Said
    numeral: Said
    heading: Said
    part: Said
    sections: dict[str, Said]
    parts: dict[str, Said]
    counted: Said
    finished_share: Said
    on_time_share: Said
    no_share: Said
    unassigned: Said
    force: Said
    none: Said
    unassigned_name: Said
    task: Said
    reported: Said
    described: Said
    between: Said
    kind: Said
    due: Said
    heard: Said
    more: Said
    fonts: dict[str, str]


def briefing_words() -> BriefingWording:
    """Return `rules/briefing.yaml`."""
    return load("briefing", BriefingWording)


@dataclass(frozen=True, slots=True)
class BriefingLine:
    """A line of a section; `level` 2 is a heading in it, 3 its text, which may be about the task `task_id`."""

    level: int
    text: str
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its numbered heading and its lines."""

    heading: str
    lines: tuple[BriefingLine, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing in words. `number` and `issuer` are the office's own, and empty if it gives none."""

    title: str
    number: str
    sections: tuple[Section, ...]
    source: str
    issuer: str
    day: str


def briefing(
    found: Summary, records: Sequence[Records], lang: Lang = "zh-Hans", *, number: str = "", issuer: str = ""
) -> Briefing:
    """Return the briefing on *found* in *lang*; quotes and names of bodies stay as they are in the text."""
    words = briefing_words()
    titles = dict.fromkeys(f"《{one.document.title}》" for one in records)
    bodies = {
        "overall": _overall(found, words, lang),
        "progress": _by_assignee(found.moving, words, lang),
        "attention": _attention(found, words, lang),
        "problems": [_told(task, ("problems", "coordination"), words, lang) for task in found.troubled],
        "next_steps": [_told(task, ("next_steps",), words, lang) for task in found.planned],
    }
    sections = tuple(
        Section(
            _numbered(words.heading, n, words.sections[key][lang], words, lang),
            tuple(lines) or (BriefingLine(3, words.none[lang]),),
        )
        for n, (key, lines) in enumerate(bodies.items(), 1)
    )
    return Briefing(
        words.title[lang].format(title="".join(titles)),
        words.number[lang].format(number=number) if number else "",
        sections,
        source_of(records),
        issuer,
        day_words(found.as_of) if lang != "en" else found.as_of.isoformat(),
    )


def short_number(task: LedgerTask) -> str:
    """Return what a task is called on paper: its clause and its number in it, （三）发展目标 3-04."""
    return f"{clause_name(task.clause)} {task.obligation.id}".strip()


def _overall(found: Summary, words: BriefingWording, lang: Lang) -> list[BriefingLine]:
    kinds = [
        words.kind[lang].format(name=lights().standings[kind][lang], count=count)
        for kind in KINDS
        if (count := found.all.by_kind.get(kind, 0))
    ]
    rates, none = found.rates, words.no_share[lang]
    day = found.as_of.isoformat() if lang == "en" else day_words(found.as_of)
    shares = [
        words.finished_share[lang].format(
            share=none if rates.finished_share is None else f"{rates.finished_share:.1%}",
            whole=rates.counted,
            part=rates.finished,
            left=sum(rates.left_out.values()),
            **rates.left_out,
        ),
        words.on_time_share[lang].format(
            share=none if rates.on_time_share is None else f"{rates.on_time_share:.1%}",
            whole=rates.matured,
            part=rates.on_time,
            later=rates.counted - rates.matured,
        ),
    ]
    given = found.all.total - found.unassigned.unassigned
    return [
        BriefingLine(
            3, words.counted[lang].format(day=day, total=found.all.total, kinds=words.between[lang].join(kinds))
        ),
        *(BriefingLine(3, text) for text in shares),
        BriefingLine(3, words.unassigned[lang].format_map(asdict(found.unassigned) | {"given": given})),
    ]


def _by_assignee(tasks: Iterable[LedgerTask], words: BriefingWording, lang: Lang) -> list[BriefingLine]:
    groups: dict[str, list[LedgerTask]] = {}
    for task in tasks:
        for name in assignees(task.reported.report, "assigned_to") or (words.unassigned_name[lang],):
            groups.setdefault(name, []).append(task)
    lines = []
    for n, (name, own) in enumerate(groups.items(), 1):
        lines.append(BriefingLine(2, _numbered(words.part, n, name, words, lang)))
        lines += [_told(task, ("progress",), words, lang) for task in own]
    return lines


def _attention(found: Summary, words: BriefingWording, lang: Lang) -> list[BriefingLine]:
    passed = {task.obligation.task_id for task in found.passed}
    lists = {name: getattr(found, name) for name in ("overdue", "passed", "soon", "quiet", "never")}
    lines = []
    for n, (name, tasks) in enumerate(lists.items(), 1):
        title = words.parts[name][lang].format(count=len(tasks), days=QUIET_DAYS)
        lines.append(BriefingLine(2, _numbered(words.part, n, title, words, lang)))
        # those never reported on are most of a young ledger: of these only what is dated and not yet listed
        listed = [
            task for task in tasks
            if name != "never" or (task.standing.due and task.obligation.task_id not in passed)
        ][:LISTED]  # fmt: skip
        lines += [_described(task, words, lang, heard=name == "quiet") for task in listed]
        if len(tasks) > len(listed):
            lines.append(BriefingLine(3, words.more[lang].format(count=len(tasks) - len(listed))))
    if found.overdue or found.passed:
        lines.append(BriefingLine(3, words.force[lang]))
    return lines


def _described(task: LedgerTask, words: BriefingWording, lang: Lang, *, heard: bool) -> BriefingLine:
    given = assignees(task.reported.report, "assigned_to")
    told = [exports().separator.join(given or responsible_or_unnamed(task.obligation))]
    if task.standing.due:
        told.append(words.due[lang].format(day=task.standing.due.isoformat()))
    if heard and (day := heard_on(task)):
        told.append(words.heard[lang].format(day=day.isoformat()))
    text = words.described[lang].format(text=task.obligation.quote, told=words.between[lang].join(told))
    return BriefingLine(3, words.task[lang].format(task=short_number(task), text=text), task.obligation.task_id)


def _told(task: LedgerTask, fields: Sequence[str], words: BriefingWording, lang: Lang) -> BriefingLine:
    """Return the task with the last line reported in each of *fields*."""
    lines = [said(name, value).strip().splitlines() for name in fields if (value := task.value(name)) is not None]
    last = words.between[lang].join(one[-1] for one in lines if one)
    text = words.reported[lang].format(quote=task.obligation.quote, text=last)
    return BriefingLine(3, words.task[lang].format(task=short_number(task), text=text), task.obligation.task_id)


def _numbered(pattern: Said, n: int, text: str, words: BriefingWording, lang: Lang) -> str:
    numerals = words.numeral[lang]
    return pattern[lang].format(n=n, numeral=numerals[n - 1] if n <= len(numerals) else n, text=text)
