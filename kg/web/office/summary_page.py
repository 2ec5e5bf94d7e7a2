"""A summary → the page to read and print, as a 专报: the briefing in words, then the numbers by body and chapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from fastapi.responses import HTMLResponse

from kg.ledger.briefing import Briefing
from kg.ledger.standing import KINDS, lights
from kg.ledger.summary import Share, Summary
from kg.models import Records
from kg.vocab import Lang
from kg.web.fragments.reading import chapter_heading
from kg.web.office.sessions import Person
from kg.web.office.view import office_page
from kg.web.wording import words


def summary_page(
    found: Summary,
    made: Briefing,
    records: Sequence[Records],
    lang: Lang,
    person: Person,
    *,
    wrong: str = "",
    assigned: str = "",
    number: str = "",
    offered: Sequence[str] = (),
    scope: str = "",
) -> HTMLResponse:
    """Return the page of *found* and of the briefing *made* on it.

    It has the tasks given to *assigned* alone if that is one of those *offered*; *wrong* says why it is not for the day
    or assignee that was requested. *scope* says which documents it is of, if not of all.
    """
    return office_page(
        "summary.html",
        lang,
        person,
        found=found,
        made=made,
        chapters={
            f"{chapter.label}{chapter.title}": chapter_heading(chapter, lang)
            for one in records
            for chapter in one.document.chapters
        },
        unassigned=words(lang)["office"]["assigning"]["told"].format(**asdict(found.unassigned)),
        titled=words(lang)["filters"]["assigned"],
        assigned=assigned,
        number=number,
        offered=offered,
        kinds_of=_kinds_of,
        standings=lights().standings,
        wrong=wrong,
        scope=scope,
    )


def _kinds_of(shares: Sequence[Share]) -> list[str]:
    return [kind for kind in KINDS if any(kind in share.by_kind for share in shares)]
