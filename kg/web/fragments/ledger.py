"""Obligations that fit a filter → the table of the ledger, their number, and links to them as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby, islice
from typing import cast
from urllib.parse import urlencode

from kg.errors import HetaoError
from kg.exports import exports
from kg.graph.translations import called
from kg.ledger.arrange import SORTS, Arrangement
from kg.ledger.assignment import asked_assignee, assigned_or_not, assignees
from kg.ledger.catalogue import columns
from kg.ledger.cells import words_of
from kg.ledger.filters import OPENING, Filter, Wanted
from kg.ledger.reports import Status, rules
from kg.ledger.standing import KINDS, lights
from kg.ledger.tasks import LedgerTask, tasks_of, terms_of
from kg.ledger.terms import term
from kg.models import Obligation, Records
from kg.refusals import line_in
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS, Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger_links import facets_html, ledger_link, ledger_query, left_out_html, mine_html, pager_html
from kg.web.fragments.links import body_name, clause_query, go, heading, names_listed, obligation_query
from kg.web.fragments.page import notice_html
from kg.web.fragments.reading import deadline_html, named_in, responsible_html, review_html
from kg.web.fragments.standing import light_html
from kg.web.fragments.tags import Html, join, scrolled, tag
from kg.web.http.proxy import at
from kg.web.office.view import BULK, IMPORT, REVIEW, SUMMARY, TASK, link
from kg.web.wording import words

LISTED = 50
"""The rows of a page of the table; a download has them all."""

Choices = list[tuple[str, str]]
"""The entries of a list: the text shown, and the value."""


def ledger_html(desk: Desk, lang: Lang, wanted: Filter, how: Arrangement | None = None, unit: str = "") -> Html:
    """Return the obligations of *desk* that fit *wanted*, arranged according to *how*, or one line for a bad filter.

    With a *unit*, whose reader it is, there is a link to the tasks it was given or assists in.
    """
    how = how or Arrangement()
    say = words(lang)
    try:
        found = desk.arranged(wanted, how.sort)
    except HetaoError as error:
        return notice_html(f"{say['wrong_filter']}{'：' if lang != 'en' else ': '}{line_in(error, lang)}")
    shown, total = found.total, len(found.table)
    pages = max(1, -(-shown // LISTED))
    how = replace(how, page=min(how.page, pages))
    count = [tag("b", say["count"].format(shown=shown, total=total)), left_out_html(desk, lang, wanted, how)]
    if wanted != OPENING:
        opening = ledger_link(ledger_query(OPENING, replace(how, page=1)))
        count.append(tag("a", say["clear"], href=opening, data_go=True, class_="hk-clear"))
    if unit:
        count.append(mine_html(lang, unit, wanted, how))
    place: dict[str, str | bool | None] = {
        "data_here": ledger_link(ledger_query(wanted, how)),
        "data_title": scope_of(desk, lang, wanted) or None,
    }
    if not shown:
        empty = tag("p", say["none_match"], class_="hk-empty")
        return tag("div", tag("p", *count, class_="hk-count", role="status"), empty, lang=lang, **place)
    here = found.page((how.page - 1) * LISTED, how.page * LISTED)
    listed = [(one, row) for one in here for row in one.obligations]
    entries = _entries(desk, listed, how.shown)
    parts: list[str] = [*count, files_html(lang, wanted, how)]
    office = say["office"]
    filtered = {name: value for name, value in asdict(wanted).items() if value}
    pages_of_office = (
        tag("a", office["summary"], href=link(SUMMARY, lang)),
        tag("a", office["bulk"], href=link(BULK, lang, **filtered)),
        tag("a", office["import"], href=link(IMPORT, lang)),
        tag("a", office["review"]["list"], href=link(REVIEW, lang)),
    )
    head = [_head(lang, name, wanted, how) for name in how.shown]
    table = tag(
        "table",
        tag("thead", tag("tr", *head)),
        tag("tbody", *(_row(desk, one, row, lang, how.shown, entries[row.task_id]) for one, row in listed)),
        class_="hk-table hk-ledger",
    )
    return tag(
        "div",
        tag("p", *parts, class_="hk-count", role="status"),
        facets_html(lang, found, wanted, how),
        scrolled(table),
        pager_html(lang, wanted, how, pages),
        tag("p", *pages_of_office, class_="hk-count hk-office"),
        lang=lang,
        **place,
    )


def _entries(desk: Desk, listed: Sequence[tuple[Records, Obligation]], shown: Sequence[str]) -> dict[str, LedgerTask]:
    """Return the entries of the listed rows as they stand today, by task."""
    plan_alone = all(columns()[name].of_plan for name in shown)
    reports = {} if plan_alone else desk.reports([row.task_id for _, row in listed])
    terms = terms_of(desk.keeping)
    runs = groupby(listed, key=lambda pair: pair[0].document.slug)
    chosen = []
    for _, run in runs:
        pairs = list(run)
        chosen.append(replace(pairs[0][0], obligations=tuple(row for _, row in pairs)))
    return {entry.obligation.task_id: entry for entry in tasks_of(chosen, reports, terms)}


def _standing(entry: LedgerTask, lang: Lang) -> str:
    """Return how a task stands, its reported status, and the date that counts."""
    status = entry.value("status")
    told = rules().statuses[cast("Status", status)][lang] if status in rules().statuses else ""
    due = entry.standing.due
    more = " · ".join(part for part in (told, due.isoformat() if due else "") if part)
    return join([light_html(entry, lang), *([tag("small", more)] if more else [])], " ")


def _assigned(entry: LedgerTask, lang: Lang) -> Html:
    """Return the assignees that the office gave a task to, or that it has given it to nobody."""
    names = assignees(entry.reported.report, "assigned_to")
    if names:
        return tag("span", exports().separator.join(names), lang="zh-Hans")
    return tag("small", words(lang)["office"]["assigning"]["unassigned"], class_="hk-unassigned")


def _head(lang: Lang, name: str, wanted: Filter, how: Arrangement) -> Html:
    """Return the head of a column, with a link that sorts by it and, the second time, reverses the order."""
    label = words(lang)["columns"][name]
    if name not in SORTS:
        return tag("th", label, scope="col")
    standing = {name: "ascending", f"-{name}": "descending"}.get(how.sort)
    following = {name: f"-{name}", f"-{name}": ""}.get(how.sort, name)
    arranged_so = replace(how, sort=following, page=1)
    link = tag("a", label, href=ledger_link(ledger_query(wanted, arranged_so)), data_go=True, class_="hk-sort")
    return tag("th", link, scope="col", aria_sort=standing)


def sort_choices(lang: Lang) -> Choices:
    """Return the orders for rows, each in both directions, with the document's own order first."""
    say = words(lang)
    both = [
        (f"{say['columns'][name]} {way}", f"{sign}{name}") for name in SORTS for way, sign in (("↑", ""), ("↓", "-"))
    ]
    return [(say["reading_order"], ""), *both]


def scope_of(desk: Desk, lang: Lang, wanted: Filter) -> str:
    """Return *wanted* in words, for the file of the chosen rows; empty without a filter."""
    names = words(lang)["filters"]
    given = asdict(wanted)
    spoken = {kind: term(lang, kind, given[kind]) for kind in ("modality", "force", "tier", "review") if given[kind]}
    if asked_assignee(wanted.assigned) == exports().unassigned:
        spoken["assigned"] = words(lang)["office"]["assigning"]["unassigned"]
    if wanted.state in KINDS:
        spoken["state"] = lights().standings[wanted.state][lang]
    if wanted.agent:
        spoken["agent"] = body_name(wanted.agent, lang)
    if wanted.about:
        spoken["about"] = wanted.about.partition("/")[2]
    clause = desk.clause(wanted.document or desk.slugs[0], wanted.clause) if wanted.clause else None
    if clause is not None:
        spoken["clause"] = heading(clause, lang)
    elif (document := desk.document(wanted.document)) is not None:
        given["clause"] = document.title
    return "；".join(
        f"{names[key]}＝{spoken.get(key, value)}" for key, value in given.items() if value and key in names
    )


NAMES = 1000
"""The most names of a list; of a larger library any other can be searched for, or is in a link."""


def choices(desk: Desk, lang: Lang) -> dict[str, Choices]:
    """Return the entries of each list of filters, of which the first means everything."""
    every = (words(lang)["all"], "")
    unnamed = exports().unnamed
    every_row = desk.obligations.chosen(Wanted())
    facts = desk.build.facts
    several = len(facts) > 1
    places: Choices = []
    for number, one in enumerate(facts):
        called_ = one.identifier or one.slug
        if several:
            places.append((f"{called_} {one.title}", f"{one.slug}/"))
        if desk.small:
            places += [
                ((f"{called_} " if several else "") + heading(clause, lang), f"{one.slug}/{clause.id}")
                for clause in desk.records[number].document.clauses
            ]
    return {
        "clause": [every, *places],
        "agent": [every, (body_name(unnamed, lang), unnamed), *_names(every_row.counted("agents"), lang)],
        "assigned": [every, *assigned_choices(desk, lang)],
        "assignee": [every, *assignee_choices(desk)],
        "zone": [every, *_names(every_row.counted("zones"), lang)],
        "modality": [every, *((term(lang, "modality", value), value) for value in MODALITIES)],
        "force": [every, *((term(lang, "force", value), value) for value in FORCES)],
        "tier": [every, *((term(lang, "tier", value), value) for value in TIERS)],
        "state": [every, *((lights().standings[kind][lang], kind) for kind in KINDS)],
        "review": [every, *((term(lang, "review", value), value) for value in REVIEW_MARKS)],
    }


def assigned_choices(desk: Desk, lang: Lang) -> Choices:
    """Return 未分办 and the bodies that tasks were given to, each with its number of tasks, the most frequent first."""
    assignments = desk.assignments()
    counts: dict[str, int] = {}
    known = desk.obligations.table.of_tasks(list(assignments))
    for task, rows in known.items():
        for name in assigned_or_not(assignments[task]):
            counts[name] = counts.get(name, 0) + len(rows)
    nobody = exports().unassigned
    given = sum(len(rows) for rows in known.values())
    counts[nobody] = counts.get(nobody, 0) + len(desk.obligations.table) - given
    said = {nobody: words(lang)["office"]["assigning"]["unassigned"]}
    ordered = sorted(counts.items(), key=lambda pair: (pair[0] != nobody, -pair[1], pair[0]))
    return [(f"{said.get(name, name)} ({n})", name) for name, n in ordered]


def assignee_choices(desk: Desk) -> Choices:
    """Return the bodies that tasks were given to or that assist in them, each with its number of tasks."""
    assignments = desk.assignments()
    known = desk.obligations.table.of_tasks(list(assignments))
    counts = Counter(name for task in known for name in assignees(assignments[task]))
    return [(f"{name} ({n})", name) for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _names(counts: Mapping[str, int], lang: Lang) -> Choices:
    """Return names with their number of rows, the most frequent first and at most `NAMES` of them."""
    return [(f"{called(name, lang)} ({n})", name) for name, n in islice(counts.items(), NAMES)]


def files_html(lang: Lang, wanted: Filter, how: Arrangement | None = None) -> Html:
    """Return the links to what fits *wanted* as files, arranged according to *how*."""
    say = words(lang)
    how = how or Arrangement()
    given = asdict(wanted) | {"sort": how.sort, "columns": ",".join(how.columns)}
    query = urlencode({key: value for key, value in given.items() if value}, safe=",")
    links = [
        tag(
            "a", say["formats"][form], href=at(f"/desk/ledger.{form}?{query}".rstrip("?")), download=True,
            class_=f"hk-plain hk-get-{form}",
        )
        for form in ("xlsx", "docx", "ics", "csv")
    ]  # fmt: skip
    return tag("span", f"{say['download']}: ", join(links, " "), class_="hk-files")


def report_link(row: Obligation, lang: Lang) -> Html:
    """Return the link to the page for reporting on the task."""
    where = link(TASK, lang, id=row.task_id)
    return tag(
        "a",
        words(lang)["office"]["report"],
        href=where,
        class_="hk-report",
        aria_label=f"{words(lang)['office']['report']} {row.task_id}",
    )


def _row(desk: Desk, one: Records, row: Obligation, lang: Lang, shown: Sequence[str], entry: LedgerTask) -> Html:
    slug = one.document.slug
    clause = desk.clause(slug, row.clause)
    name = heading(clause, lang) if clause else row.clause
    force = tag("span", term(lang, "force", row.force), class_=f"hk-tag hk-f-{row.force}")
    marked: dict[str, str] = {
        "task_id": join(
            [
                go(row.task_id, obligation_query(desk, slug, row.id), "hk-id"),
                " ",
                report_link(row, lang),
                " ",
                review_html(row, lang),
            ]
        ),
        "clause": go(name, clause_query(desk, slug, row.clause)),
        "modality": tag("span", term(lang, "modality", row.modality), class_=f"hk-tag hk-m-{row.modality}"),
        "force": force,
        "owners": responsible_html(row, lang),
        "cooperating": named_in(row, "cooperating", lang),
        "approver": named_in(row, "approver", lang),
        "zones": names_listed(row.zones, lang),
        "beneficiaries": names_listed(row.beneficiaries, lang),
        "deadline": deadline_html(row, lang),
        "assigned_to": _assigned(entry, lang),
        "standing": _standing(entry, lang),
        "review": review_html(row, lang),
    }
    titles = words(lang)["columns"]
    cells = ((key, marked[key] if key in marked else words_of(columns()[key], entry, lang)) for key in shown)
    return tag("tr", *(tag("td", cell, data_label=titles[key], class_=f"hk-c-{key}") for key, cell in cells))
