"""An agent, zone or policy → its page: what it is, what is still to be made, its dates, and its rows by role."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from kg.exports import exports
from kg.graph.translations import called
from kg.ledger.filters import Filter
from kg.ledger.parts import ThingKind
from kg.ledger.terms import term
from kg.models import Obligation
from kg.views.things import OPEN_KINDS, ObligationGroup, Open, OpenKind, PlacedObligation, Thing, left_open
from kg.views.times import times_of_rows
from kg.vocab import ID, LANGS, ROLES, Lang, thing
from kg.web.desk.desk import Desk
from kg.web.fragments.chooser import area_of, overview, sort_of
from kg.web.fragments.ledger import files_html
from kg.web.fragments.links import go, name_html, names_listed, obligation_query, thing_query
from kg.web.fragments.reading import named_in, responsible_html
from kg.web.fragments.tags import Html, definitions, join, tag
from kg.web.fragments.times import clause_link, meant, times_html, undated
from kg.web.http.proxy import at
from kg.web.wording import words

LISTED = 300
"""The most rows of a group on the page; the files have them all."""


def thing_html(desk: Desk, found: Thing, lang: Lang) -> Html:
    """Return the page of *found*: names, facts, what its rows leave open, their times, and the rows."""
    say = words(lang)["things"]
    times = times_of_rows(found.rows)
    parts = [_head(desk, found, lang)]
    if found.further:
        gone_through = len(dict.fromkeys(row.document for row in found.rows))
        told = say["further"].format(shown=gone_through, further=found.further)
        parts.append(tag("p", told, class_="hk-aside"))
    opens = left_open(found.rows, desk.pending(dict.fromkeys(row.document for row in found.rows)))
    if opens:
        parts.append(tag("section", tag("h3", say["open"]), _opens(desk, lang, opens), class_="hk-open"))
    if times.dated or times.undated:
        parts.append(tag("section", tag("h3", say["times"]), times_html(desk, lang, times, "h4")))
    shown: set[PlacedObligation] = set()
    for group in found.groups:
        # a row stands once, under its first role; its fields say the others
        rest = tuple(row for row in group.rows if row not in shown)
        shown.update(rest)
        if rest:
            parts.append(_group(desk, lang, found, group._replace(rows=rest)))
    if not found.groups:
        parts.append(tag("p", say["no_rows"], class_="hk-empty"))
    key = f"{found.about}@{found.document}"
    here = f"?{urlencode(thing_query(desk, found.kind, found.name, found.document))}"
    return tag("article", *parts, class_="hk-thing", data_thing=key, data_here=here, data_title=found.name, lang=lang)


def missing_html(desk: Desk, kind: ThingKind, name: str, lang: Lang) -> Html:
    """Return the page for a *name* that no document mentions, with similar names."""
    say = words(lang)
    near = [tag("li", _to(desk, lang, one)) for one in desk.things.near(kind, name)]
    return tag(
        "section",
        tag("p", say["unknown_name"].format(id=name), tag("span", say["things"]["choose"]), class_="hk-empty"),
        *([tag("h3", say["things"]["near"]), tag("ul", *near)] if near else []),
        class_="hk-missing",
        data_thing="none",
        data_here=f"?{urlencode(thing_query(desk, kind, name))}",
        lang=lang,
    )


def open_html(desk: Desk, lang: Lang) -> Html:
    """Return what all the documents leave open: rules to be made, conditions to be met, times without a date."""
    say = words(lang)["things"]
    opens: dict[OpenKind, tuple[tuple[Open, PlacedObligation], ...]] = {}
    further = len(desk.slugs)
    for one in desk.records:
        slug = one.document.slug
        found = left_open([PlacedObligation(slug, row) for row in one.obligations], desk.pending([slug]))
        opens = {kind: (*opens.get(kind, ()), *found.get(kind, ())) for kind in OPEN_KINDS if kind in opens | found}
        further -= 1
        if not desk.small and sum(map(len, opens.values())) >= LISTED:
            break
    more = say["open_further"].format(shown=len(desk.slugs) - further, further=further)
    shown = _opens(desk, lang, opens, "h3") if opens else tag("p", say["nothing_open"], class_="hk-empty")
    return tag(
        "section",
        tag("h2", say["overviews"]["open"]),
        tag("p", say["open_note"], class_="hk-quiet"),
        tag("p", more, class_="hk-aside") if further else "",
        shown,
        class_="hk-overview hk-open",
        lang=lang,
        **overview("open", lang),
    )


def standing_html(row: Obligation, lang: Lang) -> Html:
    """Return the standing of a row in words: what is supported or explored is never called a duty."""
    say = words(lang)
    modality, force = term(lang, "modality", row.modality), term(lang, "force", row.force)
    if row.force == "firm":
        return tag("span", modality, class_=f"hk-tag hk-m-{row.modality}")
    # a measure that is only supported is not required: it has not the colour of one that is
    colour = "" if row.modality == "duty" else f" hk-m-{row.modality}"
    shown = tag("span", f"{modality} · {force}", class_=f"hk-tag hk-f-{row.force}{colour}")
    return join([shown, tag("small", say["force_means"][row.force])], " ")


def _head(desk: Desk, found: Thing, lang: Lang) -> Html:
    say = words(lang)["things"]
    tools: list[str] = [tag("b", words(lang)["tasks_of"].format(count=found.total))]
    if found.rows:
        tools.append(files_html(lang, Filter(document=found.document, about=found.about)))
    tools.append(tag("button", say["print"], type="button", class_="hk-plain hk-print", data_print=True))
    kind = [words(lang)["kinds"][found.kind], sort_of(found.kind, found.sort, lang) if found.sort else ""]
    return tag(
        "header",
        tag("p", " · ".join(dict.fromkeys(part for part in kind if part)), class_="hk-above"),
        tag("h2", *_title(found, lang)),
        tag("p", say["vague"], class_="hk-aside hk-vague") if found.tier == "collective" else "",
        definitions(_facts(desk, found, lang), "hk-facts"),
        tag("p", *tools, class_="hk-count"),
    )


def _title(found: Thing, lang: Lang) -> list[str]:
    """Return the thing's own name, after what it is called in *lang* if that is another."""
    name, own = called(found.name, lang), tag("span", found.name, lang="zh-Hans")
    return [own] if name == found.name else [name, " ", tag("small", own)]


def _facts(desk: Desk, found: Thing, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the facts about a thing as label and value; an empty value if the documents say nothing."""
    say, between = words(lang)["things"], exports().separator
    for language in LANGS:
        labels = [label for label in found.names[language] if label != found.name]
        yield say["names"][language], tag("span", between.join(labels), lang=language) if labels else ""
    yield say["part_of"], _to(desk, lang, desk.things.known("zone", found.part_of)) if found.part_of else ""
    yield say["area_of"], between.join(area_of(area, lang) for area in found.areas)
    yield say["boundary"], join(tag("q", one, lang="zh-Hans") for one in found.boundaries)
    if found.kind == "zone":
        yield say["inside"], join((_to(desk, lang, one) for one in desk.things.parts(found)), between)
    for policy in found.laid_down:
        yield say["laid_down"], tag("q", policy.quote, lang="zh-Hans")
        yield say["value"], policy.value or ""
        yield say["condition"], policy.condition or ""
        zones = (_to(desk, lang, desk.things.known("zone", zone)) for zone in policy.zones)
        yield say["applies_in"], join(zones, between)
    yield say["clauses"], join((clause_link(desk, lang, *place) for place in found.clauses), " · ")
    yield say["address"], _address(found)


def _address(found: Thing) -> Html:
    """Return the link to the thing's page in the graph, `/id/…`."""
    iri = thing(*((found.document, "policy") if found.kind == "policy" else (found.kind,)), found.name)
    path = iri.removeprefix(ID)
    return tag("a", f"/id/{path}", href=at(f"/id/{quote(path, safe='/%~')}"))


def _to(desk: Desk, lang: Lang, found: Thing | None) -> Html:
    if found is None:
        return Html()
    return go(name_html(found.name, lang), thing_query(desk, found.kind, found.name, found.document))


def _opens(
    desk: Desk, lang: Lang, opens: dict[OpenKind, tuple[tuple[Open, PlacedObligation], ...]], level: str = "h4"
) -> Html:
    say = words(lang)["things"]["open_kinds"]
    parts = [
        join([tag(level, say[kind], " ", tag("small", str(len(here)))),
              tag("ul", *(tag("li", _open(desk, lang, *one)) for one in here), class_="hk-opens")])
        for kind, here in opens.items()
    ]  # fmt: skip
    return join(parts)


def _open(desk: Desk, lang: Lang, one: Open, said: PlacedObligation) -> Html:
    about = [responsible_html(said.row, lang), clause_link(desk, lang, said.document, said.row.clause)]
    about.append(go(said.row.id, obligation_query(desk, said.document, said.row.id), "hk-id"))
    shown = [tag("b", one.words, lang="zh-Hans")] if one.words else []
    shown += [tag("q", said.row.quote, lang="zh-Hans")]
    return join([join(shown, " "), " ", standing_html(said.row, lang), tag("p", join(about, " · "), class_="hk-place")])


def _group(desk: Desk, lang: Lang, found: Thing, group: ObligationGroup) -> Html:
    say = words(lang)["things"]
    role = term(lang, "role", group.role) if group.role in ROLES else say["roles"][group.role]
    name = say["inherited"].format(role=role) if group.inherited else role
    shown = group.rows[:LISTED]
    more = words(lang)["count_first"].format(listed=len(shown), shown=len(group.rows))
    return tag(
        "section",
        tag("h3", name, " ", tag("small", str(len(group.rows)))),
        tag("p", say["inherited_note"], class_="hk-aside") if group.inherited else "",
        tag("p", more, class_="hk-quiet") if len(shown) < len(group.rows) else "",
        tag("ol", *(tag("li", _row(desk, lang, said), data_task=said.row.id) for said in shown), class_="hk-rows-of"),
        class_="hk-group hk-inherited" if group.inherited else "hk-group",
        data_role=group.role,
    )


def _row(desk: Desk, lang: Lang, said: PlacedObligation) -> Html:
    columns = words(lang)["columns"]
    place = [
        standing_html(said.row, lang),
        clause_link(desk, lang, said.document, said.row.clause),
        go(said.row.id, obligation_query(desk, said.document, said.row.id), "hk-id"),
    ]
    return join(
        [
            tag("blockquote", said.row.quote, lang="zh-Hans"),
            tag("p", join(place, " · "), class_="hk-place"),
            definitions((columns[name], value) for name, value in _fields(desk, said, lang)),
        ]
    )


def _fields(desk: Desk, said: PlacedObligation, lang: Lang) -> Iterator[tuple[str, str]]:
    row, between = said.row, exports().separator
    yield "owners", responsible_html(row, lang)
    yield "cooperating", named_in(row, "cooperating", lang)
    yield "approver", named_in(row, "approver", lang)
    yield "deadline", _due(row, lang)
    yield "condition", row.condition or ""
    yield "exception", row.exception or ""
    yield "beneficiaries", names_listed(row.beneficiaries, lang)
    yield "zones", join((_to(desk, lang, desk.things.known("zone", name)) for name in row.zones), between)
    yield "policy", _to(desk, lang, desk.things.known("policy", row.policy, said.document)) if row.policy else ""


def _due(row: Obligation, lang: Lang) -> Html:
    due = row.deadline
    if due is None:
        return Html()
    told = meant(lang, due.kind, due.date) if due.date else undated(lang, due.kind)
    return join([tag("span", due.text, lang="zh-Hans"), tag("small", told)], " ")
