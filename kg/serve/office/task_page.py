"""A task → the page on which it is reported of: what the document says, the boxes of its report, all changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.cells import said
from kg.ledger.changes import Event
from kg.ledger.days import moment
from kg.ledger.entries import Entry
from kg.ledger.export import owners_of
from kg.ledger.reports import rules
from kg.ledger.terms import Lang, term
from kg.serve.fragments.reading import record_fields
from kg.serve.fragments.standing import light_html
from kg.serve.fragments.tags import Html, opening, tag
from kg.serve.office.requests import needs
from kg.serve.office.signing import Person
from kg.serve.office.view import REVIEW, TASK, box_html, link, notice, office_page, who_html
from kg.serve.wording import words

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "steps": (
        "status",
        "percent",
        "evidence",
        "progress",
        "problems",
        "coordination",
        "next_steps",
        "measures",
        "note",
    ),
    "dates": ("assigned", "received", "due", "due_basis", "done_on", "closed_on"),
    "people": ("suggested_owner", "leader", "contact", "phone", "closed_by"),
    "extension": ("extended_to", "extended_by", "extended_why"),
}
"""The boxes as they stand together; every field of a report is in one of them."""


def task_page(
    entry: Entry,
    history: Sequence[Event],
    lang: Lang,
    person: Person,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Return the page; where what was *typed* could not be kept, *wrong* says why and the boxes still hold it."""
    say = words(lang)["office"]
    row = entry.row
    columns = words(lang)["columns"]
    facts = [(tag("dt", columns[name]), tag("dd", value)) for name, value in record_fields(row, lang) if value]
    return office_page(
        f"{say['report']} {row.task_id}",
        lang,
        person,
        notice(wrong, wrong=True),
        notice(done),
        tag("h2", say["says"]),
        tag("blockquote", row.quote, lang="zh-Hans"),
        tag("dl", *(part for fact in facts for part in fact)),
        tag("p", light_html(entry, lang), " ", tag("span", term(lang, "force", row.force), class_="light")),
        tag("p", tag("a", say["review"]["title"], href=link(REVIEW, lang, id=row.task_id))),
        tag("h2", say["reported"]),
        _form(entry, lang, person, typed or {}),
        tag("h2", say["history"]),
        _history(history, lang),
        status=status,
    )


def _form(entry: Entry, lang: Lang, person: Person, typed: Mapping[str, str]) -> Html:
    say = words(lang)["office"]
    may = person.may("editor")
    groups = [
        tag(
            "fieldset",
            tag("legend", say[group]),
            tag(
                "div", *(box_html(rules().fields[n], lang, entry.value(n), typed, may=may) for n in names), class_="row"
            ),
        )
        for group, names in GROUPS.items()
    ]
    hidden = [
        opening("input", type="hidden", name="id", value=entry.row.task_id),
        opening("input", type="hidden", name="revision", value=typed.get("revision", str(entry.reported.revision))),
    ]
    who = who_html(lang, person, typed.get("who", person.name)) if may else ""
    button = tag("p", tag("button", say["save"])) if may else tag("p", needs(lang, "editor"), class_="hint")
    return tag("form", *hidden, *groups, who, button, method="post", action=link(TASK, lang))


def row_html(entry: Entry, lang: Lang, *, before: str = "", since: str = "") -> Html:
    """Return a task as a row of a list: its number behind *before*, how it stands, whose it is, its words."""
    number = tag("a", entry.row.task_id, href=link(TASK, lang, id=entry.row.task_id))
    how = tag("td", light_html(entry, lang), " ", term(lang, "force", entry.row.force), " ", since)
    named = tag("td", "、".join(owners_of(entry.row)), lang="zh-Hans")
    return tag("tr", tag("td", before, " ", number), how, named, tag("td", entry.row.quote, lang="zh-Hans"))


def _history(events: Sequence[Event], lang: Lang) -> Html:
    say = words(lang)["office"]
    if not events:
        return tag("p", say["no_history"], class_="hint")
    heads = [tag("th", word, scope="col") for word in say["changed"].values()]
    rows = []
    for event in reversed(events):
        at = moment(event.at).strftime("%Y-%m-%d %H:%M")
        field = rules().fields.get(event.field)
        name = field.words[lang] if field else event.field
        marked = f"（{say['redacted']}）" if event.redacted else ""
        cells = (
            at,
            event.who,
            event.through,
            name + marked,
            said(event.field, event.old),
            said(event.field, event.new),
        )
        rows.append(tag("tr", *(tag("td", cell) for cell in cells)))
    return tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)), class_="wide")
