"""The query of a link to the desk → the visit it opens, the same for a link on the page and one from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.arrange import Arrangement, read_arrangement
from kg.ledger.assignment import asked_assignee
from kg.ledger.filters import OPENING, Filter, Wanted
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
    if query.get("q", "").strip():
        return Visit("ask", question=query["q"])
    own = query.get("document", "")
    slugs = [slug for slug in desk.slugs if own in ("", slug)]
    if (tab := query.get("view", "")) in say["tabs"]:
        if tab == "read" and query.get("document") and slugs:
            return Visit(tab, clause=_clause(desk, slugs, desk.clauses_of(slugs[0])[0]))
        return _ledger(desk, slugs, query, lang) if tab == "ledger" else Visit(tab)
    if sparql := query.get("sparql"):
        return Visit("sparql", sparql=sparql)
    if number := query.get("clause"):
        found = _clause(desk, slugs, number)
        return Visit("read", clause=found, notice="" if found else say["unknown_clause"].format(id=number))
    if number := query.get("obligation"):
        return _obligation(desk, own, number) or Visit("read", notice=say["unknown_obligation"].format(id=number))
    for kind in THING_KINDS:
        if name := query.get(kind):
            thing = desk.things.find(kind, name, query.get("document", ""))
            return Visit("things", thing=thing, notice=_unknown(lang, name, thing is not None))
    return Visit()


def _ledger(desk: Desk, slugs: Sequence[str], query: Mapping[str, str], lang: Lang) -> Visit:
    wanted = _filter(desk, slugs, query)
    if not any(query.get(each.name) for each in fields(Filter)):
        wanted = replace(wanted, tier=OPENING.tier)
    try:
        how = read_arrangement(query.get("sort", ""), query.get("columns", ""), query.get("page", ""))
        return Visit("ledger", wanted=wanted, how=how)
    except QueryError as error:
        return Visit("ledger", wanted=wanted, notice=line_in(error, lang))


def _filter(desk: Desk, slugs: Sequence[str], query: Mapping[str, str]) -> Filter:
    """Return a link's filter for the ledger, ignoring values that are not in their lists."""
    given = {name: query.get(name, "").strip() for name in (each.name for each in fields(Filter))}
    own = query.get("document", "")
    rows = desk.obligations.chosen(Wanted(documents=[own] if own else ()))
    known: dict[str, Collection[str]] = {
        "agent": {exports().unnamed, *rows.counted("agents")},
        "zone": rows.counted("zones").keys(),
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
    slug = _slug_of_clause(desk, slugs, given["clause"])
    given |= {"document": slug or (own if own in slugs else "")}
    given |= {"clause": given["clause"] if slug else ""}
    return Filter(**given)


def _slug_of_clause(desk: Desk, slugs: Sequence[str], number: str) -> str | None:
    """Return the first document of *slugs* that has a clause of that id."""
    return next((slug for slug in slugs if number in desk.clauses_of(slug)), None)


def _clause(desk: Desk, slugs: Sequence[str], number: str) -> tuple[Records, Clause] | None:
    slug = _slug_of_clause(desk, slugs, number)
    one = desk.records_named(slug) if slug else None
    return (one, next(c for c in one.document.clauses if c.id == number)) if one else None


def _obligation(desk: Desk, document: str, number: str) -> Visit | None:
    """Return the visit to the obligation with this id in its build, or with this task_id, which lasts over builds."""
    found = desk.task(number, document)
    if found is None:
        return None
    one, row = found
    return Visit("read", clause=_clause(desk, [one.document.slug], row.clause), obligation=row.id)


def _unknown(lang: Lang, name: str, known: bool) -> str:
    return "" if known else str(words(lang)["unknown_name"].format(id=name))
