"""Which obligations or clauses are asked for → the query whose rows give them, or how many there are.

A single value is bound to its variable. Of several, any of which will do, the query has a line with the IRIs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg.answer.record import Item
from kg.answer.rows import Rows, Select, among, iri, run
from kg.graph.result import Term
from kg.models import Force, Modality, Role, Tier
from kg.vocab import HK

Pairs = tuple[tuple[str, str], ...]  # a document's slug and the id of a clause or chapter of it
Bindings = dict[str, Term]

_DAY = "http://www.w3.org/2001/XMLSchema#date"


@dataclass(frozen=True, slots=True)
class Which:
    """Which obligations are asked for: those that fit every field that is given.

    `documents` are slugs; any of `clauses` and `chapters` will do. `agent` has one of `roles`. `due` is the last day of
    the time limit, `year` the one in which the limit lies or that its words name. `unowned`: nobody leads or is
    responsible, not by the words of another sentence either.
    """

    documents: tuple[str, ...] = ()
    clauses: Pairs = ()
    chapters: Pairs = ()
    agent: str | None = None
    roles: tuple[Role, ...] = ("lead", "responsible", "cooperating")
    zone: str | None = None
    modality: Modality | None = None
    force: Force | None = None
    tier: Tier | None = None
    due: date | None = None
    year: int | None = None
    unowned: bool = False


@dataclass(frozen=True, slots=True)
class WhichClauses:
    """Which numbered clauses are asked for: those of `documents` that fit every field that is given.

    `mentioned` are names of agents and zones by IRI, `inside` clauses and items: any one of them stands in the clause
    or in an item of it.
    """

    documents: tuple[str, ...]
    chapters: Pairs = ()
    mentioned: tuple[str, ...] = ()
    inside: Pairs = ()


def obligations(select: Select, which: Which) -> Rows:
    """Return the obligations that fit *which*, in their own words and in reading order."""
    where, values = _fitting(which)
    query = (
        f"SELECT DISTINCT ?obligation ?clause ?quote{_variables(values)} WHERE {{\n{where}"
        "  ?obligation hk:quote ?quote ; hk:start ?start .\n  ?in hk:number ?clause .\n"
        "}\nORDER BY ?plan ?start ?obligation\n"
    )
    rows, shown = run(select, query, values)
    return Rows(tuple(Item(row["quote"], row["obligation"]) for row in rows), shown)


def count_obligations(select: Select, which: Which) -> Rows:
    """Return how many obligations fit *which*, as one item: a numeral, which is no thing in the graph."""
    return _count(select, "obligation", *_fitting(which))


def clauses(select: Select, which: WhichClauses) -> Rows:
    """Return the clauses that fit *which* by their headings, in reading order.

    A clause has a number and stands in no other clause: neither an item below a clause nor what stands in an annex is
    one.
    """
    query = (
        f"SELECT DISTINCT ?iri ?clause ?label ?title WHERE {{\n{_clauses(which)}"
        "  ?iri hk:order ?order ; rdfs:label ?label .\n  OPTIONAL { ?iri dcterms:title ?title }\n"
        "}\nORDER BY ?plan ?order\n"
    )
    rows, shown = run(select, query, {})
    return Rows(tuple(Item(row.get("title") or row["label"], row["iri"]) for row in rows), shown)


def count_clauses(select: Select, which: WhichClauses) -> Rows:
    """Return how many clauses fit *which*, as one item: a numeral."""
    return _count(select, "iri", _clauses(which), {})


def count_chapters(select: Select, documents: Sequence[str]) -> Rows:
    """Return how many chapters *documents* have, as one item: a numeral. The sections of a chapter do not count."""
    where = (
        f"{among('plan', map(iri, documents))}  ?chapter a hk:Chapter ; hk:inPlan ?plan ; hk:number ?number .\n"
        '  FILTER(!CONTAINS(?number, "."))\n'
    )
    return _count(select, "chapter", where, {})


def _fitting(which: Which) -> tuple[str, Bindings]:
    """Return the lines that bind ?obligation, ?plan and ?in to what fits *which*, and the values of their variables."""
    lines, values = [], Bindings()
    if which.documents:
        lines.append(among("plan", map(iri, which.documents)))
    if which.clauses:
        lines.append(_among("in", "clause", which.clauses))
    lines.append("  ?obligation a hk:Obligation ; hk:inPlan ?plan ; hk:inClause ?in .\n")
    if which.chapters:
        lines.append(_in_chapters("in", which.chapters))
    if which.agent is not None:
        roles = " ".join(f"hk:{role}" for role in which.roles)
        lines.append(f"  VALUES ?role {{ {roles} }}\n  ?obligation ?role ?agent .\n")
        values["agent"] = iri("agent", which.agent)
    given = {
        "zone": which.zone and iri("zone", which.zone),
        "modality": which.modality and Term("iri", HK + which.modality),
        "force": which.force and Term("iri", HK + which.force),
        "tier": which.tier and Term("literal", which.tier),
    }
    for field, term in given.items():
        if term:
            lines.append(f"  ?obligation hk:{field} ?{field} .\n")
            values[field] = term
    if which.due is not None:
        lines.append("  ?obligation hk:deadlineDate ?date .\n  FILTER(?date <= ?due)\n")
        values["due"] = _day(which.due)
    if which.year is not None:
        lines.append(
            '  ?obligation hk:deadlineText ?time ; hk:deadlineKind ?kind .\n  FILTER(?kind != "past")\n'
            "  OPTIONAL { ?obligation hk:deadlineDate ?date }\n"
            "  FILTER(CONTAINS(?time, ?year) || COALESCE(?date >= ?first && ?date <= ?last, false))\n"
        )
        values["year"] = Term("literal", str(which.year))
        values |= {"first": _day(date(which.year, 1, 1)), "last": _day(date(which.year, 12, 31))}
    if which.unowned:
        owning = "hk:lead hk:responsible hk:inheritedAgent"
        lines.append(f"  FILTER NOT EXISTS {{ VALUES ?role {{ {owning} }} ?obligation ?role ?anybody }}\n")
    return "".join(lines), values


def _clauses(which: WhichClauses) -> str:
    """Return the lines that bind ?iri, ?plan and ?clause, its number, to what fits *which*."""
    lines = [
        among("plan", map(iri, which.documents)),
        "  ?iri a hk:NumberedClause ; hk:inPlan ?plan ; hk:number ?clause .\n",
        '  FILTER(!STRSTARTS(?clause, "a"))\n',
        # an item's IRI is that of its clause and more: by it the clause is found at once, by its number in seconds
        '  BIND(IRI(REPLACE(STR(?iri), "(/clause/)[^.]+$|[.][^.]+$", "$1")) AS ?above)\n',
        "  FILTER NOT EXISTS { ?above a hk:NumberedClause }\n",
    ]
    if which.chapters:
        lines.append(_in_chapters("iri", which.chapters))
    if which.mentioned:
        lines.append(among("thing", (Term("iri", one) for one in which.mentioned)) + "  ?in hk:mentions ?thing .\n")
    if which.inside:
        lines.append(_among("in", "clause", which.inside))
    if which.mentioned or which.inside:
        lines.append(
            '  ?in hk:inPlan ?plan ; hk:number ?at .\n  FILTER(?at = ?clause || STRSTARTS(?at, CONCAT(?clause, ".")))\n'
        )
    return "".join(lines)


def _among(variable: str, kind: str, pairs: Pairs) -> str:
    return among(variable, (iri(slug, kind, one) for slug, one in pairs))


def _in_chapters(variable: str, chapters: Pairs) -> str:
    return f"{_among('chapter', 'chapter', chapters)}  ?{variable} hk:inChapter ?chapter .\n"


def _day(day: date) -> Term:
    return Term("literal", day.isoformat(), None, _DAY)


def _variables(values: Bindings) -> str:
    return "".join(f" ?{name}" for name in values)


def _count(select: Select, variable: str, where: str, values: Bindings) -> Rows:
    # a bound variable has to be selected, and so to be grouped by; without solutions there is no group, or an empty one
    group = f"GROUP BY{_variables(values)}\n" if values else ""
    query = f"SELECT (COUNT(DISTINCT ?{variable}) AS ?count){_variables(values)} WHERE {{\n{where}}}\n{group}"
    rows, shown = run(select, query, values)
    return Rows((Item(next((row["count"] for row in rows if "count" in row), "0"), None),), shown)
