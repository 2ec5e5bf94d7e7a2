"""Obligations that fit a filter → the table of the ledger, how many they are, and the links that give them as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import cast
from urllib.parse import urlencode

from kg.errors import HetaoError
from kg.ledger.arrange import SORTS, Arrangement, arranged
from kg.ledger.entries import Entry, entries_of, terms_of
from kg.ledger.export import wording
from kg.ledger.filters import Filter
from kg.ledger.reports import Status, rules
from kg.ledger.standing import KINDS, lights
from kg.ledger.terms import Lang, term
from kg.models import Obligation, Records
from kg.serve.desk import Desk
from kg.serve.fragments.links import clause_query, go, heading, obligation_query
from kg.serve.fragments.page import notice_html
from kg.serve.fragments.reading import deadline_html, named_in, owners_html, review_html
from kg.serve.fragments.standing import light_html
from kg.serve.fragments.tags import Html, join, tag
from kg.serve.office.view import BULK, IMPORT, REVIEW, SUMMARY, TASK, link
from kg.serve.root import at
from kg.serve.wording import words
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS

LISTED = 500
"""Rows the table has; a page of thousands is slow, and a download has them all."""

Choices = list[tuple[str, str]]
"""What a list offers: what is read, and the value."""


def ledger_html(desk: Desk, lang: Lang, wanted: Filter, how: Arrangement | None = None) -> Html:
    """Return the obligations of *desk* that fit *wanted*, arranged as *how* says; what cannot be used as a filter is
    told in one line.
    """
    how = how or Arrangement()
    say = words(lang)
    try:
        found = arranged(desk.chosen(wanted), how.sort)
    except HetaoError as error:
        return notice_html(f"{say['wrong_filter']}: {error}")
    shown = sum(len(one.obligations) for one in found)
    total = sum(len(one.obligations) for one in desk.records)
    count = tag("b", say["count"].format(shown=shown, total=total))
    place: dict[str, str | bool | None] = {
        "data_here": _link(_query(wanted, how)),
        "data_title": scope_of(desk, lang, wanted) or None,
    }
    if not shown:
        empty = tag("p", say["none_match"], class_="hk-empty")
        return tag("div", tag("p", count, role="status"), empty, lang=lang, **place)
    listed = [(one, row) for one in found for row in one.obligations][:LISTED]
    entries = _entries(desk, listed) if "standing" in how.shown else {}
    parts: list[str] = [count]
    if shown > len(listed):
        parts.append(tag("span", say["count_first"].format(listed=len(listed), shown=shown)))
    office = say["office"]
    filtered = {name: value for name, value in asdict(wanted).items() if value}
    parts.append(tag("a", office["summary"], href=link(SUMMARY, lang)))
    parts.append(tag("a", office["bulk"], href=link(BULK, lang, **filtered)))
    parts.append(tag("a", office["import"], href=link(IMPORT, lang)))
    parts.append(tag("a", office["review"]["list"], href=link(REVIEW, lang)))
    parts.append(files_html(lang, wanted, how))
    head = [_head(lang, name, wanted, how) for name in how.shown]
    table = tag(
        "table",
        tag("thead", tag("tr", *head)),
        tag("tbody", *(_row(desk, one, row, lang, how.shown, entries.get(row.task_id)) for one, row in listed)),
        class_="hk-table hk-ledger",
    )
    return tag(
        "div",
        tag("p", *parts, class_="hk-count", role="status"),
        tag("div", table, class_="hk-scroll", tabindex="0"),
        lang=lang,
        **place,
    )


def _entries(desk: Desk, listed: Sequence[tuple[Records, Obligation]]) -> dict[str, Entry]:
    """The rows that are listed as they stand today, by task."""
    reports, terms = desk.reports([row.task_id for _, row in listed]), terms_of(desk.keeping)
    runs = groupby(listed, key=lambda pair: pair[0].document.slug)
    shown = []
    for _, run in runs:
        pairs = list(run)
        shown.append(replace(pairs[0][0], obligations=tuple(row for _, row in pairs)))
    return {entry.row.task_id: entry for entry in entries_of(shown, reports, terms)}


def _standing(entry: Entry | None, lang: Lang) -> str:
    """How a task stands, what is reported of its status, and the day that counts."""
    if entry is None:
        return ""
    status = entry.value("status")
    told = rules().statuses[cast("Status", status)][lang] if status in rules().statuses else ""
    due = entry.standing.due
    more = " · ".join(part for part in (told, due.isoformat() if due else "") if part)
    return join([light_html(entry, lang), tag("small", more) if more else ""])


def _query(wanted: Filter, how: Arrangement) -> dict[str, str]:
    """What a link says of the ledger as it is filtered and arranged."""
    given = asdict(wanted) | {"sort": how.sort, "columns": ",".join(how.columns)}
    return {key: value for key, value in given.items() if value}


def _link(query: Mapping[str, str]) -> str:
    return f"?{urlencode({'view': 'ledger', **query}, safe=',')}"


def _head(lang: Lang, name: str, wanted: Filter, how: Arrangement) -> Html:
    """The head of a column: where rows can be put in its order, the link that does it, and once more turns it round."""
    label = words(lang)["columns"][name]
    if name not in SORTS:
        return tag("th", label, scope="col")
    standing = {name: "ascending", f"-{name}": "descending"}.get(how.sort)
    following = {name: f"-{name}", f"-{name}": ""}.get(how.sort, name)
    link = tag("a", label, href=_link(_query(wanted, replace(how, sort=following))), data_go=True, class_="hk-sort")
    return tag("th", link, scope="col", aria_sort=standing)


def sort_choices(lang: Lang) -> Choices:
    """Return the orders that rows can be put in, each both ways; the document's own comes first."""
    say = words(lang)
    both = [
        (f"{say['columns'][name]} {way}", f"{sign}{name}") for name in SORTS for way, sign in (("↑", ""), ("↓", "-"))
    ]
    return [(say["reading_order"], ""), *both]


def scope_of(desk: Desk, lang: Lang, wanted: Filter) -> str:
    """Return *wanted* in words, for the file that holds what was chosen; an empty text where nothing was asked for."""
    names = words(lang)["filters"]
    given = asdict(wanted)
    spoken = {kind: term(lang, kind, given[kind]) for kind in ("modality", "force", "tier", "review") if given[kind]}
    if wanted.state in KINDS:
        spoken["state"] = lights().standings[wanted.state][lang]
    if wanted.about:
        spoken["about"] = wanted.about.partition("/")[2]
    clause = desk.clause(wanted.document or desk.records[0].document.slug, wanted.clause) if wanted.clause else None
    if clause is not None:
        spoken["clause"] = heading(clause, lang)
    return "；".join(
        f"{names[key]}＝{spoken.get(key, value)}" for key, value in given.items() if value and key in names
    )


def choices(desk: Desk, lang: Lang) -> dict[str, Choices]:
    """Return what each list of the filters offers, the first of them everything."""
    every = (words(lang)["all"], "")
    unnamed = wording()["unnamed"]
    rows = [row for one in desk.records for row in one.obligations]
    several = len(desk.records) > 1
    clauses = [
        (
            (f"{one.document.identifier or one.document.slug} " if several else "") + heading(clause, lang),
            f"{one.document.slug}/{clause.id}",
        )
        for one in desk.records
        for clause in one.document.clauses
    ]
    return {
        "clause": [every, *clauses],
        "agent": [every, (unnamed, unnamed), *_names(rows, lambda row: [party.name for party in row.agents])],
        "zone": [every, *_names(rows, lambda row: row.zones)],
        "modality": [every, *((term(lang, "modality", value), value) for value in MODALITIES)],
        "force": [every, *((term(lang, "force", value), value) for value in FORCES)],
        "tier": [every, *((term(lang, "tier", value), value) for value in TIERS)],
        "state": [every, *((lights().standings[kind][lang], kind) for kind in KINDS)],
        "review": [every, *((term(lang, "review", value), value) for value in REVIEW_MARKS)],
    }


def _names(rows: list[Obligation], of: Callable[[Obligation], list[str] | tuple[str, ...]]) -> Choices:
    """The names that rows have, those of most rows first, each with their number."""
    counts: dict[str, int] = {}
    for row in rows:
        for name in dict.fromkeys(of(row)):
            counts[name] = counts.get(name, 0) + 1
    return [(f"{name} ({n})", name) for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def files_html(lang: Lang, wanted: Filter, how: Arrangement | None = None) -> Html:
    """Return the links that give what fits *wanted* as files, arranged as *how* says."""
    say = words(lang)
    query = urlencode(_query(wanted, how or Arrangement()), safe=",")
    links = [
        tag(
            "a", say["formats"][form], href=at(f"/desk/ledger.{form}?{query}".rstrip("?")), download=True,
            class_=f"hk-get-{form}",
        )
        for form in ("csv", "xlsx")
    ]  # fmt: skip
    return tag("span", f"{say['download']}: ", join(links, " · "), class_="hk-files")


def report_link(row: Obligation, lang: Lang) -> Html:
    """Return the link to the page on which the task is reported of."""
    where = link(TASK, lang, id=row.task_id)
    return tag(
        "a",
        words(lang)["office"]["report"],
        href=where,
        class_="hk-report",
        aria_label=f"{words(lang)['office']['report']} {row.task_id}",
    )


def _row(desk: Desk, one: Records, row: Obligation, lang: Lang, shown: Sequence[str], entry: Entry | None) -> Html:
    slug = one.document.slug
    clause = desk.clause(slug, row.clause)
    name = heading(clause, lang) if clause else row.clause
    force = tag("span", term(lang, "force", row.force), class_=f"hk-tag hk-f-{row.force}")
    between: str = wording()["separator"]
    cells: dict[str, str] = {
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
        "quote": row.quote,
        "modality": tag("span", term(lang, "modality", row.modality), class_=f"hk-tag hk-m-{row.modality}"),
        "force": force,
        "owners": owners_html(row, lang),
        "deadline": deadline_html(row, lang),
        "standing": _standing(entry, lang),
        "cooperating": named_in(row, "cooperating"),
        "approver": named_in(row, "approver"),
        "action": row.action,
        "object": row.object,
        "beneficiaries": between.join(row.beneficiaries),
        "policy": row.policy or "",
        "tier": term(lang, "tier", row.tier),
        "review": review_html(row, lang),
        "zones": between.join(row.zones),
        "condition": row.condition or "",
        "exception": row.exception or "",
    }
    columns = words(lang)["columns"]
    return tag("tr", *(tag("td", cells[key], data_label=columns[key], class_=f"hk-c-{key}") for key in shown))
