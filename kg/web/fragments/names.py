"""The names and times marked in a clause → a record of each, to unfold beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.exports import exports
from kg.ledger.terms import term
from kg.models import Agent, Clause, Policy, Records, Zone
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import clause_query, go, name_html, names_listed
from kg.web.fragments.marks import TextMark
from kg.web.fragments.tags import Html, definitions, join, tag
from kg.web.wording import words

LISTED = 12
"""The most clauses that a record links to; the rest are only counted."""

Field = tuple[str, str]


def name_key(mark: TextMark, text: str) -> str:
    """Return the key that connects *mark*, which stands in *text*, with the record of what it names."""
    return f"{mark.kind}/{_name(mark, text)}"


def _name(mark: TextMark, text: str) -> str:
    # the mark of a time carries its date; its name is its own words
    return text[mark.start : mark.end] if mark.kind == "deadline" else mark.name


def names_html(desk: Desk, one: Records, clause: Clause, marks: Sequence[TextMark], lang: Lang) -> list[Html]:
    """Return a record for each thing that *marks* name in *clause*, in the order of first mention."""
    say = words(lang)
    named = [mark for mark in sorted(marks, key=lambda m: (m.start, -m.end, m.kind)) if mark.kind in say["kinds"]]
    first = {name_key(mark, clause.text): mark for mark in reversed(named)}
    records = []
    for key, mark in sorted(first.items(), key=lambda pair: (pair[1].start, pair[0])):
        name = _name(mark, clause.text)
        shown = name_html(name, lang) if mark.kind in ("agent", "zone") else name
        label = tag("span", shown, class_=f"hk-mark hk-{mark.kind}", lang="zh-Hans" if shown == name else lang)
        records.append(
            tag(
                "details",
                tag("summary", label, " ", tag("small", say["kinds"][mark.kind])),
                definitions(_fields(desk, one, clause, mark, lang)),
                class_="hk-record hk-named",
                name="record",
                data_name=key,
                data_kind=mark.kind,
            )
        )
    return records


def _fields(desk: Desk, one: Records, clause: Clause, mark: TextMark, lang: Lang) -> Iterator[Field]:
    say = words(lang)
    heads, between = say["name_columns"], exports().separator
    if mark.kind == "deadline":
        text = _name(mark, clause.text)
        due = next((d for d in one.deadlines if d.clause == clause.id and d.text == text), None)
        if due is not None:
            told = [due.date or "", term(lang, "deadline", due.kind)]
            yield heads["value"], " ".join(part for part in told if part)
            yield heads["of"], due.what if due.what != due.text else ""
        return
    thing = _thing(one, mark)
    if isinstance(thing, Agent | Zone):
        yield heads["aliases"], between.join(thing.aliases)
    if isinstance(thing, Zone):
        yield heads["part_of"], name_html(thing.part_of, lang) if thing.part_of else ""
        yield heads["area"], say["area"].format(area=f"{thing.area_km2:g}") if thing.area_km2 is not None else ""
        yield heads["boundary"], thing.boundary or ""
    if isinstance(thing, Policy):
        yield heads["value"], thing.value or ""
        yield heads["zones"], names_listed(thing.zones, lang)
        yield heads["condition"], thing.condition or ""
    if thing is not None:
        yield heads["clauses"], _clauses(desk, one, thing.clauses)
    if mark.kind in ("agent", "zone"):
        count = sum(
            mark.name in ([p.name for p in row.agents] if mark.kind == "agent" else row.zones)
            for row in one.obligations
        )
        if count:
            yield heads["tasks"], go(say["tasks_of"].format(count=count), {mark.kind: mark.name})


def _thing(one: Records, mark: TextMark) -> Agent | Zone | Policy | None:
    among: dict[str, tuple[Agent, ...] | tuple[Zone, ...] | tuple[Policy, ...]] = {
        "agent": one.agents,
        "zone": one.zones,
        "policy": one.policies,
    }
    return next((thing for thing in among.get(mark.kind, ()) if thing.name == mark.name), None)


def _clauses(desk: Desk, one: Records, numbers: Sequence[str]) -> Html:
    slug = one.document.slug
    labels = {clause.id: clause.label or clause.id for clause in one.document.clauses}
    links = [go(labels[number], clause_query(desk, slug, number)) for number in numbers[:LISTED] if number in labels]
    more = f" … {len(numbers)}" if len(numbers) > LISTED else ""
    return join([join(links, " "), more])
