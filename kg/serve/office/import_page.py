"""A filled-in workbook → the pages on which its differences are seen, then kept, all or none."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi.responses import HTMLResponse

from kg.ledger.cells import said
from kg.ledger.importing import Comparison, Difference, Refusal
from kg.ledger.reports import rules
from kg.ledger.terms import Lang
from kg.serve.fragments.tags import Html, opening, tag
from kg.serve.office.signing import Person
from kg.serve.office.view import IMPORT, link, notice, office_page, who_html
from kg.serve.wording import words

LISTED = 500
"""Rows that the page shows of each table; how many there are is always said."""


def import_page(
    lang: Lang, person: Person, *parts: str, wrong: str = "", done: str = "", status: int = 200
) -> HTMLResponse:
    """Return the page on which a workbook is sent, below *parts*."""
    say = words(lang)["office"]
    box = opening("input", type="file", name="file", id="file", accept=".xlsx", required=True)
    form = tag(
        "form",
        tag("label", say["file"], box, for_="file"),
        who_html(lang, person, ""),
        tag("p", tag("button", say["compare"])),
        method="post",
        enctype="multipart/form-data",
        action=link(IMPORT, lang),
    )
    return office_page(
        say["import"], lang, person, notice(wrong, wrong=True), notice(done), *parts, form, status=status
    )


def compared_page(
    found: Comparison, lang: Lang, person: Person, token: str, name: str, take: str, wrong: str = ""
) -> HTMLResponse:
    """Return the page that shows what the workbook *name* changes, or why nothing of it is taken."""
    say = words(lang)["office"]
    added = say["added"].format(columns="、".join(found.added)) if found.added else ""
    own = "" if person.signed_in else person.name
    parts = [tag("h2", name, lang="zh-Hans"), notice(wrong, wrong=True), notice(added)]
    if found.refused:
        parts.append(notice(say["refused"].format(count=len(found.refused)), wrong=True))
        parts.append(tag("p", tag("a", say["marked"], href=link(f"{IMPORT}/marked", lang, token=token, who=own))))
        parts.append(_refused(found.refused, lang))
    if not found.differences and not found.refused:
        parts.append(notice(say["nothing_new"]))
    if found.differences:
        told = say["differences"].format(
            changes=len(found.differences), tasks=len({d.task_id for d in found.differences})
        )
        parts += [tag("p", told), _differences(found.differences, lang)]
    if found.differences or found.refused:
        parts.append(_confirm(found, lang, person, token, take))
    return office_page(say["import"], lang, person, *parts, status=422 if found.refused or wrong else 200)


def _confirm(found: Comparison, lang: Lang, person: Person, token: str, take: str) -> Html:
    """What settles conflicts, and, where nothing is refused, the button that keeps all."""
    say = words(lang)["office"]
    hidden = opening("input", type="hidden", name="token", value=token)
    offered = [
        tag("option", word, value="" if key == "ask" else key, selected=key == (take or "ask"))
        for key, word in say["take"].items()
    ]
    choice = tag("label", say["conflict"], tag("select", *offered, name="take", id="take"), for_="take")
    look = tag("button", say["compare"], name="do", value="compare", class_="plain")
    keep = Html() if found.refused else tag("button", say["apply"], name="do", value="apply")
    who = who_html(lang, person, person.name)
    return tag(
        "form", hidden, choice, who, tag("p", keep, " ", look), method="post", action=link(f"{IMPORT}/apply", lang)
    )


def _differences(found: Sequence[Difference], lang: Lang) -> Html:
    say = words(lang)["office"]
    heads = (say["where"], say["task"], say["changed"]["field"], say["changed"]["old"], say["changed"]["new"])
    rows = []
    for one in found[:LISTED]:
        was, now = said(one.field, one.old), said(one.field, one.new)
        lost = f"（{say['lost']}）" if one.field == "progress" and was and was not in now else ""
        rows.append((one.cell.where, one.task_id, rules().fields[one.field].words[lang] + lost, was, now))
    return _table(heads, rows, len(found))


def _refused(found: Sequence[Refusal], lang: Lang) -> Html:
    say = words(lang)["office"]
    rows = [(one.cell.where, one.why, one.fix) for one in found[:LISTED]]
    return _table((say["where"], say["why"], say["fix"]), rows, len(found))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> Html:
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in heads)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    more = tag("p", f"… {total - len(rows)}") if total > len(rows) else Html()
    return tag("div", tag("div", tag("table", head, body), class_="sheet", tabindex="0"), more)
