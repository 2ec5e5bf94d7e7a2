"""A summary → the page to read and print, as a 专报: rates, agents, chapters, overdue tasks, tasks without news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from fastapi.responses import HTMLResponse

from kg.exports import source_note
from kg.ledger.standing import KINDS, lights
from kg.ledger.summary import QUIET_DAYS, Share, Summary, heard_on
from kg.models import Records
from kg.vocab import Lang
from kg.web.fragments.reading import chapter_heading
from kg.web.office.sessions import Person
from kg.web.office.view import office_page
from kg.web.wording import words

LISTED = 200
"""The most tasks of a list on the page; the files have them all."""


def summary_page(
    found: Summary,
    records: Sequence[Records],
    lang: Lang,
    person: Person,
    wrong: str = "",
    assigned: str = "",
    offered: Sequence[str] = (),
) -> HTMLResponse:
    """Return the page of *found*, which has the tasks given to *assigned* alone if that is one of those *offered*.

    *wrong* says why it is not for the day or assignee that was requested.
    """
    return office_page(
        "summary.html",
        lang,
        person,
        found=found,
        titles="；".join(f"《{one.document.title}》" for one in records),
        chapters={
            f"{chapter.label}{chapter.title}": chapter_heading(chapter, lang)
            for one in records
            for chapter in one.document.chapters
        },
        notes=[source_note(one.document) for one in records],
        rates=_rates(found, lang),
        unassigned=words(lang)["office"]["assigning"]["told"].format(**asdict(found.unassigned)),
        titled=words(lang)["filters"]["assigned"],
        assigned=assigned,
        offered=offered,
        kinds_of=_kinds_of,
        standings=lights().standings,
        heard_on=heard_on,
        wrong=wrong,
        LISTED=LISTED,
        QUIET_DAYS=QUIET_DAYS,
    )


def _rates(found: Summary, lang: Lang) -> list[tuple[str, str]]:
    """Return the key of each rate's name, with its value and the number of tasks behind it."""
    say, rates = words(lang)["office"], found.rates
    told = []
    for name, share, part, whole in (
        ("finished_share", rates.finished_share, rates.finished, rates.counted),
        ("on_time_share", rates.on_time_share, rates.on_time, rates.matured),
    ):
        percent = None if share is None else f"{share:.1%}"
        told.append((name, say["share"].format(share=percent, part=part, whole=whole) if percent else say["no_share"]))
    return told


def _kinds_of(shares: Sequence[Share]) -> list[str]:
    return [kind for kind in KINDS if any(kind in share.by_kind for share in shares)]
