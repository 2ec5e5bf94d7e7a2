"""A summary → the page a leader reads and prints, as a 专报: rates, bodies, chapters, what is overdue or silent."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi.responses import HTMLResponse

from kg.ledger.entries import Entry
from kg.ledger.export import source_note
from kg.ledger.standing import KINDS, lights
from kg.ledger.summary import QUIET_DAYS, Share, Summary, heard_on
from kg.ledger.terms import Lang
from kg.models import Records
from kg.serve.fragments.tags import Html, opening, tag
from kg.serve.office.signing import Person
from kg.serve.office.task_page import row_html
from kg.serve.office.view import SUMMARY, link, notice, office_page
from kg.serve.wording import words

LISTED = 200
"""Tasks that a list on the page has; the files have them all."""


def summary_page(
    found: Summary, records: Sequence[Records], lang: Lang, person: Person, wrong: str = ""
) -> HTMLResponse:
    """Return the page of *found*; *wrong* says why another day than the one asked for is shown."""
    say = words(lang)["office"]
    title = "；".join(f"《{one.document.title}》" for one in records)
    return office_page(
        say["print_title"].format(title=title),
        lang,
        person,
        notice(wrong, wrong=True),
        _day(found, lang),
        tag("h2", say["by_kind"]),
        _rates(found, lang),
        _table([found.all], lang, ""),
        tag("h2", say["by_body"]),
        tag("p", say["by_body_note"], class_="hint"),
        _table(found.bodies, lang, say["body"]),
        tag("h2", say["by_chapter"]),
        _table(found.chapters, lang, say["chapter"]),
        tag("h2", say["overdue"]),
        tag("p", say["force_note"], class_="hint"),
        _tasks(found.overdue, lang, say["none_overdue"]),
        tag("h2", say["quiet"].format(days=QUIET_DAYS)),
        _tasks(found.quiet, lang, say["none_quiet"], heard=True),
        *(tag("p", source_note(one.document), class_="hint") for one in records),
    )


def _day(found: Summary, lang: Lang) -> Html:
    say = words(lang)["office"]
    box = opening("input", type="date", name="as_of", id="as_of", value=found.as_of.isoformat(), style="width: auto")
    label = tag("label", f"{say['as_of']} ", box, for_="as_of", class_="inline")
    hidden = opening("input", type="hidden", name="lang", value=lang)
    form = tag("form", label, " ", hidden, tag("button", say["show"]), action=link(SUMMARY, lang), class_="screen")
    told = f"{say['as_of']} {found.as_of.isoformat()} · {say['tasks'].format(count=found.all.total)}"
    return tag("div", tag("p", told), form)


def _rates(found: Summary, lang: Lang) -> Html:
    say = words(lang)["office"]
    parts = []
    for name, share, part, whole in (
        ("finished_share", found.rates.finished_share, found.rates.finished, found.rates.counted),
        ("on_time_share", found.rates.on_time_share, found.rates.on_time, found.rates.matured),
    ):
        told = say["no_share"] if share is None else say["share"].format(share=f"{share:.1%}", part=part, whole=whole)
        parts += [tag("dt", say[name]), tag("dd", told)]
    left = say["left_out"].format_map(found.rates.left_out)
    return tag("div", tag("dl", *parts), tag("p", left, class_="hint"))


def _table(shares: Sequence[Share], lang: Lang, heading: str) -> Html:
    """The number of tasks by how they stand, a row for each share; only standings that some task has."""
    say = words(lang)["office"]
    kinds = [kind for kind in KINDS if any(kind in share.by_kind for share in shares)]
    heads = [tag("th", heading, scope="col")] if heading else []
    heads += [tag("th", lights().standings[kind][lang], scope="col", class_="n") for kind in kinds]
    heads += [tag("th", say["total"], scope="col", class_="n"), tag("th", say["progress"], scope="col", class_="n")]
    rows = []
    for share in shares:
        first = [tag("th", share.name or say["front"], scope="row", lang="zh-Hans")] if heading else []
        counts = [tag("td", str(share.by_kind.get(kind, "")), class_="n") for kind in kinds]
        percent = f"{100 * share.finished / share.total:.0f}%" if share.total else "–"
        bar = tag("span", tag("i", style=f"width: {percent}"), class_="bar", aria_hidden="true")
        done = tag("td", bar, f" {share.finished}/{share.total}", class_="n")
        rows.append(tag("tr", *first, *counts, tag("td", str(share.total), class_="n"), done))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows))
    return tag("div", table, class_="wide", tabindex="0")


def _tasks(entries: Sequence[Entry], lang: Lang, none: str, *, heard: bool = False) -> Html:
    if not entries:
        return tag("p", none)
    say = words(lang)["office"]
    rows = [
        row_html(entry, lang, since=say["heard"].format(day=heard_on(entry)) if heard else "")
        for entry in entries[:LISTED]
    ]
    more = tag("p", f"… {len(entries) - LISTED}") if len(entries) > LISTED else Html()
    return tag("div", tag("table", tag("tbody", *rows), class_="tasks"), more)
