"""The query of a link to the desk → the visit it opens, the same for a link on the page and one from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace

from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.arrange import Arrangement, read_arrangement
from kg.ledger.assignment import asked_assignee
from kg.ledger.filters import OPENING, Filter
from kg.ledger.parts import THING_KINDS
from kg.ledger.standing import KINDS
from kg.models import Clause, Records
from kg.refusals import line_in
from kg.views.things import Thing
from kg.vocab import FORCES, MODALITIES, REVIEW_MARKS, TIERS, Lang
from kg.web.desk.desk import Desk
from kg.web.wording import words


@dataclass(frozen=True, slots=True)
class Visit:
    """What a link opens: a tab, and in it a question, a clause (with an obligation), a thing, a query or a filter.

    `query` is the link's own query, for what only a tab reads from it; `notice` says what was asked for but does not
    exist; `unit` is the unit of who is signed in.
    """

    tab: str = "ask"
    question: str = ""
    clause: tuple[Records, Clause] | None = None
    obligation: str | None = None
    thing: Thing | None = None
    sparql: str = ""
    wanted: Filter = field(default_factory=Filter)
    how: Arrangement = field(default_factory=Arrangement)
    notice: str = ""
    query: Mapping[str, str] = field(default_factory=dict, compare=False)
    unit: str = ""


def read_visit(desk: Desk, query: Mapping[str, str], lang: Lang) -> Visit:
    """Return the visit that *query* opens, by default the front page of the desk.

    The keys are q, clause, obligation, agent, zone, policy, sparql, and view with the name of a tab. `document` says
    which document's clause, obligation or policy is meant; without it, it is the first document that has one.
    """
    return replace(_visit(desk, query, lang), query=query)


def _visit(desk: Desk, query: Mapping[str, str], lang: Lang) -> Visit:
    say = words(lang)
    among = [one for one in desk.records if query.get("document", one.document.slug) == one.document.slug]
    if query.get("q", "").strip():
        return Visit("ask", question=query["q"])
    if (tab := query.get("view", "")) in say["tabs"]:
        return _ledger(among, query, lang) if tab == "ledger" else Visit(tab)
    if sparql := query.get("sparql"):
        return Visit("sparql", sparql=sparql)
    if number := query.get("clause"):
        found = _clause(among, number)
        return Visit("read", clause=found, notice="" if found else say["unknown_clause"].format(id=number))
    if number := query.get("obligation"):
        return _obligation(among, number) or Visit("read", notice=say["unknown_obligation"].format(id=number))
    for kind in THING_KINDS:
        if name := query.get(kind):
            thing = desk.things.find(kind, name, query.get("document", ""))
            return Visit("things", thing=thing, notice=_unknown(lang, name, thing is not None))
    return Visit()


def _ledger(among: list[Records], query: Mapping[str, str], lang: Lang) -> Visit:
    wanted = _filter(among, query)
    if not any(query.get(each.name) for each in fields(Filter)):
        wanted = replace(wanted, tier=OPENING.tier)
    try:
        how = read_arrangement(query.get("sort", ""), query.get("columns", ""), query.get("page", ""))
        return Visit("ledger", wanted=wanted, how=how)
    except QueryError as error:
        return Visit("ledger", wanted=wanted, notice=line_in(error, lang))


def _filter(among: list[Records], query: Mapping[str, str]) -> Filter:
    """Return a link's filter for the ledger, ignoring values that are not in their lists."""
    given = {name: query.get(name, "").strip() for name in (each.name for each in fields(Filter))}
    rows = [row for one in among for row in one.obligations]
    known: dict[str, Collection[str]] = {
        "agent": {exports().unnamed, *(agent.name for row in rows for agent in row.agents)},
        "zone": {zone for row in rows for zone in row.zones},
        "modality": MODALITIES,
        "force": FORCES,
        "tier": TIERS,
        "review": REVIEW_MARKS,
        "state": KINDS,
        "about": (),  # the ledger has no box that would show it
    }
    # `assigned` and `assignee` may be any: what nobody is given gets no rows, and tasks change hands while a link stays
    given |= {name: "" for name, values in known.items() if given[name] not in values}
    given["assigned"] = asked_assignee(given["assigned"])
    found = _clause(among, given["clause"])
    given |= {"document": found[0].document.slug if found else "", "clause": found[1].id if found else ""}
    return Filter(**given)


def _clause(among: list[Records], number: str) -> tuple[Records, Clause] | None:
    return next(((one, c) for one in among for c in one.document.clauses if c.id == number), None)


def _obligation(among: list[Records], number: str) -> Visit | None:
    """Return the visit to the obligation with this id in its build, or with this task_id, which lasts over builds."""
    for one in among:
        for row in one.obligations:
            if number in (row.id, row.task_id):
                return Visit("read", clause=_clause([one], row.clause), obligation=row.id)
    return None


def _unknown(lang: Lang, name: str, known: bool) -> str:
    return "" if known else str(words(lang)["unknown_name"].format(id=name))
